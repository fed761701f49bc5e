"""How late the event loop is, watched with a clock of the test's own."""

from controller.service.health import of_the_control_loop
from controller.service.lag import ALARM_S, BEAT_S, REMEMBERED_S, LagWatch


class Loop:
    """An event loop whose time goes when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0
        self.due = self.now
        self.callback = lambda: None

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: object) -> "Loop":
        self.due, self.callback = when, callback  # type: ignore[assignment]
        return self

    def cancel(self) -> None:
        self.callback = lambda: None

    def wake(self, late_s: float = 0.0) -> None:
        self.now = self.due + late_s
        self.callback()


def test_the_worst_of_the_last_minute_is_remembered_and_then_forgotten() -> None:
    loop = Loop()
    watch = LagWatch(loop)
    watch.start()
    loop.wake()
    assert watch.worst_s == 0.0
    loop.wake(3.0)
    for _ in range(round(REMEMBERED_S / BEAT_S) - 1):
        loop.wake(0.001)
        assert watch.worst_s == 3.0
    for _ in range(3):
        loop.wake(0.001)
    assert 0.0 < watch.worst_s < 0.01


def test_a_loop_that_is_held_up_now_is_late_now() -> None:
    loop = Loop()
    watch = LagWatch(loop)
    watch.start()
    loop.now = loop.due + 10.0
    assert watch.worst_s == 10.0


def test_people_are_told_above_two_seconds() -> None:
    assert of_the_control_loop(ALARM_S) == {}
    assert "late" in of_the_control_loop(ALARM_S + 0.01)["control loop"]
