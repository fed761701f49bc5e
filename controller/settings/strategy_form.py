"""What the forms of all strategies share."""

from typing import Final, Literal, TypeAlias

from controller.core.plumbing import Topology
from controller.settings.form import Form
from controller.strategies.arrival import StopRule

SensorRole: TypeAlias = Literal["supply", "return", "far_end", "cold_line"]
LEAST_DEADBAND_K: Final = 0.5
"""Less than this is within the noise of strapped-on sensors."""


class ShadowForm(Form):
    """What every strategy has."""

    shadow: bool = False
    """Decides and is noted in the history, and never acts."""


def stop_rule(topology: Topology, stop_at_c: float | None, rise_k: float | None) -> StopRule:
    """Return the stop rule with what its owner says of it."""
    rule = StopRule()
    if topology is Topology.COLD_RETURN:
        return StopRule(cold_stop_c=stop_at_c or rule.cold_stop_c, cold_rise_k=rise_k or rule.cold_rise_k)
    return StopRule(warm_c=stop_at_c or rule.warm_c, rise_k=rise_k or rule.rise_k)
