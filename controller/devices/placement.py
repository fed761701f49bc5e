"""Which temperature sensor sits where, judged by what they did while the pump ran."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from controller.core.plumbing import COLD_LINE, FAR_END, RETURN, SUPPLY

RISE_K: Final = 2.0
"""A sensor that rose by less says nothing: houses warm and cool."""
HOT_C: Final = 40.0
"""A pipe that is as hot without the pump is close to the heater."""
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    RETURN: ("return", "rück", "rueck", "retour", "回水"),
    SUPPLY: ("supply", "vorlauf", "outlet", "flow pipe", "出水"),
    FAR_END: ("far", "shower", "bath", "远端"),
    COLD_LINE: ("cold", "kalt", "冷水"),
}
"""Words in a sensor's name that speak for a place."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What one sensor told.

    Args:
        name: Its name, for people.
        points: Seconds and temperatures in C, oldest first.
    """

    name: str
    points: Sequence[tuple[float, float]]

    def before(self, at_s: float) -> float | None:
        """Return the last value before an instant, in C; the first one after it when there is none."""
        values = [value_c for when_s, value_c in self.points if when_s <= at_s]
        return values[-1] if values else (self.points[0][1] if self.points else None)

    def rise_k(self, since_s: float) -> float:
        """Return how far it rose above its lowest value since an instant, in K."""
        values = [value_c for when_s, value_c in self.points if when_s >= since_s]
        before = self.before(since_s)
        if before is None or not values:
            return 0.0
        lowest = min(before, *values)
        return max(value - lowest for value in values[values.index(min(values)) :])

    def rose_at(self, since_s: float) -> float:
        """Return when it had done half of its rise."""
        before, half_k = self.before(since_s) or 0.0, self.rise_k(since_s) / 2
        return next(
            (when_s for when_s, value_c in self.points if when_s >= since_s and value_c >= before + half_k),
            float("inf"),
        )


def places(traces: Mapping[str, Trace], on_at_s: float) -> Mapping[str, str]:
    """Return the role that each sensor probably has; what shows nothing and is named after nothing has none.

    The pump pushes hot water along: what is hot already is the supply, what warms up last is the return.

    Args:
        traces: What each sensor told, by its key.
        on_at_s: When the pump was switched on.
    """
    found: dict[str, str] = {}
    for key, trace in traces.items():
        role = next((role for role, words in WORDS.items() if _named(trace, words)), None)
        if role is not None and role not in found.values():
            found[key] = role
    rest = {key: trace for key, trace in traces.items() if key not in found}
    hot = [key for key, trace in rest.items() if (trace.before(on_at_s) or 0.0) >= HOT_C]
    if hot and SUPPLY not in found.values():
        hottest = max(hot, key=lambda key: rest[key].before(on_at_s) or 0.0)
        found[hottest] = SUPPLY
        del rest[hottest]
    risers = sorted(
        (key for key, trace in rest.items() if trace.rise_k(on_at_s) >= RISE_K),
        key=lambda key: rest[key].rose_at(on_at_s),
    )
    for role in (RETURN, FAR_END):
        if risers and role not in found.values():
            found[risers.pop()] = role
    return found


def likest_first(traces: Mapping[str, Trace], role: str) -> Sequence[str]:
    """Return the keys of sensors, those first whose name speaks for a role."""
    return sorted(traces, key=lambda key: not _named(traces[key], WORDS[role]))


def _named(trace: Trace, words: Sequence[str]) -> bool:
    return any(word in trace.name.lower() for word in words)
