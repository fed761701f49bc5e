"""Temperatures in a reference case by the method of characteristics, written for nothing but to check the simulator.

It shares no code with it. Flows come from a linear system (what comes to a node leaves it); a temperature comes from following
the water back through the pipes, interval by interval, to where it entered, mixing at tees by recursion.
"""

import json
import math
from bisect import bisect_right

import numpy as np

HEATER = "heater"


class Characteristics:
    """A case as it stands in ``case.json``; ``driven`` names the pipes that the pump drives, ``feed`` the pipe to the heater."""

    def __init__(self, raw, *, driven=(), feed=None):
        self.raw, self.driven, self.feed = raw, driven, feed
        self.names = list(raw["pipes"])
        self.pipes = raw["pipes"]
        water = raw["rho_kg_m3"] * raw["cp_J_kgK"]
        self.area = {name: math.pi / 4 * pipe["D_m"] ** 2 for name, pipe in self.pipes.items()}
        self.fade = {
            name: pipe["UA_W_mK"] / (water * self.area[name]) if pipe["L_m"] else 0.0
            for name, pipe in self.pipes.items()
        }
        ends = {pipe["to"] for pipe in self.pipes.values()}
        self.sources = {
            pipe["from"]: raw["T_cold_C"] for pipe in self.pipes.values() if pipe["from"] not in ends
        }
        self.sources[HEATER] = raw["T_hot_C"]
        times = {0.0, float(raw["duration_s"])}
        for draw in raw["draws"]:
            times |= {float(draw["start_s"]), float(draw["start_s"] + draw["dur_s"])}
        for on_s, off_s in raw["pump_windows_s"]:
            times |= {float(on_s), float(off_s)}
        self.times = sorted(at_s for at_s in times if at_s <= raw["duration_s"])
        self.flows = [self._flows(at_s) for at_s in self.times]

    def _flows(self, at_s):
        """Flow in each pipe in m3/s, from the balance at every node."""
        nodes = sorted({node for pipe in self.pipes.values() for node in (pipe["from"], pipe["to"])})
        rows, right = [], []
        pumping = any(on_s <= at_s < off_s for on_s, off_s in self.raw["pump_windows_s"])

        def row(**entries):
            rows.append([entries.get(name, 0.0) for name in self.names])

        for node in nodes:
            if node in self.sources and not (node == HEATER and self.feed):
                continue
            rows.append(
                [
                    float(self.pipes[n]["to"] == node) - float(self.pipes[n]["from"] == node)
                    for n in self.names
                ]
            )
            right.append(
                sum(
                    draw["q_L_s"] / 1000.0
                    for draw in self.raw["draws"]
                    if draw["fixture"] == node and draw["start_s"] <= at_s < draw["start_s"] + draw["dur_s"]
                )
            )
        for name in self.driven:
            rows.append([1.0 if other == name else 0.0 for other in self.names])
            right.append(self.raw["pump_flow_L_s"] / 1000.0 if pumping else 0.0)
        found, _, rank, _ = np.linalg.lstsq(np.array(rows), np.array(right), rcond=None)
        assert rank == len(self.names), "the case does not determine its flows"
        assert np.allclose(np.array(rows) @ found, right, atol=1e-15), (
            "the case's flows contradict each other"
        )
        return {
            name: 0.0 if abs(flow) < 1e-13 else float(flow)
            for name, flow in zip(self.names, found, strict=True)
        }

    def interval(self, before_s):
        """Number of the interval in which an instant's immediate past lies."""
        index = bisect_right(self.times, before_s) - 1
        return index - 1 if self.times[index] == before_s else index

    def node_c(self, node, at_s):
        """What arrives at a node just before an instant; the heater's outlet is asked from its source."""
        excess_k = self.node_k(node, at_s)
        return None if excess_k is None else self.raw["T_amb_C"] + excess_k

    def node_k(self, node, at_s, *, source=True):
        if source and node in self.sources and self._gives(node, at_s):
            inflows = self._arriving(node, at_s) if node != HEATER else []
            fresh = self.sources[node] - self.raw["T_amb_C"]
            if not inflows:
                return fresh
        inflows = self._arriving(node, at_s)
        if not inflows:
            return None
        whole = sum(flow for _, flow in inflows)
        return sum(flow * self.pipe_k(name, at_s) for name, flow in inflows) / whole

    def _gives(self, node, at_s):
        flows = self.flows[self.interval(at_s)]
        out = sum(
            flows[name] * ((pipe["from"] == node) - (pipe["to"] == node)) for name, pipe in self.pipes.items()
        )
        return node == HEATER or out > 0.0

    def _arriving(self, node, at_s):
        flows = self.flows[self.interval(at_s)]
        return [
            (name, abs(flows[name]))
            for name, pipe in self.pipes.items()
            if (flows[name] > 0.0 and pipe["to"] == node) or (flows[name] < 0.0 and pipe["from"] == node)
        ]

    def pipe_k(self, name, at_s):
        """What leaves a pipe at the end to which it flows, just before an instant."""
        pipe = self.pipes[name]
        index, now_s = self.interval(at_s), at_s
        if not pipe["L_m"]:
            return self.node_k(pipe["from"] if self.flows[index][name] > 0.0 else pipe["to"], at_s)
        length, place = pipe["L_m"], pipe["L_m"] if self.flows[index][name] > 0.0 else 0.0
        while index >= 0:
            speed = self.flows[index][name] / self.area[name]
            back_s = now_s - self.times[index]
            to_end_s = math.inf if not speed else (place if speed > 0.0 else length - place) / abs(speed)
            if to_end_s <= back_s:
                entered_s = now_s - to_end_s
                came_k = self.node_k(pipe["from"] if speed > 0.0 else pipe["to"], entered_s)
                return came_k * math.exp(-self.fade[name] * (at_s - entered_s))
            place -= speed * back_s
            now_s, index = self.times[index], index - 1
        first_k = self.raw.get("T_init_C", self.raw["T_amb_C"]) - self.raw["T_amb_C"]
        return first_k * math.exp(-self.fade[name] * at_s)

    def exact_rows(self, outlets, *, step_s=1):
        """Rows as ``exact_reference.csv`` has them; ``outlets`` from the name of each to a node or a pipe."""
        text = ["t_s,outlet,T_C,clear_of_front"]
        for at_s in range(step_s, int(self.raw["duration_s"]) + 1, step_s):
            for outlet, (kind, name) in outlets.items():
                found = self._told(kind, name, at_s)
                if found is not None:
                    around = [self._told(kind, name, at_s + by_s) for by_s in (-1e-3, 1e-3)]
                    clear = all(one is not None and abs(one - found) < 0.01 for one in around)
                    text.append(f"{at_s},{outlet},{self.raw['T_amb_C'] + found:.9f},{int(clear)}")
        return "\n".join(text)

    def _told(self, kind, name, at_s):
        if at_s > self.raw["duration_s"]:
            return None
        if kind == "pipe":
            return self.pipe_k(name, at_s) if self.flows[self.interval(at_s)][name] > 0.0 else None
        if kind == "back":
            return self.pipe_k(name, at_s) if self.flows[self.interval(at_s)][name] < 0.0 else None
        drawn = any(
            draw["fixture"] == name and draw["start_s"] < at_s <= draw["start_s"] + draw["dur_s"]
            for draw in self.raw["draws"]
        )
        return self.node_k(name, at_s) if drawn else None


def write(folder, raw, rows):
    (folder / "case.json").write_text(json.dumps(raw, indent=1), encoding="utf-8")
    (folder / "exact_reference.csv").write_text(rows, encoding="utf-8")
    return folder
