"""The plant behind the wire: a loop's commands become messages to its pump's switch."""

from collections.abc import Callable

from controller.core.decision import Command
from controller.devices.message import Message
from controller.devices.router import Router


class MqttPlant:
    """The hardware of one loop. Implements ``controller.ports.Plant``.

    Args:
        loop: Name of the loop.
        router: Knows the loop's pump and how it is spoken to.
        publish: Sends a message; never waits, never raises (``MqttClient.publish``).
    """

    def __init__(self, loop: str, router: Router, publish: Callable[[Message], None]) -> None:
        self._loop = loop
        self._router = router
        self._publish = publish

    def actuate(self, command: Command, /) -> None:
        """Pass the command on. Whether it was obeyed is for the switch to report."""
        for message in self._router.commands(self._loop, command):
            self._publish(message)

    def ask(self) -> None:
        """Make the loop's devices tell their state: after a connection was made, or a device came back."""
        for message in self._router.queries(self._loop):
            self._publish(message)
