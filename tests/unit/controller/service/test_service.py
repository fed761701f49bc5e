"""The facade: alone without a broker, and on a small wire with the embedded one."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from controller.broker import BrokerSettings
from controller.core.errors import Unavailable, UnknownFixture
from controller.core.events import Mode
from controller.core.reason import ReasonCode
from controller.devices.message import Message, Subscription
from controller.mqtt.client import MqttClient
from controller.runtime import PacedClock
from controller.service import Service, compose
from controller.settings import parse_settings
from controller.views import PumpState
from tests.support.brokers import embedded_broker, free_port
from tests.support.listener import Listener

WITHIN_S = 10.0
FAST = 600.0
"""The service's clock on the wire: a minute of rest takes a tenth of a second."""


def service(folder: Path, port: int | None = None, speed: float = 1.0) -> Service:
    values = {
        "site": {"time_zone": "Europe/Berlin"},
        "broker": {"host": "127.0.0.1", "port": port or free_port(), "protocol": "3.1.1"},
        "storage": {"path": str(folder / "zcw.sqlite")},
        "devices": {
            "plug": {"family": "tasmota", "topic": "plug"},
            "pipe": {"family": "zigbee2mqtt", "name": "pipe"},
        },
        "loops": [
            {
                "topology": "dedicated_return",
                "pump": {"device": "plug"},
                "sensors": {"return": {"device": "pipe"}},
                "fixtures": ["kitchen", "shower"],
                "strategies": [{"type": "on_demand"}],
            }
        ],
    }
    settings = parse_settings(values, "test.yaml", folder=folder)
    return compose(settings, "0", PacedClock(speed))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not condition():
            await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def started(folder: Path) -> AsyncIterator[Service]:
    """A service that finds no broker."""
    one = service(folder)
    one.start()
    try:
        yield one
    finally:
        await one.close()


def ask(one: Service, fixture: str | None = None, request_id: str | None = None) -> object:
    return one.preheat(fixture=fixture, duration_ms=None, who="page", request_id=request_id)


# -- without a broker ---------------------------------------------------------------------------------------


async def test_without_a_broker_wishes_are_refused_with_the_cure_and_a_stop_holds(tmp_path: Path) -> None:
    async with started(tmp_path) as one:
        with pytest.raises(Unavailable, match="broker"):
            ask(one)
        with pytest.raises(UnknownFixture, match="kitchen, shower"):
            ask(one, "garage")
        [answer] = one.stop(who="page")
        assert answer.accepted and answer.reason.code is ReasonCode.STOPPED_BY_PERSON
        assert one.view().loops[0].pump is PumpState.UNKNOWN
        healthy, parts = one.health()
        assert not healthy and "offline" in parts["loop main"]


async def test_closing_without_a_broker_does_not_wait_for_a_confirmation(tmp_path: Path) -> None:
    one = service(tmp_path)
    one.start()
    async with asyncio.timeout(1.5):
        await one.close()


async def test_closing_twice_or_without_a_start_does_no_harm_and_frees_the_file(tmp_path: Path) -> None:
    for _ in range(2):
        one = service(tmp_path)
        await one.close()
        await one.close()
        assert [answer.reason.code for answer in one.stop(who="page")] == [ReasonCode.SHUTDOWN]


async def test_closing_after_a_start_that_failed_half_way_frees_the_file(tmp_path: Path) -> None:
    one = service(tmp_path)
    one._client.start()  # so that starting again fails at the last step
    with pytest.raises(RuntimeError):
        one.start()
    await one.close()
    again = service(tmp_path)
    await again.close()


async def test_the_mode_survives_a_restart(tmp_path: Path) -> None:
    async with started(tmp_path) as one:
        one.set_mode(Mode.MANUAL, who="page")
        assert await one.kept()
    async with started(tmp_path) as one:
        assert one.view().mode is Mode.MANUAL


async def test_a_failure_in_one_loop_is_told_once_and_stops_all(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with started(tmp_path) as one:
        with caplog.at_level(logging.CRITICAL):
            one.failed(ValueError("first"))
            one.failed(ValueError("second"))
        assert str(one.failure.result()) == "first"
        assert one.view().loops[0].reason.code is ReasonCode.CONTROLLER_FAILED
        assert not one.health()[0]


# -- on the wire --------------------------------------------------------------------------------------------


class Plug:
    """A switch on the wire that speaks as the controller's plug should."""

    def __init__(self, port: int) -> None:
        self.orders: list[str] = []
        self.asked = 0
        self.deaf = False
        self.up = asyncio.Event()
        self.port = port
        self._client = MqttClient(
            BrokerSettings(port=port, client_id="plug", protocol="3.1.1"), self._hear, self._tell
        )
        self._client.subscribe([Subscription("cmnd/plug/#")])

    async def __aenter__(self) -> "Plug":
        self._client.start()
        await asyncio.wait_for(self.up.wait(), WITHIN_S)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.stop()

    def say(self, topic: str, payload: str) -> None:
        self._client.publish(Message(topic, payload.encode()))

    def _tell(self, up: bool, _why: str) -> None:
        if up:
            self.up.set()

    def _hear(self, topic: str, payload: bytes, _retained: bool) -> None:
        order = payload.decode()
        if topic == "cmnd/plug/POWER" and order in ("ON", "OFF"):
            self.orders.append(order)
            if not self.deaf:
                self.say("stat/plug/POWER", order)
        elif not order:
            self.asked += 1


@contextlib.asynccontextmanager
async def wired(folder: Path, speed: float = FAST) -> AsyncIterator[tuple[Service, Plug]]:
    async with embedded_broker() as port, Plug(port) as plug:
        one = service(folder, port, speed)
        one.start()
        try:
            await until(lambda: one.view().loops[0].pump is PumpState.OFF)
            yield one, plug
        finally:
            await one.close()


async def test_a_life_on_the_wire_off_first_then_a_run_and_off_before_it_ends(tmp_path: Path) -> None:
    async with wired(tmp_path) as (one, plug):
        assert set(plug.orders) == {"OFF"}
        ask(one, "shower", "a")
        await until(lambda: one.view().loops[0].pump is PumpState.ON)
        await one.close()
        assert plug.orders[-1] == "OFF" and one.view().loops[0].run is None
        again = ask(one, "shower", "a")
        assert again.request_id == "a"  # type: ignore[attr-defined]


async def test_a_plug_that_restarts_is_asked_again_and_what_was_refused_is_told_but_is_no_illness(
    tmp_path: Path,
) -> None:
    # In real time, because a sensor that is never heard is an illness after a minute.
    async with wired(tmp_path, speed=1.0) as (one, plug):
        asked = plug.asked
        plug.say("tele/plug/LWT", "Online")
        await until(lambda: plug.asked > asked)
        plug.say("zigbee2mqtt/pipe", "not json")
        await until(lambda: "device pipe" in one.health()[1])
        await until(lambda: one.health()[0])
        parts = one.health()[1]
        assert parts["device pipe"] == "messages refused: 1 not_json"
        assert "messages" not in parts  # nothing came too fast
        plug.say("tele/plug/LWT", "Offline")
        await until(lambda: not one.health()[0])
        with pytest.raises(Unavailable, match="offline"):
            ask(one)


async def test_closing_waits_for_a_deaf_plug_only_for_a_moment(tmp_path: Path) -> None:
    async with wired(tmp_path) as (one, plug):
        ask(one)
        await until(lambda: "ON" in plug.orders)
        plug.deaf = True
        async with asyncio.timeout(6):
            await one.close()
        assert plug.orders[-1] == "OFF"


async def test_a_bug_in_a_codec_orders_off_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with started(tmp_path) as one:

        def broken(*_: object) -> object:
            raise ZeroDivisionError

        monkeypatch.setattr(one._router, "route", broken)
        one.on_message("zigbee2mqtt/return_pipe", b"{}", False)
        assert isinstance(await one.failure, ZeroDivisionError)
        assert not one.view().loops[0].commanded


# -- Home Assistant -----------------------------------------------------------------------------------------


async def test_home_assistant_is_told_and_its_button_preheats(tmp_path: Path) -> None:
    async with wired(tmp_path) as (one, plug):
        ear = Listener()
        client = ear.client(BrokerSettings(port=plug.port, client_id="home", protocol="3.1.1"))
        client.subscribe([Subscription("homeassistant/#"), Subscription("zcw/zcw/#")])
        async with client:
            await ear.until_heard("zcw/zcw/loop/main/circulation", b"OFF")
            await ear.until(lambda: "homeassistant/button/zcw/main-preheat/config" in ear.topics)
            for payload in (b"press", b"PRESS"):
                client.publish(Message("zcw/zcw/loop/main/preheat/shower/set", payload))
            await ear.until_heard("zcw/zcw/loop/main/circulation", b"ON")
            await until(lambda: "ON" in plug.orders)
            assert one.health()[1]["Home Assistant"] == "messages refused: 1 unknown_value"
            await ear.until_heard("zcw/zcw/loop/main/starts_today", b"1")
            client.publish(Message("zcw/zcw/loop/main/circulation/set", b"OFF"))
            await until(lambda: not one.view().loops[0].commanded)
            client.publish(Message("zcw/zcw/mode/set", b"manual"))
            await ear.until_heard("zcw/zcw/mode", b"manual")
            plug.say("tele/plug/LWT", "Offline")
            await ear.until_heard("zcw/zcw/problem", b"ON")
            client.publish(Message("zcw/zcw/loop/main/circulation/set", b"ON"))
            client.publish(Message("zcw/zcw/mode/set", b"off"))
            await ear.until_heard("zcw/zcw/mode", b"off")
            assert not one.failure.done(), "a wish that cannot be met is no failure"
