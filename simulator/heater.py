"""The ideal heater: holds its set point at the outlet, and accounts for every joule."""

from simulator.heater_books import KWH_PER_KL, HeaterBooks
from simulator.network import Network
from simulator.parts import NEVER_S
from simulator.piping import INLET


class IdealHeater:
    """A heater strong enough to hold its set point at any flow, with a constant standing loss.

    Args:
        network: Where it warms the water.
        setpoint_k: Temperature at its outlet above the room, in K.
        standing_kl_s: Heat that it loses by itself, in K l/s.
        per_heat: Energy used per heat given.
        since_s: The beginning, in s.
    """

    def __init__(
        self,
        network: Network,
        setpoint_k: float,
        standing_kl_s: float,
        *,
        per_heat: float = 1.0,
        since_s: float = 0.0,
    ) -> None:
        self._network = network
        self._setpoint_k = setpoint_k
        self._standing_kl_s = standing_kl_s
        self._per_heat = per_heat
        self._since_s = since_s
        self.warmed_kl = 0.0
        """Heat given to the water so far, in K l."""
        self.due_s = NEVER_S

    @property
    def outlet(self) -> float:
        """Return what leaves it: its set point above the room, in K."""
        return self._setpoint_k

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

    def books(self, now_s: float) -> HeaterBooks:
        """Return its books at an instant."""
        lost_kl = self._standing_kl_s * (now_s - self._since_s)
        given_kl = self.warmed_kl + lost_kl
        energy_kwh = given_kl * KWH_PER_KL * self._per_heat
        return HeaterBooks(given_kl, self.warmed_kl, lost_kl, 0.0, energy_kwh, starts=0)

    def warm(self, flow_lps: float, inlet_ks: float, span_s: float) -> None:
        """Account for water that went through.

        Args:
            flow_lps: Its flow, in l/s.
            inlet_ks: Integral of its temperature at the inlet over the time, in K s.
            span_s: The time, in s.
        """
        self.warmed_kl += flow_lps * (self._setpoint_k * span_s - inlet_ks)
