from controller.mqtt.backoff import CONTESTED_S, FIRST_S, JITTER, LONGEST_S, STEADY_AFTER_S, Backoff


def test_waits_double_from_half_a_second_to_five_with_jitter() -> None:
    backoff = Backoff()
    waits = [backoff.wait_s(lived_s=0.0) for _ in range(8)]
    for wait_s, nominal_s in zip(waits, [0.5, 1, 2, 4, 5, 5, 5, 5], strict=True):
        assert nominal_s * (1 - JITTER) <= wait_s <= min(nominal_s * (1 + JITTER), LONGEST_S)


def test_two_clients_do_not_come_back_at_the_same_moment() -> None:
    assert len({Backoff().wait_s(lived_s=0.0) for _ in range(20)}) > 1


def test_a_connection_that_lived_starts_the_waits_afresh() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.wait_s(lived_s=0.0)
    assert backoff.wait_s(lived_s=STEADY_AFTER_S - 0.1) >= LONGEST_S * (1 - JITTER)
    assert backoff.wait_s(lived_s=STEADY_AFTER_S) <= FIRST_S * (1 + JITTER)


def test_three_short_lives_in_a_row_are_a_fight_for_the_id_and_called_off() -> None:
    backoff = Backoff()
    assert backoff.wait_s(lived_s=1.0) < CONTESTED_S
    assert backoff.wait_s(lived_s=1.0) < CONTESTED_S
    assert backoff.wait_s(lived_s=1.0) == CONTESTED_S
    assert backoff.contested
    backoff.wait_s(lived_s=STEADY_AFTER_S)
    assert not backoff.contested


def test_a_broker_that_restarts_again_and_again_is_no_fight_for_the_id() -> None:
    backoff = Backoff()
    for _ in range(10):
        assert backoff.wait_s(lived_s=1.0) <= LONGEST_S
        assert backoff.wait_s(lived_s=0.0) <= LONGEST_S


def test_a_broker_that_says_so_is_believed_at_once() -> None:
    assert Backoff().wait_s(lived_s=60.0, taken_over=True) == CONTESTED_S
