"""A reference case: pipes, draws and pump windows, and what flows when.

Flows follow by balance: each draw takes its flow at its node, each pump drives its flow through one pipe (a return line,
which ends at the heater, or a crossover), a pipe from the mains to the heater carries what the heater gives; what then flows
in all other pipes, and which way, is the only answer that balances at every node. So reversal and mixing need no word.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.validation.balance import HEATER, Joint, Role, balanced

__all__ = ["HEATER", "Case", "CasePipe", "Role", "Spell"]


@dataclass(frozen=True, slots=True)
class CasePipe:
    """One pipe: its name, the nodes it joins, length and inner diameter in m, loss in W/(m K), what makes water flow in it,
    and its temperature at the beginning in C where that is its own.
    """

    name: str
    start: str
    end: str
    length_m: float
    inner_m: float
    loss_w_mk: float
    role: Role = Role.FREE
    initial_c: float | None = None

    @property
    def water_l(self) -> float:
        """Return the litres in it."""
        return math.pi * self.inner_m**2 / 4.0 * self.length_m * 1000.0


@dataclass(frozen=True, slots=True)
class Spell:
    """Water taken at a node, or driven through a pipe, for a while.

    Args:
        at: The node, or the pipe when driven.
        start_s: Where it begins.
        end_s: Where it ends.
        flow_lps: How much, in l/s.
    """

    at: str
    start_s: float
    end_s: float
    flow_lps: float


@dataclass(frozen=True, slots=True)
class Case:
    """A case as read; temperatures in C, ``water_j_lk`` in J/(l K)."""

    name: str
    duration_s: float
    water_j_lk: float
    ambient_c: float
    initial_c: float
    sources_c: Mapping[str, float]
    pipes: tuple[CasePipe, ...]
    draws: tuple[Spell, ...]
    driven: tuple[Spell, ...]
    ignored: tuple[str, ...] = field(default=())
    """Keys that nobody here understands, each with its line."""

    def changes(self) -> list[float]:
        """Return every instant at which a flow changes, in order."""
        spells = (*self.draws, *self.driven)
        return sorted(
            {at_s for spell in spells for at_s in (spell.start_s, spell.end_s) if at_s < self.duration_s}
        )

    def flows_lps(self, at_s: float) -> list[float]:
        """Return the flow in each pipe from an instant on, in l/s, positive from start to end."""
        joints = [Joint(pipe.name, pipe.start, pipe.end, pipe.role) for pipe in self.pipes]
        return balanced(joints, self.sources_c, _sums(self.draws, at_s), _sums(self.driven, at_s))


def _sums(spells: tuple[Spell, ...], at_s: float) -> dict[str, float]:
    sums: dict[str, float] = {}
    for spell in spells:
        if spell.start_s <= at_s < spell.end_s:
            sums[spell.at] = sums.get(spell.at, 0.0) + spell.flow_lps
    return sums
