"""One loop at work: its pump drives, its valve in the way back lets pass or shuts."""

from simulator.layout import Layout
from simulator.network import Network
from simulator.parts import FAR_S, NEVER_S
from simulator.piping import hot
from simulator.pump import Pump
from simulator.stream import first_above, first_below
from simulator.valves import CheckValve, Thermostat


class Circulation:
    """Pump and valve of one loop.

    Args:
        layout: The house.
        network: The water in its pipes.
    """

    def __init__(self, layout: Layout, network: Network) -> None:
        self.due_s = NEVER_S
        self._network = network
        self.pump = Pump(layout.pump_lpm / 60.0)
        self.cold_peak_k = max(0.0, layout.mains_c - layout.ambient_c)
        """Hottest water that has gone into a cold pipe, in K above the room."""
        self._valve = _way_back(layout)
        crossover = layout.crossover
        self._crossing_at = None if crossover is None else hot(crossover.fixture)

    @property
    def loop_lps(self) -> float:
        """Return the flow through the loop in l/s: 0 with the pump off or against a closed valve."""
        return self._valve.passed_lps(self.pump.drive_lps)

    def follow(self, _now_s: float, /) -> None:
        """The valve's element follows the water without delay."""

    def book(self, _span_s: float, /) -> None:
        """Remember the hottest water that has crossed over."""
        if self._crossing_at is not None and self.loop_lps:
            self.cold_peak_k = max(self.cold_peak_k, self._network.passed[self._crossing_at].peak_k)

    def act(self, _now_s: float, /) -> None:
        """Let the valve open or shut."""
        if self._valve.thermostat is not None:
            self._valve.thermostat.open = not self._valve.thermostat.open

    def plan(self, now_s: float, /) -> None:
        """Work out when the valve opens or shuts next."""
        self.due_s = NEVER_S
        thermostat = self._valve.thermostat
        if thermostat is None or self._crossing_at is None:
            return
        passing = self._network.forecast(self._crossing_at, now_s)
        if thermostat.open:
            due_s = first_above(passing, thermostat.closes_at_k, now_s, FAR_S)
        else:
            due_s = first_below(passing, thermostat.opens_below_k, now_s, FAR_S)
        self.due_s = NEVER_S if due_s is None else due_s


def _way_back(layout: Layout) -> CheckValve:
    crossover = layout.crossover
    if crossover is None or crossover.closes_at_c is None or crossover.opens_below_c is None:
        return CheckValve()
    closes_at_k = crossover.closes_at_c - layout.ambient_c
    return CheckValve(Thermostat(closes_at_k, crossover.opens_below_c - layout.ambient_c))
