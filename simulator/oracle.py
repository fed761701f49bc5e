"""An oracle: perfect foresight of the draws and the plumbing, to show what is possible at all.

It knows which useful draws would meet a cold pipe, and where. For each it pumps just in time and only so far that hot water
reaches that fixture's tee, unless what runs and draws have brought there is still hot. It is greedy, not optimal: it never goes
deeper to serve two draws with one run unless they come within the pump's shortest rest, and does not weigh what a run costs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, log
from typing import Final

from controller.core.clock import SECOND_MS, Instant, to_ms
from controller.core.decision import Decision, Vote
from controller.core.fronts import COLD, Front, hot_share, hot_until, pushed
from controller.core.observation import Observation
from controller.core.reason import Reason, ReasonCode
from simulator.catalogue import WATER_J_LK
from simulator.draws import USE_C, Draw
from simulator.layout import Layout, Loop, PipeRun
from simulator.results import DrawResult
from simulator.scoring import HOT_WITHIN_S

SPARE_S: Final = 5.0
"""So much earlier than needed is the supply filled: fronts are not sharp, and the switch takes a moment."""
SPARE_SHARE: Final = 0.06
"""So much farther than needed, as a share of the supply: fronts are not sharp."""
SHORTEST_S: Final = 10.0
"""Shortest run in s that is worth a start."""
RESTS_S: Final = 61.0
"""Least rest of the pump in s, with a little to spare. Source: ``Limits.min_rest_ms``."""
NEEDED_K: Final = 1.0
"""Water in the supply must be so much hotter than what a tap is to give."""
USUAL_LPM: Final = 6.0
"""Flow of a pump that has a curve, about: the oracle is not told more."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What the oracle knows of a loop's plumbing.

    Args:
        fill_s: Pump time until the hot front has reached the far end.
        hot_s: How long the supply stays hot after that.
        supply_l: Litres in the supply, walls counted as water.
        places: Where each fixture's tee is, as a share of the supply.
        stays_s: How long water stays hot there after it has left the heater.
        twig_l: Litres that a fixture must draw before water of the supply arrives, walls counted as water.
    """

    fill_s: float
    hot_s: float
    supply_l: float
    places: dict[str, float]
    stays_s: dict[str, float]
    twig_l: dict[str, float]


@dataclass(frozen=True, slots=True)
class Oracle:
    """Runs the pump at instants known beforehand.

    Args:
        runs: When each run begins and ends, in order.
        name: Name under which it is told of.
    """

    runs: tuple[tuple[Instant, Instant], ...]
    name: str = "oracle"

    def decide(self, observation: Observation, /) -> Decision:
        """Vote by the plan."""
        now = observation.now
        number = _first_ending_after(self.runs, now)
        if number == len(self.runs):
            return Decision(Vote.ABSTAIN, Reason(ReasonCode.NOTHING_ASKED), watches=())
        begins, ends = self.runs[number]
        if now < begins:
            return Decision(Vote.ABSTAIN, Reason(ReasonCode.NOTHING_ASKED), begins, watches=())
        reason = Reason.of(ReasonCode.FILLING, fill_s=(ends - begins) / SECOND_MS)
        return Decision(Vote.RUN, reason, ends, watches=(), brief=True)


def oracle(layout: Layout, idle: Iterable[DrawResult]) -> Oracle:
    """Return the oracle of a house, by what its draws get without any pump run."""
    known = ways(layout)
    front, runs = COLD, list[tuple[float, float]]()
    for result in sorted(idle, key=lambda result: result.draw.start_s):
        draw = result.draw
        place, stays_ms = known.places[draw.fixture], to_ms(known.stays_s[draw.fixture])
        at = to_ms(draw.start_s)
        if _can_be_helped(result, known) and hot_until(front, place, stays_ms) <= at:
            share = _needed(front, place, at, stays_ms, SHORTEST_S / known.fill_s)
            _plan(runs, draw.start_s, share * known.fill_s)
            front = pushed(front, at, share)
        front = pushed(front, to_ms(draw.end_s), result.hot_litres / known.supply_l, place)
    return Oracle(tuple((to_ms(begins_s), to_ms(ends_s)) for begins_s, ends_s in runs))


def _needed(front: Front, place: float, at: Instant, stays_ms: int, least: float) -> float:
    """Return how far the pump must move the supply, as a share of it, for hot water to be at a place."""
    return min(place, max(least, place - hot_share(front, at, stays_ms)) + SPARE_SHARE)


def _plan(runs: list[tuple[float, float]], at_s: float, runs_s: float) -> None:
    """Add a run that is over just before an instant, or make the last one longer where the pump could not rest between."""
    begins_s = max(0.0, at_s - runs_s - SPARE_S)
    if runs and begins_s < runs[-1][1] + RESTS_S:
        before_s, ended_s = runs[-1]
        runs[-1] = (max(0.0, before_s - runs_s), ended_s)
    else:
        runs.append((begins_s, begins_s + runs_s))


def ways(layout: Layout) -> Ways:
    """Return what there is to know of a house's first loop."""
    loop = layout.loops[0]
    trunk = _to_far_end(layout, loop)
    flow_lps = (loop.pump.flow_lpm or USUAL_LPM) / 60.0
    supply_l = sum(_thermal_l(run) for run in trunk)
    on_trunk = {
        fixture: [run for run in _path(layout, fixture) if run in trunk] for fixture in layout.fixtures
    }
    twig_l = {
        fixture: sum(_thermal_l(run) for run in _path(layout, fixture) if run not in trunk)
        for fixture in layout.fixtures
    }
    return Ways(
        fill_s=supply_l / flow_lps,
        hot_s=min(_stays_s(layout, run) for run in trunk),
        supply_l=supply_l,
        places={fixture: sum(_thermal_l(run) for run in way) / supply_l for fixture, way in on_trunk.items()},
        stays_s={fixture: _stays_s(layout, (way or trunk)[-1]) for fixture, way in on_trunk.items()},
        twig_l=twig_l,
    )


def _stays_s(layout: Layout, run: PipeRun) -> float:
    """Return how long fresh water stays hot in a pipe, in s."""
    if run.loss_w_k <= 0.0:
        return inf
    fresh_k, needed_k = layout.setpoint_c - layout.ambient_c, USE_C + NEEDED_K - layout.ambient_c
    return _thermal_l(run) * WATER_J_LK / run.loss_w_k * log(fresh_k / needed_k)


def reachable(draw: Draw, known: Ways) -> bool:
    """Tell whether a hot supply can make a draw hot in time: a slow draw cannot empty its own twig."""
    return draw.useful and draw.flow_lpm / 60.0 * HOT_WITHIN_S >= known.twig_l.get(draw.fixture, 0.0)


def _can_be_helped(result: DrawResult, known: Ways) -> bool:
    waited = result.wait_s is None or result.wait_s > HOT_WITHIN_S
    return waited and reachable(result.draw, known)


def _to_far_end(layout: Layout, loop: Loop) -> list[PipeRun]:
    if loop.crossovers:
        return _path(layout, loop.crossovers[0].fixture)
    ends = {run.end for run in layout.hot}
    starts = [run.start for run in loop.return_line if run.start in ends]
    paths = [_path(layout, start) for start in starts]
    return max(paths, key=lambda path: sum(run.water_l for run in path))


def _path(layout: Layout, place: str) -> list[PipeRun]:
    """Return the hot pipes from the heater to a place."""
    by_end = {run.end: run for run in layout.hot}
    path: list[PipeRun] = []
    while place in by_end:
        path.append(by_end[place])
        place = by_end[place].start
    return path[::-1]


def _thermal_l(run: PipeRun) -> float:
    return run.water_l * run.size.capacity


def _first_ending_after(runs: Sequence[tuple[Instant, Instant]], now: Instant) -> int:
    low, high = 0, len(runs)
    while low < high:
        middle = (low + high) // 2
        if runs[middle][1] > now:
            high = middle
        else:
            low = middle + 1
    return low
