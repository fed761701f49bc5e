"""How the service is, part by part, in sentences for people."""

from collections.abc import Mapping

from controller.core.reason import Reason
from controller.devices.rejects import Rejects
from controller.storage import Health


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
