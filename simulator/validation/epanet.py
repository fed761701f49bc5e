"""EPANET's toolkit as a referee: the same case, with heat as a chemical that decays.

The excess over the room, in mK, is carried as a chemical whose first-order decay is the loss to the room. Used as its
experts do: one hydraulic step from change to change, quality in steps of 1 s, idle pipes closed. It takes whole seconds
only and knows no water colder than the room.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from math import pi
from tempfile import TemporaryDirectory
from typing import Final

from controller.core.errors import ZcwError
from simulator.network import Network
from simulator.validation.case import HEATER, Case, CasePipe, Role
from simulator.validation.reference import case_network, outlets

PROMISED_K: Final = 0.05
"""Largest difference that is allowed away from fronts, in K."""
FRONT_S: Final = 1.0
"""A front no further away than this counts as here."""
STEEP_K: Final = 0.5
"""Where temperatures differ by more than this within a second, there is a front, in K."""
_MILLI: Final = 1000.0
_HEAD_M: Final = 100.0
_SHORT_M: Final = 0.02


@dataclass(frozen=True, slots=True)
class Agreed:
    """How our pipes and another's temperatures agree where water is taken.

    Args:
        file: Name of the network's file.
        beside: What they are compared with.
        places: Temperatures compared away from fronts.
        worst_k: Largest difference among them, in K.
        fronts: Temperatures told within a second of a front.
        fronts_agreed: Those of them that lie between what we find up to a second before and after.
        fronts_worst_k: By how much the others lie outside, at most, in K.
    """

    file: str
    beside: str
    places: int
    worst_k: float
    fronts: int
    fronts_agreed: int
    fronts_worst_k: float

    @property
    def passed(self) -> bool:
        """Tell whether they agree as promised, and that anything was compared."""
        return self.places > 0 and self.worst_k <= PROMISED_K and self.fronts == self.fronts_agreed

    @property
    def sentence(self) -> str:
        """Return it in words."""
        return (
            f"{self.file} against {self.beside}\n"
            f"  away from fronts  {self.places} temperatures, worst {self.worst_k:.3f} K\n"
            f"  at fronts         {self.fronts} temperatures, {self.fronts_agreed} within 1 s"
            + (f", worst {self.fronts_worst_k:.2f} K outside" if self.fronts_agreed < self.fronts else "")
        )


def agreed(file: str, beside: str, away_k: Sequence[float], outside_k: Sequence[float]) -> Agreed:
    """Return how temperatures agree: their differences away from fronts, and how far they lie outside at fronts, in K."""
    return Agreed(
        file,
        beside,
        len(away_k),
        max(away_k, default=0.0),
        len(outside_k),
        sum(by_k <= PROMISED_K for by_k in outside_k),
        max(outside_k, default=0.0),
    )


def refereed(case: Case) -> Agreed:
    """Run a case with both and compare what stands at each outlet whenever a flow changes.

    Both begin at the room's temperature, water from the mains is no colder than that, and each pipe holds a little water.

    Raises:
        ZcwError: The toolkit is not installed, or cannot have such a case.
    """
    case = _within_reach(case)
    network = case_network(case)
    names = {f"{pipe.name} at heater": f"{pipe.name} end" for pipe in case.pipes if pipe.end == HEATER}
    away_k: list[float] = []
    outside_k: list[float] = []
    with opened(case) as solver:
        for at_s in case.changes():
            solver.advance(at_s)
            for place in outlets(case):
                # What runs back into a reservoir cannot be seen there.
                if place not in case.sources_c and network.inflow_lps(place) < -1e-9:
                    low_k, high_k = _around(network, place, at_s)
                    told_k = solver.excess_k(names.get(place, place))
                    if high_k - low_k > STEEP_K:
                        outside_k.append(max(0.0, low_k - told_k, told_k - high_k))
                    else:
                        away_k.append(abs(told_k - network.temperature(place, at_s - 1e-6)))
            network.settle(at_s)
            flows = case.flows_lps(at_s)
            network.set_flows(flows, at_s)
            solver.set_flows(flows)
    return agreed(case.name, "EPANET's toolkit", away_k, outside_k)


def _within_reach(case: Case) -> Case:
    """Return a case as the toolkit can have it: no water colder than the room, and a little in pipes that hold none."""
    return replace(
        case,
        sources_c={node: max(at_c, case.ambient_c) for node, at_c in case.sources_c.items()},
        initial_c=case.ambient_c,
        pipes=tuple(
            replace(
                pipe, length_m=pipe.length_m or _SHORT_M, inner_m=pipe.inner_m or _SHORT_M, initial_c=None
            )
            for pipe in case.pipes
        ),
    )


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
            (pipe.start, f"{pipe.name} end" if pipe.end == HEATER or _crosses(pipe) else pipe.end)
            for pipe in case.pipes
        ]
        nodes = list(dict.fromkeys(chain.from_iterable(self._ends)))
        for node in nodes:
            toolkit.addnode(
                project, _label(node), toolkit.RESERVOIR if node in case.sources_c else toolkit.JUNCTION
            )
        # Numbers shift while nodes are added: junctions go before reservoirs.
        self._nodes = {node: int(toolkit.getnodeindex(project, _label(node))) for node in nodes}
        self._links = [self._add_pipe(number) for number in range(len(case.pipes))]
        self._valves = {
            number: self._add_valve(pipe) for number, pipe in enumerate(case.pipes) if _crosses(pipe)
        }
        toolkit.setqualtype(project, toolkit.CHEM, "theta", "mg/L", "")
        for node, at_c in case.sources_c.items():
            # Nothing but a flow control valve lies between the heater and the mains, and it needs head to work with.
            head_m = 2.0 * _HEAD_M if node == HEATER else _HEAD_M
            toolkit.setnodevalue(project, self._nodes[node], toolkit.ELEVATION, head_m)
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
        toolkit.setoption(project, toolkit.ACCURACY, 1e-6)
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

    def _add_valve(self, pipe: CasePipe) -> int:
        """Let a valve behind a pipe hold the flow that a pump drives from the hot to the cold pipes."""
        toolkit, project, name = self._toolkit, self._project, _label(f"{pipe.name} valve")
        toolkit.addlink(project, name, toolkit.FCV, _label(f"{pipe.name} end"), _label(pipe.end))
        link = int(toolkit.getlinkindex(project, name))
        toolkit.setlinkvalue(project, link, toolkit.DIAMETER, 1000.0 * pipe.inner_m)
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
        for number, ((start, end), flow, link) in enumerate(zip(self._ends, flows, self._links, strict=True)):
            taken[start] -= flow
            taken[end] += flow
            toolkit.setlinkvalue(project, link, toolkit.STATUS, 1.0 if flow else 0.0)
            if number in self._valves:
                taken[end] -= flow
                taken[self._case.pipes[number].end] += flow
                valve = self._valves[number]
                if flow:
                    toolkit.setlinkvalue(project, valve, toolkit.INITSETTING, flow)
                    toolkit.setlinkvalue(project, valve, toolkit.SETTING, flow)
                else:
                    toolkit.setlinkvalue(project, valve, toolkit.STATUS, 0.0)
        for node, flow in taken.items():
            if node not in self._case.sources_c:
                toolkit.setnodevalue(project, self._nodes[node], toolkit.BASEDEMAND, flow)

    def excess_k(self, node: str) -> float:
        """Return the temperature at a node above the room, in K."""
        toolkit = self._toolkit
        return float(toolkit.getnodevalue(self._project, self._nodes[node], toolkit.QUALITY)) / _MILLI


def _crosses(pipe: CasePipe) -> bool:
    return pipe.role is Role.DRIVEN and pipe.end != HEATER


def _label(name: str) -> str:
    return name.replace(" ", "_")
