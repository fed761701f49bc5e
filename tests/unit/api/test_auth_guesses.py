"""Guessing: slow, slower, and never locked out for good."""

from hypothesis import given
from hypothesis import strategies as st

from api.auth_guesses import FORGOTTEN_AFTER_S, FREE, LONGEST_DELAY_S, MOST_ADDRESSES, MOST_PER_HOUR, Guesses

HERE = "192.168.1.7"


def heard(guesses: Guesses, address: str, seconds: int, start_s: float = 0.0) -> int:
    """How many wrong guesses are heard of somebody who tries every second."""
    count = 0
    for second in range(seconds):
        if guesses.wait_s(address, start_s + second) == 0:
            guesses.wrong(address, start_s + second)
            count += 1
    return count


def test_ten_thousand_guesses_of_one_address_are_thirty_an_hour_at_most() -> None:
    guesses = Guesses()
    first = heard(guesses, HERE, 3_600)
    later = [heard(guesses, HERE, 3_600, 3_600.0 * hour) for hour in (1, 2)]
    assert FREE < first <= 30
    assert all(0 < count <= 30 for count in later)


def test_a_hundred_addresses_together_are_heard_no_more_than_the_cap() -> None:
    guesses = Guesses()
    assert (
        sum(heard(guesses, f"10.0.0.{number}", 100, number * 10.0) for number in range(100)) == MOST_PER_HOUR
    )


def test_delays_double_and_another_address_is_not_held_up() -> None:
    guesses = Guesses()
    waits = []
    now_s = 0.0
    for _ in range(20):
        guesses.wrong(HERE, now_s)
        waits.append(guesses.wait_s(HERE, now_s))
        now_s += waits[-1]
    assert waits[:10] == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32] and waits[-1] == LONGEST_DELAY_S
    assert guesses.wait_s("192.168.1.8", now_s) == 0


def test_right_ones_and_quiet_hours_are_forgiven() -> None:
    guesses = Guesses()
    for _ in range(12):
        guesses.wrong(HERE, 0.0)
    assert guesses.wait_s(HERE, 0.0) > 60
    assert guesses.wait_s(HERE, FORGOTTEN_AFTER_S) == 0
    guesses.right(HERE)
    assert guesses.wait_s(HERE, 1.0) == 0


def test_a_house_has_one_ipv6_network_and_a_mapped_address_is_the_old_one() -> None:
    guesses = Guesses()
    for number in range(9):
        guesses.wrong(f"2001:db8::{number:x}", 0.0)
        guesses.wrong(f"::ffff:{HERE}", 0.0)
    assert guesses.wait_s("2001:db8::ffff", 0.0) > 0 and guesses.wait_s("2001:db8:0:1::1", 0.0) == 0
    assert guesses.wait_s(HERE, 0.0) > 0


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 1e5)), max_size=60))
def test_nobody_ever_waits_longer_than_an_hour(tries: list[tuple[int, float]]) -> None:
    guesses = Guesses()
    for number, now_s in sorted(tries, key=lambda one: one[1]):
        guesses.wrong(f"10.0.0.{number}", now_s)
        assert guesses.wait_s(f"10.0.0.{number}", now_s) <= LONGEST_DELAY_S


def test_a_flood_of_addresses_costs_no_memory() -> None:
    guesses = Guesses()
    for number in range(MOST_ADDRESSES + 500):
        guesses.wrong(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 0.0)
    assert len(guesses._wrong) == MOST_ADDRESSES
