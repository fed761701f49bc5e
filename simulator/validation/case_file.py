"""Reads a reference case from a folder: ``case.json``, and ``draws.csv`` and ``pump.csv`` for what it does not say itself."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from simulator.validation.balance import Undetermined
from simulator.validation.case import HEATER, Case, CasePipe, Role, Spell
from simulator.validation.case_notes import Notes
from simulator.validation.case_pipes import cold_of, crossovers_of, pipes_of, with_roles
from simulator.validation.table import read_columns, read_text

CASE_FILE: Final = "case.json"
DRAWS_FILE: Final = "draws.csv"
PUMP_FILE: Final = "pump.csv"
_NUMBERS: Final = ("duration_s", "rho_kg_m3", "cp_J_kgK", "T_amb_C", "T_hot_C", "T_cold_C")
_POSITIVE: Final = ("duration_s", "rho_kg_m3", "cp_J_kgK")
_WORDS: Final = ("name", "assumptions", "ua_formula", "description", "comment", "note", "notes", "units")
_KNOWN: Final = frozenset(
    {*_NUMBERS, *_WORDS, "T_init_C", "pipes", "crossover", "crossovers", "sources", "draws"}
    | {"pump_flow_L_s", "pump_windows_s", "pump_pipe"}
)
_NODE_KEYS: Final = ("node", "fixture", "outlet", "at")
_DRAW_KNOWN: Final = frozenset(
    {
        *_NODE_KEYS,
        "side",
        "start_s",
        "dur_s",
        "duration_s",
        "end_s",
        "q_L_s",
        "q_hot_L_s",
        "q_cold_L_s",
        "comment",
    }
)


def read_case(folder: Path) -> Case:
    """Return the case in a folder, or in a file.

    Raises:
        ZcwError: There is no such file.
        ConfigError: It is no such case; with each thing that is wrong.
    """
    path = folder / CASE_FILE if folder.is_dir() else folder
    text = read_text(path)
    notes = Notes(str(path), text)
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise notes.no_json(error) from error
    except RecursionError:
        raise notes.refused("", "it is nested too deeply", "compare with a case that works") from None
    if not isinstance(raw, dict):
        raise notes.refused("", "it should be keys and values", 'begin it with { "name": ...')
    case = _read(_completed(raw, path.parent), notes)
    notes.refuse()
    assert case is not None, "a case without problems has been read"
    return case


def _completed(raw: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return what the file says, with draws and windows from the tables beside it where it says nothing of them."""
    whole = dict(raw)
    if "draws" not in raw and (folder / DRAWS_FILE).is_file():
        whole["draws"] = _rows(folder / DRAWS_FILE, ("fixture", "start_s", "dur_s", "q_L_s"), ("fixture",))
    if "pump_windows_s" not in raw and (folder / PUMP_FILE).is_file():
        rows = _rows(folder / PUMP_FILE, ("on_s", "off_s", "q_L_s"))
        whole["pump_windows_s"] = [list(row.values()) for row in rows]
    return whole


def _rows(path: Path, columns: Sequence[str], words: Iterable[str] = ()) -> list[dict[str, Any]]:
    found = read_columns(path, columns, words)
    return [
        {name: cell if name in words else float(cell) for name, cell in zip(columns, cells, strict=True)}
        for cells in zip(*found.values(), strict=True)
    ]


def _read(raw: dict[str, Any], notes: Notes) -> Case | None:
    notes.pass_over(raw, _KNOWN, ())
    numbers = {key: notes.number(raw, key, (), above=0.0 if key in _POSITIVE else None) for key in _NUMBERS}
    pipes = pipes_of(raw.get("pipes"), notes)
    pipes += crossovers_of(raw, pipes, notes)
    sources = _sources(raw, pipes, numbers, notes)
    case = Case(
        name=str(raw.get("name", "case")),
        duration_s=numbers["duration_s"],
        water_j_lk=numbers["rho_kg_m3"] * numbers["cp_J_kgK"] / 1000.0,
        ambient_c=numbers["T_amb_C"],
        initial_c=notes.number(raw, "T_init_C", ()) if "T_init_C" in raw else numbers["T_amb_C"],
        sources_c=sources,
        pipes=with_roles(pipes, sources),
        draws=tuple(_draws(raw.get("draws", []), pipes, notes)),
        driven=(),
        ignored=tuple(notes.ignored),
    )
    if notes.problems:
        return None
    case = replace(case, driven=tuple(_pumps(raw, case, notes)))
    _check_flows(case, notes)
    return case


def _sources(
    raw: dict[str, Any], pipes: Sequence[CasePipe], numbers: Mapping[str, float], notes: Notes
) -> dict[str, float]:
    told = raw.get("sources")
    if isinstance(told, dict):
        return {node: notes.number(told, node, ("sources",)) for node in told}
    ends = {pipe.end for pipe in pipes}
    # A place where pipes begin and none ends is fed from outside: by the heater, or else by the mains.
    fed = {pipe.start: numbers["T_cold_C"] for pipe in pipes if pipe.start not in ends}
    return {**fed, HEATER: numbers["T_hot_C"]}


def _draws(raw: Any, pipes: Sequence[CasePipe], notes: Notes) -> list[Spell]:
    if not isinstance(raw, list):
        notes.wrong(
            ("draws",), f"{str(raw)[:40]!r} is no list", 'give [{"fixture": ..., "start_s": ..., ...}]'
        )
        return []
    nodes = tuple(dict.fromkeys(node for pipe in pipes for node in (pipe.start, pipe.end)))
    found: list[Spell] = []
    for index, row in enumerate(raw):
        where = ("draws", index)
        if not isinstance(row, dict):
            notes.wrong(where, f"{str(row)[:40]!r} is no draw", 'give {"fixture": ..., "start_s": ..., ...}')
            continue
        notes.pass_over(row, _DRAW_KNOWN, where)
        found += _draw(row, nodes, notes, where)
    return found


def _draw(
    row: dict[str, Any], nodes: Sequence[str], notes: Notes, where: tuple[str | int, ...]
) -> list[Spell]:
    start_s = notes.number(row, "start_s", where, least=0.0)
    if "end_s" in row:
        end_s = notes.number(row, "end_s", where, least=start_s)
    else:
        end_s = start_s + notes.number(
            row, "duration_s" if "duration_s" in row else "dur_s", where, least=0.0
        )
    node = next((row[key] for key in _NODE_KEYS if key in row), None)
    split: list[str] = [key for key in ("q_hot_L_s", "q_cold_L_s") if key in row]
    spells = []
    for key in split or ["q_L_s"]:
        cold = key == "q_cold_L_s" or row.get("side") == "cold"
        at = cold_of(str(node), nodes) if cold else node
        if at not in nodes:
            notes.wrong(where, f"{node!r} is no node", f"the nodes are {', '.join(sorted(nodes))}")
            return []
        flow = notes.number(row, key, where, least=0.0)
        if flow:
            spells.append(Spell(str(at), start_s, end_s, flow))
    return spells


def _pumps(raw: dict[str, Any], case: Case, notes: Notes) -> list[Spell]:
    windows = raw.get("pump_windows_s", [])
    if not windows:
        return []
    names = [pipe.name for pipe in case.pipes if pipe.role is Role.DRIVEN]
    named = raw.get("pump_pipe", names[0] if len(names) == 1 else None)
    if named not in names:
        cure = 'let one pipe end at "heater", or give one "kind": "crossover"; of several name one as "pump_pipe"'
        notes.wrong(("pump_windows_s",), "it is not clear through which pipe the pump drives water", cure)
        return []
    if not isinstance(windows, list):
        notes.wrong(("pump_windows_s",), f"{str(windows)[:40]!r} is no list", "give [[on_s, off_s], ...]")
        return []
    found: list[Spell] = []
    for index, window in enumerate(windows):
        spell = _window(window, named, raw, notes, ("pump_windows_s", index))
        if spell is not None:
            if any(spell.start_s < other.end_s and other.start_s < spell.end_s for other in found):
                notes.wrong(
                    ("pump_windows_s", index),
                    f"{window} overlaps another window",
                    "let windows follow each other",
                )
            found.append(spell)
    return found


def _window(
    window: Any, pipe: str, raw: dict[str, Any], notes: Notes, where: tuple[str | int, ...]
) -> Spell | None:
    if isinstance(window, dict):
        window = [window[key] for key in ("on_s", "off_s", "q_L_s") if key in window]
    if not isinstance(window, list) or len(window) not in (2, 3):
        cure = "give [on_s, off_s] or [on_s, off_s, flow in l/s]"
        notes.wrong(where, f"{str(window)[:40]} is no window", cure)
        return None
    on_s = notes.value(window[0], where, least=0.0)
    off_s = notes.value(window[1], where, least=on_s)
    if len(window) == 3:
        return Spell(pipe, on_s, off_s, notes.value(window[2], where, least=0.0))
    return Spell(pipe, on_s, off_s, notes.number(raw, "pump_flow_L_s", (), least=0.0))


def _check_flows(case: Case, notes: Notes) -> None:
    try:
        case.flows_lps(0.0)
    except Undetermined:
        cure = 'break each ring by a source, a return line or a pipe with "kind": "crossover"'
        notes.wrong(
            ("pipes",), "what flows is not determined: there is a ring, or two sources are joined", cure
        )
