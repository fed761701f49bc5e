"""Which devices exist, and what each loop uses them for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from controller.core.events import CueKind
from controller.devices.facts import Press

ANY_PRESS: Final = frozenset(Press)


@dataclass(frozen=True, slots=True)
class DeviceDeclaration:
    """A device as its owner declares it.

    Args:
        name: Its name in the configuration.
        family: Name of its family.
        parameters: What the family asks for, as written.
        where: Key path of the declaration, for the messages; ``devices.<name>`` when empty.
    """

    name: str
    family: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    where: str = ""

    @property
    def place(self) -> str:
        """Return the key path of the declaration."""
        return self.where or f"devices.{self.name}"


@dataclass(frozen=True, slots=True)
class SensorBinding:
    """A temperature sensor of a loop.

    Args:
        role: Its role, one of ``controller.core.plumbing.SENSOR_ROLES``.
        device: Name of the device.
        channel: Which of the device's sensors; empty for the usual one.
    """

    role: str
    device: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class ButtonBinding:
    """A button that asks for hot water.

    Args:
        device: Name of the device.
        fixture: Where hot water is wanted; None for the whole loop.
        channel: Which of the device's buttons; empty for the usual one.
        presses: Kinds of presses that ask; any by default. One button may serve two fixtures by these.
        who: Who asks, for people to read; ``<fixture> button`` or the device's name when empty.
    """

    device: str
    fixture: str | None = None
    channel: str = ""
    presses: frozenset[Press] = ANY_PRESS
    who: str = ""

    @property
    def asker(self) -> str:
        """Return who asks, for people to read."""
        return self.who or (f"{self.fixture} button" if self.fixture else self.device)


@dataclass(frozen=True, slots=True)
class FlowBinding:
    """A flow sensor of a loop.

    Args:
        role: Its role, one of ``controller.core.plumbing.FLOW_ROLES``.
        device: Name of the device.
        channel: Which of the device's sensors; empty for the usual one.
    """

    role: str
    device: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class CueBinding:
    """Something that may announce a draw.

    Args:
        kind: What it notices.
        device: Name of the device.
        place: Where, for people and for what is learned of it.
        channel: Which of the device's sensors; empty for the usual one.
    """

    kind: CueKind
    device: str
    place: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class LoopBinding:
    """The devices of one loop.

    Args:
        loop: Name of the loop.
        pump: Name of the device that switches the pump.
        sensors: Its temperature sensors.
        buttons: Its buttons.
        flows: Its flow sensors.
        cues: What may announce a draw.
        where: Key path of the loop, for the messages; ``loops.<name>`` when empty.
    """

    loop: str
    pump: str
    sensors: tuple[SensorBinding, ...] = ()
    buttons: tuple[ButtonBinding, ...] = ()
    flows: tuple[FlowBinding, ...] = ()
    cues: tuple[CueBinding, ...] = ()
    where: str = ""

    @property
    def place(self) -> str:
        """Return the key path of the loop."""
        return self.where or f"loops.{self.loop}"

    def devices(self) -> Iterator[tuple[str, str]]:
        """Yield each use: its key path and the name of the device."""
        yield f"{self.place}.pump", self.pump
        for sensor in self.sensors:
            yield f"{self.place}.sensors.{sensor.role}", sensor.device
        for index, button in enumerate(self.buttons):
            yield f"{self.place}.buttons[{index}]", button.device
        for flow in self.flows:
            yield f"{self.place}.flows.{flow.role}", flow.device
        for index, cue in enumerate(self.cues):
            yield f"{self.place}.cues[{index}]", cue.device
