"""What must hold for the loops of a layout: each is closed, no two pumps work against each other, sensors are on pipes."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from simulator.layout_rows import Finding, RawLayout, RawLoop, Row, number
from simulator.piping import HEATER


def broken_loop_rules(raw: RawLayout) -> Iterator[Finding]:
    """Yield every rule that the loops of a layout break.

    Args:
        raw: The file as read.
    """
    yield from _one_way_to_say_it(raw)
    yield from _fighting(raw)
    for loop in raw.loops:
        yield from _ways_back(loop)
        yield from _return_line(raw, loop)
        yield from _crossovers(raw, loop)
        yield from _pump(loop)
        yield from _served(raw, loop)
        yield from _sensors(raw, loop)


def _one_way_to_say_it(raw: RawLayout) -> Iterator[Finding]:
    if raw.several:
        for key in ("pump", "return", "crossover", "check_valve", "sensors"):
            if key in raw.tree:
                cure = "move it into one of the loops"
                yield (key,), f"{key!r} stands beside 'loops': it is not clear which loop is meant", cure


def _ways_back(loop: RawLoop) -> Iterator[Finding]:
    has_return, has_crossover = bool(loop.tree.get("return")), loop.tree.get("crossover") is not None
    cure = "give either 'return' or 'crossover'"
    if has_return and has_crossover:
        yield (*loop.path, "crossover"), "two ways back: a return line and a crossover valve", cure
    if not has_return and not has_crossover and (loop.path or "pump" in loop.tree):
        yield (*loop.path, "pump"), "open loop: there is no way back", f"{cure}, or leave the pump out"


def _return_line(raw: RawLayout, loop: RawLoop) -> Iterator[Finding]:
    places = {row.end for row in raw.hot}
    starts, ends = {row.start for row in loop.rows}, {row.end for row in loop.rows}
    for row in loop.rows:
        if row.start not in places and row.start not in ends:
            cure = f"begin it at one of: {', '.join(sorted(places | ends - {HEATER}))}"
            yield (
                row.at("from"),
                f"open loop: {row.name!r} begins at {row.start!r}, where no hot pipe ends",
                cure,
            )
        if row.start in places and row.start in ends:
            cure = "let one pipe pass it by"
            yield row.at("from"), f"{row.start!r} is on the hot side and within the return line", cure
        if row.end != HEATER and row.end not in starts:
            cure = f"end it at {HEATER!r}, or let another pipe go on from there"
            yield row.at("to"), f"open loop: the return line ends at {row.end!r}", cure
    yield from _forks_and_rings(loop)


def _forks_and_rings(loop: RawLoop) -> Iterator[Finding]:
    onward: dict[str, Row] = {}
    for row in loop.rows:
        if row.start in onward:
            other = onward[row.start].name
            yield (
                row.at("from"),
                f"the return line forks: {other!r} begins there too",
                "return lines only join",
            )
        onward.setdefault(row.start, row)
    for row in loop.rows:
        place, seen = row.end, {row.start}
        while place in onward and place not in seen:
            seen.add(place)
            place = onward[place].end
        if place in seen:
            yield row.at("to"), "open loop: the return line runs in a ring", f"let it end at {HEATER!r}"
            return


def _crossovers(raw: RawLayout, loop: RawLoop) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, valve in loop.crossovers:
        place = valve.get("at")
        if isinstance(place, str) and place not in raw.fixtures:
            yield (*path, "at"), f"{place!r} is no fixture", f"one of: {', '.join(raw.fixtures)}"
        if isinstance(place, str) and place in seen:
            yield (*path, "at"), f"there is another crossover valve at {place!r}", "one valve per fixture"
        seen.add(str(place))
        closes, opens = valve.get("closes_at_c"), valve.get("opens_below_c")
        if (closes is None) != (opens is None):
            cure = "give both, or neither for a plain check valve"
            yield path, "'closes_at_c' and 'opens_below_c' belong together", cure
            continue
        closes_c, opens_c = number(closes), number(opens)
        if closes_c is not None and opens_c is not None and opens_c >= closes_c:
            message = f"the valve opens below {opens_c:g} C but closes already at {closes_c:g} C"
            yield (*path, "opens_below_c"), message, f"less than {closes_c:g}"


def _fighting(raw: RawLayout) -> Iterator[Finding]:
    taken: dict[tuple[str, str], str] = {}
    for loop in raw.loops:
        ends = {row.end for row in loop.rows}
        mine = [(row.at("from"), "from", row.start) for row in loop.rows if row.start not in ends]
        mine += [(row.at("to"), "to", row.end) for row in loop.rows if row.end != HEATER]
        mine += [
            ((*path, "at"), "at", valve["at"])
            for path, valve in loop.crossovers
            if isinstance(valve.get("at"), str)
        ]
        for path, way, place in mine:
            other = taken.get((way, place))
            if other is not None and other != loop.name:
                message = f"two pumps fight: the loops {other!r} and {loop.name!r} meet at {place!r}"
                yield path, message, "give each loop ways of its own, or make them one loop with one pump"
            taken.setdefault((way, place), loop.name)


def _pump(loop: RawLoop) -> Iterator[Finding]:
    pump = loop.tree.get("pump")
    if not isinstance(pump, Mapping):
        if isinstance(pump, list) and len(pump) > 1:
            cure = "keep one, or give each a loop of its own under 'loops'"
            yield (*loop.path, "pump"), "two pumps fight: there is one way back and more than one pump", cure
        return
    if (pump.get("flow_lpm") is None) == (pump.get("curve") is None):
        yield (*loop.path, "pump"), "a pump has either 'flow_lpm' or a 'curve'", "give one of the two"
    yield from _curve(loop, pump.get("curve"))


def _curve(loop: RawLoop, curve: object) -> Iterator[Finding]:
    if not isinstance(curve, list):
        return
    points = [(number(p[0]), number(p[1])) for p in curve if isinstance(p, list) and len(p) == 2]
    known = [(flow, head) for flow, head in points if flow is not None and head is not None]
    if len(known) < 2 or len(known) < len(curve):
        return
    path = (*loop.path, "pump", "curve")
    if known[0][0] != 0.0 or known[-1][1] != 0.0 or known[0][1] <= 0.0:
        yield (
            path,
            "the curve begins without flow and ends without head",
            "such as [[0, 1.2], [6, 0.9], [11, 0]]",
        )
    if any(low[0] >= high[0] or low[1] <= high[1] for low, high in pairwise(known)):
        yield path, "along the curve the flow grows and the head falls", "put the points in order"


def _served(raw: RawLayout, loop: RawLoop) -> Iterator[Finding]:
    named = loop.tree.get("fixtures") if loop.path else None
    for index, name in enumerate(named if isinstance(named, list) else ()):
        if isinstance(name, str) and name not in raw.fixtures:
            yield (
                (*loop.path, "fixtures", index),
                f"{name!r} is no fixture",
                f"one of: {', '.join(raw.fixtures)}",
            )


def _sensors(raw: RawLayout, loop: RawLoop) -> Iterator[Finding]:
    rows = {row.name: row for row in raw.pipes}
    for path, sensor in loop.sensors:
        pipe, at_m = sensor.get("pipe"), number(sensor.get("at_m"))
        if not isinstance(pipe, str):
            continue
        if pipe not in rows:
            yield (*path, "pipe"), f"there is no pipe {pipe!r}", f"one of: {', '.join(rows)}"
            continue
        length_m = rows[pipe].length_m
        if at_m is not None and length_m is not None and at_m > length_m > 0:
            yield (*path, "at_m"), f"{at_m:g} m is beyond the end of {pipe!r}", f"0 to {length_m:g} m"
