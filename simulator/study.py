"""One case of a study: a house, a household, a strategy, a seed - and what came of it."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Final

from simulator.draws import DAY_S, Draw
from simulator.households import draws_of
from simulator.layout import Layout
from simulator.pump_record import PumpRun
from simulator.results import DrawResult
from simulator.scenario import WATCHED, Scenario, UnknownStrategy, summary_of
from simulator.schemes import SCHEMES
from simulator.scoring import Summary, Used
from simulator.sensing import Kind
from simulator.thermograph import Temperature, Thermograph

IDLE: Final = "none"
"""The strategy that never runs the pump, against which extra heat is counted."""
DIGITS: Final = 12
"""Hexadecimal digits shown of a hash."""


@dataclass(frozen=True, slots=True)
class Case:
    """What to run.

    Args:
        layout: The house.
        household: Name of the household, or of the file that its draws come from.
        strategy: Name of the strategy.
        days: Days to simulate.
        seed: Decides about people, button presses and the noise of sensors.
        draws: The draws of a file; None for a household that its name makes up.
        sensing: How the sensors report.
        from_day: First day that is simulated, of a household whose day 0 is a Monday; strategies that learn have seen the
            days before.
    """

    layout: Layout
    household: str
    strategy: str
    days: int
    seed: int
    draws: tuple[Draw, ...] | None = None
    sensing: Kind = WATCHED
    from_day: int = 0

    def taken(self) -> list[Draw]:
        """Return the draws of the days that are simulated, counted from the first of them."""
        since_s = self.from_day * DAY_S
        if not since_s:
            return self._life()
        return [
            replace(draw, start_s=draw.start_s - since_s) for draw in self._life() if draw.start_s >= since_s
        ]

    def before(self) -> list[Draw]:
        """Return the draws of the days before."""
        return (
            [draw for draw in self._life() if draw.start_s < self.from_day * DAY_S] if self.from_day else []
        )

    def _life(self) -> list[Draw]:
        days = self.from_day + self.days
        if self.draws is not None:
            return (
                [draw for draw in self.draws if draw.start_s < days * DAY_S]
                if self.from_day
                else list(self.draws)
            )
        return draws_of(self.household, self.layout, days=days, seed=self.seed)

    def idle(self) -> "Case":
        """Return the same case with a pump that never runs: what its heat is compared with."""
        return replace(self, strategy=IDLE)

    def key(self, version: str) -> str:
        """Return a hash of everything that decides about the outcome.

        Args:
            version: Version of the product: another one may simulate better.
        """
        # a file's draws decide, whatever its name; and they are many, as layouts are: each is hashed once
        household = self.household if self.draws is None else _draws_digest(self.draws)
        return content_hash(
            [
                version,
                _layout_digest(self.layout),
                household,
                self.strategy,
                self.days,
                self.seed,
                self.from_day,
            ]
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case.

    Args:
        summary: The answer.
        results: What each draw got.
        runs: When the pump ran, and why.
        temperatures: What was recorded; empty unless asked for.
    """

    summary: Summary
    results: tuple[DrawResult, ...]
    runs: tuple[PumpRun, ...]
    temperatures: tuple[Temperature, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time whose temperatures are recorded.

    Args:
        from_s: Its beginning, in s since the start of the simulation.
        until_s: Its end.
    """

    from_s: float = 0.0
    until_s: float = float("inf")

    @classmethod
    def day(cls, number: int) -> "Stretch":
        """Return one day, from 0."""
        return cls(number * DAY_S, (number + 1) * DAY_S)


def check_strategies(names: list[str]) -> None:
    """Refuse names that are none.

    Raises:
        UnknownStrategy: One is unknown.
    """
    for name in names:
        if name not in SCHEMES:
            raise UnknownStrategy(name)


def possible_strategies(layout: Layout, names: Iterable[str]) -> list[str]:
    """Return the strategies that mean something in a house: without a loop only ``none`` does."""
    return [name for name in names if layout.loops or name == IDLE]


def idle_used(case: Case) -> Used:
    """Return what the household takes when the pump never runs."""
    return _scenario(case.idle())[0].used()


def run_case(
    case: Case,
    idle: Used | None = None,
    *,
    stretch: Stretch | None = None,
    progress: Callable[[float], None] | None = None,
) -> Outcome:
    """Return what comes of a case; the same case gives the same outcome to the last bit, wherever it runs.

    Args:
        case: The case.
        idle: What its idle case takes, where that is known already; None to work it out.
        stretch: Time whose temperatures are recorded; None for none.
        progress: Told the share done, 0..1.
    """
    tell = progress or (lambda _: None)
    parts = 1 if idle is not None or case.strategy == IDLE else 2
    scenario, thermograph = _scenario(case, stretch, lambda share: tell(share / parts))
    if case.strategy == IDLE:
        idle = scenario.used()
    elif idle is None:
        idle = idle_used(case)
        tell(1.0)
    return Outcome(
        summary_of(scenario, case.days, idle),
        tuple(scenario.results),
        scenario.pump.runs,
        tuple(thermograph.readings) if thermograph else (),
    )


def _scenario(
    case: Case, stretch: Stretch | None = None, progress: Callable[[float], None] | None = None
) -> tuple[Scenario, Thermograph | None]:
    draws = case.taken()
    # What nobody reads need not be measured: a house whose pump never runs warms the same water without sensors.
    idle = case.strategy == IDLE and stretch is None
    layout = replace(case.layout, sensors=()) if idle else case.layout
    scenario = Scenario(
        layout,
        draws,
        case.strategy,
        seed=case.seed,
        sensing=case.sensing,
        from_day=case.from_day,
        before=[] if idle else case.before(),
    )
    thermograph = None
    if stretch is not None:
        thermograph = Thermograph(
            scenario.env, scenario.house, draws, from_s=stretch.from_s, until_s=stretch.until_s
        )
        scenario.pump.told = thermograph.pump_switched
    scenario.run(case.days, progress)
    return scenario, thermograph


def content_hash(content: object) -> str:
    """Return a hash of values, the same on every machine."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{value!r} has no text that is the same on every machine")


def layout_hash(layout: Layout) -> str:
    """Return the first digits of a hash of all that a layout says, the catalogue's numbers included."""
    return _layout_digest(layout)[:DIGITS]


def draws_hash(draws: list[Draw]) -> str:
    """Return the first digits of a hash of a list of draws."""
    return _draws_digest(tuple(draws))[:DIGITS]


@lru_cache(maxsize=64)
def _layout_digest(layout: Layout) -> str:
    return content_hash(asdict(layout))


@lru_cache(maxsize=64)
def _draws_digest(draws: tuple[Draw, ...]) -> str:
    return content_hash([asdict(draw) for draw in draws])
