"""What goes over the wire, and what is listened to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A message to publish.

    Args:
        topic: Where.
        payload: What, as bytes on the wire.
        qos: 0 or 1.
        retain: The broker keeps it for later subscribers. Never true for a command: a retained command switches
            the device again whenever it reconnects.
    """

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Subscription:
    """A topic to listen to.

    Args:
        topic: Which; devices' topics have no wildcards.
        qos: 0 or 1.
        replay: Ask the broker for the retained message when subscribing. False where an old message may not act
            anyway (buttons).
    """

    topic: str
    qos: int = 0
    replay: bool = True
