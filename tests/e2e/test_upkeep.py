"""Frost, quiet hours, days away, exercise and shadows through the real service, over a real broker, as the REST service tells it."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import WebApp
from controller.core.events import Mode
from controller.runtime import PacedClock
from controller.service import Service
from controller.service.compose import compose
from controller.settings import parse_settings
from tests.support.brokers import Mosquitto, mosquitto
from tests.support.rig import BEGINNING, Rig, loop_of, until

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]

SPEED = 60.0
FAMILY = "tasmota"
ALL_DAY = {"days": "every_day", "from": "00:00", "to": "24:00"}
AWAY = {"from": "2026-01-01", "to": "2026-01-31"}
WEEK_LATER = BEGINNING + timedelta(days=8)


@pytest.fixture
def broker() -> Any:
    with mosquitto() as running:
        yield running


@contextlib.asynccontextmanager
async def living(
    broker: Mosquitto, folder: Path, *, at: Any = BEGINNING, **loop: object
) -> AsyncIterator[tuple[Rig, Service, httpx.AsyncClient]]:
    """A plug, a sensor, a button and the service, with its page; the house begins to live at a time."""
    rig = Rig([FAMILY], broker.port, speed=SPEED)
    rig.clock = PacedClock(SPEED, round(at.timestamp() * 1000))
    settings = parse_settings(rig.config(broker.port, folder, **loop), "the house", folder=folder)
    async with rig.alive():
        service = compose(settings, "0", rig.clock)
        service.start()
        page = httpx.ASGITransport(WebApp(service), raise_app_exceptions=False)
        try:
            async with httpx.AsyncClient(transport=page, base_url="http://localhost/api/v1/") as client:
                yield rig, service, client
        finally:
            await service.close()


async def started(client: httpx.AsyncClient, reason: str) -> Any:
    (run, *_) = (await client.get("runs")).json()["runs"]
    assert run["start_reason"]["code"] == reason
    return run


async def rested(rig: Rig, service: Service) -> None:
    """Wait until the rest after the start is over and the pump could run."""
    ends_ms = rig.clock.now() + 75_000
    await until(lambda: rig.clock.now() >= ends_ms, within_s=5, what="the rest after the start")
    assert loop_of(service, FAMILY).pump_online


async def test_quiet_hours_and_days_away_leave_the_pump_to_people(broker: Mosquitto, tmp_path: Path) -> None:
    timed = [{"type": "on_demand"}, {"type": "timed", "windows": [ALL_DAY]}]
    for number, hush in enumerate(({"quiet": [ALL_DAY]}, {"away": [AWAY]})):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with living(broker, folder, strategies=timed, **hush) as (rig, service, client):
            await rested(rig, service)
            assert not rig.is_on(FAMILY) and loop_of(service, FAMILY).reason.code.value == "quiet_hours"
            next(iter(rig.fitted[FAMILY].press.values()))()
            await until(lambda: rig.is_on(FAMILY), within_s=3, what="a person is served")
            await started(client, "requested")
    async with living(broker, tmp_path, strategies=timed) as (rig, service, client):
        await until(lambda: rig.is_on(FAMILY), within_s=5, what="without them the window runs")
        await started(client, "in_window")


async def test_frost_starts_the_pump_though_the_mode_is_off_and_ends_when_it_is_over(
    broker: Mosquitto, tmp_path: Path
) -> None:
    frost = [{"type": "on_demand"}, {"type": "freeze"}]
    async with living(broker, tmp_path, strategies=frost, quiet=[ALL_DAY]) as (rig, service, client):
        service.set_mode(Mode.OFF, who="a test")
        rig.felt_c[FAMILY] = 2.0
        await until(lambda: rig.is_on(FAMILY), within_s=5, what="frost")
        await started(client, "frost")
        rig.felt_c[FAMILY] = 9.0
        await until(lambda: not rig.is_on(FAMILY), within_s=5, what="the frost is over")


async def test_water_that_has_stood_for_a_week_is_exchanged_and_the_ledger_tells_it(
    broker: Mosquitto, tmp_path: Path
) -> None:
    upkeep = [
        {"type": "on_demand"},
        {"type": "hygiene", "still_h": 72},
        {"type": "aquastat", "shadow": True},
    ]
    async with living(broker, tmp_path, strategies=upkeep) as (rig, service, client):
        await rested(rig, service)
        assert not rig.is_on(FAMILY)
        ledger = (await client.get(f"loops/{FAMILY}/hygiene")).json()
        assert ledger["exchanged_at"] is None and ledger["still_s"] < 3_600 and ledger["off_h"] == 24.0
        log = (await client.get("log")).json()["notes"]
        (shadow,) = [note for note in log if note["kind"] == "shadow_started"]
        assert shadow["reason"]["code"] == "below_deadband"
    # The house is left alone for eight days, and the gateway is off meanwhile.
    async with living(broker, tmp_path, at=WEEK_LATER, strategies=upkeep) as (rig, service, client):
        ledger = (await client.get(f"loops/{FAMILY}/hygiene")).json()
        assert ledger["still_s"] > 7 * 86_400
        await until(lambda: rig.is_on(FAMILY), within_s=5, what="the water is exchanged")
        await started(client, "flush")
        rig.felt_c[FAMILY] = 56.0
        await until(lambda: not rig.is_on(FAMILY), within_s=5, what="hot water has come round")
        ledger = (await client.get(f"loops/{FAMILY}/hygiene")).json()
        assert ledger["exchanged_at"].startswith("2026-01-13") and ledger["still_s"] < 3_600
        assert ledger["longest_still_s"] > 7 * 86_400 and ledger["hot_return_at"] is not None
        hot_return_at = ledger["hot_return_at"]
    async with living(broker, tmp_path, at=WEEK_LATER + timedelta(days=1), strategies=upkeep) as (
        _,
        _,
        client,
    ):
        ledger = (await client.get(f"loops/{FAMILY}/hygiene")).json()
        assert ledger["hot_return_at"][:19] == hot_return_at[:19], "a restart forgets no hot return"


async def test_exercise_alone_turns_the_pump_for_seconds(broker: Mosquitto, tmp_path: Path) -> None:
    turning = [{"type": "exercise", "run_s": 10}]
    async with living(broker, tmp_path, strategies=turning) as (rig, service, _):
        await rested(rig, service)
        assert not rig.is_on(FAMILY)
    async with living(broker, tmp_path, at=WEEK_LATER, strategies=turning) as (rig, service, client):
        service.set_mode(Mode.OFF, who="a test")
        await until(lambda: rig.is_on(FAMILY), within_s=5, what="the pump is turned")
        await started(client, "exercise")
        await until(lambda: not rig.is_on(FAMILY), within_s=5, what="for a moment")
