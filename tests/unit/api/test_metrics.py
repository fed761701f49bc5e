import math

import httpx
from prometheus_client.parser import text_string_to_metric_families

from controller.core.reason import Reason, ReasonCode
from controller.views import FaultView, PumpState, TemperatureView
from tests.support.fake_service import NOON, FakeService


async def scraped(client: httpx.AsyncClient) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    answer = await client.get("metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_a_resting_house_is_told_in_numbers(client: httpx.AsyncClient) -> None:
    told = await scraped(client)
    assert told["zcw_pump_on", "house"] == 0.0
    assert told["zcw_temperature_celsius", "house", "supply"] == 54.5
    assert told["zcw_run_seconds", "house"] == 0.0
    assert (told[("zcw_broker_connected",)], told[("zcw_storage_ok",)]) == (1.0, 1.0)


async def test_what_is_not_known_is_no_number(client: httpx.AsyncClient, service: FakeService) -> None:
    service.set_loop(
        pump=PumpState.UNKNOWN,
        temperatures=(
            TemperatureView("return", 41.0, 900.0, False),
            TemperatureView("supply", None, None, False),
        ),
    )
    told = await scraped(client)
    assert math.isnan(told["zcw_pump_on", "house"])
    assert math.isnan(told["zcw_temperature_celsius", "house", "return"])
    assert math.isnan(told["zcw_temperature_celsius", "house", "supply"])


async def test_faults_and_runs_are_told(client: httpx.AsyncClient, service: FakeService) -> None:
    service.preheat(fixture="shower", duration_ms=None, who="kitchen button", request_id=None)
    service.set_loop(faults=(FaultView("dry_run", NOON, Reason(ReasonCode.DRY_RUN)),))
    told = await scraped(client)
    assert told["zcw_fault", "dry_run", "house"] == 1.0
    assert told["zcw_pump_on", "house"] == 1.0


async def test_names_cannot_break_out_of_their_labels(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.set_loop(name='evil"} 1\nzcw_pump_on{loop="x')
    assert ("zcw_pump_on", "x") not in await scraped(client)
