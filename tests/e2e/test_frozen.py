"""The controller freezes in the middle of a run: the devices end it by themselves, and nobody is blamed for that."""

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import sys
from collections import Counter
from pathlib import Path

import pytest

from controller.core.leases import LeaseClass
from controller.devices.wiring import wire
from controller.settings import parse_settings
from simulator.fitted import FITTERS
from tests.support.brokers import Mosquitto
from tests.support.programs import program
from tests.support.rig import BEGINNING, Rig, until

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]

SPEED = 20.0
LEASED = ("tasmota", "shelly2", "zigbee2mqtt", "esphome")
"""Class A: each ON carries its lease."""
LEASE_S = 120
GRACE_S = 5
ROOT = Path(__file__).parents[2]


def test_every_family_whose_on_carries_its_lease_is_frozen_here(tmp_path: Path) -> None:
    config = Rig(tuple(FITTERS), 1883, speed=SPEED).config(1883, tmp_path)
    settings = parse_settings(config, "the rig", folder=tmp_path)
    router, problems = wire(settings.devices, [loop.binding for loop in settings.loops], settings.families)
    assert not problems
    names = [loop.name for loop in settings.loops]
    assert {name for name in names if router.lease_class(name) is LeaseClass.A} == set(LEASED)


async def test_every_lease_runs_out_while_the_controller_is_frozen(tmp_path: Path) -> None:
    broker = Mosquitto(tmp_path)
    broker.start()
    rig = Rig(LEASED, broker.port, speed=SPEED)
    config = tmp_path / "zcw.yaml"
    config.write_text(json.dumps(rig.config(broker.port, tmp_path)), "utf-8")  # JSON is YAML
    script = str(ROOT / "tests" / "support" / "paced_controller.py")
    began = str(round(BEGINNING.timestamp() * 1000))
    try:
        async with rig.alive():
            with program(sys.executable, script, str(config), str(SPEED), began, PYTHONPATH=str(ROOT)) as one:
                await frozen(rig, one.process.pid, lambda: "controlling" in one.out.text)
    finally:
        broker.stop()
    kinds = notes(tmp_path / "rig.sqlite")
    assert kinds["run_ended"] and not kinds["stop"], "nobody is blamed for what a timer did"
    assert kinds["requested"] == 2 * len(LEASED), (
        "before and after; what was pressed meanwhile is of no known age"
    )


def notes(file: Path) -> Counter[str]:
    with contextlib.closing(sqlite3.connect(file)) as data:
        return Counter(kind for (kind,) in data.execute("SELECT kind FROM notes"))


def press(rig: Rig) -> None:
    for fitted in rig.fitted.values():
        next(iter(fitted.press.values()))()


async def back(rig: Rig) -> None:
    """Wait until the thawed controller listens: it looks at its devices anew, and a press before that is lost."""
    asked = {family: len(rig.relays[family]) for family in LEASED}
    await asyncio.sleep(2.0)
    assert {family: len(rig.relays[family]) for family in LEASED} == asked, (
        "nothing starts by what was pressed meanwhile"
    )


async def frozen(rig: Rig, pid: int, ready: object) -> None:
    await until(ready, within_s=20, what="the controller controls")  # type: ignore[arg-type]
    await asyncio.sleep(65 / SPEED)  # the rest after its start
    press(rig)
    await until(lambda: all(map(rig.is_on, LEASED)), within_s=10, what=f"every pump on: {rig.relays}")
    os.kill(pid, signal.SIGSTOP)
    frozen_at_s = rig.clock.now() / 1000
    try:
        wait_s = (LEASE_S + 3 * GRACE_S) / SPEED
        await until(lambda: not any(map(rig.is_on, LEASED)), within_s=wait_s + 2, what=f"off: {rig.relays}")
        press(rig)
        await asyncio.sleep(GRACE_S / SPEED)  # so that the broker has handed them on
    finally:
        os.kill(pid, signal.SIGCONT)
    for family in LEASED:
        off_s, _ = rig.relays[family][-1]
        assert off_s - frozen_at_s <= LEASE_S + GRACE_S, family
    await back(rig)
    press(rig)
    rested = LEASE_S + 75  # whoever froze so long has no fresh reading, so the run is over and the pump rests
    await until(
        lambda: all(map(rig.is_on, LEASED)), within_s=rested / SPEED + 5, what=f"served: {rig.relays}"
    )
    for family in LEASED:
        rig.felt_c[family] = 45.0
    await until(lambda: not any(map(rig.is_on, LEASED)), within_s=10, what=f"hot: {rig.relays}")
