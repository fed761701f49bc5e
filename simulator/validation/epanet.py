"""EPANET's toolkit as a referee: the same case, with heat as a chemical that decays.

The excess over the room, in mK, is carried as a chemical whose first-order decay is the loss to the room. Used as its
experts do: one hydraulic step from change to change, quality in steps of 1 s, idle pipes closed. It takes whole seconds
only and knows no water colder than the room.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from math import pi
from tempfile import TemporaryDirectory
from typing import Final

from controller.core.errors import ZcwError
from simulator.network import Network
from simulator.validation.case import HEATER, Case
from simulator.validation.reference import case_network, outlets

PROMISED_K: Final = 0.05
"""Largest difference that is allowed away from fronts, in K."""
FRONT_S: Final = 1.0
"""A front no further away than this counts as here."""
_STEEP_K: Final = 0.5
_MILLI: Final = 1000.0
_HEAD_M: Final = 100.0


@dataclass(frozen=True, slots=True)
class Refereed:
    """How we and the referee agree at the ends of all spells of flow: away from fronts, and at them."""

    places: int
    worst_k: float
    fronts: int
    fronts_agreed: int


def refereed(case: Case) -> Refereed:
    """Run a case with both and compare what stands at each outlet whenever a flow changes.

    Raises:
        ZcwError: The toolkit is not installed, or cannot have such a case.
    """
    network = case_network(case)
    names = {f"{pipe.name} at heater": f"{pipe.name} end" for pipe in case.pipes if pipe.end == HEATER}
    differences, agreed = [], []
    with opened(case) as solver:
        for at_s in case.changes():
            solver.advance(at_s)
            for place in outlets(case):
                if network.inflow_lps(place) < -1e-9:
                    low_k, high_k = _around(network, place, at_s)
                    told_k = solver.excess_k(names.get(place, place))
                    if high_k - low_k > _STEEP_K:
                        agreed.append(low_k - PROMISED_K <= told_k <= high_k + PROMISED_K)
                    else:
                        differences.append(abs(told_k - network.temperature(place, at_s - 1e-6)))
            network.settle(at_s)
            flows = case.flows_lps(at_s)
            network.set_flows(flows, at_s)
            solver.set_flows(flows)
    return Refereed(len(differences), max(differences, default=0.0), len(agreed), sum(agreed))


def _around(network: Network, place: str, at_s: float) -> tuple[float, float]:
    near = [network.temperature(place, at_s + by_s) for by_s in (-FRONT_S, -FRONT_S / 2.0, -1e-6, FRONT_S)]
    return min(near), max(near)


@contextmanager
def opened(case: Case) -> Iterator["Solver"]:
    """Give the toolkit with a case in it.

    Raises:
        ZcwError: The toolkit is not installed, or cannot have such a case.
    """
    try:
        from epanet import toolkit  # type: ignore[import-untyped]
    except ImportError as error:
        raise ZcwError("EPANET's toolkit is not installed; pip install 'zero-cold-water[epanet]'") from error
    if any(at_s % 1.0 for at_s in case.changes()):
        raise ZcwError(
            "EPANET takes whole seconds only, and this case changes between them; compare another case"
        )
    with TemporaryDirectory() as scratch:
        project = toolkit.createproject()
        toolkit.init(project, f"{scratch}/run.rpt", f"{scratch}/run.bin", toolkit.LPS, toolkit.HW)
        try:
            yield Solver(toolkit, project, case)
        finally:
            toolkit.deleteproject(project)


class Solver:
    """A case in EPANET's toolkit, whose names it keeps."""

    def __init__(self, toolkit, project, case: Case) -> None:  # type: ignore[no-untyped-def]
        self._toolkit, self._project, self._case = toolkit, project, case
        self._now_s = 0.0
        self._ends = [
            (pipe.start, f"{pipe.name} end" if pipe.end == HEATER else pipe.end) for pipe in case.pipes
        ]
        nodes = list(dict.fromkeys(chain.from_iterable(self._ends)))
        for node in nodes:
            toolkit.addnode(
                project, _label(node), toolkit.RESERVOIR if node in case.sources_c else toolkit.JUNCTION
            )
        # Numbers shift while nodes are added: junctions go before reservoirs.
        self._nodes = {node: int(toolkit.getnodeindex(project, _label(node))) for node in nodes}
        self._links = [self._add_pipe(number) for number in range(len(case.pipes))]
        toolkit.setqualtype(project, toolkit.CHEM, "theta", "mg/L", "")
        for node, at_c in case.sources_c.items():
            toolkit.setnodevalue(project, self._nodes[node], toolkit.ELEVATION, _HEAD_M)
            toolkit.setnodevalue(
                project, self._nodes[node], toolkit.INITQUAL, _MILLI * max(0.0, at_c - case.ambient_c)
            )
        for name, value in (
            ("DURATION", 10**9),
            ("QUALSTEP", 1),
            ("REPORTSTEP", 10**8),
            ("PATTERNSTEP", 10**8),
        ):
            toolkit.settimeparam(project, getattr(toolkit, name), value)
        toolkit.setoption(project, toolkit.TOLERANCE, 0.001)
        toolkit.openH(project)
        toolkit.initH(project, 0)
        toolkit.openQ(project)
        toolkit.initQ(project, 0)
        self.set_flows([0.0] * len(case.pipes))

    def _add_pipe(self, number: int) -> int:
        toolkit, project, pipe = self._toolkit, self._project, self._case.pipes[number]
        if not pipe.water_l:
            raise ZcwError(
                f"pipe {pipe.name!r} holds no water, which EPANET cannot have; compare another case"
            )
        start, end = map(_label, self._ends[number])
        toolkit.addlink(project, _label(pipe.name), toolkit.PIPE, start, end)
        link = int(toolkit.getlinkindex(project, _label(pipe.name)))
        decay = pipe.loss_w_mk / (1000.0 * self._case.water_j_lk * pi / 4.0 * pipe.inner_m**2)
        for what, value in (
            (toolkit.LENGTH, pipe.length_m),
            (toolkit.DIAMETER, 1000.0 * pipe.inner_m),
            (toolkit.ROUGHNESS, 130.0),
            (toolkit.KBULK, -86_400.0 * decay),
        ):
            toolkit.setlinkvalue(project, link, what, value)
        return link

    def advance(self, until_s: float) -> None:
        """Let time pass to a whole second."""
        toolkit, project = self._toolkit, self._project
        while self._now_s < until_s:
            toolkit.settimeparam(project, toolkit.HYDSTEP, int(until_s - self._now_s))
            toolkit.runH(project)
            toolkit.runQ(project)
            self._now_s += toolkit.nextH(project)
            toolkit.nextQ(project)

    def set_flows(self, flows: list[float]) -> None:
        """Take the flow in each pipe of the case, in l/s, and close those without."""
        toolkit, project = self._toolkit, self._project
        taken = dict.fromkeys(self._nodes, 0.0)
        for (start, end), flow, link in zip(self._ends, flows, self._links, strict=True):
            taken[start] -= flow
            taken[end] += flow
            toolkit.setlinkvalue(project, link, toolkit.STATUS, 1.0 if flow else 0.0)
        for node, flow in taken.items():
            if node not in self._case.sources_c:
                toolkit.setnodevalue(project, self._nodes[node], toolkit.BASEDEMAND, flow)

    def excess_k(self, node: str) -> float:
        """Return the temperature at a node above the room, in K."""
        toolkit = self._toolkit
        return float(toolkit.getnodevalue(self._project, self._nodes[node], toolkit.QUALITY)) / _MILLI


def _label(name: str) -> str:
    return name.replace(" ", "_")
