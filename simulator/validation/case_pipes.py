"""The pipes of a reference case's file, and what makes water flow in each."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from simulator.validation.balance import HEATER, Role
from simulator.validation.case import CasePipe
from simulator.validation.case_notes import Notes
from simulator.yaml_document import KeyPath

_KNOWN: Final = frozenset({"from", "to", "L_m", "D_m", "UA_W_mK", "kind", "T_init_C", "comment"})
_CROSSOVER_KNOWN: Final = _KNOWN | {"name", "hot", "cold", "fixture", "at"}
_DRIVEN_WORDS: Final = ("crossover", "bypass")


def pipes_of(raw: Any, notes: Notes) -> tuple[CasePipe, ...]:
    """Return the pipes of ``pipes``: a mapping by name, or a list of pipes with names."""
    if isinstance(raw, list) and all(isinstance(row, dict) and "name" in row for row in raw):
        raw = {str(row["name"]): {key: row[key] for key in row if key != "name"} for row in raw}
    if not isinstance(raw, dict) or not raw:
        cure = 'give "pipes": {"trunk": {"from": ..., "to": ..., "L_m": ...}}'
        notes.wrong(("pipes",), "there are none", cure)
        return ()
    found = []
    for name, row in raw.items():
        where = ("pipes", name)
        if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in ("from", "to")):
            notes.wrong(where, "it has no ends", 'give it "from" and "to"')
            continue
        if row["from"] == row["to"]:
            notes.wrong(where, f"it begins where it ends, at {row['from']!r}", "let it lead elsewhere")
            continue
        notes.pass_over(row, _KNOWN, where)
        found.append(_pipe(name, row, (row["from"], row["to"]), notes, where))
    return tuple(found)


def _pipe(name: str, row: dict[str, Any], ends: tuple[str, str], notes: Notes, where: KeyPath) -> CasePipe:
    length_m, inner_m, loss = (notes.number(row, key, where, least=0.0) for key in ("L_m", "D_m", "UA_W_mK"))
    driven = any(word in str(row.get("kind", name)).lower() for word in _DRIVEN_WORDS)
    initial_c = notes.number(row, "T_init_C", where) if "T_init_C" in row else None
    return CasePipe(name, *ends, length_m, inner_m, loss, Role.DRIVEN if driven else Role.FREE, initial_c)


def crossovers_of(raw: dict[str, Any], pipes: Sequence[CasePipe], notes: Notes) -> tuple[CasePipe, ...]:
    """Return the crossovers that stand by themselves: ``crossover`` (one) or ``crossovers`` (a list).

    Each tells its hot and its cold node (``from`` and ``to``, or ``hot`` and ``cold``), or only the fixture, whose cold
    side is then the node with its name and ``cold``. Without length it holds no water.
    """
    told = raw.get("crossovers", [raw["crossover"]] if "crossover" in raw else [])
    where = "crossovers" if "crossovers" in raw else "crossover"
    nodes = tuple(dict.fromkeys(node for pipe in pipes for node in (pipe.start, pipe.end)))
    found = []
    for index, one in enumerate(told if isinstance(told, list) else [told]):
        row = one if isinstance(one, dict) else {"fixture": one}
        notes.pass_over(row, _CROSSOVER_KNOWN, (where,))
        start = row.get("from", row.get("hot", row.get("fixture", row.get("at"))))
        end = row.get("to", row.get("cold", cold_of(str(start), nodes)))
        if start not in nodes or end not in nodes or start == end:
            cure = f'give "from" and "to", two of {", ".join(sorted(nodes))}'
            notes.wrong((where,), f"{str(one)[:60]!r} joins no two nodes", cure)
            continue
        name = str(row.get("name", where if where == "crossover" else f"crossover {index + 1}"))
        sizes = {"L_m": 0.0, "D_m": 0.0, "UA_W_mK": 0.0, **row, "kind": "crossover"}
        found.append(_pipe(name, sizes, (str(start), str(end)), notes, (where,)))
    return tuple(found)


def cold_of(node: str, nodes: Iterable[str]) -> str:
    """Return the cold side of a fixture: the node that is named like it and cold; its own name when there is none."""
    names = (
        [f"{node}{link}cold" for link in "_ -."]
        + [f"cold{link}{node}" for link in "_ -."]
        + [f"{node}_c", f"c_{node}"]
    )
    return next((one for one in nodes if one in names), node)


def with_roles(pipes: Sequence[CasePipe], sources: dict[str, float]) -> tuple[CasePipe, ...]:
    """Return the pipes with what makes water flow in each.

    A pipe to the heater is a return line when it comes from the hot pipes, and the feed when it comes from the mains. A pipe
    from the hot to the cold pipes is a crossover, whatever its name.
    """
    warm = _reached(pipes, {HEATER})
    mains = _reached(pipes, set(sources) - {HEATER})
    return tuple(replace(pipe, role=_role(pipe, warm, mains)) for pipe in pipes)


def _role(pipe: CasePipe, warm: set[str], mains: set[str]) -> Role:
    if pipe.role is Role.DRIVEN:
        return pipe.role
    if pipe.end == HEATER:
        return Role.FEED if pipe.start in mains else Role.DRIVEN
    crosses = pipe.start in warm - mains and pipe.end in mains
    return Role.DRIVEN if crosses else Role.FREE


def _reached(pipes: Sequence[CasePipe], begin: set[str]) -> set[str]:
    """Return the nodes that water comes to from some of them, without passing the heater or what is driven."""
    reached, before = set(begin), set[str]()
    while reached != before:
        before = set(reached)
        reached |= {
            pipe.end
            for pipe in pipes
            if pipe.start in reached and pipe.end != HEATER and pipe.role is not Role.DRIVEN
        }
    return reached
