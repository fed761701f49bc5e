"""When a pump ran, and why it started and stopped."""

from collections.abc import Callable
from dataclasses import dataclass

from controller.core.reason import Reason


@dataclass(frozen=True, slots=True)
class PumpRun:
    """One run of the pump.

    Args:
        start_s: When it started, in s since the start of the simulation.
        end_s: When it stopped; None while it runs.
        started: Why it was started.
        stopped: Why it was stopped; None while it runs, and when the switch dropped by itself.
    """

    start_s: float
    end_s: float | None
    started: Reason | None
    stopped: Reason | None = None


class PumpRecord:
    """Keeps when the pump ran."""

    def __init__(self) -> None:
        self.starts = 0
        self.told: Callable[[bool], None] = lambda _: None
        """Told each time the pump is really switched."""
        self._runs: list[PumpRun] = []
        self._began: tuple[float, Reason | None] | None = None
        self._ran_s = 0.0

    @property
    def runs(self) -> tuple[PumpRun, ...]:
        """Return every run, the one that goes on included."""
        going_on = () if self._began is None else (PumpRun(self._began[0], None, self._began[1]),)
        return (*self._runs, *going_on)

    def switched(self, at_s: float, on: bool, reason: Reason | None = None) -> None:
        """Take down that the pump was switched at ``at_s``; saying again what is so changes nothing."""
        if on and self._began is None:
            self.starts += 1
            self._began = (at_s, reason)
            self.told(True)
        elif not on and self._began is not None:
            since_s, started = self._began
            self._ran_s += at_s - since_s
            self._runs.append(PumpRun(since_s, at_s, started, reason))
            self._began = None
            self.told(False)

    def hours(self, until_s: float) -> float:
        """Return the hours it ran until ``until_s``, a run that goes on included."""
        running_s = 0.0 if self._began is None else until_s - self._began[0]
        return (self._ran_s + running_s) / 3_600.0
