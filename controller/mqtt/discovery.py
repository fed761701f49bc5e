"""How the controller introduces itself to Home Assistant: topics and payloads. Does no input or output.

Each entity is announced by itself, which every version understands that speaks MQTT discovery; the announcement
of whole devices came only late in 2024. ``object_id`` and ``default_entity_id`` say the same to old and new
versions. Unknown keys are dropped without a word by all of them, so the payloads are tested against
Home Assistant's own schemas.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from controller.broker import BrokerSettings, HomeAssistantSettings
from controller.devices.message import Message, Subscription
from controller.devices.topics import topic_complaint
from controller.mqtt.entities import DEVICE_NAME, Entity
from controller.mqtt.identifiers import exact_identifier
from controller.ports import Json

PRODUCT: Final = "zero-cold-water"
KNOWN: Final = "{{ 'online' if value_json.known else 'offline' }}"
MOST_KEPT_BYTES: Final = 16_384
"""An announcement of ours is a tenth of that."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything stands on the broker.

    Args:
        base: The controller's own topic.
        status: Where it says that it is online.
        node: Its name among the announcements.
        prefix: Home Assistant's discovery prefix.
    """

    base: str
    status: str
    node: str
    prefix: str

    @classmethod
    def of(cls, broker: BrokerSettings, settings: HomeAssistantSettings) -> "Places":
        """Return the places of a controller on a broker."""
        node = "zcw" if broker.client_id == "zcw" else f"zcw_{exact_identifier(broker.client_id)}"
        return cls(broker.base_topic, broker.status_topic, node, settings.prefix)

    def state(self, entity: Entity) -> str:
        """Return the topic of an entity's state."""
        return "/".join((self.base, *entity.path))

    def attributes(self, entity: Entity) -> str:
        """Return the topic of the attributes of an entity's state."""
        return f"{self.state(entity)}/attributes"

    def command(self, entity: Entity) -> str:
        """Return the topic of an entity's commands."""
        return f"{self.state(entity)}/set"

    def announcement(self, entity: Entity) -> str:
        """Return the topic of an entity's announcement."""
        return f"{self.prefix}/{entity.component}/{self.node}/{_object(entity)}/config"

    @property
    def announcements(self) -> Subscription:
        """Return what to listen to for announcements of ours that the broker has kept."""
        return Subscription(f"{self.prefix}/+/{self.node}/+/config")

    def is_announcement(self, topic: str) -> bool:
        """Return whether a topic is that of an announcement of ours, present or past."""
        levels = topic.removeprefix(f"{self.prefix}/").split("/")
        return topic.startswith(f"{self.prefix}/") and len(levels) == 4 and levels[1] == self.node


def announcements(
    entities: Iterable[Entity], places: Places, settings: HomeAssistantSettings, version: str
) -> Mapping[str, Message]:
    """Return the announcement of each entity, by topic; the broker keeps them."""
    device: Mapping[str, Json] = {
        "identifiers": [places.node],
        "name": settings.name or DEVICE_NAME[settings.language],
        "manufacturer": PRODUCT,
        "model": PRODUCT,
        "sw_version": version,
    }
    origin: Mapping[str, Json] = {"name": PRODUCT, "sw_version": version}
    messages = (
        _kept(places.announcement(entity), {**_payload(entity, places), "device": device, "origin": origin})
        for entity in entities
    )
    return {message.topic: message for message in messages}


def _payload(entity: Entity, places: Places) -> dict[str, Json]:
    object_id = f"{places.node}_{_object(entity)}".replace("-", "_")
    payload: dict[str, Json] = {
        "name": entity.name,
        "unique_id": f"{places.node}-{_object(entity)}",
        "object_id": object_id,
        "default_entity_id": f"{entity.component}.{object_id}",
        "availability_topic": places.status,
        **entity.more,
    }
    if entity.fleeting:
        del payload["availability_topic"]
        known = {"topic": places.attributes(entity), "value_template": KNOWN}
        payload |= {"availability": [{"topic": places.status}, known], "availability_mode": "all"}
    if entity.shows:
        payload["state_topic"] = places.state(entity)
    if entity.explains:
        payload["json_attributes_topic"] = places.attributes(entity)
    if entity.takes:
        payload["command_topic"] = places.command(entity)
    return payload


def _object(entity: Entity) -> str:
    """Return what tells an entity from the others of the controller; identifiers hold no ``-``, so none are mixed up."""
    return "-".join(part for part in entity.path if part != "loop")


def _kept(topic: str, payload: Mapping[str, Json]) -> Message:
    return Message(topic, json.dumps(payload, ensure_ascii=False).encode(), retain=True)


def leftovers(payload: bytes, places: Places) -> tuple[str, ...] | None:
    """Return the state topics of an announcement that the broker has kept; None when it is not ours."""
    if len(payload) > MOST_KEPT_BYTES:
        return None
    try:
        kept = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    if not isinstance(kept, dict) or not str(kept.get("unique_id", "")).startswith(f"{places.node}-"):
        return None
    topics = (kept.get(key) for key in ("state_topic", "json_attributes_topic"))
    below = f"{places.base}/"
    return tuple(
        topic
        for topic in topics
        if isinstance(topic, str) and topic.startswith(below) and topic_complaint(topic) is None
    )
