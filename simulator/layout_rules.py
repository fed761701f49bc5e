"""What must hold between the parts of a layout: every pipe is fed, every fixture has water, every name stands once.

The rules look at the raw values of the file and pass over what is not even of the right kind, so that they report their
findings beside those about single fields. Those about loops are in ``simulator.loop_rules``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from simulator.heater_fields import broken_heater_rules
from simulator.layout_rows import Finding, RawLayout, Row, number
from simulator.loop_rules import broken_loop_rules
from simulator.piping import HEATER, MAINS
from simulator.yaml_document import KeyPath


def broken_rules(tree: Mapping[str, Any]) -> list[Finding]:
    """Return every rule that a layout breaks.

    Args:
        tree: The file as read.
    """
    raw = RawLayout(tree)
    return [
        *_duplicates(raw),
        *_sizes(raw),
        *_unfed(raw.hot, HEATER),
        *_unfed(raw.cold, MAINS),
        *_dry_fixtures(raw),
        *_uses(raw),
        *_dead_ends(raw, "hot", raw.hot),
        *_dead_ends(raw, "cold", raw.cold),
        *_heater(tree),
        *broken_heater_rules(tree),
        *broken_loop_rules(raw),
    ]


def _duplicates(raw: RawLayout) -> Iterator[Finding]:
    yield from _repeated("pipe", [(row.at("name"), row.name) for row in raw.pipes])
    fixtures = raw.tree.get("fixtures")
    named = [
        (("fixtures", index), name)
        for index, name in enumerate(fixtures if isinstance(fixtures, list) else ())
    ]
    yield from _repeated("fixture", named)
    yield from _repeated("loop", [((*loop.path, "name"), loop.name) for loop in raw.loops if loop.path])
    for loop in raw.loops:
        roles = [((*path, "role"), sensor.get("role")) for path, sensor in loop.sensors]
        yield from _repeated("sensor with the role", roles)


def _repeated(kind: str, named: Iterable[tuple[KeyPath, object]]) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, name in named:
        if not isinstance(name, str):
            continue
        if name in seen:
            yield path, f"there is another {kind} {name!r}", "give each a name of its own"
        seen.add(name)


def _sizes(raw: RawLayout) -> Iterator[Finding]:
    defaults = raw.tree.get("defaults")
    if isinstance(defaults, Mapping) and defaults.get("size") is not None:
        return
    for row in (*raw.hot, *raw.cold, *(row for loop in raw.loops for row in loop.rows)):
        if _given(raw.tree, row.path, "size") is None:
            cure = "give it one, or give one for all under 'defaults'"
            yield row.path, f"pipe {row.name!r} has no size", cure


def _given(tree: Any, path: KeyPath, key: str) -> object:
    for step in path:
        tree = tree[step]
    return tree.get(key)


def _unfed(rows: Sequence[Row], root: str) -> Iterator[Finding]:
    if not rows:
        return
    fed_by: dict[str, str] = {}
    for row in rows:
        if row.end in fed_by or row.end == root:
            other = f"pipe {fed_by[row.end]!r}" if row.end in fed_by else f"the {root}"
            yield row.at("to"), f"{row.end!r} is already fed by {other}", "pipes branch out like a tree"
        fed_by.setdefault(row.end, row.name)
    reached = _reached(rows, root)
    upstream = {row.end: row.start for row in rows}
    for row in rows:
        if row.start not in reached:
            yield row.at("from"), *_unreached(row, upstream, root, reached)


def _unreached(row: Row, upstream: Mapping[str, str], root: str, reached: set[str]) -> tuple[str, str]:
    place, seen = row.start, {row.end}
    while place in upstream and place not in seen:
        seen.add(place)
        place = upstream[place]
    cure = f"begin it at one of: {', '.join(sorted(reached))}"
    if place in seen:
        return (
            f"pipe {row.name!r} lies behind a ring of pipes: {row.start!r} is not reached from the {root}",
            cure,
        )
    return f"{row.start!r} is not reached from the {root}", cure


def _reached(rows: Sequence[Row], root: str) -> set[str]:
    reached = {root}
    while True:
        further = {row.end for row in rows if row.start in reached} - reached
        if not further:
            return reached
        reached |= further


def _dry_fixtures(raw: RawLayout) -> Iterator[Finding]:
    for index, fixture in enumerate(raw.fixtures):
        for section, rows in (("hot", raw.hot), ("cold", raw.cold)):
            if rows and all(row.end != fixture for row in rows):
                cure = f"let a pipe under {section!r} end at it"
                yield ("fixtures", index), f"fixture {fixture!r} has no {section} pipe", cure


def _uses(raw: RawLayout) -> Iterator[Finding]:
    given = raw.tree.get("uses")
    for name in given if isinstance(given, Mapping) else ():
        if name not in raw.fixtures:
            cure = f"name one of: {', '.join(raw.fixtures)}"
            yield ("uses", name), f"there is no fixture {name!r}", cure


def _dead_ends(raw: RawLayout, section: str, rows: Sequence[Row]) -> Iterator[Finding]:
    taken_up = {row.start for loop in raw.loops for row in loop.rows} if section == "hot" else set()
    starts = {row.start for row in rows} | taken_up
    for row in rows:
        if row.end not in starts and row.end not in raw.fixtures:
            cure = "let it end at a fixture, or let another pipe go on from there"
            yield row.at("to"), f"pipe {row.name!r} leads nowhere: nothing is at {row.end!r}", cure


def _heater(tree: Mapping[str, Any]) -> Iterator[Finding]:
    heater = tree.get("heater")
    mains_c = number(tree.get("mains_c"))
    setpoint_c = number(heater.get("setpoint_c")) if isinstance(heater, Mapping) else None
    if setpoint_c is not None and mains_c is not None and setpoint_c <= mains_c:
        message = f"{setpoint_c:g} C is no warmer than the mains water of {mains_c:g} C"
        yield ("heater", "setpoint_c"), message, f"more than {mains_c:g}"
