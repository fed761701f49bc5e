"""The heater: holds its set point at the outlet, and accounts for every joule."""

from simulator.network import Network
from simulator.parts import NEVER_S
from simulator.piping import INLET


class Heater:
    """A heater strong enough to hold its set point at any flow; valid for a storage tank that never runs empty.

    Args:
        network: Where it warms the water.
        setpoint_k: Temperature at its outlet above the room, in K.
        standing_w: Heat that it loses by itself, in W.
    """

    def __init__(self, network: Network, setpoint_k: float, standing_w: float) -> None:
        self._network = network
        self.setpoint_k = setpoint_k
        self.standing_w = standing_w
        self.warmed_kl = 0.0
        """Heat given to the water so far, in K l."""
        self.due_s = NEVER_S

    @property
    def outlet(self) -> float:
        """Return what leaves it: its set point above the room, in K."""
        return self.setpoint_k

    def follow(self, _now_s: float, /) -> None:
        """Nothing in it follows the water."""

    def book(self, span_s: float, /) -> None:
        """Account for what went through in a span of time just settled."""
        arrived = self._network.passed.get(INLET)
        if arrived is not None:
            self.warm(-self._network.inflow_lps(INLET), arrived.excess_ks, span_s)

    def act(self, _now_s: float, /) -> None:
        """It does nothing by itself."""

    def plan(self, _now_s: float, /) -> None:
        """It does nothing by itself."""

    def warm(self, flow_lps: float, inlet_ks: float, span_s: float) -> None:
        """Account for water that went through.

        Args:
            flow_lps: Its flow, in l/s.
            inlet_ks: Integral of its temperature at the inlet over the time, in K s.
            span_s: The time, in s.
        """
        self.warmed_kl += flow_lps * (self.setpoint_k * span_s - inlet_ks)
