"""What one connection listens to: asked for in small packets, and what the broker refuses is told."""

from collections.abc import Callable
from typing import Final

from paho.mqtt.client import Client
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from controller.broker import BrokerSettings
from controller.devices.message import Subscription

TOPICS_PER_SUBSCRIBE: Final = 8
"""Some brokers take no more in one packet."""


class Subscribing:
    """The subscriptions of one connection, our own status among them.

    Args:
        settings: Which broker, and how.
        subscriptions: What to listen to.
        tell_refused: Called with a topic that the broker does not let us listen to, and why.

    Attributes:
        shares_status: Our own status is listened to by others here too.
    """

    def __init__(
        self,
        settings: BrokerSettings,
        subscriptions: tuple[Subscription, ...],
        tell_refused: Callable[[str, str], None],
    ) -> None:
        self._five = settings.protocol == "5"
        self._status_topic = settings.status_topic
        self._subscriptions = subscriptions
        self._tell_refused = tell_refused
        self._asked: dict[int, tuple[str, ...]] = {}
        self.shares_status = any(one.topic == settings.status_topic for one in subscriptions)

    def ask(self, client: Client) -> None:
        """Ask for everything."""
        for start in range(0, len(self._subscriptions), TOPICS_PER_SUBSCRIBE):
            self._ask_for(client, self._subscriptions[start : start + TOPICS_PER_SUBSCRIBE])
        if not self.shares_status:
            self._ask_for(client, (Subscription(self._status_topic, qos=1),))

    def _ask_for(self, client: Client, some: tuple[Subscription, ...]) -> None:
        if self._five:
            _, mid = client.subscribe([(one.topic, _options(one)) for one in some])
        else:
            _, mid = client.subscribe([(one.topic, one.qos) for one in some])
        if mid is not None:
            self._asked[mid] = tuple(one.topic for one in some)

    def answered(
        self, _client: Client, _data: object, mid: int, reasons: list[ReasonCode], _more: Properties | None
    ) -> None:
        """Take what the broker answered; a callback of the library."""
        for topic, reason in zip(self._asked.pop(mid, ()), reasons, strict=False):
            if reason.is_failure and (self.shares_status or topic != self._status_topic):
                self._tell_refused(topic, str(reason))


def _options(one: Subscription) -> SubscribeOptions:
    """Return the options of a subscription.

    Retain-as-published stays off: so the flag marks the messages that the broker had kept, and not those that
    come live from a device which asks the broker to keep everything.
    """
    handling = (
        SubscribeOptions.RETAIN_SEND_ON_SUBSCRIBE if one.replay else SubscribeOptions.RETAIN_DO_NOT_SEND
    )
    return SubscribeOptions(qos=one.qos, retainAsPublished=False, retainHandling=handling)
