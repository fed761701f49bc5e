"""How much flows in each circuit of a house: pumps against friction, and valves that pass, block or leak.

What is drawn is given, and every circuit adds its flow along its whole way, so the balance at the tees holds by itself.
What remains is one equation for each circuit that is neither shut nor driven with a fixed flow: the heads along its way
add up to what its pump gives. Head grows with flow everywhere, so each equation has one solution, and solving them in
turn comes to rest at the only state in which all of them hold (Hardy Cross 1936). Flows are constant between events: one
solution per event, remembered for the next time that the same is open.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from simulator.friction import Resistance, pipe_resistance
from simulator.layout import Layout
from simulator.piping import Circuit, Demand, Piping
from simulator.pump import Pump
from simulator.valves import CheckValve

NEGLIGIBLE_LPS: Final = 1e-9
"""Flows in l/s below which a circuit is at rest, and to which they are solved."""
HEATER_LOSS_M: Final = 12.0
"""Head that the heater takes, in m at 1 l/s. Our choice: a tank with 3/4 inch connections."""
MOST_LPS: Final = 3.0
"""More than any pipe of a house passes, in l/s."""
_FIGURES: Final = 2
_REMEMBERED: Final = 20_000
_SWEEPS: Final = 200
_NUDGE_LPS: Final = 1e-7
_ROUNDS: Final = 200

_Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A circuit with what drives and what bars it."""

    circuit: Circuit
    pump: Pump
    valve: CheckValve


class Hydraulics:
    """The circuits of a house.

    Args:
        layout: The house.
        piping: Its network.
        ways: Each circuit of the network, in order.
    """

    def __init__(self, layout: Layout, piping: Piping, ways: Sequence[Way]) -> None:
        self._layout = layout
        self._piping = piping
        self._ways = tuple(ways)
        self._rest = [0.0] * len(self._ways)
        self._known: dict[_Key, list[float]] = {}

    def flows_lps(self, demands: Sequence[Demand]) -> list[float]:
        """Return the flow in l/s in each circuit for what is drawn now, as pumps and valves stand."""
        ways = self._moving(demands)
        if not ways:
            return self._rest
        if len(ways) == 1 and self._fixed_lps(ways[0]) is not None:
            return self._alone(ways[0])
        exact = any(self._ways[number].valve.back_share for number in ways)
        drawn = _lumped(demands, exact=exact)
        key: _Key = (
            tuple(ways),
            self._state(),
            tuple(sorted((one.fixture, one.hot_lps, one.cold_lps) for one in drawn)),
        )
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._solve(ways, drawn)
        return found

    def _state(self) -> _Key:
        return tuple((way.pump.running, way.valve.back_share) for way in self._ways)

    def _moving(self, demands: Sequence[Demand]) -> list[int]:
        """Return the circuits in which something may flow."""
        cold = any(demand.cold_lps for demand in demands)
        return [
            number for number, way in enumerate(self._ways) if _may_flow(way, cold=cold, drawn=bool(demands))
        ]

    def _fixed_lps(self, number: int) -> float | None:
        pump = self._ways[number].pump
        return pump.flow_lps if pump.running else None

    def _alone(self, number: int) -> list[float]:
        flows = list(self._rest)
        flows[number] = self._fixed_lps(number) or 0.0
        return flows

    def _solve(self, ways: Sequence[int], drawn: Sequence[Demand]) -> list[float]:
        flows = list(self._rest)
        free = list(ways)
        for group in self._driven(ways):
            for number, share_lps in self._shared(group):
                flows[number] = share_lps
                free.remove(number)
        return _Solution(self._ways, self._resistances, self._piping.drawn_lps(drawn), flows).settled(free)

    def _driven(self, ways: Sequence[int]) -> list[list[int]]:
        """Return the circuits with a fixed flow, by pump."""
        groups: dict[int, list[int]] = {}
        for number in ways:
            if self._fixed_lps(number) is not None:
                groups.setdefault(self._ways[number].circuit.loop, []).append(number)
        return list(groups.values())

    def _shared(self, group: Sequence[int]) -> list[tuple[int, float]]:
        """Return how a fixed flow spreads over the ways open to it, as it does with nothing drawn."""
        whole_lps = self._fixed_lps(group[0]) or 0.0
        if len(group) == 1:
            return [(group[0], whole_lps)]
        # What a valve lets back does not matter here, nor what else goes on in the house.
        key: _Key = ("shared", *group)
        if key not in self._known:
            self._known[key] = self._spread(group, whole_lps)
        return list(zip(group, self._known[key], strict=True))

    def _spread(self, group: Sequence[int], whole_lps: float) -> list[float]:
        still = [0.0] * len(self._resistances)

        def spread(lift_m: float) -> list[float]:
            solution = _Solution(self._ways, self._resistances, still, list(self._rest), lift_m=lift_m)
            flows = solution.settled(group)
            return [flows[number] for number in group]

        enough_m = 1.0
        while sum(spread(enough_m)) < whole_lps:
            enough_m *= 2.0
        shares = spread(_root(lambda lift_m: sum(spread(lift_m)) - whole_lps, 0.0, enough_m))
        scale = whole_lps / sum(shares)
        return [share * scale for share in shares]

    @cached_property
    def _resistances(self) -> tuple[Resistance, ...]:
        runs = {run.name: run for run in self._layout.pipes}
        return tuple(
            pipe_resistance(runs[edge.name]) if edge.name in runs else _link(edge.name)
            for edge in self._piping.network.edges
        )


class _Solution:
    """One state of all circuits on its way to rest."""

    def __init__(
        self,
        ways: Sequence[Way],
        resistances: Sequence[Resistance],
        drawn_lps: Sequence[float],
        flows_lps: list[float],
        *,
        lift_m: float | None = None,
    ) -> None:
        self._ways = ways
        self._resistances = resistances
        self._flows = flows_lps
        self._lift_m = lift_m
        self._edges = list(drawn_lps)
        for way, flow_lps in zip(ways, flows_lps, strict=True):
            for edge, direction in way.circuit.path:
                self._edges[edge] += direction * flow_lps

    def settled(self, free: Sequence[int]) -> list[float]:
        """Solve the circuits in turn until none changes any more, with a step of Newton's after each turn."""
        for _ in range(_SWEEPS):
            if sum(self._renew(number) for number in free) <= NEGLIGIBLE_LPS or len(free) == 1:
                break
            self._leap([number for number in free if abs(self._flows[number]) > 10.0 * _NUDGE_LPS])
        return [0.0 if abs(flow) <= NEGLIGIBLE_LPS else flow for flow in self._flows]

    def _renew(self, number: int) -> float:
        change_lps = self._solved(number) - self._flows[number]
        self._shift(number, change_lps)
        return abs(change_lps)

    def _shift(self, number: int, by_lps: float) -> None:
        for edge, direction in self._ways[number].circuit.path:
            self._edges[edge] += direction * by_lps
        self._flows[number] += by_lps

    def _leap(self, moving: Sequence[int]) -> None:
        """Step to where all circuits that move would be solved at once, if that is an improvement."""
        before = self._left_over(moving)
        columns = []
        for number in moving:
            self._shift(number, _NUDGE_LPS)
            columns.append(
                [(new - old) / _NUDGE_LPS for new, old in zip(self._left_over(moving), before, strict=True)]
            )
            self._shift(number, -_NUDGE_LPS)
        steps = solve_linear([list(row) for row in zip(*columns, strict=True)], [-left for left in before])
        if any(
            (self._flows[n] + step) * self._flows[n] <= 0.0 for n, step in zip(moving, steps, strict=True)
        ):
            return
        for number, step in zip(moving, steps, strict=True):
            self._shift(number, step)
        if max(map(abs, self._left_over(moving)), default=0.0) > max(map(abs, before), default=0.0):
            for number, step in zip(moving, steps, strict=True):
                self._shift(number, -step)

    def _left_over(self, moving: Sequence[int]) -> list[float]:
        """Return the head in m by which each circuit is not solved."""
        return [
            self._missing_m(number, self._flows[number])
            + self._ways[number].valve.head_m(self._flows[number])
            for number in moving
        ]

    def _solved(self, number: int) -> float:
        valve = self._ways[number].valve
        at_rest_m = self._missing_m(number, 0.0)
        if at_rest_m + valve.cracking_m < 0.0:
            return _root(lambda flow: self._missing_m(number, flow) + valve.head_m(flow), 0.0, MOST_LPS)
        if at_rest_m > 0.0 and valve.back_share:
            return _root(lambda flow: self._missing_m(number, flow) + valve.head_m(flow), -MOST_LPS, 0.0)
        return 0.0

    def _missing_m(self, number: int, flow_lps: float) -> float:
        """Return the head along a circuit less its pump's, the valve left out, if so much flowed in it."""
        way = self._ways[number]
        change_lps = flow_lps - self._flows[number]
        taken_m = 0.0
        for edge, direction in way.circuit.path:
            taken_m += direction * self._resistances[edge](self._edges[edge] + direction * change_lps)
        if self._lift_m is not None:
            return taken_m - self._lift_m
        same_pump_lps = sum(
            flow
            for other, flow in zip(self._ways, self._flows, strict=True)
            if other.circuit.loop == way.circuit.loop
        )
        return taken_m - way.pump.lift_m(same_pump_lps + change_lps)


def solve_linear(rows: list[list[float]], right: list[float]) -> list[float]:
    """Return the solution of a few linear equations, by elimination; zeros when there is none."""
    size = len(right)
    table = [[*row, value] for row, value in zip(rows, right, strict=True)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(table[row][column]))
        if table[pivot][column] == 0.0:
            return [0.0] * size
        table[column], table[pivot] = table[pivot], table[column]
        for row in range(size):
            if row != column:
                share = table[row][column] / table[column][column]
                table[row] = [
                    value - share * above for value, above in zip(table[row], table[column], strict=True)
                ]
    return [table[row][size] / table[row][row] for row in range(size)]


def _may_flow(way: Way, *, cold: bool, drawn: bool) -> bool:
    if way.valve.shut:
        return False
    if way.pump.running:
        return True
    # Drawing pulls water back where nothing holds it, and cold water drawn pulls hot water across.
    return (drawn and way.valve.back_share > 0.0) or (cold and way.circuit.fixture is not None)


def _lumped(demands: Sequence[Demand], *, exact: bool) -> list[Demand]:
    """Return the demands, one per fixture; rounded to two figures where no flow can turn round by that.

    A hand at the handle changes the flows a little at every turn. What that changes in the circuits is less than anyone
    knows about their friction, and the balance does not depend on it.
    """
    hot: dict[str, float] = {}
    cold: dict[str, float] = {}
    for demand in demands:
        hot[demand.fixture] = hot.get(demand.fixture, 0.0) + demand.hot_lps
        cold[demand.fixture] = cold.get(demand.fixture, 0.0) + demand.cold_lps
    if exact:
        return [Demand(fixture, hot[fixture], cold[fixture]) for fixture in hot]
    return [Demand(fixture, _rounded(hot[fixture]), _rounded(cold[fixture])) for fixture in hot]


def _rounded(flow_lps: float) -> float:
    return float(f"{flow_lps:.{_FIGURES - 1}e}")


def _link(name: str) -> Resistance:
    if name != "mains to heater":
        return lambda _: 0.0
    return lambda flow_lps: HEATER_LOSS_M * flow_lps * abs(flow_lps)


def _root(rising: Callable[[float], float], low: float, high: float, close: float = NEGLIGIBLE_LPS) -> float:
    """Return where a rising function crosses zero (Illinois: false position that cannot get stuck)."""
    low_value, high_value = rising(low), rising(high)
    if low_value >= 0.0:
        return low
    if high_value <= 0.0:
        return high
    middle = low
    for turn in range(_ROUNDS):
        # Every third step halves, for functions as crooked as a square root.
        middle = (
            0.5 * (low + high)
            if turn % 3 == 2
            else (low * high_value - high * low_value) / (high_value - low_value)
        )
        value = rising(middle)
        if value == 0.0 or high - low <= close:
            break
        if value < 0.0:
            low, low_value = middle, value
        else:
            high, high_value = middle, value
    return middle
