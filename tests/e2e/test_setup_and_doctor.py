"""``zcw devices scan``, ``zcw setup`` and ``zcw doctor`` as processes, with devices on a real Mosquitto."""

import asyncio
import contextlib
import json
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.brokers import Mosquitto, embedded_broker
from tests.support.programs import ZCW, Wire
from tests.support.rig import Rig

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]

SPEED = 5.0
"""So much faster than real time the devices live, and so much sooner their timers end."""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    one = Mosquitto(tmp_path)
    one.start()
    try:
        yield one
    finally:
        one.stop()


@contextlib.asynccontextmanager
async def house(broker: Mosquitto, *families: str) -> AsyncIterator[Rig]:
    """Devices whose pipes warm up while their pump runs."""
    rig = Rig(families, broker.port, speed=SPEED)

    async def warm_up() -> None:
        while True:
            await asyncio.sleep(0.1)
            for family in families:
                if rig.is_on(family):
                    rig.felt_c[family] = min(50.0, rig.felt_c[family] + 0.5)

    async with rig.alive():
        warming = asyncio.create_task(warm_up())
        try:
            yield rig
        finally:
            warming.cancel()


async def zcw(*words: object, answers: str = "") -> tuple[int, str, str]:
    """Run a command beside the devices; give exit code, output and errors."""
    process = await asyncio.create_subprocess_exec(
        ZCW,
        *map(str, words),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(answers.encode()), 60)
    assert process.returncode is not None
    assert "Traceback" not in err.decode(), err.decode()
    return process.returncode, out.decode(), err.decode()


async def test_a_scan_finds_the_devices_and_switches_nothing(broker: Mosquitto) -> None:
    async with house(broker, "tasmota", "shelly1", "shelly2", "zigbee2mqtt", "esphome") as rig:
        code, out, _ = await zcw("devices", "scan", "--port", broker.port, "--seconds", 4, "--json")
        assert code == 0
        found = json.loads(out)
        assert {one["family"] for one in found} == {"tasmota", "shelly1", "shelly2", "zigbee2mqtt", "esphome"}
        assert found[0]["lease_class"], "a switch comes first: it could be the pump"
        assert not any(on for relays in rig.relays.values() for _, on in relays)
        readable = (await zcw("devices", "scan", "--port", broker.port, "--seconds", 3))[1]
        assert "family: shelly2" in readable and "zcw setup" in readable


@pytest.mark.parametrize("family", ["shelly2", "esphome"])
async def test_setup_tries_the_pump_finds_the_return_and_writes_a_sound_file(
    broker: Mosquitto, tmp_path: Path, family: str
) -> None:
    file = tmp_path / "home.yaml"
    async with house(broker, family) as rig:
        code, _, err = await zcw(
            "setup",
            file,
            "--yes",
            "--host",
            "127.0.0.1",
            "--port",
            broker.port,
            "--seconds",
            4,
            "--run-s",
            20,
        )
        assert code == 0, err
        assert "its auto-off is verified" in err
        assert not rig.is_on(family), "a pump is never left on"
        assert sum(on for _, on in rig.relays[family]) == 2, "tried once, run once"
        code, out, _ = await zcw("config", "check", file)
        assert code == 0 and "lease class A" in out, out
        text = file.read_text("utf-8")
        assert "return:" in text and "# " in text
        code, out, _ = await zcw("doctor", file, "--seconds", 4)
        assert code == 0, out
        assert "goes off by itself (class A), told back in every run" in out


async def test_without_a_yes_nothing_is_switched_and_nothing_written(
    broker: Mosquitto, tmp_path: Path
) -> None:
    file = tmp_path / "home.yaml"
    async with house(broker, "shelly2") as rig:
        code, _, err = await zcw("setup", file, "--port", broker.port, "--seconds", 3, answers="n\n" * 9)
        assert code == 1 and "nothing was written" in err
        assert not file.exists() and not any(on for _, on in rig.relays["shelly2"])


async def test_ctrl_c_while_a_switch_is_tried_switches_it_off(broker: Mosquitto, tmp_path: Path) -> None:
    file = tmp_path / "home.yaml"
    async with house(broker, "tasmota") as rig:
        words = ("setup", file, "--yes", "--host", "127.0.0.1", "--port", broker.port, "--seconds", 3)
        process = await asyncio.create_subprocess_exec(
            ZCW, *map(str, words), "--test-s", "60", stderr=subprocess.PIPE
        )
        async with asyncio.timeout(40):
            while not rig.is_on("tasmota"):
                await asyncio.sleep(0.05)
            process.send_signal(signal.SIGINT)
            _, err = await process.communicate()
        assert process.returncode == 130 and b"Broken off: nothing was written" in err
        assert b"Traceback" not in err and not rig.is_on("tasmota") and not file.exists()


async def test_with_the_cold_pipe_as_the_way_back_a_sensor_on_it_is_asked_for(
    broker: Mosquitto, tmp_path: Path
) -> None:
    file = tmp_path / "home.yaml"
    words = ("setup", file, "--host", "127.0.0.1", "--port", broker.port, "--seconds", 5, "--test-s", 3)
    async with house(broker, "tasmota") as rig:
        code, _, err = await zcw(*words, answers="n\ny\ny\nn\n")
        assert code == 1 and "nothing keeps it below 40 C" in err and not file.exists()
        code, _, err = await zcw(*words, answers="n\ny\ny\ny\ny\n")
        assert code == 0, err
        assert rig.felt_c["tasmota"] < 40.0, "the cold pipe is not warmed to find out what is where"
    text = file.read_text("utf-8")
    assert "topology: cold_return" in text and "cold_line:" in text


async def test_a_file_that_is_there_is_completed_with_its_comments(broker: Mosquitto, tmp_path: Path) -> None:
    file = tmp_path / "home.yaml"
    before = (
        "site:\n  time_zone: Asia/Shanghai   # at home\nbroker: {}\ndevices:\n"
        "  old:   # a plug from before\n    family: tasmota\n    topic: old\n"
        "loops:\n  - name: main   # the only one\n    topology: dedicated_return\n    pump:\n      device: old\n"
    )
    file.write_text(before, "utf-8")
    async with house(broker, "zigbee2mqtt"):
        words = ("setup", file, "--yes", "--host", "127.0.0.1", "--port", broker.port)
        code, _, err = await zcw(*words, "--seconds", 4, "--test-s", 2, "--run-s", 0)
    assert code == 0, err
    text = file.read_text("utf-8")
    for comment in ("# at home", "# a plug from before", "# the only one", "Asia/Shanghai"):
        assert comment in text
    assert "device: pump plug" in text
    assert (tmp_path / "home.yaml.before").read_text("utf-8") == before


async def test_the_doctor_names_a_device_that_is_gone_and_an_order_that_the_broker_keeps(
    broker: Mosquitto, tmp_path: Path
) -> None:
    file = tmp_path / "home.yaml"
    rig = Rig(["tasmota"], broker.port, speed=SPEED)
    file.write_text(json.dumps(rig.config(broker.port, tmp_path)), "utf-8")
    code, out, _ = await zcw("doctor", file, "--seconds", 2, "--json")
    findings = {one["check"]: one for one in json.loads(out)}
    assert code == 2
    assert "nothing was heard" in findings["device tasmota plug"]["message"]
    assert "zcw devices scan" in findings["device tasmota plug"]["cure"]
    Wire(broker.port).publish("cmnd/tasmota_plug/POWER", "ON", retain=True)
    _, out, _ = await zcw("doctor", file, "--seconds", 2)
    assert "mosquitto_pub -r -n -t 'cmnd/tasmota_plug/POWER'" in out


async def test_the_doctor_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    code, out, _ = await zcw("doctor", tmp_path / "gone.yaml")
    assert code == 2 and f"{tmp_path}/gone.yaml: no such file" in out


async def test_the_doctor_says_what_is_wrong_without_a_broker_or_a_configuration(tmp_path: Path) -> None:
    file = tmp_path / "home.yaml"
    file.write_text(
        "site: {time_zone: UTC}\nbroker: {host: 127.0.0.1, port: 1}\n"
        "devices: {plug: {family: tasmota, topic: plug}}\n"
        "loops: [{topology: dedicated_return, pump: {device: plug}}]\n",
        "utf-8",
    )
    code, out, _ = await zcw("doctor", file, "--seconds", 1)
    assert code == 2 and "no connection to the broker at 127.0.0.1:1" in out
    file.write_text("site: {time_zone: Nowhere}\n", "utf-8")
    code, out, _ = await zcw("doctor", file)
    assert code == 2 and "site.time_zone" in out


async def test_the_mode_of_a_heater_is_told_and_set_and_read_back(broker: Mosquitto, tmp_path: Path) -> None:
    file = tmp_path / "home.yaml"
    async with house(broker, "heater_entity") as rig:
        file.write_text(json.dumps(rig.config(broker.port, tmp_path)), "utf-8")
        words = ("devices", "mode", file, "heater_entity heater")
        code, out, _ = await zcw(*words)
        assert code == 0 and "heater: off" in out
        code, out, _ = await zcw(*words, "all_day")
        assert code == 0 and "heater: all_day" in out and rig.is_on("heater_entity")
        assert (await zcw(*words, "off"))[0] == 0 and not rig.is_on("heater_entity")
        code, out, _ = await zcw(*words, "timed", "--seconds", 1)
        assert code == 1, "this heater has the word, and does not obey it"
        code, _, err = await zcw(*words, "sometimes")
        assert code == 1 and "known: off, all_day" in err


async def test_a_scan_of_a_broker_that_knows_only_the_older_protocol_says_what_to_do_and_does_it() -> None:
    async with embedded_broker() as port:
        code, _, err = await zcw("devices", "scan", "--host", "127.0.0.1", "--port", port, "--seconds", 1)
        assert code != 0 and "3.1.1" in err
        words = (
            "devices",
            "scan",
            "--host",
            "127.0.0.1",
            "--port",
            port,
            "--seconds",
            1,
            "--protocol",
            "3.1.1",
        )
        code, out, err = await zcw(*words)
        assert code == 0 and "No device was recognised" in out, err
