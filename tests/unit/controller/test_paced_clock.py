"""The machine's clock as the driver sees it."""

import time

import pytest

from controller.runtime import PacedClock

SIX_HOURS_S = 6 * 3_600.0


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="only Linux tells how long the machine slept")
def test_the_time_in_which_the_machine_slept_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    told = time.clock_gettime
    slept_s = 0.0

    def after_a_sleep(clock: int) -> float:
        return told(clock) + (slept_s if clock == time.CLOCK_BOOTTIME else 0.0)

    monkeypatch.setattr(time, "clock_gettime", after_a_sleep)
    clock = PacedClock()
    before = clock.now()
    slept_s = SIX_HOURS_S
    assert clock.now() - before >= SIX_HOURS_S * 1_000


def test_a_wall_clock_that_is_set_moves_no_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = PacedClock()
    before = clock.now()
    told_ns, told_s = time.time_ns, time.time
    monkeypatch.setattr(time, "time_ns", lambda: told_ns() + 3_600 * 10**9)
    monkeypatch.setattr(time, "time", lambda: told_s() + 3_600.0)
    assert clock.now() - before < 60_000
