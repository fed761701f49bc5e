"""The controller is killed while a boiler runs by a schedule that it wrote: the owner's plan is given back all the same."""

import json
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from simulator.fake_devices.ebusd import FACTORY, EbusdBoiler
from tests.support.brokers import Mosquitto
from tests.support.programs import Program, program
from tests.support.rig import BEGINNING, Rig, until

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]

SPEED = 20.0
ROOT = Path(__file__).parents[2]


def controller(config: Path) -> AbstractContextManager[Program]:
    """Return the controller as a process, not yet running."""
    script = str(ROOT / "tests" / "support" / "paced_controller.py")
    began = str(round(BEGINNING.timestamp() * 1000))
    return program(sys.executable, script, str(config), str(SPEED), began, PYTHONPATH=str(ROOT))


async def test_a_plan_written_over_is_given_back_by_the_controller_that_comes_after_a_kill(
    tmp_path: Path,
) -> None:
    broker = Mosquitto(tmp_path)
    broker.start()
    rig = Rig(("ebusd",), broker.port, speed=SPEED)
    config = tmp_path / "zcw.yaml"
    config.write_text(json.dumps(rig.config(broker.port, tmp_path)), "utf-8")  # JSON is YAML
    (boiler,) = (one for one in rig.fitted["ebusd"].devices if isinstance(one, EbusdBoiler))
    owners = dict(boiler.plans)
    owners["Monday"] = boiler.plans["Monday"] = FACTORY.replace("06:00;06:10", "05:00;05:30")
    try:
        async with rig.alive():
            with controller(config) as one:
                await pumping(rig, one)
                assert boiler.plans != owners, "the plan of the controller is in force"
                one.kill()
                one.ended()
            assert rig.is_on("ebusd"), "nobody is there to end it"
            with controller(config) as two:
                await until(lambda: not rig.is_on("ebusd"), within_s=20, what="its first order is off")
                assert boiler.plans != owners, "it keeps the schedule in its hands while it controls"
                two.interrupt()
                await until(lambda: two.process.poll() is not None, within_s=10, what="it ends")
            await until(lambda: boiler.plans == owners, within_s=5, what=f"given back: {boiler.plans}")
    finally:
        broker.stop()


async def pumping(rig: Rig, one: Program) -> None:
    await until(lambda: "controlling" in one.out.text, within_s=20, what="the controller controls")
    press = next(iter(rig.fitted["ebusd"].press.values()))
    for _ in range(40):
        press()
        try:
            await until(lambda: rig.is_on("ebusd"), within_s=1, what="the pump runs")
        except AssertionError:
            continue
        return
    raise AssertionError(f"the pump never ran: {rig.relays}")
