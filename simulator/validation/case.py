"""A reference case: pipes, draws and pump windows as a ``case.json`` tells them, and what flows when.

Flows follow by balance: each draw takes its flow at its node, each pump drives its flow through one pipe (a return line,
which ends at the heater, or a crossover); what then flows in all other pipes, and which way, is the only answer that
balances at every node. So reversal and mixing need no word in the file.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from controller.core.errors import ConfigError, Problem
from simulator.validation.table import read_text

HEATER: Final = "heater"
CASE_FILE: Final = "case.json"
_NUMBERS: Final = ("duration_s", "rho_kg_m3", "cp_J_kgK", "T_amb_C", "T_hot_C", "T_cold_C")
_KNOWN: Final = frozenset(
    {*_NUMBERS, "name", "T_init_C", "assumptions", "ua_formula", "pipes", "draws", "pump_flow_L_s"}
    | {"pump_windows_s", "pump_pipe", "sources", "description", "comment"}
)
_PIPE_KNOWN: Final = frozenset({"from", "to", "L_m", "D_m", "UA_W_mK", "kind", "comment"})
_DRIVEN: Final = ("crossover", "bypass")


@dataclass(frozen=True, slots=True)
class CasePipe:
    """One pipe: its name, the nodes it joins, length and inner diameter in m, loss in W/(m K), and its kind if told."""

    name: str
    start: str
    end: str
    length_m: float
    inner_m: float
    loss_w_mk: float
    kind: str = ""

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
    """Keys that nobody here understands."""

    def changes(self) -> list[float]:
        """Return every instant at which a flow changes, in order."""
        spells = (*self.draws, *self.driven)
        return sorted(
            {at_s for spell in spells for at_s in (spell.start_s, spell.end_s) if at_s < self.duration_s}
        )

    def flows_lps(self, at_s: float) -> list[float]:
        """Return the flow in each pipe from an instant on, in l/s, positive from start to end."""
        drawn: dict[str, float] = {}
        for spell in self.draws:
            if spell.start_s <= at_s < spell.end_s:
                drawn[spell.at] = drawn.get(spell.at, 0.0) + spell.flow_lps
        driven: dict[str, float] = {}
        for spell in self.driven:
            if spell.start_s <= at_s < spell.end_s:
                driven[spell.at] = spell.flow_lps
        return self._balanced(drawn, driven)

    def _balanced(self, drawn: dict[str, float], driven: dict[str, float]) -> list[float]:
        """Return the flows that balance: from the ends of the tree inwards, each node's only open pipe is known."""
        taken = dict(drawn)
        flows = [0.0] * len(self.pipes)
        free = set()
        for number, pipe in enumerate(self.pipes):
            if self.is_driven(pipe):
                flows[number] = flow = driven.get(pipe.name, 0.0)
                taken[pipe.start] = taken.get(pipe.start, 0.0) + flow
                taken[pipe.end] = taken.get(pipe.end, 0.0) - flow
            else:
                free.add(number)
        while free:
            found = next(self._ends(free), None)
            if found is None:
                raise ValueError("what flows is not determined")
            number, node = found
            pipe = self.pipes[number]
            need = taken.get(node, 0.0)
            other = pipe.start if node == pipe.end else pipe.end
            flows[number] = need if node == pipe.end else -need
            taken[other] = taken.get(other, 0.0) + need
            free.remove(number)
        return flows

    def _ends(self, free: set[int]) -> Iterator[tuple[int, str]]:
        for number in sorted(free):
            for node in (self.pipes[number].end, self.pipes[number].start):
                if node not in self.sources_c and not any(
                    node in (self.pipes[other].start, self.pipes[other].end)
                    for other in free
                    if other != number
                ):
                    yield number, node

    def is_driven(self, pipe: CasePipe) -> bool:
        """Tell whether only a pump moves water through a pipe: a check valve holds it otherwise."""
        return pipe.end == HEATER or any(word in (pipe.kind or pipe.name).lower() for word in _DRIVEN)


def read_case(folder: Path) -> Case:
    """Return the case in a folder.

    Raises:
        ZcwError: There is no such file.
        ConfigError: It is no such case; with each thing that is wrong.
    """
    path = folder / CASE_FILE if folder.is_dir() else folder
    try:
        raw = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        problem = Problem("", f"this is no JSON: {error.msg}", error.lineno, "compare with a case that works")
        raise ConfigError(str(path), (problem,)) from error
    reader = _Reader(str(path))
    case = reader.case(raw if isinstance(raw, dict) else {})
    if reader.problems or case is None:
        raise ConfigError(str(path), tuple(reader.problems))
    return case


class _Reader:
    """Reads a case and keeps what is wrong with it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.ignored: list[str] = []

    def case(self, raw: dict[str, Any]) -> Case | None:
        self.ignored += sorted(set(raw) - _KNOWN)
        numbers = {key: self.number(raw, key, key) for key in _NUMBERS}
        pipes = self.pipes(raw.get("pipes"))
        sources = self.sources(raw, pipes, numbers)
        case = Case(
            name=str(raw.get("name", "case")),
            duration_s=numbers["duration_s"],
            water_j_lk=numbers["rho_kg_m3"] * numbers["cp_J_kgK"] / 1000.0,
            ambient_c=numbers["T_amb_C"],
            initial_c=self.number(raw, "T_init_C", "T_init_C") if "T_init_C" in raw else numbers["T_amb_C"],
            sources_c=sources,
            pipes=pipes,
            draws=self.draws(raw.get("draws", []), pipes),
            driven=(),
            ignored=tuple(self.ignored),
        )
        if self.problems:
            return None
        case = replace(case, driven=tuple(self.pumps(raw, case)))
        self.check_flows(case)
        return case

    def pipes(self, raw: Any) -> tuple[CasePipe, ...]:
        if not isinstance(raw, dict) or not raw:
            self.wrong(
                "pipes", "there are none", 'give "pipes": {"trunk": {"from": ..., "to": ..., "L_m": ...}}'
            )
            return ()
        found = []
        for name, row in raw.items():
            where = f"pipes.{name}"
            if (
                not isinstance(row, dict)
                or not isinstance(row.get("from"), str)
                or not isinstance(row.get("to"), str)
            ):
                self.wrong(where, "it has no ends", 'give it "from" and "to"')
                continue
            self.ignored += [f"{where}.{key}" for key in sorted(set(row) - _PIPE_KNOWN)]
            length_m, inner_m, loss = (
                self.number(row, key, f"{where}.{key}", least=0.0) for key in ("L_m", "D_m", "UA_W_mK")
            )
            kind = str(row.get("kind", ""))
            found.append(CasePipe(name, row["from"], row["to"], length_m, inner_m, loss, kind))
        return tuple(found)

    def sources(
        self, raw: dict[str, Any], pipes: tuple[CasePipe, ...], numbers: Mapping[str, float]
    ) -> dict[str, float]:
        told = raw.get("sources")
        if isinstance(told, dict):
            return {node: self.number(told, node, f"sources.{node}") for node in told}
        ends = {pipe.end for pipe in pipes}
        # A place where pipes begin and none ends is fed from outside: by the heater, or else by the mains.
        fed = {pipe.start: numbers["T_cold_C"] for pipe in pipes if pipe.start not in ends}
        return {**fed, HEATER: numbers["T_hot_C"]}

    def draws(self, raw: Any, pipes: tuple[CasePipe, ...]) -> tuple[Spell, ...]:
        nodes = {node for pipe in pipes for node in (pipe.start, pipe.end)}
        found = []
        for index, row in enumerate(raw if isinstance(raw, list) else []):
            where = f"draws[{index}]"
            node = row.get("node", row.get("fixture")) if isinstance(row, dict) else None
            if node not in nodes:
                self.wrong(where, f"{node!r} is no node", f"the nodes are {', '.join(sorted(nodes))}")
                continue
            start_s = self.number(row, "start_s", f"{where}.start_s", least=0.0)
            for_s = self.number(row, "dur_s", f"{where}.dur_s", least=0.0)
            flow = self.number(row, "q_L_s", f"{where}.q_L_s", least=0.0)
            found.append(Spell(node, start_s, start_s + for_s, flow))
        return tuple(found)

    def pumps(self, raw: dict[str, Any], case: Case) -> list[Spell]:
        windows = raw.get("pump_windows_s", [])
        if not windows:
            return []
        names = [pipe.name for pipe in case.pipes if case.is_driven(pipe)]
        named = raw.get("pump_pipe", names[0] if len(names) == 1 else None)
        if named not in names:
            cure = 'let one pipe end at "heater", or give one "kind": "crossover"; of several name one as "pump_pipe"'
            self.wrong("pump_windows_s", "it is not clear through which pipe the pump drives water", cure)
            return []
        found = []
        for index, window in enumerate(windows):
            where = f"pump_windows_s[{index}]"
            if not isinstance(window, list) or len(window) not in (2, 3):
                self.wrong(
                    where, f"{window!r} is no window", "give [on_s, off_s] or [on_s, off_s, flow in l/s]"
                )
                continue
            on_s, off_s, *own = (self.value(value, where) for value in window)
            flow = own[0] if own else self.number(raw, "pump_flow_L_s", "pump_flow_L_s", least=0.0)
            found.append(Spell(named, on_s, off_s, flow))
        return found

    def check_flows(self, case: Case) -> None:
        try:
            case.flows_lps(0.0)
        except ValueError:
            cure = 'break each ring by a source, a return line or a pipe with "kind": "crossover"'
            self.wrong(
                "pipes", "what flows is not determined: there is a ring, or two sources are joined", cure
            )

    def number(self, row: Mapping[str, Any], key: str, where: str, *, least: float = -math.inf) -> float:
        if key not in row:
            self.wrong(where, "it is missing", "give a number")
            return 1.0
        return self.value(row[key], where, least=least)

    def value(self, value: Any, where: str, *, least: float = -math.inf) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.wrong(where, f"{value!r} is no number", "give a finite number")
            return 1.0
        if value < least:
            self.wrong(where, f"{value} is less than {least:g}", "give a number that is not")
            return 1.0
        return float(value)

    def wrong(self, where: str, message: str, cure: str) -> None:
        self.problems.append(Problem(where, message, None, cure))
