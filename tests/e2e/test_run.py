"""``zcw run`` as a user runs it: a real Mosquitto, the shipped example, Mosquitto's own clients as devices."""

import concurrent.futures
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.support.brokers import free_port, mosquitto
from tests.support.programs import Lines, Program, Wire, call, controller, program, until, zcw

pytestmark = pytest.mark.mosquitto
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EXAMPLE = REPOSITORY / "deploy" / "example" / "zcw.yaml"
PLUG = "tasmota_A1B2C3"


def example(folder: Path, broker_port: int) -> tuple[Path, str]:
    """The shipped example with the ports of this test, and the address of its REST service."""
    api_port = free_port()
    text = EXAMPLE.read_text("utf-8")
    another_day = DAYS[(datetime.now(UTC).weekday() + 3) % 7]
    # The windows stay out of these tests, whenever they run.
    for shipped, ours in [
        ("- days: weekdays", f"- days: [{another_day}]"),
        ("- days: weekend", f"- days: [{another_day}]"),
        ("host: localhost", "host: 127.0.0.1"),
        ("# port: 1883 ", f"port: {broker_port} #"),
        ("port: 8377", f"port: {api_port}"),
    ]:
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, ours)
    config = folder / "zcw.yaml"
    config.write_text(text, "utf-8")
    return config, f"http://127.0.0.1:{api_port}"


def temperature(wire: Wire, value_c: float) -> None:
    wire.publish("zigbee2mqtt/return_pipe", json.dumps({"temperature": value_c, "linkquality": 90}))


def count(lines: Lines, line: str) -> int:
    return sum(seen == line for _, seen in lines.seen)


def plug_says(wire: Wire, state: str) -> None:
    wire.publish(f"stat/{PLUG}/RESULT", json.dumps({"POWER": state}))


class Bench:
    """One broker, one controller, and the relay's topic under observation."""

    def __init__(self, wire: Wire, url: str, orders: Lines, running: Program) -> None:
        self.wire, self.url, self.orders, self.running = wire, url, orders, running

    def ordered(self, state: str) -> int:
        return count(self.orders, f"cmnd/{PLUG}/POWER {state}")

    def wait_for(self, state: str, times: int, *, within_s: float) -> None:
        until(lambda: self.ordered(state) >= times, within_s=within_s, what=f"{times} orders {state}")

    def state(self) -> dict[str, object]:
        return call(f"{self.url}/api/v1/state")[1]["loops"][0]  # type: ignore[no-any-return]  # JSON

    def rest_over(self) -> None:
        """Keep the sensor fresh and the plug confirmed until the first rest is over."""
        until(lambda: self.ordered("OFF") >= 1, within_s=10, what="OFF is the first order")
        plug_says(self.wire, "OFF")
        ends = time.monotonic() + 61
        while time.monotonic() < ends:
            temperature(self.wire, 45.0)
            time.sleep(5)
        assert self.ordered("ON") == 0

    def reasons(self) -> list[tuple[str, str]]:
        runs = call(f"{self.url}/api/v1/runs")[1]["runs"]
        return [
            (run["start_reason"]["code"], (run["stop_reason"] or {"code": "-"})["code"])
            for run in runs
            if not run["refused"]
        ]


def bench(folder: Path, scene: Callable[[Bench], None]) -> None:
    folder.mkdir()
    with mosquitto() as broker:
        config, url = example(folder, broker.port)
        wire = Wire(broker.port)
        with wire.listening("cmnd/#") as orders, controller(config) as running:
            scene(Bench(wire, url, orders, running))


def falling_temperature(it: Bench) -> None:
    it.rest_over()
    temperature(it.wire, 37.0)
    it.wait_for("ON", 1, within_s=2)
    assert count(it.orders, f"cmnd/{PLUG}/PulseTime 220") >= 1
    plug_says(it.wire, "ON")
    until(lambda: it.state()["pump"] == "on", within_s=2, what="the page says on")
    time.sleep(30)  # the shortest run
    before = it.ordered("OFF")
    temperature(it.wire, 41.0)
    it.wait_for("OFF", before + 1, within_s=2)
    plug_says(it.wire, "OFF")
    until(lambda: it.reasons() == [("below_deadband", "above_deadband")], within_s=5, what="the history")


def pressed_button(it: Bench) -> None:
    it.rest_over()
    temperature(it.wire, 39.0)  # inside the deadband: the aquastat has nothing to say, and not hot enough
    temperature(it.wire, 37.99)
    it.wait_for("ON", 1, within_s=2)
    plug_says(it.wire, "ON")
    it.wire.publish("zigbee2mqtt/kitchen_button", json.dumps({"action": "single"}))
    until(lambda: it.state()["run"]["by"] == "aquastat", within_s=2, what="who started it")  # type: ignore[index]


def button_alone(it: Bench) -> None:
    it.rest_over()
    call(f"{it.url}/api/v1/mode", {"mode": "manual"}, method="PUT")
    temperature(it.wire, 20.0)
    it.wire.publish("zigbee2mqtt/kitchen_button", json.dumps({"action": "single"}))
    it.wait_for("ON", 1, within_s=2)
    plug_says(it.wire, "ON")
    until(lambda: it.state()["run"]["who"] == "kitchen button", within_s=2, what="who asked")  # type: ignore[index]
    time.sleep(30)
    temperature(it.wire, 25.5)
    it.wait_for("OFF", 2, within_s=2)
    plug_says(it.wire, "OFF")
    until(lambda: it.reasons() == [("requested", "rose")], within_s=5, what="the history")


def rest_call(it: Bench) -> None:
    early, waits = call(f"{it.url}/api/v1/preheat", {"fixture": "shower"})
    assert early == 202 and not waits["running"] and waits["reason"]["code"] == "just_started_up"
    call(f"{it.url}/api/v1/stop", {})
    it.rest_over()
    call(f"{it.url}/api/v1/mode", {"mode": "manual"}, method="PUT")
    temperature(it.wire, 20.0)
    status, answer = call(f"{it.url}/api/v1/preheat", {"fixture": "shower", "minutes": 1})
    assert status == 202 and answer["accepted"] and answer["running"]
    it.wait_for("ON", 1, within_s=2)
    plug_says(it.wire, "ON")
    stopped, _ = call(f"{it.url}/api/v1/stop", {})
    assert stopped == 200
    it.wait_for("OFF", 2, within_s=2)
    plug_says(it.wire, "OFF")
    until(
        lambda: it.reasons() == [("requested_minutes", "stopped_by_person")], within_s=5, what="the history"
    )


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_temperature_button_and_rest_start_and_stop_the_relay_with_reasons(tmp_path: Path) -> None:
    scenes = [falling_temperature, button_alone, rest_call, pressed_button]
    with concurrent.futures.ThreadPoolExecutor(len(scenes)) as pool:
        for done in [pool.submit(bench, tmp_path / scene.__name__, scene) for scene in scenes]:
            done.result()


def test_it_sends_off_first_says_so_and_ends_clean_on_sigterm(tmp_path: Path) -> None:
    with mosquitto() as broker:
        config, url = example(tmp_path, broker.port)
        wire = Wire(broker.port)
        with wire.listening("cmnd/#", "zcw/#") as heard, controller(config) as running:
            until(lambda: count(heard, f"cmnd/{PLUG}/POWER OFF") > 0, within_s=5, what="OFF first")
            assert count(heard, f"cmnd/{PLUG}/POWER ON") == 0
            plug_says(wire, "OFF")
            until(lambda: call(f"{url}/healthz")[0] == 200, within_s=5, what="healthy")
            pump = lambda: call(f"{url}/api/v1/state")[1]["loops"][0]["pump"]  # noqa: E731 - asked again and again
            until(lambda: pump() == "off", within_s=5, what="the page says off once the plug has said so")
            running.terminate()
            assert running.ended() == 0
            assert "Traceback" not in running.err.text
            until(lambda: count(heard, "zcw/zcw/status offline") == 1, within_s=2, what="goodbye")


@pytest.mark.slow
def test_the_state_after_a_restart_is_the_state_before_it(tmp_path: Path) -> None:
    with mosquitto() as broker:
        config, url = example(tmp_path, broker.port)
        with controller(config) as running:
            assert call(f"{url}/api/v1/mode", {"mode": "manual"}, method="PUT")[0] == 200
            running.kill()
            running.ended()
        with controller(config):
            assert call(f"{url}/api/v1/mode")[1]["mode"] == "manual"
            assert call(f"{url}/api/v1/runs")[0] == 200


def test_without_a_broker_it_runs_says_so_and_refuses_wishes(tmp_path: Path) -> None:
    config, url = example(tmp_path, free_port())
    with controller(config) as running:
        until(lambda: call(f"{url}/healthz")[0] == 503, within_s=5, what="unhealthy")
        status, answer = call(f"{url}/api/v1/preheat", {})
        assert status == 503 and "broker" in answer["detail"]
        assert call(f"{url}/api/v1/state")[1]["loops"][0]["pump"] == "unknown"
        assert sum("no MQTT broker" in line for _, line in running.err.seen) == 1
        assert "Traceback" not in running.err.text


@pytest.mark.slow
def test_a_broker_that_comes_later_is_found(tmp_path: Path) -> None:
    port = free_port()
    config, url = example(tmp_path, port)
    with controller(config), mosquitto(port=port):
        until(lambda: call(f"{url}/api/v1/state")[1]["broker_connected"], within_s=8, what="connected")


@pytest.mark.slow
def test_garbage_on_every_topic_changes_nothing(tmp_path: Path) -> None:
    with mosquitto() as broker:
        config, url = example(tmp_path, broker.port)
        wire = Wire(broker.port)
        with controller(config) as running:
            until(lambda: call(f"{url}/healthz")[0] == 200, within_s=5, what="connected")
            for topic in ("zigbee2mqtt/return_pipe", "zigbee2mqtt/kitchen_button", f"stat/{PLUG}/RESULT"):
                for payload in (
                    "",
                    "NaN",
                    '{"temperature":NaN}',
                    '{"temperature":1e999}',
                    "[" * 5_000,
                    "\x00",
                ):
                    if "\x00" not in payload:
                        wire.publish(topic, payload)
            temperature(wire, 31.5)
            until(
                lambda: call(f"{url}/api/v1/state")[1]["loops"][0]["temperatures"][0]["value_c"] == 31.5,
                within_s=5,
                what="the next good value",
            )
            assert "Traceback" not in running.err.text


@pytest.mark.slow
def test_a_retained_press_and_a_retained_temperature_start_nothing(tmp_path: Path) -> None:
    with mosquitto() as broker:
        config, url = example(tmp_path, broker.port)
        wire = Wire(broker.port)
        wire.publish("zigbee2mqtt/kitchen_button", json.dumps({"action": "single"}), retain=True)
        wire.publish("zigbee2mqtt/return_pipe", json.dumps({"temperature": 20.0}), retain=True)
        with controller(config):

            def shown() -> dict[str, object]:
                return call(f"{url}/api/v1/state")[1]["loops"][0]["temperatures"][0]  # type: ignore[no-any-return]

            until(lambda: shown()["value_c"] == 20.0, within_s=5, what="the retained value is shown")
            assert shown()["fresh"] is False
            assert call(f"{url}/api/v1/state")[1]["loops"][0]["waiting"] == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("family: tasmota", "family: tasmotta"), ["tasmotta", "did you mean tasmota"]),
        (("device: pump_plug", "device: pumpplug"), ["pumpplug", "pump_plug"]),
        (("on_below_c: 38", "on_below_c: 380"), ["on_below_c", "380"]),
        (("fixtures:", "fixturess:"), ["fixturess", "fixtures"]),
        (("time_zone: Europe/Berlin", "time_zone: Europe/Berlinn"), ["Europe/Berlin"]),
        (("loops:", "loops: ["), ["zcw.yaml"]),
    ],
)
def test_a_broken_configuration_is_told_with_its_line_and_exit_code_2(
    tmp_path: Path, change: tuple[str, str], told: list[str]
) -> None:
    config, _ = example(tmp_path, 1)
    text = config.read_text("utf-8")
    assert change[0] in text
    config.write_text(text.replace(*change, 1), "utf-8")
    answer = zcw("config", "check", str(config))
    assert answer.returncode == 2, answer.stderr
    assert "Traceback" not in answer.stderr
    assert all(word in answer.stderr for word in [*told, f"{config}:"]), answer.stderr


def test_a_broken_configuration_never_runs(tmp_path: Path) -> None:
    config, _ = example(tmp_path, 1)
    config.write_text(config.read_text("utf-8").replace("on_below_c: 38", "on_below_c: 380"), "utf-8")
    answer = zcw("run", "--config", str(config))
    assert answer.returncode == 2 and f"{config}:" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_port_in_use_is_one_clear_message(tmp_path: Path) -> None:
    config, url = example(tmp_path, free_port())
    port = url.rpartition(":")[2]
    with program("python3", "-m", "http.server", port, "--bind", "127.0.0.1"):
        until(lambda: _listens(int(port)), within_s=5, what="the other server")
        answer = zcw("run", "--config", str(config))
    assert answer.returncode == 1 and f"port {port}" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.slow
def test_a_second_controller_on_the_same_data_file_leaves_at_once(tmp_path: Path) -> None:
    config, _ = example(tmp_path, free_port())
    other = tmp_path / "other.yaml"
    with controller(config):
        text = config.read_text("utf-8")
        port = next(
            line for line in text.splitlines() if line.strip().startswith("port:") and "#" not in line
        )
        other.write_text(text.replace(port, f"  port: {free_port()}"), "utf-8")
        answer = zcw("run", "--config", str(other))
    assert answer.returncode == 1 and "Traceback" not in answer.stderr
    assert "zcw.sqlite" in answer.stderr


def _listens(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
