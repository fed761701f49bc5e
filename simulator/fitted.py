"""A house fitted out with the devices of one family, as far as the family makes them.

What a family does not make (an EMS-ESP gateway has no buttons) is home-made.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeAlias

import simpy

from controller.core.errors import ZcwError
from simulator.fake_devices.device import FakeDevice, Publish, Switched, Thermometer
from simulator.fake_devices.ebusd import EbusdBoiler
from simulator.fake_devices.emsesp import EmsEsp
from simulator.fake_devices.esphome import EspHomeBoard
from simulator.fake_devices.generic import Availability, GenericButton, GenericSwitch, GenericThermometer
from simulator.fake_devices.homeassistant import FakeHeaterEntity, FakeHomeAssistant
from simulator.fake_devices.shelly import ShellyGen1, ShellyGen2
from simulator.fake_devices.tasmota import TasmotaPlug, TasmotaThermometers
from simulator.fake_devices.zigbee2mqtt import ZigbeeBridge, ZigbeeButton, ZigbeePlug, ZigbeeThermometer
from simulator.scenario import START

Section: TypeAlias = dict[str, Any]
"""A section of the controller's configuration."""

AUTO_OFF_S: Final = 300
"""Fixed auto-off, where a device has nothing better, in s."""
REPORT_S: Final = 10
"""Seconds between reports of thermometers."""


class UnknownFamily(ZcwError):
    """No house can be fitted out with a family of that name.

    Args:
        family: The name.
    """

    def __init__(self, family: str) -> None:
        super().__init__(f"no family {family!r:.40} to fit out a house with; known: {', '.join(FITTERS)}")


@dataclass(frozen=True)
class Fitted:
    """Devices of a house, and what the controller's configuration says about them.

    Args:
        devices: Everything on the wire.
        declared: The section ``devices``.
        pump: The section ``pump`` of the loop.
        sensors: The section ``sensors`` of the loop.
        buttons: Where each fixture's button is: the keys ``device`` and ``channel``.
        press: Presses the button at a fixture.
        flip: Switches the pump by hand, at the device.
    """

    devices: tuple[FakeDevice, ...]
    declared: Mapping[str, Section]
    pump: Section
    sensors: Mapping[str, Section]
    buttons: Mapping[str, Section]
    press: Mapping[str, Callable[[], None]]
    flip: Callable[[], None]


@dataclass(frozen=True)
class Site:
    """Where devices are fitted.

    Args:
        env: The simulation.
        publish: Sends a message.
        wall_clock: Gives the local time.
        switched: Told when the pump's switch changes.
        thermometers: The temperature at each sensor's place, by role.
        fixtures: Names of the fixtures.
    """

    env: simpy.Environment
    publish: Publish
    wall_clock: Callable[[], datetime]
    switched: Switched = lambda _: None
    thermometers: Mapping[str, Thermometer] = field(default_factory=dict)
    fixtures: Sequence[str] = ()

    def reads(self) -> tuple[Thermometer, ...]:
        """Return the thermometers in the order of their roles."""
        return tuple(self.thermometers[role] for role in sorted(self.thermometers))

    def channels(self, device: str, names: Sequence[object]) -> dict[str, Section]:
        """Return the section of sensors that are channels of one device, in the order of their roles."""
        pairs = zip(sorted(self.thermometers), names, strict=True)
        return {role: {"device": device, "channel": str(name)} for role, name in pairs}


def _tasmota(site: Site) -> Fitted:
    plug = TasmotaPlug(
        site.env, site.publish, "tasmota_plug", site.wall_clock, site.switched, tele_period_s=REPORT_S
    )
    addresses = {f"0000000{number}": read_c for number, read_c in enumerate(site.reads())}
    pipes = TasmotaThermometers(
        site.env, site.publish, "tasmota_pipes", site.wall_clock, addresses, tele_period_s=REPORT_S
    )
    alone = len(addresses) == 1
    names = ["DS18B20"] if alone else [f"DS18B20-{number + 1}" for number in range(len(addresses))]
    declared = {
        "plug": {"family": "tasmota", "topic": "tasmota_plug"},
        "pipes": {"family": "tasmota", "topic": "tasmota_pipes"},
    }
    return _with_home_made_buttons(
        site, (plug, pipes), declared, {"device": "plug"}, site.channels("pipes", names), plug.press
    )


def _shelly1(site: Site) -> Fitted:
    plug = ShellyGen1(
        site.env,
        site.publish,
        "shellyuni-A1B2C3",
        site.switched,
        thermometers=site.reads(),
        auto_off_s=AUTO_OFF_S,
        report_s=REPORT_S,
    )
    declared = {"plug": {"family": "shelly1", "id": "shellyuni-A1B2C3", "auto_off": True}}
    return Fitted(
        (plug,),
        declared,
        {"device": "plug"},
        site.channels("plug", range(len(site.thermometers))),
        {name: {"device": "plug", "channel": str(number)} for number, name in enumerate(site.fixtures)},
        {name: partial(plug.press, "S", number) for number, name in enumerate(site.fixtures)},
        plug.flip,
    )


def _shelly2(site: Site) -> Fitted:
    prefix = "shellyplus1pm-a8032ab12345"
    plug = ShellyGen2(
        site.env, site.publish, prefix, site.wall_clock, site.switched, thermometers=site.reads()
    )
    return Fitted(
        (plug,),
        {"plug": {"family": "shelly2", "id": prefix}},
        {"device": "plug"},
        site.channels("plug", range(100, 100 + len(site.thermometers))),
        {name: {"device": "plug", "channel": str(number)} for number, name in enumerate(site.fixtures)},
        {name: partial(plug.press, "single_push", number) for number, name in enumerate(site.fixtures)},
        plug.flip,
    )


def _shelly2_plain(site: Site) -> Fitted:
    plug = ShellyGen2(
        site.env,
        site.publish,
        "cellar/pump",
        site.wall_clock,
        site.switched,
        thermometers=site.reads(),
        rpc=False,
        control=True,
        auto_off_s=AUTO_OFF_S,
    )
    return _with_home_made_buttons(
        site,
        (plug,),
        {"plug": {"family": "shelly2_plain", "id": "cellar/pump", "auto_off": True}},
        {"device": "plug"},
        site.channels("plug", range(100, 100 + len(site.thermometers))),
        plug.flip,
    )


def _zigbee2mqtt(site: Site) -> Fitted:
    plug = ZigbeePlug(site.env, site.publish, "pump plug", site.switched)
    pipes = {
        role: ZigbeeThermometer(site.env, site.publish, f"{role} pipe", read_c)
        for role, read_c in site.thermometers.items()
    }
    buttons = {name: ZigbeeButton(site.publish, f"{name} button") for name in site.fixtures}
    declared: dict[str, Section] = {"plug": {"family": "zigbee2mqtt", "name": "pump plug", "countdown": True}}
    declared |= {f"{role} pipe": {"family": "zigbee2mqtt", "name": f"{role} pipe"} for role in pipes}
    declared |= {f"{name} button": {"family": "zigbee2mqtt", "name": f"{name} button"} for name in buttons}
    return Fitted(
        (ZigbeeBridge(site.publish), plug, *pipes.values(), *buttons.values()),
        declared,
        {"device": "plug"},
        {role: {"device": f"{role} pipe"} for role in pipes},
        {name: {"device": f"{name} button"} for name in buttons},
        {name: button.press for name, button in buttons.items()},
        plug.press,
    )


def _esphome(site: Site) -> Fitted:
    names = {f"{role}_pipe": read_c for role, read_c in site.thermometers.items()}
    board = EspHomeBoard(site.env, site.publish, "boiler-room", site.switched, thermometers=names)
    declared = {
        "board": {
            "family": "esphome",
            "prefix": "boiler-room",
            "switch": "pump",
            "lease_number": "lease",
            "power": "pump_power",
        }
    }
    ids = {name: f"{name.replace(' ', '_')}_button" for name in site.fixtures}
    return Fitted(
        (board,),
        declared,
        {"device": "board"},
        {role: {"device": "board", "channel": f"{role}_pipe"} for role in site.thermometers},
        {name: {"device": "board", "channel": ids[name]} for name in site.fixtures},
        {name: partial(board.press, ids[name]) for name in site.fixtures},
        board.flip,
    )


def _homeassistant(site: Site) -> Fitted:
    names = {f"{role}_pipe": read_c for role, read_c in site.thermometers.items()}
    assistant = FakeHomeAssistant(
        site.env, site.publish, site.switched, auto_off_s=AUTO_OFF_S, thermometers=names
    )
    declared: dict[str, Section] = {
        "pump": {"family": "homeassistant", "domain": "switch", "object": "pump", "auto_off": True}
    }
    for role in site.thermometers:
        declared[f"{role} pipe"] = {
            "family": "homeassistant",
            "domain": "sensor",
            "object": f"{role}_pipe",
        }
    ids = {name: name.replace(" ", "_") for name in site.fixtures}
    for name in site.fixtures:
        declared[f"{name} button"] = {
            "family": "homeassistant",
            "domain": "event",
            "object": ids[name],
        }
    return Fitted(
        (assistant,),
        declared,
        {"device": "pump"},
        {role: {"device": f"{role} pipe"} for role in site.thermometers},
        {name: {"device": f"{name} button"} for name in site.fixtures},
        {name: partial(assistant.press, f"event.{ids[name]}") for name in site.fixtures},
        assistant.flip,
    )


def _emsesp(site: Site) -> Fitted:
    names = [f"28-{number:04d}-ABCD" for number in range(len(site.thermometers))]
    gateway = EmsEsp(
        site.env, site.publish, site.switched, thermometers=dict(zip(names, site.reads(), strict=True))
    )
    return _with_home_made_buttons(
        site,
        (gateway,),
        {"boiler": {"family": "emsesp"}},
        {"device": "boiler", "allow_without_auto_off": True},
        site.channels("boiler", names),
        gateway.flip,
    )


def _generic(site: Site) -> Fitted:
    switch = GenericSwitch(
        site.env,
        site.publish,
        "homemade/pump/set",
        "homemade/pump",
        site.switched,
        auto_off_s=AUTO_OFF_S,
        availability=Availability("homemade/pump/there"),
    )
    pipes = {
        role: GenericThermometer(site.env, site.publish, f"homemade/{role}", read_c)
        for role, read_c in site.thermometers.items()
    }
    declared: dict[str, Section] = {
        "pump": {
            "family": "generic",
            "command_topic": "homemade/pump/set",
            "state_topic": "homemade/pump",
            "availability_topic": "homemade/pump/there",
            "fixed_auto_off": True,
        }
    }
    for role in pipes:
        declared[f"{role} pipe"] = {"family": "generic", "temperature_topic": f"homemade/{role}"}
    return _with_home_made_buttons(
        site,
        (switch, *pipes.values()),
        declared,
        {"device": "pump"},
        {role: {"device": f"{role} pipe"} for role in pipes},
        lambda: switch.receive("homemade/pump/set", "OFF" if switch.on else "ON"),
    )


def _heater_entity(site: Site) -> Fitted:
    heater = FakeHeaterEntity(site.env, site.publish, site.switched)
    pipes = {
        role: GenericThermometer(site.env, site.publish, f"heater/{role}", read_c)
        for role, read_c in site.thermometers.items()
    }
    declared: dict[str, Section] = {"heater": {"family": "heater_entity", "object": "heater"}}
    for role in pipes:
        declared[f"{role} pipe"] = {"family": "generic", "temperature_topic": f"heater/{role}"}
    return _with_home_made_buttons(
        site,
        (heater, *pipes.values()),
        declared,
        {"device": "heater"},
        {role: {"device": f"{role} pipe"} for role in pipes},
        heater.flip,
    )


def _ebusd(site: Site) -> Fitted:
    boiler = EbusdBoiler(site.publish, site.wall_clock, site.switched)
    pipes = {
        role: GenericThermometer(site.env, site.publish, f"boiler/{role}", read_c)
        for role, read_c in site.thermometers.items()
    }
    declared: dict[str, Section] = {"boiler": {"family": "ebusd", "circuit": "700"}}
    for role in pipes:
        declared[f"{role} pipe"] = {"family": "generic", "temperature_topic": f"boiler/{role}"}
    return _with_home_made_buttons(
        site,
        (boiler, *pipes.values()),
        declared,
        {"device": "boiler", "allow_without_auto_off": True},
        {role: {"device": f"{role} pipe"} for role in pipes},
        boiler.flip,
    )


def _with_home_made_buttons(
    site: Site,
    devices: tuple[FakeDevice, ...],
    declared: Mapping[str, Section],
    pump: Section,
    sensors: Mapping[str, Section],
    flip: Callable[[], None],
) -> Fitted:
    buttons = {
        name: GenericButton(site.publish, f"homemade/{name}/button", "single") for name in site.fixtures
    }
    sections = {
        f"{name} button": {"family": "generic", "button_topic": f"homemade/{name}/button"} for name in buttons
    }
    return Fitted(
        (*devices, *buttons.values()),
        {**declared, **sections},
        pump,
        sensors,
        {name: {"device": f"{name} button"} for name in buttons},
        {name: button.press for name, button in buttons.items()},
        flip,
    )


FITTERS: Final[Mapping[str, Callable[[Site], Fitted]]] = {
    "tasmota": _tasmota,
    "shelly1": _shelly1,
    "shelly2": _shelly2,
    "shelly2_plain": _shelly2_plain,
    "zigbee2mqtt": _zigbee2mqtt,
    "esphome": _esphome,
    "homeassistant": _homeassistant,
    "emsesp": _emsesp,
    "generic": _generic,
    "heater_entity": _heater_entity,
    "ebusd": _ebusd,
}
"""How a house is fitted out with each family."""


def fit(family: str, site: Site) -> Fitted:
    """Return a house fitted out with one family.

    Raises:
        UnknownFamily: Nothing of that name can be fitted (the caller's fault).
    """
    if family not in FITTERS:
        raise UnknownFamily(family)
    return FITTERS[family](site)


def declarations(family: str, roles: Sequence[str], fixtures: Sequence[str]) -> Fitted:
    """Return what the controller's configuration says of a house fitted out with one family; its devices are dummies.

    Raises:
        UnknownFamily: Nothing of that name can be fitted (the caller's fault).
    """
    site = Site(
        simpy.Environment(),
        lambda *_: None,
        lambda: START,
        thermometers=dict.fromkeys(roles, lambda: 20.0),
        fixtures=fixtures,
    )
    return fit(family, site)
