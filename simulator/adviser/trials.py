"""The runs behind an advice: each a case that ``zcw simulate`` repeats to the last bit, on draws common to all schemes."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from types import MappingProxyType
from typing import Final, TypeAlias

from simulator.adviser.houses import House
from simulator.draws import DAY_S, Draw
from simulator.layout import Layout
from simulator.levels import LEVELS, NO_LEVEL, FixtureWaits
from simulator.scoring import PERCENTILE, Summary
from simulator.study import Case
from simulator.tariff import DAYS_PER_YEAR, Tariff

DAYS: Final = 3
FROM_DAYS: Final = (14, 17, 19)
"""First days of the samples, after a fortnight in which strategies have learned: Monday to Wednesday, Thursday to
Saturday, Saturday to Monday: three days of nine are of the weekend."""


@dataclass(frozen=True, slots=True)
class Season:
    """A time of the year.

    Args:
        name: Its name.
        mains_k: How much colder or warmer the mains water is than a layout says, in K.
        ambient_k: The same of the rooms and shafts around the pipes.
    """

    name: str
    mains_k: float
    ambient_k: float


SEASONS: Final = (Season("winter", -4.0, -1.0), Season("spring", 0.0, 0.0), Season("summer", 4.0, 2.0))
"""Source of the mains water: Burch and Christensen (2007), Towards development of an algorithm for mains water temperature:
about 0.4 of the swing of the air, which is 9 to 10 K in a temperate climate. The rooms: our choice."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Who lives there, when, and with what luck: the same for every scheme.

    Args:
        household: Name of the household or of a file of draws.
        seed: Decides about people and button presses.
        from_day: First day.
        season: The season.
        days: How many days.
    """

    household: str
    seed: int
    from_day: int
    season: Season
    days: int = DAYS

    def settings(self, layout: Layout) -> dict[str, float]:
        """Return what the season changes in a layout."""
        return {
            "mains_c": round(min(35.0, max(0.0, layout.mains_c + self.season.mains_k)), 2),
            "ambient_c": round(min(45.0, max(-10.0, layout.ambient_c + self.season.ambient_k)), 2),
        }

    def at(self, layout: Layout) -> Layout:
        """Return a layout in the season."""
        return replace(layout, **self.settings(layout))  # type: ignore[arg-type]


def samples_of(households: Sequence[str], count: int, seed: int) -> list[Sample]:
    """Return the samples: households and seasons take turns, each sample has a seed of its own."""
    return [
        Sample(
            households[number % len(households)],
            seed + number,
            FROM_DAYS[number % len(FROM_DAYS)],
            SEASONS[number % len(SEASONS)],
        )
        for number in range(count)
    ]


def within(sample: Sample, draws: Sequence[Draw] | None) -> Sample:
    """Return a sample moved to days that a file of draws has; as it was without a file."""
    if not draws:
        return sample
    last = int(max(draw.start_s for draw in draws) // DAY_S) + 1
    days = min(sample.days, last)
    return replace(sample, from_day=min(sample.from_day, last - days), days=days)


Key: TypeAlias = tuple[str, str, Sample]
"""What tells a trial from others: house, strategy, sample."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One run.

    Args:
        house: The house.
        strategy: Name of the strategy.
        sample: Who, when.
        draws: The draws of a file; None for a household that its name makes up.
    """

    house: House
    strategy: str
    sample: Sample
    draws: tuple[Draw, ...] | None = None

    @property
    def key(self) -> Key:
        """Return what tells it from others."""
        return self.house.key, self.strategy, self.sample

    def case(self) -> Case:
        """Return what is simulated."""
        sample = self.sample
        return Case(
            sample.at(self.house.layout), sample.household, self.strategy, sample.days, sample.seed,
            self.draws, from_day=sample.from_day,
        )  # fmt: skip

    def command(self, folder: str, prices: str) -> str:
        """Return the command that repeats it.

        Args:
            folder: Where the layout files are.
            prices: Prices, as ``--prices`` takes them.
        """
        sample = self.sample
        words = ["zcw", "simulate", "--layout", f"{folder}/{self.house.file}"]
        words += [
            word
            for name, value in sample.settings(self.house.layout).items()
            for word in ("--set", f"{name}={value:g}")
        ]
        words += ["--household" if self.draws is None else "--draws", sample.household]
        words += ["--strategy", self.strategy, "--from-day", str(sample.from_day), "--days", str(sample.days)]
        words += ["--seed", str(sample.seed), "--prices", prices, "--json"]
        return shlex.join(words)


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a run.

    Args:
        trial: The run.
        summary: What ``zcw simulate`` answers.
        waits: Waits at each fixture.
        figures: What is told of it, by name: see ``FIGURES``.
    """

    trial: Trial
    summary: Summary
    waits: tuple[FixtureWaits, ...]
    figures: Mapping[str, float]


FIGURES: Final[Mapping[str, Callable[[Summary], float]]] = MappingProxyType(
    {
        "hot_within_10s": lambda one: one.hot_within_10s,
        "wait_mean_s": lambda one: one.wait_mean_s,
        "wait_p95_s": lambda one: one.wait_p95_s,
        "water_m3_a_year": lambda one: one.cold_litres / 1_000.0 * DAYS_PER_YEAR / one.days,
        "extra_heat_kwh_a_year": lambda one: one.extra_heat_kwh * DAYS_PER_YEAR / one.days,
        "extra_energy_kwh_a_year": lambda one: one.extra_energy_kwh * DAYS_PER_YEAR / one.days,
        "pump_hours_a_day": lambda one: one.pump_hours / one.days,
        "starts_a_day": lambda one: one.starts / one.days,
        "heater_starts_a_day": lambda one: one.heater_starts / one.days,
        "cold_pipe_peak_c": lambda one: one.cold_pipe_peak_c,
    }
)
"""What is told of each run besides its costs, from the keys that ``zcw simulate --json`` prints."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure over the samples.

    Args:
        mean: Its mean.
        low: The lowest of the samples.
        high: The highest.
        error: Standard error of the mean; None with a single sample.
    """

    mean: float
    low: float
    high: float
    error: float | None

    @classmethod
    def of(cls, values: Sequence[float]) -> "Figure":
        """Return the figure of some samples' values."""
        mean, count = sum(values) / len(values), len(values)
        if count < 2:
            return cls(mean, mean, mean, None)
        spread = sum((value - mean) ** 2 for value in values) / (count - 1)
        return cls(mean, min(values), max(values), sqrt(spread / count))


@dataclass(frozen=True, slots=True)
class Scheme:
    """A strategy in a house, over all samples.

    Args:
        house: The house.
        strategy: The strategy.
        runs: Its runs, in the order of the samples.
    """

    house: House
    strategy: str
    runs: tuple[Ran, ...]

    @property
    def key(self) -> str:
        """Return its short name."""
        return f"{self.house.key}-{self.strategy}"

    @property
    def figures(self) -> dict[str, Figure]:
        """Return its figures over the samples."""
        return {name: self.figure(name) for name in self.runs[0].figures}

    def figure(self, name: str) -> Figure:
        """Return one figure over the samples."""
        return Figure.of([run.figures[name] for run in self.runs])

    def beyond(self, other: "Scheme", name: str) -> Figure:
        """Return by how much a figure is above another scheme's: on the same draws, so with little chance in it."""
        pairs = zip(self.runs, other.runs, strict=True)
        return Figure.of([own.figures[name] - others.figures[name] for own, others in pairs])

    def waits(self) -> list[FixtureWaits]:
        """Return the waits at each fixture, those of all samples together."""
        return [_together(waits) for waits in zip(*(run.waits for run in self.runs), strict=True)]


def _together(parts: Sequence[FixtureWaits]) -> FixtureWaits:
    useful = sum(part.useful_draws for part in parts)
    shares = [
        sum(part.shares[number] * part.useful_draws for part in parts) / max(1, useful) for number in range(3)
    ]
    kept = [level for level, share in zip(LEVELS, shares, strict=True) if share >= PERCENTILE]
    return FixtureWaits(
        parts[0].fixture,
        useful,
        tuple(sorted(wait for part in parts for wait in part.waits_s)),
        tuple(sorted(wait for part in parts for wait in part.hot_waits_s)),
        kept[-1] if kept else NO_LEVEL,
        (shares[0], shares[1], shares[2]),
    )


def tariff_of(tariff: Tariff, house: House) -> Tariff:
    """Return the prices in a house: its heater's, and the power of a pump that was chosen for it."""
    at = tariff.at(house.layout.heater)
    return at if house.pump is None else replace(at, pump_w=house.pump.power_w)


def told_prices(tariff: Tariff, house: House) -> str:
    """Return the prices in a house as ``--prices`` takes them."""
    at = tariff_of(tariff, house)
    energy = 0.0 if at.energy_kwh is None else at.energy_kwh
    return f"energy={energy:g},electricity={at.electricity_kwh:g},water={at.water_m3:g},pump_w={at.pump_w:g}"
