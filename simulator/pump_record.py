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
        loop: Name of its loop; empty for the first of a house.
    """

    start_s: float
    end_s: float | None
    started: Reason | None
    stopped: Reason | None = None
    loop: str = ""


class PumpRecord:
    """Keeps when the pump ran, or the pumps of a house with several loops."""

    def __init__(self) -> None:
        self.starts = 0
        self.told: Callable[[bool], None] = lambda _: None
        """Told each time the pump is really switched: with several, that the first began or the last stopped."""
        self._runs: list[PumpRun] = []
        self._began: dict[str, tuple[float, Reason | None]] = {}
        self._ran_s = 0.0

    @property
    def runs(self) -> tuple[PumpRun, ...]:
        """Return every run, the one that goes on included."""
        going_on = [
            PumpRun(since_s, None, started, loop=loop) for loop, (since_s, started) in self._began.items()
        ]
        return (*self._runs, *going_on)

    def switched(self, at_s: float, on: bool, reason: Reason | None = None, loop: str = "") -> None:
        """Take down that the pump was switched at ``at_s``; saying again what is so changes nothing."""
        if on and loop not in self._began:
            self.starts += 1
            self._began[loop] = (at_s, reason)
            if len(self._began) == 1:
                self.told(True)
        elif not on and loop in self._began:
            since_s, started = self._began.pop(loop)
            self._ran_s += at_s - since_s
            self._runs.append(PumpRun(since_s, at_s, started, reason, loop))
            if not self._began:
                self.told(False)

    def hours(self, until_s: float) -> float:
        """Return the hours it ran, all pumps together, until ``until_s``, a run that goes on included."""
        running_s = sum(until_s - since_s for since_s, _ in self._began.values())
        return (self._ran_s + running_s) / 3_600.0
