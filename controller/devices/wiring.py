"""From declared devices and their uses in loops to a router, with every problem at once."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from controller.core.errors import Problem
from controller.devices.bindings import DeviceDeclaration, LoopBinding
from controller.devices.build import Use, build_codec
from controller.devices.codec import DeviceCodec
from controller.devices.router import Router
from controller.devices.shape import Template

_Channel = TypeVar("_Channel")


def wire(
    devices: Iterable[DeviceDeclaration], loops: Iterable[LoopBinding], families: Mapping[str, Template]
) -> tuple[Router, tuple[Problem, ...]]:
    """Return the router of a whole configuration and everything that is wrong with it.

    Args:
        devices: Every declared device; those in no loop are checked and otherwise left alone.
        loops: Every loop.
        families: Every known template by its family's name.

    Returns:
        The router, fit for use only when there are no problems.
    """
    declared = {device.name: device for device in devices}
    loops = tuple(loops)
    problems = [*_unknown_devices(loops, declared), *_shared_pumps(loops)]
    used = uses(loops)
    codecs: dict[str, DeviceCodec] = {}
    for device in declared.values():
        codec, found = _codec(device, used.get(device.name, Use()), families)
        problems += found
        if device.name in used:
            codecs[device.name] = codec
    problems += _same_switches(loops, codecs)
    if problems:
        return Router({}, ()), tuple(problems)
    return Router(codecs, loops), ()


def _codec(
    device: DeviceDeclaration, use: Use, families: Mapping[str, Template]
) -> tuple[DeviceCodec, list[Problem]]:
    template = families.get(device.family)
    if template is None:
        cure = _suggestion(device.family, families)
        where = f"{device.place}.family"
        return DeviceCodec(), [Problem(where, f"unknown family {device.family!r:.80}", cure=cure)]
    codec, problems = build_codec(template, device.parameters, use)
    return codec, [_placed(problem, device) for problem in problems]


def _placed(problem: Problem, device: DeviceDeclaration) -> Problem:
    return replace(problem, where=f"{device.place}.{problem.where}" if problem.where else device.place)


def _unknown_devices(
    loops: Iterable[LoopBinding], declared: Mapping[str, DeviceDeclaration]
) -> Iterator[Problem]:
    for loop in loops:
        for where, name in loop.devices():
            if name not in declared:
                yield Problem(where, f"unknown device {name!r:.80}", cure=_suggestion(name, declared))


def _shared_pumps(loops: Iterable[LoopBinding]) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for loop in loops:
        owner = owners.setdefault(loop.pump, loop.loop)
        if owner != loop.loop:
            yield Problem(f"{loop.place}.pump", f"{loop.pump!r} is already the pump of loop {owner!r}")


def _same_switches(loops: Iterable[LoopBinding], codecs: Mapping[str, DeviceCodec]) -> Iterator[Problem]:
    """Yield pumps of different names whose orders go to one and the same switch."""
    owners: dict[tuple[str, bytes], str] = {}
    for loop in loops:
        codec = codecs.get(loop.pump)
        for order in codec.switch(False, 0) if codec else ():
            owner = owners.setdefault((order.topic, order.payload), loop.pump)
            if owner != loop.pump:
                yield Problem(
                    f"{loop.place}.pump",
                    f"{loop.pump!r} and {owner!r} are the same switch: both obey {order.topic!r}",
                    cure="two loops cannot share a pump; give each its own switch or relay",
                )
                break


def uses(loops: Iterable[LoopBinding]) -> dict[str, Use]:
    """Return what each device is used for, by its name; those in no loop are left out."""
    found: defaultdict[str, Use] = defaultdict(Use)
    for loop in loops:
        found[loop.pump] = replace(found[loop.pump], switch=True)
        for sensor in loop.sensors:
            use = found[sensor.device]
            found[sensor.device] = replace(use, temperatures=_with(use.temperatures, sensor.channel))
        for button in loop.buttons:
            use = found[button.device]
            found[button.device] = replace(use, buttons=_with(use.buttons, button.channel))
        for flow in loop.flows:
            use = found[flow.device]
            found[flow.device] = replace(use, flows=_with(use.flows, flow.channel))
        for cue in loop.cues:
            use = found[cue.device]
            found[cue.device] = replace(use, cues=_with(use.cues, (cue.kind, cue.channel)))
    return dict(found)


def _with(channels: tuple[_Channel, ...], channel: _Channel) -> tuple[_Channel, ...]:
    return channels if channel in channels else (*channels, channel)


def _suggestion(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(names) or 'none'}"
