"""The devices of a wired house, and the controller's configuration that matches them.

All three dialects are there, as in a house that was fitted out over the years: the pump hangs on a Tasmota plug and
the pipe's guard on a Tasmota thermometer, the boiler's outlet and the buttons on Zigbee, the rest is home-made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

import simpy

from controller.core.plumbing import COLD_LINE, FAR_END, RETURN, SUPPLY, Topology
from simulator.fake_devices.device import FakeDevice, Publish
from simulator.fake_devices.generic import GenericButton, GenericThermometer
from simulator.fake_devices.tasmota import TasmotaPlug, TasmotaThermometers
from simulator.fake_devices.zigbee2mqtt import ZigbeeBridge, ZigbeeButton, ZigbeeThermometer
from simulator.fitted import Site, declarations, fit
from simulator.layout import Layout, SensorSpot

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
        layout: The house: one thermometer for each of its sensors, one button for each fixture, a plug for each pump.
        publish: Sends a message.
        wall_clock: Gives the local time.
        switch_pump: Told when a pump's plug switches, with the name of its loop; None for the first.
        felt_c: Temperature that each sensor has now, by its label, in C.
        family: Fits the first loop out with one family and leaves the others alone; None for a mixture as it grew over
            the years.
    """

    def __init__(
        self,
        env: simpy.Environment,
        layout: Layout,
        publish: Publish,
        wall_clock: Callable[[], datetime],
        *,
        switch_pump: Callable[[bool, str | None], None],
        felt_c: Mapping[str, float],
        family: str | None = None,
    ) -> None:
        self._env, self._publish, self._wall_clock = env, publish, wall_clock
        if family is not None:
            first, *_ = circuits_of(layout)
            reads = {spot.role: partial(felt_c.__getitem__, spot.label) for spot in first.sensors}
            site = Site(env, publish, wall_clock, lambda on: switch_pump(on, None), reads, first.fixtures)
            fitted = fit(family, site)
            self.devices: tuple[FakeDevice, ...] = fitted.devices
            self._press = dict(fitted.press)
            return
        devices: list[FakeDevice] = [ZigbeeBridge(publish)]
        for circuit in circuits_of(layout):
            devices.append(self._plug(circuit, switch_pump))
            devices += [self._thermometer(circuit, spot, felt_c) for spot in circuit.sensors]
        buttons = {fixture: self._button(layout, fixture) for fixture in layout.fixtures}
        self.devices = (*devices, *buttons.values())
        self._press = {fixture: button.press for fixture, button in buttons.items()}

    def press(self, fixture: str) -> None:
        """Press the button at a fixture; one without a button has none to press."""
        if fixture in self._press:
            self._press[fixture]()

    def _plug(self, circuit: "FittedLoop", switch_pump: Callable[[bool, str | None], None]) -> TasmotaPlug:
        return TasmotaPlug(
            self._env,
            self._publish,
            circuit.topic(PLUG_TOPIC),
            self._wall_clock,
            lambda on: switch_pump(on, circuit.loop),
            tele_period_s=TELE_PERIOD_S,
            pulse_time=FIXED_AUTO_OFF,
        )

    def _button(self, layout: Layout, fixture: str) -> "ZigbeeButton | GenericButton":
        if fixture == layout.fixtures[-1]:
            return GenericButton(self._publish, f"{HOME_MADE}/{fixture}/button", "single")
        return ZigbeeButton(self._publish, f"{fixture} button")

    def _thermometer(
        self, circuit: "FittedLoop", spot: SensorSpot, felt_c: Mapping[str, float]
    ) -> FakeDevice:
        env, publish, read_c = self._env, self._publish, partial(felt_c.__getitem__, spot.label)
        if spot.role == SUPPLY:
            return ZigbeeThermometer(env, publish, circuit.named(OUTLET_NAME), read_c)
        if spot.role == FAR_END:
            return GenericThermometer(
                env,
                publish,
                circuit.topic(f"{HOME_MADE}/{spot.role}"),
                read_c,
                show=lambda value_c: f'{{"pipe": {{"celsius": {value_c:.2f}}}}}',
            )
        topic = circuit.topic(GUARD_TOPICS[spot.role])
        return TasmotaThermometers(
            env, publish, topic, self._wall_clock, {GUARD_ADDRESS: read_c}, tele_period_s=TELE_PERIOD_S
        )


@dataclass(frozen=True, slots=True)
class FittedLoop:
    """What is fitted to one loop, and how it is told from that of the others.

    Args:
        number: Number of the loop, from 0.
        loop: Its name in the layout; None for the only one.
        topology: Its way back.
        fixtures: Fixtures that it serves.
        sensors: Its sensors.
    """

    number: int
    loop: str | None
    topology: Topology
    fixtures: tuple[str, ...]
    sensors: tuple[SensorSpot, ...]

    def topic(self, first: str) -> str:
        """Return a topic of this loop, from that of the first."""
        return first if self.number == 0 else f"{first}_{self.number + 1}"

    def named(self, thing: str) -> str:
        """Return what a thing of this loop is called."""
        return thing if self.loop is None else f"{self.loop} {thing}"


def circuits_of(layout: Layout) -> list[FittedLoop]:
    """Return what is fitted to each loop of a house; one without a loop is fitted like one with."""
    if len(layout.loops) < 2:
        return [FittedLoop(0, None, layout.topology, layout.fixtures, layout.sensors)]
    return [
        FittedLoop(
            number,
            loop.name,
            loop.topology,
            loop.fixtures,
            tuple(spot for spot in layout.sensors if spot.loop in ("", loop.name)),
        )
        for number, loop in enumerate(layout.loops)
    ]


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
    circuits = circuits_of(layout)
    loops = [_loop_section(circuit) for circuit in circuits]
    devices: Mapping[str, Mapping[str, Any]] = _device_section(layout)
    if family is not None:
        first, *_ = circuits
        fitted = declarations(family, [spot.role for spot in first.sensors], first.fixtures)
        devices = fitted.declared
        buttons = [{**where, "fixture": fixture} for fixture, where in fitted.buttons.items()]
        loops = [loops[0] | {"pump": fitted.pump, "sensors": dict(fitted.sensors), "buttons": buttons}]
    return {
        "site": {"name": site_name, "time_zone": "UTC"},
        "broker": {"host": broker_host, "port": broker_port},
        "storage": {"path": storage_path},
        "api": {"host": api_host, "port": api_port},
        "devices": dict(devices),
        "loops": loops,
    }


def _device_section(layout: Layout) -> dict[str, dict[str, str]]:
    devices: dict[str, dict[str, str]] = {}
    for circuit in circuits_of(layout):
        devices[circuit.named("pump plug")] = {"family": "tasmota", "topic": circuit.topic(PLUG_TOPIC)}
        for spot in circuit.sensors:
            devices[circuit.named(f"{spot.role} sensor")] = _sensor_section(circuit, spot.role)
    for fixture in layout.fixtures:
        devices[f"{fixture} button"] = (
            {"family": "generic", "button_topic": f"{HOME_MADE}/{fixture}/button"}
            if fixture == layout.fixtures[-1]
            else {"family": "zigbee2mqtt", "name": f"{fixture} button"}
        )
    return devices


def _sensor_section(circuit: FittedLoop, role: str) -> dict[str, str]:
    if role == SUPPLY:
        return {"family": "zigbee2mqtt", "name": circuit.named(OUTLET_NAME)}
    if role == FAR_END:
        topic = circuit.topic(f"{HOME_MADE}/{role}")
        return {"family": "generic", "temperature_topic": topic, "temperature_path": "$.pipe.celsius"}
    return {"family": "tasmota", "topic": circuit.topic(GUARD_TOPICS[role])}


def _loop_section(circuit: FittedLoop) -> dict[str, Any]:
    keeps_hot = "check_valve" if circuit.topology is Topology.COLD_RETURN else "timed"
    return {
        "name": circuit.loop or "main",
        "topology": circuit.topology.value,
        "pump": {"device": circuit.named("pump plug")},
        "sensors": {spot.role: {"device": circuit.named(f"{spot.role} sensor")} for spot in circuit.sensors},
        "buttons": [{"device": f"{fixture} button", "fixture": fixture} for fixture in circuit.fixtures],
        "fixtures": list(circuit.fixtures),
        "strategies": [
            {"type": "on_demand"},
            {"type": keeps_hot, "windows": [dict(window) for window in WINDOWS]},
        ],
    }
