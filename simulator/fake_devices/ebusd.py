"""A Vaillant boiler behind ebusd: its circulation pump obeys a weekly schedule and nothing else.

Topics: john30/ebusd, MQTT client: a message is asked for at ``/get``, written at ``/set``, and told without either.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from simulator.fake_devices.device import Message, Publish, Switched

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NONE: Final = "-:-"
FACTORY: Final = "06:00;06:10;17:00;17:10;-:-;-:-;selected"
"""What the owner once set: two short times on every day."""
PREFIX: Final = "ebusd/700/CcTimer."


class EbusdBoiler:
    """The boiler and its ebusd.

    Args:
        publish: Sends a message.
        wall_clock: Gives the local time.
        switched: Told when the circulation pump changes.
    """

    def __init__(
        self, publish: Publish, wall_clock: Callable[[], datetime], switched: Switched = lambda _: None
    ) -> None:
        self.on = False
        self.plans = dict.fromkeys(DAYS, FACTORY)
        self._publish = publish
        self._wall_clock = wall_clock
        self._switched = switched
        self._powered = False

    def subscriptions(self) -> tuple[str, ...]:
        """Return the topics of ebusd."""
        return ("ebusd/700/#",)

    def will(self) -> Message:
        """Return ebusd's last will."""
        return "ebusd/global/running", "false", True

    def power_up(self) -> None:
        """Start ebusd; it tells nothing of the boiler before it is asked."""
        self._powered = True
        self._publish("ebusd/global/running", "true", True)
        self._obey()

    def power_down(self) -> None:
        """Stop ebusd; the boiler goes on by its schedule."""
        self._powered = False

    def receive(self, topic: str, payload: str) -> None:
        """Read or write a day's plan; what is no plan is refused by the boiler."""
        day, _, verb = topic.removeprefix(PREFIX).partition("/")
        if not self._powered or not topic.startswith(PREFIX) or day not in self.plans:
            return
        if verb == "set" and payload.count(";") == FACTORY.count(";"):
            self.plans[day] = payload
            self._obey()
        if verb in ("get", "set"):
            self._publish(f"{PREFIX}{day}", self.plans[day], False)

    def flip(self) -> None:
        """Let the pump run all day, at the boiler's own panel."""
        today = DAYS[self._wall_clock().weekday()]
        self.receive(f"{PREFIX}{today}/set", f"00:00;24:00;{';'.join([NONE] * 4)};selected")

    def _obey(self) -> None:
        now = self._wall_clock()
        times = self.plans[DAYS[now.weekday()]].split(";")
        at = f"{now:%H:%M}"
        on = any(NONE != start <= at < end for start, end in zip(times[:6:2], times[1:6:2], strict=True))
        if on is not self.on:
            self.on = on
            self._switched(on)
