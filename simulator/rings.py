"""Flows that run in a ring past the heater, and how they are taken out.

With two pumps, or two ways back of which one lets water through the wrong way, some water can go round and round without
ever coming to the heater. Water in a ring has no upstream end from which its temperature could be told, so the smallest
flow in the ring is taken out of all of it: every tee still balances. Valid for faults: sound check valves allow no ring.
"""

from collections.abc import Sequence

from simulator.network import STILL_LPS


def without_rings(ends: Sequence[tuple[str, str]], flows_lps: Sequence[float]) -> list[float]:
    """Return flows of which none runs in a ring.

    Args:
        ends: Start and end of each edge.
        flows_lps: Flow in each, in l/s, negative from end to start.
    """
    flows = list(flows_lps)
    while ring := _ring(ends, flows):
        least_lps = min(abs(flows[edge]) for edge in ring)
        for edge in ring:
            left_lps = abs(flows[edge]) - least_lps
            flows[edge] = (left_lps if flows[edge] > 0.0 else -left_lps) if left_lps > STILL_LPS else 0.0
    return flows


def _ring(ends: Sequence[tuple[str, str]], flows: Sequence[float]) -> list[int]:
    """Return the edges of a ring; nothing when there is none."""
    onward: dict[str, list[tuple[int, str]]] = {}
    for edge, ((start, end), flow) in enumerate(zip(ends, flows, strict=True)):
        if abs(flow) > STILL_LPS:
            source, sink = (start, end) if flow > 0.0 else (end, start)
            onward.setdefault(source, []).append((edge, sink))
    done: set[str] = set()
    for place in onward:
        ring = _walk(place, onward, done)
        if ring:
            return ring
    return []


def _walk(place: str, onward: dict[str, list[tuple[int, str]]], done: set[str]) -> list[int]:
    """Follow the water from a place; return the ring that it comes to, if it does."""
    path: list[tuple[int, str]] = [(-1, place)]
    choices = [iter(onward.get(place, ()))]
    while choices:
        edge, sink = next(choices[-1], (-1, ""))
        if edge < 0:
            choices.pop()
            done.add(path.pop()[1])
            continue
        visited = [visit for _, visit in path]
        if sink in visited:
            return [step for step, _ in path[visited.index(sink) + 1 :]] + [edge]
        if sink not in done:
            path.append((edge, sink))
            choices.append(iter(onward.get(sink, ())))
    return []
