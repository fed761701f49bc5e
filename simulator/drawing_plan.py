"""Where everything of a layout goes on paper: fixtures in a row, hot pipes below them, return lines, cold pipes at last.

Each tree of pipes grows to the right. At a tee the first fixture is reached straight upwards, the last branch goes on to
the right on the same row, and what lies between gets rows of its own, nearer ones higher, so that no two pipes of one
tree cross. Coordinates are in pixels of the drawing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias

from simulator.layout import Layout, Loop, PipeRun
from simulator.piping import HEATER, MAINS

Point: TypeAlias = tuple[float, float]

COLUMN: Final = 150.0
"""Distance of two fixtures side by side."""
FIRST: Final = 200.0
"""Distance of the first fixture from the heater."""
STEP: Final = 112.0
"""Room for a pipe that ends at a tee with no fixture straight above it."""
ROW: Final = 42.0
"""Distance of two rows of pipes."""
TWIN: Final = 14.0
"""How far hot and cold pipe stand to the left and right of a fixture's middle."""
JOG: Final = 11.0
"""Distance of pipes that leave a tee upwards side by side."""
HEATER_LEFT: Final = 30.0
HEATER_RIGHT: Final = 126.0
TOP: Final = 64.0
"""Lower edge of the title."""
FIXTURE_HEIGHT: Final = 44.0
RISE: Final = 126.0
"""Height between the fixtures and the highest row of pipes, for the twigs and what is written along them."""


@dataclass
class Tree:
    """One tree of pipes, seen from its root."""

    runs: Sequence[PipeRun]
    root: str
    below: dict[str, list[PipeRun]] = field(init=False)

    def __post_init__(self) -> None:
        self.below = {}
        for run in self.runs:
            self.below.setdefault(run.start, []).append(run)

    def leaves(self, place: str) -> list[str]:
        """Return the ends beyond a place, in the order of the file."""
        runs = self.below.get(place)
        return [place] if not runs else [leaf for run in runs for leaf in self.leaves(run.end)]


@dataclass(frozen=True)
class Drawn:
    """A pipe on paper.

    Args:
        run: The pipe.
        side: ``hot``, ``cold`` or ``return``.
        points: Its corners, from its start to its end.
    """

    run: PipeRun
    side: str
    points: tuple[Point, ...]

    @property
    def length(self) -> float:
        """Return its length on paper."""
        return sum(_span(start, end) for start, end in zip(self.points, self.points[1:], strict=False))

    def at(self, share: float) -> Point:
        """Return the point at a share of its length on paper."""
        spans = [
            (start, end, _span(start, end)) for start, end in zip(self.points, self.points[1:], strict=False)
        ]
        left = share * sum(span for *_, span in spans)
        for start, end, span in spans:
            if left <= span and span:
                along = left / span
                return (start[0] + along * (end[0] - start[0]), start[1] + along * (end[1] - start[1]))
            left -= span
        return self.points[-1]


class Plan:
    """A layout on paper.

    Args:
        layout: The layout.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._hot = Tree(layout.hot, HEATER)
        self._cold = Tree(layout.cold, MAINS)
        self._columns = self._column_middles()
        self._places: dict[tuple[str, str], Point] = {}
        self._pipes: list[Drawn] = []
        hot_top = TOP + FIXTURE_HEIGHT + RISE
        self.hot_y = hot_top + ROW * (self._rows(self._hot, HEATER) - 1)
        """Height of the row that leaves the heater."""
        self._draw_tree(self._hot, "hot", HEATER, self.hot_y, -TWIN)
        self.return_y = self.hot_y
        """Height of the lowest return line."""
        for loop in layout.loops:
            self._draw_return(loop)
        cold_rows = self._rows(self._cold, MAINS)
        self.cold_y = self.return_y + ROW * (cold_rows + 0.6)
        """Height of the row that comes from the mains."""
        self._draw_tree(self._cold, "cold", MAINS, self.cold_y, TWIN)

    @property
    def pipes(self) -> Sequence[Drawn]:
        """Return every pipe."""
        return self._pipes

    @property
    def width(self) -> float:
        """Return the drawing's width."""
        return max(self._columns.values()) + COLUMN / 2 + 10.0

    @property
    def height(self) -> float:
        """Return the drawing's height without what is written below it."""
        return self.cold_y + 40.0

    @cached_property
    def by_name(self) -> Mapping[str, Drawn]:
        """Return every pipe by its name."""
        return {drawn.run.name: drawn for drawn in self._pipes}

    def fixture(self, name: str) -> Point:
        """Return the middle of a fixture's lower edge."""
        return (self._columns[name], TOP + FIXTURE_HEIGHT)

    def _column_middles(self) -> dict[str, float]:
        middles: dict[str, float] = {}
        x = HEATER_RIGHT
        for leaf in self._ordered(HEATER):
            steps = max(self._steps_before(tree, leaf) for tree in (self._hot, self._cold))
            x += (COLUMN if middles else FIRST) + STEP * steps
            middles[leaf] = x
        return middles

    def _ordered(self, place: str) -> list[str]:
        """Return the fixtures from left to right."""
        return [leaf for run in _nearest_first(self._hot, place) for leaf in self._ordered(run.end)] or [
            place
        ]

    def _steps_before(self, tree: Tree, leaf: str) -> int:
        """Return how many tees before a fixture need room of their own to its left."""
        above = {run.end: run.start for run in tree.runs}
        steps, place = 0, leaf
        while above.get(place) not in (None, tree.root):
            place = above[place]
            if self._first_leaf(tree, place) != leaf:
                break
            steps += _needs_room(tree, place, leaf)
        return steps

    def _first_leaf(self, tree: Tree, place: str) -> str:
        runs = _nearest_first(tree, place)
        return self._first_leaf(tree, runs[0].end) if runs else place

    def _rows(self, tree: Tree, place: str) -> int:
        branches = _sideways(tree, place)
        return max(1, sum(self._rows(tree, run.end) for run in branches))

    def _tee_x(self, tree: Tree, place: str, shift: float) -> float:
        leaf = self._first_leaf(tree, place)
        steps, inner = 0, place
        while inner != leaf:
            steps += _needs_room(tree, inner, leaf)
            inner = _nearest_first(tree, inner)[0].end
        return self._columns.get(leaf, HEATER_RIGHT) + shift - STEP * steps

    def _draw_tree(self, tree: Tree, side: str, root: str, y: float, shift: float) -> None:
        start_x = HEATER_RIGHT if side == "hot" else HEATER_LEFT - 14.0
        self._places[side, root] = (start_x, y)
        self._draw_below(tree, side, root, y, shift)

    def _draw_below(self, tree: Tree, side: str, place: str, y: float, shift: float) -> None:
        x, _ = self._places[side, place]
        upwards = _upwards(tree, place)
        for run in upwards:
            self._draw_pipe(run, side, [(x, y)], shift)
        branches = _sideways(tree, place)
        rows_right = [
            sum(self._rows(tree, run.end) for run in branches[number + 1 :])
            for number in range(len(branches))
        ]
        for number, run in enumerate(branches):
            row_y = y - ROW * rows_right[number]
            jog_x = x + JOG * (number + (1 if upwards else 0)) if row_y != y else x
            begin = [(x, y), (jog_x, y), (jog_x, row_y)] if row_y != y else [(x, y)]
            if run.end in tree.below:
                end = (self._tee_x(tree, run.end, shift), row_y)
                self._places[side, run.end] = end
                self._add(run, side, [*begin, end])
                self._draw_below(tree, side, run.end, row_y, shift)
            else:
                self._draw_pipe(run, side, begin, shift)

    def _draw_pipe(self, run: PipeRun, side: str, begin: list[Point], shift: float) -> None:
        """Draw a pipe up to a fixture (or to the end of a trunk that only a return line goes on from)."""
        x = self._columns.get(run.end, begin[-1][0] + COLUMN / 2) + shift
        top = (
            TOP + FIXTURE_HEIGHT
            if run.end in self._columns and run.end in self.layout.fixtures
            else begin[-1][1]
        )
        self._places[side, run.end] = (x, top)
        self._add(run, side, [*begin, (x, begin[-1][1]), (x, top)])

    def _draw_return(self, loop: Loop) -> None:
        onward = {run.start: run for run in loop.return_line}
        ends = {run.end for run in loop.return_line}
        for run in loop.return_line:
            if run.start not in ends:
                self.return_y += ROW
                self._draw_way_home(run, onward)

    def _draw_way_home(self, run: PipeRun | None, onward: Mapping[str, PipeRun]) -> None:
        assert run is not None, "a return line begins somewhere"
        x, y = self._places["hot", run.start]
        chain = list(_chain(run, onward))
        whole_m = sum(one.length_m for one in chain)
        begin, gone_m = [(x, y), (x, self.return_y)], 0.0
        for one in chain:
            gone_m += one.length_m
            here = (x + (HEATER_RIGHT - x) * gone_m / whole_m, self.return_y)
            met = self._places.get(("return", one.end))
            joined = [here] if met is None else [(met[0], self.return_y), met]
            self._add(one, "return", [*begin, *joined])
            if met is not None:
                return
            self._places["return", one.end] = here if one.end != HEATER else (HEATER_RIGHT, self.return_y)
            if one.end == HEATER:
                del self._places["return", HEATER]
            begin = [here]

    def _add(self, run: PipeRun, side: str, points: Sequence[Point]) -> None:
        if all(drawn.run != run for drawn in self._pipes):
            self._pipes.append(Drawn(run, side, tuple(_without_repeats(points))))


def _chain(run: PipeRun, onward: Mapping[str, PipeRun]) -> Iterator[PipeRun]:
    while True:
        yield run
        if run.end not in onward:
            return
        run = onward[run.end]


def _needs_room(tree: Tree, place: str, leaf: str) -> bool:
    """Tell whether a tee cannot stand straight below the first fixture that it leads to."""
    return _nearest_first(tree, place)[0].end != leaf or len(tree.below[place]) == 1


def _nearest_first(tree: Tree, place: str) -> list[PipeRun]:
    """Return the pipes from a place on: fixtures first, the largest branch last."""
    return sorted(
        tree.below.get(place, ()), key=lambda run: len(tree.leaves(run.end)) + 0.5 * (run.end in tree.below)
    )


def _upwards(tree: Tree, place: str) -> list[PipeRun]:
    """Return the pipe that leaves a tee straight upwards, to its first fixture."""
    first = _nearest_first(tree, place)[:1]
    alone = len(tree.below.get(place, ())) == 1
    return [] if alone or place == tree.root else [run for run in first if run.end not in tree.below]


def _sideways(tree: Tree, place: str) -> list[PipeRun]:
    upwards = _upwards(tree, place)
    return [run for run in _nearest_first(tree, place) if run not in upwards]


def _without_repeats(points: Sequence[Point]) -> Iterator[Point]:
    before = None
    for point in points:
        if before is None or _span(before, point) > 0.01:
            yield point
            before = point


def _span(start: Point, end: Point) -> float:
    return abs(end[0] - start[0]) + abs(end[1] - start[1])
