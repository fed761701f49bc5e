"""The heater: holds its set point at the outlet, and accounts for every joule."""


class Heater:
    """A heater strong enough to hold its set point at any flow; valid for a storage tank that never runs empty.

    Args:
        setpoint_k: Temperature at its outlet above the room, in K.
        standing_w: Heat that it loses by itself, in W.
    """

    def __init__(self, setpoint_k: float, standing_w: float) -> None:
        self.setpoint_k = setpoint_k
        self.standing_w = standing_w
        self.warmed_kl = 0.0
        """Heat given to the water so far, in K l."""

    def warm(self, flow_lps: float, inlet_ks: float, span_s: float) -> None:
        """Account for water that went through.

        Args:
            flow_lps: Its flow, in l/s.
            inlet_ks: Integral of its temperature at the inlet over the time, in K s.
            span_s: The time, in s.
        """
        self.warmed_kl += flow_lps * (self.setpoint_k * span_s - inlet_ks)
