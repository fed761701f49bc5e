"""From declared devices and their uses in loops to a router, with every problem at once."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from controller.core.errors import Problem
from controller.devices.bindings import DeviceDeclaration, LoopBinding
from controller.devices.build import Use, build_codec
from controller.devices.codec import DeviceCodec
from controller.devices.router import Router
from controller.devices.shape import Template


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
    uses = _uses(loops)
    codecs: dict[str, DeviceCodec] = {}
    for device in declared.values():
        codec, found = _codec(device, uses.get(device.name, Use()), families)
        problems += found
        if device.name in uses:
            codecs[device.name] = codec
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


def _uses(loops: Iterable[LoopBinding]) -> dict[str, Use]:
    uses: defaultdict[str, Use] = defaultdict(Use)
    for loop in loops:
        uses[loop.pump] = replace(uses[loop.pump], switch=True)
        for sensor in loop.sensors:
            use = uses[sensor.device]
            uses[sensor.device] = replace(use, temperatures=_with(use.temperatures, sensor.channel))
        for button in loop.buttons:
            use = uses[button.device]
            uses[button.device] = replace(use, buttons=_with(use.buttons, button.channel))
    return dict(uses)


def _with(channels: tuple[str, ...], channel: str) -> tuple[str, ...]:
    return channels if channel in channels else (*channels, channel)


def _suggestion(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(names) or 'none'}"
