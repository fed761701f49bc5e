"""What must hold between the parts of a layout: every pipe is fed, every fixture has water, the loop is closed.

The rules look at the raw values of the file and pass over what is not even of the right kind, so that they report their
findings beside those about single fields.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from simulator.piping import HEATER, MAINS

Finding: TypeAlias = tuple[tuple[str | int, ...], str, str]
"""Key path, what is wrong, and the cure."""

_ROOTS: Final = {"hot": HEATER, "cold": MAINS}


class _Row(NamedTuple):
    section: str
    number: int
    name: str
    start: str
    end: str

    def at(self, key: str) -> tuple[str | int, ...]:
        return (self.section, self.number, key)


def broken_rules(tree: Mapping[str, Any]) -> list[Finding]:
    """Return every rule that a layout breaks.

    Args:
        tree: The file as read.
    """
    rows = {section: _rows(tree, section) for section in ("hot", "return", "cold")}
    fixtures = [name for name in _list(tree, "fixtures") if isinstance(name, str)]
    return [
        *_duplicates(tree, rows),
        *_unfed(rows["hot"]),
        *_unfed(rows["cold"]),
        *_dry_fixtures(rows, fixtures),
        *_dead_ends(rows, fixtures),
        *_way_back(tree, rows, fixtures),
        *_heater(tree),
        *_thermostat(tree),
        *_sensors(tree, rows),
    ]


def _list(tree: Mapping[str, Any], key: str) -> list[Any]:
    value = tree.get(key)
    return value if isinstance(value, list) else []


def _rows(tree: Mapping[str, Any], section: str) -> list[_Row]:
    rows = []
    for index, row in enumerate(_list(tree, section)):
        names = [row.get(key) for key in ("name", "from", "to")] if isinstance(row, Mapping) else []
        texts = [name for name in names if isinstance(name, str)]
        if len(texts) == 3:
            rows.append(_Row(section, index, *texts))
    return rows


def _duplicates(tree: Mapping[str, Any], rows: Mapping[str, list[_Row]]) -> Iterator[Finding]:
    pipes = [(row.at("name"), row.name) for section in rows.values() for row in section]
    fixtures = [(("fixtures", index), name) for index, name in enumerate(_list(tree, "fixtures"))]
    roles = [
        (("sensors", index, "role"), sensor.get("role"))
        for index, sensor in enumerate(_list(tree, "sensors"))
        if isinstance(sensor, Mapping)
    ]
    for kind, named in (("pipe", pipes), ("fixture", fixtures), ("sensor with the role", roles)):
        seen: set[object] = set()
        for path, name in named:
            if isinstance(name, str) and name in seen:
                yield path, f"there is another {kind} {name!r}", "give each a name of its own"
            seen.add(name if isinstance(name, str) else None)


def _unfed(rows: list[_Row]) -> Iterator[Finding]:
    if not rows:
        return
    root = _ROOTS[rows[0].section]
    ended: dict[str, str] = {}
    for row in rows:
        if row.end in ended or row.end == root:
            other = f"pipe {ended[row.end]!r}" if row.end in ended else f"the {root}"
            yield row.at("to"), f"{row.end!r} is already fed by {other}", "pipes branch out like a tree"
        ended.setdefault(row.end, row.name)
    reached = _reached(rows, root)
    for row in rows:
        if row.start not in reached:
            cure = f"begin it at one of: {', '.join(sorted(reached))}"
            yield row.at("from"), f"{row.start!r} is not reached from the {root}", cure


def _reached(rows: list[_Row], root: str) -> set[str]:
    reached = {root}
    while True:
        further = {row.end for row in rows if row.start in reached} - reached
        if not further:
            return reached
        reached |= further


def _dry_fixtures(rows: Mapping[str, list[_Row]], fixtures: list[str]) -> Iterator[Finding]:
    for index, fixture in enumerate(fixtures):
        for section in ("hot", "cold"):
            if rows[section] and all(row.end != fixture for row in rows[section]):
                cure = f"let a pipe under {section!r} end at it"
                yield ("fixtures", index), f"fixture {fixture!r} has no {section} pipe", cure


def _dead_ends(rows: Mapping[str, list[_Row]], fixtures: list[str]) -> Iterator[Finding]:
    taken_up = {row.start for row in rows["return"][:1]}
    for section in ("hot", "cold"):
        starts = {row.start for row in rows[section]} | (taken_up if section == "hot" else set())
        for row in rows[section]:
            if row.end not in starts and row.end not in fixtures:
                cure = "let it end at a fixture, or let another pipe go on from there"
                yield row.at("to"), f"pipe {row.name!r} leads nowhere: nothing is at {row.end!r}", cure


def _way_back(
    tree: Mapping[str, Any], rows: Mapping[str, list[_Row]], fixtures: list[str]
) -> Iterator[Finding]:
    crossover = tree.get("crossover")
    if bool(tree.get("return")) == (crossover is not None):
        both = crossover is not None
        message = (
            "two ways back: a return line and a crossover valve"
            if both
            else "open loop: there is no way back"
        )
        yield ("crossover" if both else "pump",), message, "give either 'return' or 'crossover'"
    if (
        isinstance(crossover, Mapping)
        and isinstance(crossover.get("at"), str)
        and crossover["at"] not in fixtures
    ):
        cure = f"one of: {', '.join(fixtures)}"
        yield ("crossover", "at"), f"{crossover['at']!r} is no fixture", cure
    yield from _return_line(rows)


def _return_line(rows: Mapping[str, list[_Row]]) -> Iterator[Finding]:
    places = {row.end for row in rows["hot"]}
    before = None
    for row in rows["return"]:
        if before is None and row.start not in places:
            cure = f"begin it at one of: {', '.join(sorted(places))}"
            yield row.at("from"), f"the return line begins at {row.start!r}, where no hot pipe ends", cure
        if before is not None and row.start != before.end:
            yield (
                row.at("from"),
                f"open loop: {before.name!r} ends at {before.end!r}",
                f"begin at {before.end!r}",
            )
        before = row
    if before is not None and before.end != HEATER:
        yield before.at("to"), f"open loop: the return line ends at {before.end!r}", f"end it at {HEATER!r}"


def _heater(tree: Mapping[str, Any]) -> Iterator[Finding]:
    heater, mains_c = tree.get("heater"), tree.get("mains_c")
    setpoint_c = heater.get("setpoint_c") if isinstance(heater, Mapping) else None
    if isinstance(setpoint_c, int | float) and isinstance(mains_c, int | float) and setpoint_c <= mains_c:
        message = f"{setpoint_c:g} C is no warmer than the mains water of {mains_c:g} C"
        yield ("heater", "setpoint_c"), message, f"more than {mains_c:g}"


def _thermostat(tree: Mapping[str, Any]) -> Iterator[Finding]:
    valve = tree.get("crossover")
    if not isinstance(valve, Mapping):
        return
    closes, opens = valve.get("closes_at_c"), valve.get("opens_below_c")
    if (closes is None) != (opens is None):
        cure = "give both, or neither for a plain check valve"
        yield ("crossover",), "'closes_at_c' and 'opens_below_c' belong together", cure
    elif isinstance(closes, int | float) and isinstance(opens, int | float) and opens >= closes:
        message = f"the valve opens below {opens:g} C but closes already at {closes:g} C"
        yield ("crossover", "opens_below_c"), message, f"less than {closes:g}"


def _sensors(tree: Mapping[str, Any], rows: Mapping[str, list[_Row]]) -> Iterator[Finding]:
    runs = {row.name: _list(tree, section)[row.number] for section in rows for row in rows[section]}
    for index, sensor in enumerate(_list(tree, "sensors")):
        pipe = sensor.get("pipe") if isinstance(sensor, Mapping) else None
        if not isinstance(pipe, str):
            continue
        if pipe not in runs:
            yield ("sensors", index, "pipe"), f"there is no pipe {pipe!r}", f"one of: {', '.join(runs)}"
            continue
        at_m, length_m = sensor.get("at_m"), runs[pipe].get("length_m")
        if isinstance(at_m, int | float) and isinstance(length_m, int | float) and at_m > length_m > 0:
            yield (
                ("sensors", index, "at_m"),
                f"{at_m:g} m is beyond the end of {pipe!r}",
                f"0 to {length_m:g} m",
            )
