"""The devices of a wired house, and the controller's configuration that matches them.

All three dialects are there, as in a house that was fitted out over the years: the pump hangs on a Tasmota plug and
the pipe's guard on a Tasmota thermometer, the boiler's outlet and the buttons on Zigbee, the rest is home-made.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

import simpy

from controller.core.plumbing import COLD_LINE, FAR_END, RETURN, SUPPLY, Topology
from simulator.fake_devices.device import FakeDevice, Publish, Switched
from simulator.fake_devices.generic import GenericButton, GenericThermometer
from simulator.fake_devices.tasmota import TasmotaPlug, TasmotaThermometers
from simulator.fake_devices.zigbee2mqtt import ZigbeeBridge, ZigbeeButton, ZigbeeThermometer
from simulator.fitted import Site, declarations, fit
from simulator.layout import Layout

PLUG_TOPIC: Final = "tasmota_5C1A7E"
GUARD_TOPICS: Final[Mapping[str, str]] = {RETURN: "tasmota_D4B0F2", COLD_LINE: "tasmota_D4B0F3"}
GUARD_ADDRESS: Final = "00000566CC39"
OUTLET_NAME: Final = "boiler outlet"
HOME_MADE: Final = "homemade"
"""First level of the topics of home-made devices."""
TELE_PERIOD_S: Final = 10
"""Seconds between reports of the guard: at the 300 s as delivered no run could be stopped by it."""
FIXED_AUTO_OFF: Final = 1_900
"""PulseTime of the plug before a controller sets its own: off after 30 min whatever happens."""

WINDOWS: Final = (
    {"days": "weekdays", "from": "06:45", "to": "08:15"},
    {"days": "weekend", "from": "08:00", "to": "10:30"},
    {"days": "every_day", "from": "17:45", "to": "21:30"},
)
"""When the demonstration keeps its loop hot without being asked."""


class Fittings:
    """Every device of a house.

    Args:
        env: The simulation.
        layout: The house: one thermometer for each of its sensors, one button for each fixture.
        publish: Sends a message.
        wall_clock: Gives the local time.
        switch_pump: Told when the pump's plug switches.
        felt_c: Temperature that each sensor has now, by its role, in C.
        family: Fits the house out with one family; None for a mixture as it grew over the years.
    """

    def __init__(
        self,
        env: simpy.Environment,
        layout: Layout,
        publish: Publish,
        wall_clock: Callable[[], datetime],
        *,
        switch_pump: Switched,
        felt_c: Mapping[str, float],
        family: str | None = None,
    ) -> None:
        if family is not None:
            reads = {spot.role: partial(felt_c.__getitem__, spot.role) for spot in layout.sensors}
            fitted = fit(family, Site(env, publish, wall_clock, switch_pump, reads, layout.fixtures))
            self.devices: tuple[FakeDevice, ...] = fitted.devices
            self._press = dict(fitted.press)
            return
        self._mix(env, layout, publish, wall_clock, switch_pump, felt_c)

    def _mix(
        self,
        env: simpy.Environment,
        layout: Layout,
        publish: Publish,
        wall_clock: Callable[[], datetime],
        switch_pump: Switched,
        felt_c: Mapping[str, float],
    ) -> None:
        plug = TasmotaPlug(
            env,
            publish,
            PLUG_TOPIC,
            wall_clock,
            switch_pump,
            tele_period_s=TELE_PERIOD_S,
            pulse_time=FIXED_AUTO_OFF,
        )
        buttons: dict[str, ZigbeeButton | GenericButton] = {
            fixture: GenericButton(publish, f"{HOME_MADE}/{fixture}/button", "single")
            if fixture == layout.fixtures[-1]
            else ZigbeeButton(publish, f"{fixture} button")
            for fixture in layout.fixtures
        }
        thermometers = [_thermometer(env, publish, wall_clock, spot.role, felt_c) for spot in layout.sensors]
        self.devices = (ZigbeeBridge(publish), plug, *thermometers, *buttons.values())
        self._press = {fixture: button.press for fixture, button in buttons.items()}

    def press(self, fixture: str) -> None:
        """Press the button at a fixture."""
        self._press[fixture]()


def _thermometer(
    env: simpy.Environment,
    publish: Publish,
    wall_clock: Callable[[], datetime],
    role: str,
    felt_c: Mapping[str, float],
) -> FakeDevice:
    def read_c() -> float:
        return felt_c[role]

    if role == SUPPLY:
        return ZigbeeThermometer(env, publish, OUTLET_NAME, read_c)
    if role == FAR_END:
        return GenericThermometer(
            env,
            publish,
            f"{HOME_MADE}/{role}",
            read_c,
            show=lambda value_c: f'{{"pipe": {{"celsius": {value_c:.2f}}}}}',
        )
    return TasmotaThermometers(
        env, publish, GUARD_TOPICS[role], wall_clock, {GUARD_ADDRESS: read_c}, tele_period_s=TELE_PERIOD_S
    )


def controller_config(
    layout: Layout,
    *,
    broker_host: str,
    broker_port: int,
    api_host: str = "127.0.0.1",
    api_port: int = 8377,
    storage_path: str = "zcw.sqlite",
    site_name: str = "Demo house",
    family: str | None = None,
) -> dict[str, Any]:
    """Return the controller's configuration, as its YAML file would say it, for the devices of a house.

    Args:
        layout: The house.
        broker_host: Where the broker is.
        broker_port: Its port.
        api_host: Where the page and the REST service listen.
        api_port: Their port.
        storage_path: The data file.
        site_name: Name of the house.
        family: The one family that the house is fitted out with; None for the mixture.

    Raises:
        UnknownFamily: No house can be fitted out with it (the caller's fault).
    """
    loop = _loop_section(layout)
    devices: Mapping[str, Mapping[str, Any]] = _device_section(layout)
    if family is not None:
        fitted = declarations(family, [spot.role for spot in layout.sensors], layout.fixtures)
        devices = fitted.declared
        buttons = [{**where, "fixture": fixture} for fixture, where in fitted.buttons.items()]
        loop |= {"pump": fitted.pump, "sensors": dict(fitted.sensors), "buttons": buttons}
    return {
        "site": {"name": site_name, "time_zone": "UTC"},
        "broker": {"host": broker_host, "port": broker_port},
        "storage": {"path": storage_path},
        "api": {"host": api_host, "port": api_port},
        "devices": dict(devices),
        "loops": [loop],
    }


def _device_section(layout: Layout) -> dict[str, dict[str, str]]:
    devices = {"pump plug": {"family": "tasmota", "topic": PLUG_TOPIC}}
    for spot in layout.sensors:
        devices[f"{spot.role} sensor"] = _sensor_section(spot.role)
    for fixture in layout.fixtures:
        devices[f"{fixture} button"] = (
            {"family": "generic", "button_topic": f"{HOME_MADE}/{fixture}/button"}
            if fixture == layout.fixtures[-1]
            else {"family": "zigbee2mqtt", "name": f"{fixture} button"}
        )
    return devices


def _sensor_section(role: str) -> dict[str, str]:
    if role == SUPPLY:
        return {"family": "zigbee2mqtt", "name": OUTLET_NAME}
    if role == FAR_END:
        topic = f"{HOME_MADE}/{role}"
        return {"family": "generic", "temperature_topic": topic, "temperature_path": "$.pipe.celsius"}
    return {"family": "tasmota", "topic": GUARD_TOPICS[role]}


def _loop_section(layout: Layout) -> dict[str, Any]:
    keeps_hot = "check_valve" if layout.topology is Topology.COLD_RETURN else "timed"
    return {
        "name": "main",
        "topology": layout.topology.value,
        "pump": {"device": "pump plug"},
        "sensors": {spot.role: {"device": f"{spot.role} sensor"} for spot in layout.sensors},
        "buttons": [{"device": f"{fixture} button", "fixture": fixture} for fixture in layout.fixtures],
        "fixtures": list(layout.fixtures),
        "strategies": [
            {"type": "on_demand"},
            {"type": keeps_hot, "windows": [dict(window) for window in WINDOWS]},
        ],
    }
