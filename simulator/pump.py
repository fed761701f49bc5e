"""The circulation pump: on or off, and the flow that it drives through an open loop."""


class Pump:
    """A pump that drives one flow while it runs; a curve against the loop's resistance is not modelled.

    Args:
        flow_lps: Flow through the loop while it runs and nothing is shut, in l/s.
    """

    def __init__(self, flow_lps: float) -> None:
        self.running = False
        self._flow_lps = flow_lps

    @property
    def drive_lps(self) -> float:
        """Return the flow it would drive now, in l/s."""
        return self._flow_lps if self.running else 0.0
