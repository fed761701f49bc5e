"""Scoring: what a week of draws was like, and what it cost."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from math import ceil
from typing import Final

from simulator.results import DrawResult

HOT_WITHIN_S: Final = 10.0
"""Wait in s up to which a draw counts as hot at once. Source: ASPE, up to 10 s is good, above 30 s unacceptable."""
PERCENTILE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Comfort:
    """What the people at the taps noticed.

    Args:
        draws: Draws that were finished.
        useful_draws: Those of at least 1 l or 20 s, on which waits are scored.
        hot_within_10s: Share of the useful draws that were as hot as wanted within 10 s; 1 without any.
        wait_mean_s: Mean wait of the useful draws in s; one that never got hot counts with its whole duration.
        wait_p95_s: Wait in s that 95 % of the useful draws did not exceed (nearest rank); 0 without any.
        cold_litres: Litres that came out of the hot side before the water was hot, over all draws.
        never_hot: Useful draws that ended before the water was hot.
    """

    draws: int
    useful_draws: int
    hot_within_10s: float
    wait_mean_s: float
    wait_p95_s: float
    cold_litres: float
    never_hot: int

    @classmethod
    def of(cls, results: Sequence[DrawResult]) -> "Comfort":
        """Return the comfort of finished draws; defined, and never NaN, also for none."""
        useful = [result for result in results if result.draw.useful]
        waits_s = sorted(wait_s(result) for result in useful)
        quick = sum(result.wait_s is not None and result.wait_s <= HOT_WITHIN_S for result in useful)
        return cls(
            draws=len(results),
            useful_draws=len(useful),
            hot_within_10s=quick / len(useful) if useful else 1.0,
            wait_mean_s=sum(waits_s) / len(useful) if useful else 0.0,
            wait_p95_s=waits_s[ceil(PERCENTILE * len(useful)) - 1] if useful else 0.0,
            cold_litres=sum(result.cold_litres for result in results),
            never_hot=sum(result.wait_s is None for result in useful),
        )


@dataclass(frozen=True, slots=True)
class Used:
    """What a heater gave and used in a run.

    Args:
        heat_kwh: Heat that it supplied.
        energy_kwh: Fuel or electricity that it used for that.
    """

    heat_kwh: float
    energy_kwh: float


@dataclass(frozen=True, slots=True)
class Summary:
    """The answer of a simulation; its fields, in this order, are the keys of its JSON.

    Args:
        strategy: Name of the strategy.
        layout: Name of the layout.
        days: Days simulated.
        draws: Draws that were finished.
        useful_draws: Those of at least 1 l or 20 s.
        hot_within_10s: Share of the useful draws that were hot within 10 s.
        wait_mean_s: Mean wait of the useful draws, in s.
        wait_p95_s: 95th percentile of these waits, in s.
        cold_litres: Litres run off before the water was hot.
        heat_kwh: Heat that the heater supplied.
        extra_heat_kwh: That heat minus what ``none`` needs for the same draws.
        pump_hours: Hours that the pump ran.
        starts: How often it started.
        balance_error: Larger of the relative errors of energy and water, of this run.
        never_hot: Useful draws that ended before the water was hot.
        presses: How often somebody pressed the button.
        cold_pipe_peak_c: Hottest water that was ever in a cold pipe, in C.
        energy_kwh: Fuel or electricity that the heater used.
        extra_energy_kwh: That energy minus what ``none`` uses for the same draws.
        heater_starts: How often its burner, element or compressor came on; 0 for an ideal one.
    """

    strategy: str
    layout: str
    days: int
    draws: int
    useful_draws: int
    hot_within_10s: float
    wait_mean_s: float
    wait_p95_s: float
    cold_litres: float
    heat_kwh: float
    extra_heat_kwh: float
    pump_hours: float
    starts: int
    balance_error: float
    never_hot: int
    presses: int
    cold_pipe_peak_c: float
    energy_kwh: float
    extra_energy_kwh: float
    heater_starts: int

    @property
    def used(self) -> Used:
        """Return what the heater gave and used."""
        return Used(self.heat_kwh, self.energy_kwh)

    def above(self, idle: Used) -> "Summary":
        """Return the summary with its extra heat and energy counted from what ``none`` takes for the same draws."""
        return replace(
            self,
            extra_heat_kwh=self.heat_kwh - idle.heat_kwh,
            extra_energy_kwh=self.energy_kwh - idle.energy_kwh,
        )

    def as_json(self) -> dict[str, str | int | float]:
        """Return the summary as values for JSON."""
        return asdict(self)


def wait_s(result: DrawResult) -> float:
    """Return how long a draw waited in s; one that never got hot waited all its time."""
    return result.draw.duration_s if result.wait_s is None else result.wait_s
