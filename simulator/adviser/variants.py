"""From a layout as drawn to what it could become: without a loop, with a return line, with crossover valves.

Pure functions from the values of a layout file to the values of another one, which is checked like any file.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from simulator.catalogue import PipeSize, pipe_sizes
from simulator.piping import HEATER

Tree: TypeAlias = Mapping[str, Any]
"""The values of a layout file."""

NARROWEST_MM: Final = 11.0
"""Inner diameter in mm below which a return line is noisy or resists too much at 2 to 6 l/min."""
RETURN_FOAM_MM: Final = 13
CLOSES_AT_C: Final = 37.8
OPENS_BELOW_C: Final = 35.0
VALVE_LAG_S: Final = 10.0
_LOOP_KEYS: Final = ("return", "crossover", "pump", "check_valve", "sensors", "loops")


def without_loop(tree: Tree) -> dict[str, Any]:
    """Return the house without any way back: water waits in the pipes."""
    house = {key: value for key, value in tree.items() if key not in _LOOP_KEYS}
    # a tank's port for circulation is there only with a return line
    house["heater"] = {key: value for key, value in tree["heater"].items() if key != "return_at"}
    return house


def with_return(tree: Tree, pump: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the house with a return line beside its trunk, from the last tees back to the heater.

    The return line mirrors the pipes between heater and tees, one size narrower in kind; the twigs to the fixtures stay as
    they are.

    Args:
        tree: The house; what loops it has are left out.
        pump: The pump as a layout file has it; its default without.
    """
    mains = list(_mains(tree))
    pipes = [_beside(tree, pipe) for pipe in reversed(mains)] or [_beside(tree, _longest_twig(tree))]
    return {**without_loop(tree), "heater": tree["heater"], **_pumped(pump), "return": _joined(pipes)}


def with_crossovers(tree: Tree, pump: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the house with a thermostatic crossover valve at the farthest fixture of each branch.

    Args:
        tree: The house; what loops it has are left out.
        pump: The pump as a layout file has it; its default without.
    """
    valves = [
        {"at": fixture, "closes_at_c": CLOSES_AT_C, "opens_below_c": OPENS_BELOW_C, "lag_s": VALVE_LAG_S}
        for fixture in far_fixtures(tree)
    ]
    return {**without_loop(tree), **_pumped(pump), "crossover": valves}


def with_insulation(tree: Tree, foam_mm: float) -> dict[str, Any]:
    """Return the house with so much foam on the pipes between heater, tees and pump; twigs to fixtures stay as they are."""
    changed = dict(tree)
    kept = {pipe_name(pipe) for pipe in _mains(tree)}
    changed["hot"] = [
        {**pipe, "insulation_mm": foam_mm} if pipe_name(pipe) in kept else pipe for pipe in tree["hot"]
    ]
    if "return" in tree:
        changed["return"] = [{**pipe, "insulation_mm": foam_mm} for pipe in tree["return"]]
    if "loops" in tree:
        changed["loops"] = [_loop_insulated(loop, foam_mm) for loop in tree["loops"]]
    return changed


def with_pump(tree: Tree, pump: Mapping[str, Any]) -> dict[str, Any]:
    """Return the house with another pump, in each of its loops."""
    if "loops" not in tree:
        return {**tree, "pump": dict(pump)}
    return {**tree, "loops": [{**loop, "pump": dict(pump)} for loop in tree["loops"]]}


def far_fixtures(tree: Tree) -> list[str]:
    """Return the farthest fixture of each branch: behind each tee that no other pipe but twigs leaves."""
    distances = _distances(tree)
    ends = _last_tees(tree) or [HEATER]
    found = []
    for tee in ends:
        twigs = [pipe["to"] for pipe in tree["hot"] if pipe["from"] == tee and pipe["to"] in tree["fixtures"]]
        if twigs:
            found.append(max(twigs, key=lambda place: distances[place]))
    return found


def pipe_name(pipe: Mapping[str, Any]) -> str:
    """Return what a pipe of a layout file is called."""
    return str(pipe.get("name") or f"{pipe['from']} to {pipe['to']}")


def return_size(size: PipeSize) -> str:
    """Return the narrowest size of the same system that a return line can have; no wider than the pipe it returns from."""
    family = _family(size.name)
    fitting = [
        one
        for one in pipe_sizes().values()
        if _family(one.name) == family and NARROWEST_MM <= one.inner_mm <= size.inner_mm
    ]
    return min(fitting, key=lambda one: one.inner_mm, default=size).name


def _family(name: str) -> tuple[str, bool]:
    """Return the system of a size: its material's word, and whether it is in inches (``PEX 3/4``, ``Cu L 1``)."""
    return name.rpartition(" ")[0], "x" not in name.rpartition(" ")[2]


def _pumped(pump: Mapping[str, Any] | None) -> dict[str, Any]:
    return {} if pump is None else {"pump": dict(pump)}


def _loop_insulated(loop: Tree, foam_mm: float) -> dict[str, Any]:
    pipes = [{**pipe, "insulation_mm": foam_mm} for pipe in loop.get("return", ())]
    return {**loop, "return": pipes} if pipes else dict(loop)


def _mains(tree: Tree) -> Iterator[Mapping[str, Any]]:
    """Yield the pipes that lead on to other pipes: all but the twigs."""
    starts = {pipe["from"] for pipe in tree["hot"]} | _taken_up(tree)
    return (pipe for pipe in tree["hot"] if pipe["to"] in starts)


def _taken_up(tree: Tree) -> set[str]:
    """Return the places at which a return line begins: a pipe that ends there is no twig."""
    loops = tree.get("loops") or [tree]
    return {pipe["from"] for loop in loops for pipe in loop.get("return", ())}


def _last_tees(tree: Tree) -> list[str]:
    starts = {pipe["from"] for pipe in _mains(tree)}
    return [pipe["to"] for pipe in _mains(tree) if pipe["to"] not in starts]


def _longest_twig(tree: Tree) -> Mapping[str, Any]:
    return max(tree["hot"], key=lambda pipe: float(pipe["length_m"]))


def _distances(tree: Tree) -> dict[str, float]:
    """Return how far each place is from the heater along the hot pipes, in m."""
    metres = {HEATER: 0.0}
    pipes = list(tree["hot"])
    while pipes:
        pipes_left = []
        for pipe in pipes:
            if pipe["from"] in metres:
                metres[pipe["to"]] = metres[pipe["from"]] + float(pipe["length_m"])
            else:
                pipes_left.append(pipe)
        pipes = pipes_left
    return metres


def _beside(tree: Tree, pipe: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stretch of return line beside a pipe."""
    defaults = tree.get("defaults") or {}
    size = pipe_sizes()[str(pipe.get("size") or defaults.get("size"))]
    foam_mm = pipe.get("insulation_mm")
    foam_mm = defaults.get("insulation_mm", 0) if foam_mm is None else foam_mm
    return {
        "name": f"return of {pipe_name(pipe)}",
        "from": pipe["to"],
        "to": pipe["from"],
        "size": return_size(size),
        "length_m": float(pipe["length_m"]),
        "insulation_mm": max(RETURN_FOAM_MM, foam_mm),
    }


def _joined(pipes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the pipes of a return line under places of its own, stretches without a joint made one."""
    joints = [pipe["to"] for pipe in pipes]
    rows: list[dict[str, Any]] = []
    for pipe in pipes:
        before = next((row for row in rows if row["to"] == pipe["from"]), None)
        if before is not None and joints.count(pipe["from"]) == 1 and _alike(before, pipe):
            before["to"] = pipe["to"]
            before["length_m"] = round(before["length_m"] + pipe["length_m"], 3)
        else:
            rows.append(dict(pipe))
    ends = {row["to"] for row in rows}
    for row in rows:
        row["from"] = _joint(row["from"]) if row["from"] in ends else row["from"]
    for row in rows:
        row["to"] = row["to"] if row["to"] == HEATER else _joint(row["to"])
    if len(rows) == 1:
        rows[0]["name"] = "return line"
    return rows


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one[key] == other[key] for key in ("size", "insulation_mm"))


def _joint(place: str) -> str:
    return f"{place} of the return"
