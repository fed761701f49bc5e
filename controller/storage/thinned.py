"""Curves over any span of time, thinned to what a picture can show."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from controller.core.clock import HOUR_MS

Reading: TypeAlias = tuple[str, str, int, float]
"""Loop, sensor, UTC milliseconds, C."""

_ENOUGH: Final = "SELECT count(*) FROM (SELECT 1 FROM readings WHERE utc_ms >= ? AND utc_ms < ? LIMIT ?)"
_ALL: Final = "SELECT series, utc_ms, value_c FROM readings WHERE utc_ms >= ? AND utc_ms < ?"
# SQLite takes the bare column with the time from the row that holds the min() or max().
_EXTREMES: Final = tuple(
    f"SELECT series, utc_ms, {which}(value_c) FROM readings WHERE utc_ms >= ? AND utc_ms < ?"
    " GROUP BY series, (utc_ms - ?) / ?"
    for which in ("min", "max")
)
_OF_HOURS: Final = tuple(
    f"SELECT series, {end}_ms, {which}({end}_c) FROM hours WHERE {end}_ms >= ? AND {end}_ms < ?"
    f" AND hour >= ? AND hour <= ? GROUP BY series, ({end}_ms - ?) / ?"
    for which, end in (("min", "low"), ("max", "high"))
)


def extremes(
    connection: sqlite3.Connection | None,
    span: tuple[int, int],
    points: int,
    loop: str | None,
    waiting: Iterable[Reading] = (),
) -> list[Reading]:
    """Return the temperatures of a span, at most ``points`` of them but one of each curve, in no order.

    Args:
        connection: The data file; None when it cannot be read.
        span: From and until, in UTC milliseconds.
        points: So many at most, all curves together.
        loop: Only of this loop.
        waiting: Readings that are not in the file yet, of the same span and loop.
    """
    curves: defaultdict[tuple[str, str], set[Reading]] = defaultdict(set)
    for row in (*waiting, *(() if connection is None else _stored(connection, span, points, loop))):
        curves[row[:2]].add(row)
    each = max(1, points // max(1, len(curves)))
    if sum(map(len, curves.values())) <= points:
        return [row for rows in curves.values() for row in rows]
    return [row for rows in curves.values() for row in _thinned(rows, span, each)]


def _stored(
    connection: sqlite3.Connection, span: tuple[int, int], points: int, loop: str | None
) -> Iterator[Reading]:
    names = {
        curve: (name, sensor)
        for curve, name, sensor in connection.execute("SELECT id, loop, sensor FROM series")
        if isinstance(name, str) and isinstance(sensor, str) and loop in (None, name)
    }
    grain_ms = _grain_ms(span, points // max(1, len(names)))
    for curve, utc_ms, value_c in _rows(connection, span, points, grain_ms):
        # Flipped bits leave values of other kinds.
        if curve in names and isinstance(utc_ms, int) and isinstance(value_c, int | float):
            yield (*names[curve], utc_ms, value_c)


def _rows(
    connection: sqlite3.Connection, span: tuple[int, int], points: int, grain_ms: int
) -> Iterator[tuple[object, object, object]]:
    if grain_ms >= HOUR_MS:
        hours = (span[0] // HOUR_MS, span[1] // HOUR_MS)
        for question in _OF_HOURS:
            yield from connection.execute(question, (*span, *hours, span[0], grain_ms))
        return
    [[count]] = connection.execute(_ENOUGH, (*span, points + 1))
    if count <= points:
        yield from connection.execute(_ALL, span)
        return
    for question in _EXTREMES:
        yield from connection.execute(question, (*span, span[0], grain_ms))


def _thinned(rows: set[Reading], span: tuple[int, int], most: int) -> set[Reading]:
    if len(rows) <= most:
        return rows
    grain_ms = _grain_ms(span, most)
    buckets: defaultdict[int, list[Reading]] = defaultdict(list)
    for row in rows:
        buckets[(row[2] - span[0]) // grain_ms].append(row)
    kept = {pick(bucket, key=_value) for bucket in buckets.values() for pick in (min, max)}
    return kept if most > 1 else {max(kept, key=lambda row: row[2])}


def _grain_ms(span: tuple[int, int], most: int) -> int:
    """Return the width of the spans that are told by two values each, so that there are ``most`` values."""
    return max(1, -(-(span[1] - span[0]) // max(1, most // 2)))


def _value(row: Reading) -> float:
    return row[3]
