"""An oracle: perfect foresight of the draws and the plumbing, to show what is possible at all.

It knows which useful draws would meet a cold pipe and fills the supply just in time for each, unless the last fill keeps
it hot. It is greedy, not optimal: it never fills early to serve two draws at once, and it does not weigh what a fill costs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, log
from typing import Final

from controller.core.clock import SECOND_MS, Instant, to_ms
from controller.core.decision import Decision, Vote
from controller.core.observation import Observation
from controller.core.reason import Reason, ReasonCode
from simulator.catalogue import WATER_J_LK
from simulator.draws import USE_C, Draw
from simulator.layout import Layout, Loop, PipeRun
from simulator.results import DrawResult
from simulator.scoring import HOT_WITHIN_S

SPARE_S: Final = 5.0
"""So much earlier than needed is the supply filled: fronts are not sharp, and the switch takes a moment."""
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
        twig_l: Litres that a fixture must draw before water of the supply arrives, walls counted as water.
    """

    fill_s: float
    hot_s: float
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
        return Decision(Vote.RUN, reason, ends, watches=())


def oracle(layout: Layout, idle: Iterable[DrawResult]) -> Oracle:
    """Return the oracle of a house, by what its draws get without any pump run."""
    known = ways(layout)
    wanted = [result.draw.start_s for result in idle if _can_be_helped(result, known)]
    runs: list[tuple[Instant, Instant]] = []
    hot_until_s = -inf
    for at_s in sorted(wanted):
        if at_s <= hot_until_s:
            continue
        begins_s = max(0.0, at_s - known.fill_s - SPARE_S)
        ends_s = begins_s + known.fill_s
        hot_until_s = ends_s + known.hot_s
        runs.append((to_ms(begins_s), to_ms(ends_s)))
    return Oracle(tuple(runs))


def ways(layout: Layout) -> Ways:
    """Return what there is to know of a house's first loop."""
    loop = layout.loops[0]
    trunk = _to_far_end(layout, loop)
    flow_lps = (loop.pump.flow_lpm or USUAL_LPM) / 60.0
    supply = [run for run in trunk if run.loss_w_k > 0.0]
    fresh_k, needed_k = layout.setpoint_c - layout.ambient_c, USE_C + NEEDED_K - layout.ambient_c
    hot_s = min(_thermal_l(run) * WATER_J_LK / run.loss_w_k for run in supply) * log(fresh_k / needed_k)
    twig_l = {
        fixture: sum(_thermal_l(run) for run in _path(layout, fixture) if run not in trunk)
        for fixture in layout.fixtures
    }
    return Ways(sum(_thermal_l(run) for run in trunk) / flow_lps, hot_s, twig_l)


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
