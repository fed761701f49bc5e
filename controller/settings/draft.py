"""The sound part of a configuration: what can still be checked when something else in it is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from controller.core.events import CueKind
from controller.devices.bindings import (
    ANY_PRESS,
    ButtonBinding,
    CueBinding,
    DeviceDeclaration,
    FlowBinding,
    LoopBinding,
    SensorBinding,
)
from controller.devices.facts import Press
from controller.settings.forms import ButtonForm, ConfigForm, DeviceForm, LoopForm
from controller.settings.places import Place, written

_STAND_INS: Mapping[str, object] = {"topology": "dedicated_return", "pump": {"device": ""}}


@dataclass(frozen=True, slots=True)
class LoopDraft:
    """A loop as far as it is sound.

    Args:
        place: Where it stands.
        form: What it says; a wrong key has its default, or a stand-in.
        wrong: The keys that are wrong.
    """

    place: Place
    form: LoopForm
    wrong: frozenset[str] = frozenset()

    def binding(self) -> LoopBinding:
        """Return what the loop uses the devices for."""
        return LoopBinding(
            loop=self.form.name,
            pump=self.form.pump.device,
            sensors=tuple(
                SensorBinding(role, sensor.device, sensor.channel or "")
                for role, sensor in self.form.sensors.by_role().items()
            ),
            buttons=tuple(_button(form) for form in self.form.buttons),
            flows=tuple(
                FlowBinding(role, sensor.device, sensor.channel or "")
                for role, sensor in self.form.flows.by_role().items()
            ),
            cues=tuple(
                CueBinding(CueKind(cue.kind), cue.device, cue.place, cue.channel or "")
                for cue in self.form.cues
            ),
            where=written(self.place),
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A configuration as far as it is sound.

    Args:
        devices: Devices by name; None for those that are wrong.
        loops: Loops.
    """

    devices: Mapping[str, DeviceForm | None]
    loops: tuple[LoopDraft, ...]

    def declarations(self) -> tuple[DeviceDeclaration, ...]:
        """Return every sound device as it was declared."""
        return tuple(
            DeviceDeclaration(name, form.family, dict(form.model_extra or {}), written(("devices", name)))
            for name, form in self.devices.items()
            if form is not None
        )


def presses(form: ButtonForm) -> frozenset[Press]:
    """Return the presses that ask."""
    return ANY_PRESS if form.action is None else frozenset((Press(form.action),))


def _button(form: ButtonForm) -> ButtonBinding:
    return ButtonBinding(form.device, form.fixture, form.channel or "", presses(form))


def of_form(form: ConfigForm) -> Draft:
    """Return the draft of a configuration whose sections are all sound."""
    loops = tuple(LoopDraft(("loops", index), loop) for index, loop in enumerate(form.loops))
    return Draft(dict(form.devices), loops)


def of_values(values: Mapping[str, object], wrong: Iterable[Place]) -> Draft:
    """Return the draft of a configuration with something wrong in it.

    Args:
        values: What the file holds.
        wrong: Where something is wrong.
    """
    wrong = tuple(wrong)
    devices, loops = values.get("devices"), values.get("loops")
    return Draft(
        {name: _device(name, device, wrong) for name, device in devices.items()}
        if isinstance(devices, dict)
        else {},
        tuple(
            draft
            for index, loop in enumerate(loops if isinstance(loops, list) else [])
            if (draft := _loop(("loops", index), loop, wrong)) is not None
        ),
    )


def _device(name: str, values: object, wrong: tuple[Place, ...]) -> DeviceForm | None:
    if any(place[:2] == ("devices", name) for place in wrong):
        return None
    return DeviceForm.model_validate(values)


def _loop(place: Place, values: object, wrong: tuple[Place, ...]) -> LoopDraft | None:
    keys = frozenset(str(other[2]) for other in wrong if other[:2] == place and len(other) > 2)
    if not isinstance(values, dict):
        return None
    sound = {key: value for key, value in values.items() if key not in keys}
    sound.update({key: value for key, value in _STAND_INS.items() if key in keys})
    try:
        return LoopDraft(place, LoopForm.model_validate(sound), keys)
    except ValidationError:
        return None
