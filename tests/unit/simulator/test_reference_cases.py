"""The pipes against solutions that others computed: an independent solver, and exact characteristics."""

import csv
import json
import math

import pytest

from simulator.network import Edge, Network
from simulator.pipe import Pipe

pytestmark = pytest.mark.reference

EPANET_J_LK = 4121.0


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain_pipe(length_m, inner_mm, loss_w_mk, water_j_lk):
    """A pipe without wall, as the reference solutions have it."""
    litres = math.pi * inner_mm**2 / 4000.0 * length_m
    return Pipe(litres, 1.0, loss_w_mk * length_m / (litres * water_j_lk))


def patterns(path):
    """Flows in l/min by tap, in steps of 10 s."""
    flows = {}
    section = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line
        elif section == "[PATTERNS]" and line.strip() and not line.startswith(";"):
            name, *values = line.split()
            flows.setdefault(name, []).extend(map(float, values))
    return flows


@pytest.mark.parametrize(
    ("case", "pipes", "taps", "counted"),
    [
        ("caseA_single_pipe", [("P1", "H", "T", 20, 13, 0.56)], {"T": [0]}, (84, 0)),
        (
            "caseB_trunk_branch",
            [
                ("P0", "H", "J1", 10, 20, 0.25),
                ("P1", "J1", "T1", 5, 13, 0.56),
                ("P2", "J1", "T2", 12, 13, 0.198),
            ],
            {"T1": [0, 1], "T2": [0, 2]},
            (205, 5),
        ),
    ],
)
def test_an_independent_solver_finds_the_same_temperatures_and_the_same_fronts_within_a_second(
    reference, case, pipes, taps, counted
):
    found = rows(reference / "epanet" / f"{case}.csv")
    flows = patterns(reference / "epanet" / f"{case}.inp")
    edges = [Edge(name, start, end, plain_pipe(*rest, EPANET_J_LK)) for name, start, end, *rest in pipes]
    network = Network(edges, {"H": 40.0}, ())
    lpm = {tap: flows[next(name for name in flows if name.endswith(tap))] for tap in taps}
    steps = len(next(iter(lpm.values())))
    away_k, fronts = [], 0
    for row in found:
        at_s = float(row["time_s"])
        for tap in taps:
            if at_s and lpm[tap][min(math.ceil(at_s / 10) - 1, steps - 1)]:
                told_k = float(row[f"theta_{tap}_K"])
                # Just before the instant, and what we find up to a second earlier or later.
                now_k, *around = (
                    network.temperature(tap, at_s + by_s) for by_s in (-1e-6, -1.0, -0.5, 0.5, 1.0)
                )
                around.append(now_k)
                if max(around) - min(around) < 0.5:
                    away_k.append(abs(told_k - now_k))
                else:
                    fronts += 1
                    assert min(around) - 0.05 <= told_k <= max(around) + 0.05, f"{tap} at {at_s} s"
        if at_s % 10 == 0 and at_s / 10 < steps:
            network.settle(at_s)
            network.set_flows(at_taps(taps, lpm, int(at_s / 10), len(edges)), at_s)
    # A front more than a second early or late shows as kelvins where ours sees none.
    assert max(away_k) < 0.05
    assert (len(away_k), fronts) == counted


def at_taps(taps, lpm, step, edges):
    flows = [0.0] * edges
    for tap, way in taps.items():
        for number in way:
            flows[number] += lpm[tap][step] / 60.0
    return flows


def test_exact_characteristics_of_a_day_are_met_to_the_last_printed_digit(reference):
    folder = reference / "reference_case"
    case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    water_j_lk = case["rho_kg_m3"] * case["cp_J_kgK"] / 1000.0
    names = list(case["pipes"])
    edges = []
    for name, pipe in case["pipes"].items():
        end = "back" if pipe["to"] == "heater" else pipe["to"]
        conduit = plain_pipe(pipe["L_m"], 1000.0 * pipe["D_m"], pipe["UA_W_mK"], water_j_lk)
        edges.append(Edge(name, pipe["from"], end, conduit))
    network = Network(edges, {"heater": case["T_hot_C"] - case["T_amb_C"]}, ())
    changes = {
        at_s for draw in case["draws"] for at_s in (draw["start_s"], draw["start_s"] + draw["dur_s"])
    } | {at_s for window in case["pump_windows_s"] for at_s in window}
    wanted = {}
    for row in rows(folder / "exact_reference.csv"):
        wanted.setdefault(int(row["t_s"]), []).append(row)
    compared, worst_k = 0, 0.0
    for at_s in sorted(changes | set(wanted)):
        # The reference gives what arrived just before the instant.
        for row in wanted.get(at_s, ()):
            if row["clear_of_front"] == "1":
                place = "back" if row["outlet"] == "return" else row["outlet"]
                found_c = case["T_amb_C"] + network.temperature(place, at_s - 1e-6)
                worst_k = max(worst_k, abs(found_c - float(row["T_C"])))
                compared += 1
        if at_s in changes:
            network.settle(at_s)
            network.set_flows(flows_at(case, names, at_s), at_s)
    assert compared > 5000
    assert worst_k < 2e-6  # printed with six digits; a microsecond earlier


def flows_at(case, names, at_s):
    flows = dict.fromkeys(names, 0.0)
    for draw in case["draws"]:
        if draw["start_s"] <= at_s < draw["start_s"] + draw["dur_s"]:
            flows[draw["fixture"]] += draw["q_L_s"]
            flows["trunk"] += draw["q_L_s"]
    if any(start_s <= at_s < end_s for start_s, end_s in case["pump_windows_s"]):
        flows["return"] += case["pump_flow_L_s"]
        flows["trunk"] += case["pump_flow_L_s"]
    return [flows[name] for name in names]
