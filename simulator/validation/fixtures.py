"""The controller's answer to "is it hot yet?" against the true temperatures of simulated houses.

The controller sees what it sees in a real house: sensors as bought, and nothing of the draws. The truth is the water at
each fixture's tee, and what people waited.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from controller.core.events import Event
from controller.core.plumbing import FixturePipe
from controller.engine import Step
from controller.estimation.fixture_estimate import HOT_C, FixtureEstimate
from controller.hot_yet import HotYet
from simulator.draws import DAY_S, Draw
from simulator.layout import Layout, PipeRun
from simulator.scenario import AS_BOUGHT, Scenario

EVERY_S: Final = 300.0
"""How often the estimate is compared with the truth."""


@dataclass(slots=True)
class Coverage:
    """How good the estimates of one house were.

    Args:
        misses: Each estimate's error in its own standard deviations.
        errors_k: Each estimate's error, in K.
        claims: Each claim of hot (True) or cold (False), with what was so.
        silent: Estimates that claimed neither.
        waits: Predicted waits (mean, low, high) with what was waited, in s.
        given_up: The same for draws that ended before it was hot, with how long they had been open.
    """

    misses: list[float] = field(default_factory=list)
    errors_k: list[float] = field(default_factory=list)
    claims: list[tuple[bool, bool]] = field(default_factory=list)
    silent: int = 0
    waits: list[tuple[tuple[float, float, float], float]] = field(default_factory=list)
    given_up: list[tuple[tuple[float, float, float], float]] = field(default_factory=list)

    def within(self, deviations: float) -> float:
        """Return the share of estimates whose error is within so many of their own standard deviations."""
        return sum(abs(miss) <= deviations for miss in self.misses) / len(self.misses)

    @property
    def rms_k(self) -> float:
        """Return the root mean square of the errors, in K."""
        return float((sum(error**2 for error in self.errors_k) / len(self.errors_k)) ** 0.5)

    def right(self, hot: bool) -> float:
        """Return the share of claims of hot, or of cold, that were right."""
        said = [so is hot for claimed, so in self.claims if claimed is hot]
        return sum(said) / len(said) if said else 1.0

    @property
    def silence(self) -> float:
        """Return the share of estimates that claimed neither."""
        return self.silent / len(self.misses)

    @property
    def waits_within(self) -> float:
        """Return the share of draws whose wait lay within the stated range, which is meant to hold 80 %."""
        met = sum(low - 1.0 <= waited <= high + 1.0 for (_, low, high), waited in self.waits)
        met += sum(open_s <= high + 1.0 for (_, _, high), open_s in self.given_up)
        return met / (len(self.waits) + len(self.given_up))

    @property
    def wait_error_s(self) -> float:
        """Return the mean absolute error of the expected wait, in s."""
        return sum(abs(mean - waited) for (mean, _, _), waited in self.waits) / len(self.waits)

    def taken(self, estimate: FixtureEstimate, true_c: float) -> None:
        """Take in one estimate and what was so."""
        error_k = true_c - estimate.mean_c
        self.errors_k.append(error_k)
        self.misses.append(error_k / estimate.sd_k)
        if estimate.hot is None:
            self.silent += 1
        else:
            self.claims.append((estimate.hot, true_c >= HOT_C))


def check(
    layout: Layout,
    draws: Sequence[Draw],
    strategy: str,
    *,
    days: int,
    train_days: int,
    seed: int,
    pipes: bool,
) -> Coverage:
    """Return how good the estimates were over the days after the first.

    Args:
        layout: The house.
        draws: Its draws.
        strategy: What runs the pump.
        days: Days altogether.
        train_days: Days that are not counted.
        seed: Decides about button presses and the noise of sensors.
        pipes: The controller is told the litres of the pipes.
    """
    told = _Told()
    scenario = Scenario(layout, draws, strategy, seed=seed, sensing=AS_BOUGHT, stepped=told)
    plumbing = scenario.driver.engine.plumbing
    if pipes:
        plumbing = replace(plumbing, pipes=tuple(litres(layout, name) for name in plumbing.fixtures))
    told.hot_yet = HotYet(scenario.driver.engine, plumbing)
    tees = {fixture: _tee(layout, fixture) for fixture in plumbing.fixtures}
    found, predicted = Coverage(), dict[tuple[float, str], tuple[float, float, float]]()
    for at_s, draw in _instants(draws, train_days * DAY_S, days * DAY_S):
        scenario.run_until(at_s)
        estimates = {one.fixture: one for one in told.hot_yet.heat.estimates(round(at_s * 1000))}
        if draw is not None:
            if draw.fixture in estimates and draw.useful:
                predicted[draw.start_s, draw.fixture] = estimates[draw.fixture].wait_s
            continue
        for fixture, pipe in tees.items():
            found.taken(estimates[fixture], scenario.house.temperature_c(pipe.name, pipe.length_m))
    scenario.run(days)
    for result in scenario.results:
        expected = predicted.get((result.draw.start_s, result.draw.fixture))
        if expected is not None and result.wait_s is not None:
            found.waits.append((expected, result.wait_s))
        elif expected is not None:
            found.given_up.append((expected, result.draw.duration_s))
    return found


class _Told:
    """Passes what happens on to the estimate."""

    hot_yet: HotYet | None = None

    def __call__(self, event: Event, _: Step) -> None:
        if self.hot_yet is not None:
            self.hot_yet.look(event)


def _instants(draws: Sequence[Draw], from_s: float, to_s: float) -> Iterator[tuple[float, Draw | None]]:
    """Yield when to look, in order: now and then, and just before each draw."""
    looks = [(from_s + number * EVERY_S, None) for number in range(int((to_s - from_s) / EVERY_S))]
    before = [(draw.start_s - 0.01, draw) for draw in draws if from_s < draw.start_s < to_s]
    yield from sorted([*looks, *before], key=lambda one: one[0])


def _tee(layout: Layout, fixture: str) -> PipeRun:
    """Return the pipe whose end is the fixture's tee; its own where it hangs on nothing else."""
    by_end = {run.end: run for run in layout.hot}
    own = by_end[fixture]
    return by_end.get(own.start, own)


def litres(layout: Layout, fixture: str) -> FixturePipe:
    """Return the water on the way to a fixture, as an owner who has measured it would write it down."""
    by_end = {run.end: run for run in layout.hot}
    own, loop_l = by_end[fixture], 0.0
    run = by_end.get(own.start)
    while run is not None:
        loop_l += run.water_l
        run = by_end.get(run.start)
    return FixturePipe(fixture, loop_l or None, own.water_l)
