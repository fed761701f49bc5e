"""What a flood brings is thinned by topic, and everything else passes to the last byte."""

from hypothesis import given
from hypothesis import strategies as st

from api.load_flood import packet, publish, text
from controller.mqtt.sieve import CROWD, NEWEST, Sieve

TOPICS = [b"sensor", b"button"]
FLOOD = [publish("sensor", b"%d" % number) for number in range(CROWD + 1)]


def sieved(sieve: Sieve, stream: bytes, size: int = 1 << 20) -> bytes:
    return b"".join(sieve.thinned(stream[at : at + size]) for at in range(0, len(stream), size))


def test_a_crowd_keeps_the_newest_of_each_topic_in_order() -> None:
    sieve = Sieve(TOPICS)
    assert sieved(sieve, b"".join(FLOOD)) == b"".join(FLOOD[-NEWEST:])
    assert sieve.crowded
    assert sieve.dropped() == len(FLOOD) - NEWEST
    assert sieve.dropped() == 0


def test_as_many_as_a_busy_moment_brings_all_pass() -> None:
    sieve, calm = Sieve(TOPICS), b"".join(FLOOD[:CROWD])
    assert sieved(sieve, calm) == calm
    assert not sieve.crowded


def test_a_press_in_a_flood_passes_with_what_its_button_says_around_it() -> None:
    pressed = [publish("button", word) for word in (b"single", b"", b"battery")]
    stream = b"".join([*FLOOD[:50], pressed[0], *FLOOD[50:], *pressed[1:]])
    kept = sieved(Sieve(TOPICS), stream)
    assert all(one in kept for one in pressed)


def test_a_flood_under_ever_new_names_is_thinned_as_one_and_hides_no_press() -> None:
    press = publish("button", b"single")
    names = [publish(f"homeassistant/sensor/zcw/{number}/config", b"") for number in range(CROWD + 1)]
    kept = sieved(Sieve(TOPICS), b"".join([press, *names]))
    assert kept == b"".join([press, *names[-NEWEST:]])


def test_what_is_confirmed_kept_by_the_broker_or_no_message_is_never_taken_out() -> None:
    others = [
        packet(0x32, text("sensor") + b"\x00\x07order"),  # at least once
        packet(0x31, text("sensor") + b"kept"),
        packet(0x40, b"\x00\x07"),
        packet(0xD0, b""),
    ]
    kept = sieved(Sieve(TOPICS), b"".join([*others, *FLOOD]))
    assert kept == b"".join([*others, *FLOOD[-NEWEST:]])


@given(
    st.lists(
        st.tuples(st.sampled_from([0x30, 0x31, 0x32, 0x40, 0xD0]), st.binary(max_size=200)), max_size=80
    ),
    st.integers(1, 64),
)
def test_however_a_calm_stream_is_cut_it_passes_unchanged(
    packets: list[tuple[int, bytes]], size: int
) -> None:
    stream = b"".join(packet(kind, text("t") + body if kind < 0x40 else body) for kind, body in packets)
    sieve = Sieve(TOPICS)
    passed = sieved(sieve, stream, size)
    assert stream.startswith(passed)
    assert len(stream) - len(passed) <= 4, "only the first bytes of a header may still be held back"


def test_a_crowd_is_found_although_a_large_packet_was_cut_before_it() -> None:
    large = publish("picture", b"x" * 300_000)
    sieve = Sieve(TOPICS)
    assert sieve.thinned(large[:1_000]) == large[:1_000]
    assert sieve.thinned(large[1_000:] + b"".join(FLOOD)) == large[1_000:] + b"".join(FLOOD[-NEWEST:])


@given(st.binary(max_size=2_000))
def test_what_is_no_packet_at_all_is_the_librarys_to_refuse(noise: bytes) -> None:
    sieve = Sieve(TOPICS)
    assert noise.startswith(sieve.thinned(noise))
