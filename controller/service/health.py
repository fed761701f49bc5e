"""How the service is, part by part, in sentences for people."""

from collections.abc import Mapping

from controller.core.reason import Reason
from controller.devices.rejects import Rejects
from controller.service.lag import ALARM_S
from controller.storage import Health


def of_the_control_loop(lag_s: float) -> dict[str, str]:
    """Return a part only when the loop that decides was late: the machine is too slow, or something held it up."""
    if lag_s <= ALARM_S:
        return {}
    return {"control loop": f"was {lag_s:.1f} s late within the last minute; is this machine too busy?"}


def of_storage(storage: Health) -> dict[str, str]:
    """Return what is known of the history."""
    parts = {"storage": storage.trouble or "; ".join(storage.notices) or "history is being kept"}
    return parts | ({"central history": storage.copy} if storage.copy else {})


def of_clock(*, trusted: bool) -> dict[str, str]:
    """Return whether schedules work."""
    return {"clock": "set" if trusted else "not set yet, so schedules wait"}


def of_the_wire(refused: Mapping[str, str], dropped: int, refusing: Mapping[str, Rejects]) -> dict[str, str]:
    """Return which topics are closed to us, and what was lost or refused: worth knowing, and no illness by itself.

    Args:
        refused: Topics that the broker does not let us listen to, and why.
        dropped: Messages that came faster than they could be read.
        refusing: Counts of refused messages, by who sent them.
    """
    parts = {f"topic {topic}": reason for topic, reason in refused.items()}
    if dropped:
        parts["messages"] = f"{dropped} messages came faster than they could be read and were dropped"
    for name, rejects in refusing.items():
        if rejects.total:
            counts = (f"{count} {reason.value}" for reason, count in rejects.by_reason().items())
            parts[name] = f"messages refused: {', '.join(counts)}"
    return parts


def of_loops(troubles: Mapping[str, tuple[Reason, ...]]) -> dict[str, str]:
    """Return what keeps each loop from working."""
    return {
        f"loop {name}": "; ".join(reason.sentence() for reason in reasons) or "working"
        for name, reasons in troubles.items()
    }
