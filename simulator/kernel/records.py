"""What the compiled pipes are kept in: arrays of records, so that a pipe, a piece or a stream is one pointer."""

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simulator.network import Edge
from simulator.pipe import Pipe
from simulator.tape import SLIVER

MOST_TERMS: Final = 8
"""Most exponentials that a piece of water can be the sum of."""
ROOM: Final = 256
"""Room for pieces in a pipe; a power of two. Pipes are thinned long before."""
MOST_CHANGES: Final = 128
"""Most changes that can arrive at one place between two changes of flow."""
MOST_EDGES: Final = 62
"""Most conduits: two bits each, in two whole numbers, tell the directions of all flows."""
MOST_PLACES: Final = 64
MOST_PLANS: Final = 256
"""Room for patterns of directions, a power of two; half of it is used."""

PLAIN, TOO_MANY_TERMS, TOO_MANY_PIECES, TOO_MANY_CHANGES, NO_WAY = range(5)
"""How a run stands: well, or what made it impossible."""

Record: TypeAlias = Any
"""One record of an array."""
Records: TypeAlias = NDArray[np.void]

_TERMS: Final = ("f8", (MOST_TERMS,))
PIPE: Final = np.dtype(
    [
        *(
            (name, "f8")
            for name in ("thermal_l", "cooling", "sliver_l", "reach_l", "flow", "head_l", "paced")
        ),
        *((name, "f8") for name in ("booked_l", "brought_kl", "left_kl", "merging_k", "began_s")),
        *((name, "i8") for name in ("start", "end", "link", "forwards", "plain", "first", "count", "fed_by")),
    ],
    align=True,
)
PIECE: Final = np.dtype(
    [
        *((name, "f8") for name in ("low_l", "ref_l", "ref_s", "fading")),
        ("terms", "i8"),
        ("excess_k", *_TERMS),
        ("slope", *_TERMS),
    ],
    align=True,
)
"""``low_l`` is the edge below it; that of the lowest piece means nothing."""
STREAM: Final = np.dtype(
    [
        *((name, "i8") for name in ("terms", "began_terms", "fresh", "turn")),
        ("passed_ks", "f8"),
        *((name, *_TERMS) for name in ("excess_k", "rate", "began_k", "began_rate")),
    ],
    align=True,
)
"""What comes at the instant settled to, what came when the span began, and how many changes there were in between."""
CHANGE: Final = np.dtype(
    [("at_s", "f8"), ("terms", "i8"), ("excess_k", *_TERMS), ("rate", *_TERMS)], align=True
)
PLACE: Final = np.dtype([("source_k", "f8"), ("first", "i8"), ("last", "i8")], align=True)
"""A source's temperature (not a number elsewhere), and where its conduits are told in ``around``."""
TEES: Final = MOST_EDGES
"""Number of the stream of the tee at the first place; those of the conduits come before."""
SOURCES: Final = MOST_EDGES + MOST_PLACES
"""Number of the stream of a source at the first place."""
_STREAMS: Final = MOST_EDGES + 2 * MOST_PLACES

WORLD: Final = np.dtype(
    [
        ("now_s", "f8"),
        *((name, "i8") for name in ("turn", "plan", "plans", "status", "edges", "spots")),
        ("flows", "f8", (MOST_EDGES,)),
        ("pipes", PIPE, (MOST_EDGES,)),
        ("streams", STREAM, (_STREAMS,)),
        ("places", PLACE, (MOST_PLACES,)),
        ("around", "i8", (2 * MOST_EDGES,)),
        ("keys", "i8", (MOST_PLANS, 2)),
        ("step_counts", "i8", (MOST_PLANS,)),
        ("steps", "i8", (MOST_PLANS, _STREAMS, 3)),
        ("comes", "i8", (MOST_PLANS, MOST_PLACES)),
        ("pieces", PIECE, (MOST_EDGES, ROOM)),
        ("fresh", CHANGE, (_STREAMS, MOST_CHANGES)),
    ],
    align=True,
)
"""A network in one record, so that it is one pointer to every function.

``flows`` are those that hold, in l/s; ``around`` the numbers of the conduits at each place, from 1, negative where they
end. For each pattern of directions there is a plan: its ``keys``, its ``steps`` (kind, conduit or place, stream that feeds
it), and what ``comes`` at each place, or -1. Memory that is never written costs nothing.
"""
World: TypeAlias = Any
"""A record of that kind."""


def world_of(
    edges: Sequence[Edge],
    sources: Mapping[str, float],
    *,
    since_s: float = 0.0,
    room: Records | None = None,
) -> tuple[Records, list[str]]:
    """Return a network as it is at its beginning, in an array of one, and its places by number.

    Args:
        edges: Its conduits; only their sizes and first temperatures are taken, so they must be new.
        sources: Places where water comes in, with its temperature above the room in K.
        since_s: The beginning, in s.
        room: An array to use again, whose network is no longer needed.

    Raises:
        ValueError: There are too many conduits or places.
    """
    names = list(dict.fromkeys(place for edge in edges for place in (edge.start, edge.end)))
    if len(edges) > MOST_EDGES or len(names) > MOST_PLACES:
        raise ValueError(
            f"{len(edges)} conduits and {len(names)} places are more than compiled pipes have room for"
        )
    worlds = np.zeros(1, WORLD) if room is None else room
    world = worlds[0]
    for name in ("turn", "plan", "plans", "status", "flows", "pipes", "streams"):
        world[name] = np.zeros((), WORLD[name])
    world["now_s"], world["edges"], world["spots"], world["keys"] = since_s, len(edges), len(names), -1
    at = 0
    for index, name in enumerate(names):
        signed = _signed(edges, name)
        world["places"][index] = (sources.get(name, nan), at, at + len(signed))
        world["around"][at : at + len(signed)] = signed
        at += len(signed)
        stream = world["streams"][SOURCES + index]
        stream["terms"] = stream["began_terms"] = 1
        stream["excess_k"][0] = stream["began_k"][0] = sources.get(name, nan)
    number = {name: index for index, name in enumerate(names)}
    for index, edge in enumerate(edges):
        _fill(world, index, edge, (number[edge.start], number[edge.end]), since_s)
    return worlds, names


def _fill(world: World, index: int, edge: Edge, ends: tuple[int, int], since_s: float) -> None:
    pipe = world["pipes"][index]
    pipe["start"], pipe["end"] = ends
    pipe["forwards"] = pipe["plain"] = pipe["count"] = 1
    pipe["fed_by"] = -1
    if not isinstance(edge.conduit, Pipe):
        pipe["link"] = 1
        return
    thermal_l = edge.conduit.thermal_l
    pipe["thermal_l"], pipe["cooling"] = thermal_l, edge.conduit.cooling
    pipe["sliver_l"], pipe["reach_l"] = SLIVER * thermal_l, thermal_l - SLIVER * thermal_l
    pipe["booked_l"], pipe["began_s"] = -thermal_l, since_s
    piece = world["pieces"][index, 0]
    piece["low_l"] = piece["ref_l"] = piece["fading"] = piece["slope"][0] = 0.0
    piece["ref_s"], piece["terms"], piece["excess_k"][0] = since_s, 1, edge.conduit.excess_k
    stream = world["streams"][index]
    stream["terms"], stream["excess_k"][0], stream["rate"][0] = (
        1,
        edge.conduit.excess_k,
        -edge.conduit.cooling,
    )


def _signed(edges: Sequence[Edge], place: str) -> list[int]:
    starts = [number for number, edge in enumerate(edges, 1) if edge.start == place]
    return starts + [-number for number, edge in enumerate(edges, 1) if edge.end == place]
