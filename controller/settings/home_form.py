"""What a user writes about Home Assistant. The texts below the fields are shown to users in the JSON Schema."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from controller.devices.topics import topic_complaint
from controller.settings.form import Form, complain


class HomeAssistantForm(Form):
    """Home Assistant on the same broker: it finds the controller by itself."""

    enabled: bool = True
    """Announce the controller; false takes back what was announced."""
    prefix: str = "homeassistant"
    """Discovery prefix of Home Assistant."""
    birth_topic: str = "homeassistant/status"
    """Topic on which Home Assistant says that it has started."""
    language: Literal["en", "zh"] | None = None
    """Language of names, choices and reasons; by default the house's."""
    name: Annotated[str, Field(max_length=80)] = ""
    """Name of the device in Home Assistant; by default "Hot water" in that language."""

    @field_validator("prefix", "birth_topic")
    @classmethod
    def _topic(cls, topic: str) -> str:
        complaint = topic_complaint(topic)
        if complaint:
            raise complain(f"the topic {topic!r:.80} {complaint}", "such as homeassistant")
        return topic
