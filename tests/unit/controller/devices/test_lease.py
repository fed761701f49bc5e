import pytest

from controller.devices.lease import LeaseEncoding, encode_lease

PULSE = LeaseEncoding.TASMOTA_PULSE_TIME


def seconds_of(pulse_time: int) -> float:
    """What Tasmota makes of a PulseTime; its own rule, written down a second time."""
    return pulse_time / 10 if pulse_time <= 111 else pulse_time - 100


@pytest.mark.parametrize(
    ("asked_s", "sent"), [(9, 90), (11, 110), (12, 112), (60, 160), (300, 400), (64_800, 64_900)]
)
def test_pulse_time_is_written_the_way_tasmota_counts(asked_s: int, sent: int) -> None:
    assert encode_lease(PULSE, asked_s * 1_000) == sent
    assert seconds_of(sent) == asked_s


@pytest.mark.parametrize(
    ("lease_ms", "sent"),
    [
        (11_100, 111),
        (11_199, 111),
        (11_999, 111),
        (12_000, 112),
        (12_999, 112),
        (64_801_000, 64_900),
        (10**12, 64_900),
    ],
)
def test_pulse_time_at_its_edges(lease_ms: int, sent: int) -> None:
    assert encode_lease(PULSE, lease_ms) == sent


@pytest.mark.parametrize("encoding", list(LeaseEncoding))
@pytest.mark.parametrize("lease_ms", [0, 1, 99, -5_000])
def test_no_lease_is_ever_sent_as_zero_which_would_mean_no_auto_off(
    encoding: LeaseEncoding, lease_ms: int
) -> None:
    assert encode_lease(encoding, lease_ms) >= 1


@pytest.mark.parametrize(
    ("encoding", "lease_ms", "most", "sent"),
    [
        (LeaseEncoding.SECONDS, 120_000, None, 120),
        (LeaseEncoding.SECONDS, 120_999, None, 120),
        (LeaseEncoding.SECONDS, 7_000_000, 6_553, 6_553),
        (LeaseEncoding.MILLISECONDS, 120_500, None, 120_500),
    ],
)
def test_plain_encodings_round_down_and_keep_to_the_devices_limit(
    encoding: LeaseEncoding, lease_ms: int, most: int | None, sent: int
) -> None:
    assert encode_lease(encoding, lease_ms, most=most) == sent
