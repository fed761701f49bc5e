"""Every family over a real Mosquitto: temperature in, pump on with a lease, read-back, pump off.

All of them run beside each other, one loop each, in one controller on one broker.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from controller.core.leases import LeaseClass
from controller.views import PumpState
from simulator.fake_devices.ebusd import FACTORY, EbusdBoiler
from simulator.fitted import FITTERS
from tests.support.brokers import Mosquitto
from tests.support.rig import Rig, loop_of, served, until

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]

SPEED = 20.0
FAMILIES = tuple(FITTERS)
TELLING = {"tasmota", "shelly1", "shelly2", "shelly2_plain", "zigbee2mqtt", "esphome"}


@dataclass
class Outcome:
    """What one family showed."""

    temperature_c: float | None = None
    relay_on: bool = False
    shown_on: bool = False
    lease_class: LeaseClass | None = None
    verified: bool | None = None
    power_w: float | None = None
    asked_by: str | None = None
    relay_off: bool = False
    shown_off: bool = False
    troubles: tuple[str, ...] = ()
    given_back: bool = True


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Outcome]]:
    folder = tmp_path_factory.mktemp("families")
    broker = Mosquitto(folder)
    broker.start()
    try:
        yield asyncio.run(lived_through(broker.port, folder))
    finally:
        broker.stop()


async def lived_through(port: int, folder: Path) -> dict[str, Outcome]:
    rig = Rig(FAMILIES, port, speed=SPEED)
    seen = {family: Outcome() for family in FAMILIES}
    async with rig.alive(), served(rig, rig.config(port, folder), folder) as service:

        def every(what: str) -> bool:
            return all(getattr(outcome, what) for outcome in seen.values())

        def look() -> None:
            for family, outcome in seen.items():
                loop = loop_of(service, family)
                outcome.temperature_c = loop.temperatures[0].value_c
                outcome.relay_on |= rig.is_on(family)
                outcome.shown_on |= loop.pump is PumpState.ON
                outcome.verified = loop.lease.verified
                outcome.lease_class = loop.lease.lease_class
                outcome.power_w = max(outcome.power_w or 0.0, loop.power_w or 0.0)
                outcome.asked_by = outcome.asked_by or (loop.run.who if loop.run else None)
                outcome.troubles = tuple(fault.code for fault in loop.faults)

        def looked(*names: str) -> bool:
            look()
            return all(every(name) for name in names)

        ready = lambda: all(  # noqa: E731 - said once
            loop_of(service, family).temperatures[0].fresh and loop_of(service, family).pump is PumpState.OFF
            for family in FAMILIES
        )
        await until(ready, within_s=15, what="every family told temperature and state")
        await asyncio.sleep(max(0.0, 61 - rig.clock.now() / 1000) / SPEED)  # the rest after a start
        for fitted in rig.fitted.values():
            for press in fitted.press.values():
                press()
        await until(lambda: looked("relay_on", "shown_on"), within_s=15, what=f"every pump on: {seen}")
        await asyncio.sleep(40 / SPEED)
        look()
        for family in FAMILIES:
            rig.felt_c[family] = 45.0

        def all_off() -> bool:
            for family, outcome in seen.items():
                outcome.relay_off = not rig.is_on(family)
                outcome.shown_off = loop_of(service, family).pump is PumpState.OFF
            return every("relay_off") and every("shown_off")

        await until(all_off, within_s=20, what=f"every pump off: {seen}")
    boiler = rig.fitted["ebusd"].devices[0]
    assert isinstance(boiler, EbusdBoiler)
    seen["ebusd"].given_back = set(boiler.plans.values()) == {FACTORY}
    return seen


@pytest.mark.parametrize("family", FAMILIES)
def test_a_press_runs_the_pump_until_hot_water_has_come(outcomes: dict[str, Outcome], family: str) -> None:
    seen = outcomes[family]
    assert seen.temperature_c == pytest.approx(20.0, abs=0.1)
    assert seen.relay_on and seen.shown_on and seen.relay_off and seen.shown_off
    assert seen.asked_by == f"{family} tap button"
    assert seen.troubles == ()
    assert seen.given_back, "a boiler has its own schedule back when the controller leaves"


@pytest.mark.parametrize("family", FAMILIES)
def test_the_lease_is_verified_by_read_back_where_the_device_tells_it(
    outcomes: dict[str, Outcome], family: str
) -> None:
    assert outcomes[family].verified is (True if family in TELLING else None)


@pytest.mark.parametrize("family", sorted(TELLING - {"tasmota"}))
def test_the_power_of_the_pump_comes_in_while_it_runs(outcomes: dict[str, Outcome], family: str) -> None:
    assert outcomes[family].power_w == pytest.approx(24.9)
