"""What the strategies let expect of a loop: is it hot, when does the next window open, what is set?"""

from collections.abc import Iterable
from datetime import datetime

from controller.core.civil import Window, next_opening
from controller.core.contracts import Strategy
from controller.core.observation import Observation
from controller.strategies.aquastat import Aquastat
from controller.strategies.arrival import StopRule
from controller.strategies.check_valve import CheckValve
from controller.strategies.on_demand import OnDemand
from controller.strategies.predictive import Predictive
from controller.strategies.timed import Timed


def hot_now(strategies: Iterable[Strategy], observation: Observation) -> bool | None:
    """Return whether the hot pipe is hot by the rule of the most important strategy that has one; None if unknown."""
    rules = [one.rule for one in strategies if isinstance(one, OnDemand | Timed | CheckValve)]
    return (rules[0] if rules else StopRule()).hot_now(observation)


def windows_of(strategies: Iterable[Strategy]) -> tuple[Window, ...]:
    """Return every weekly window of a loop."""
    return tuple(
        window for one in strategies if isinstance(one, Timed | CheckValve) for window in one.windows
    )


def next_window_at(strategies: Iterable[Strategy], civil: datetime | None) -> datetime | None:
    """Return when a weekly window opens next; None without windows or while the clock is not set."""
    return None if civil is None else next_opening(windows_of(strategies), civil)


def comfort_of(strategies: Iterable[Strategy]) -> str | None:
    """Return the step of comfort of the strategy that looks ahead; None without one."""
    return next((one.comfort.value for one in strategies if isinstance(one, Predictive)), None)


def threshold_of(strategies: Iterable[Strategy]) -> tuple[float, float] | None:
    """Return where the temperature threshold switches on and off, in C; None without one."""
    bands = (one.deadband for one in strategies if isinstance(one, Aquastat))
    return next(((band.on_below_c, band.off_above_c) for band in bands), None)
