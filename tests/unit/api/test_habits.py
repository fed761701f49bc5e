import csv
import io

import httpx
import pytest

from controller.core.reason import Reason, ReasonCode
from tests.support.fake_service import FakeService, record
from tests.support.habits import days, learned
from tests.support.problems import assert_problem


async def test_what_was_learned_is_told_with_its_price(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.learned = learned()
    told = (await client.get("api/v1/loops/house/habits")).json()
    assert len(told["week"]) == 7
    assert {len(day) for day in told["week"]} == {48}
    assert [one["comfort"] for one in told["options"]] == [
        "frugal",
        "thrifty",
        "balanced",
        "comfortable",
        "lavish",
    ]
    assert told["foretold"][0][0] == 40.0


async def test_learning_is_paused_and_goes_on(client: httpx.AsyncClient, service: FakeService) -> None:
    service.learned = learned()
    answer = await client.put("api/v1/loops/house/learning", json={"paused": True})
    assert answer.json() == {"paused": True}
    assert (await client.get("api/v1/loops/house/habits")).json()["paused"] is True


async def test_what_is_learned_is_forgotten_on_demand(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.learned = learned()
    assert (await client.delete("api/v1/loops/house/learning")).status_code == 204
    assert service.forgotten == ["REST call"]


@pytest.mark.parametrize("path", ["habits", "days", "days.csv"])
async def test_a_loop_that_is_none_is_named_with_those_there_are(
    client: httpx.AsyncClient, path: str
) -> None:
    told = assert_problem(await client.get(f"api/v1/loops/attic/{path}"), 404, "unknown-loop")
    assert told["known"] == ["house"]


async def test_a_loop_that_learns_nothing_says_what_to_do(client: httpx.AsyncClient) -> None:
    told = assert_problem(await client.get("api/v1/loops/house/habits"), 409, "learns-nothing")
    assert "predictive" in told["cure"]


async def test_days_come_as_json_and_for_a_spreadsheet(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.past_days = days(3)
    told = (await client.get("api/v1/loops/house/days")).json()
    assert [day["date"] for day in told] == ["2026-01-03", "2026-01-04", "2026-01-05"]
    answer = await client.get("api/v1/loops/house/days.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["date"] for row in rows] == ["2026-01-03", "2026-01-04", "2026-01-05"]
    assert float(rows[0]["heat_low_kwh"]) == told[0]["heat_kwh"][0]


async def test_runs_for_a_spreadsheet_hold_every_page_and_no_formula(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    refused = record(
        700, who="=cmd()", refused=True, ended_at=None, stop_reason=Reason.of(ReasonCode.MIN_REST, left_s=30)
    )
    service.history = [*(record(number) for number in range(1, 700)), refused]
    rows = list(csv.DictReader(io.StringIO((await client.get("api/v1/runs.csv?lang=zh")).text)))
    assert [int(row["id"]) for row in rows] == list(range(700, 0, -1))
    assert rows[0]["who"] == "'=cmd()"
    assert rows[0]["refused"] == "True"
    assert rows[1]["seconds"] == "75.0"


async def test_the_hygiene_ledger_is_told(client: httpx.AsyncClient) -> None:
    told = (await client.get("api/v1/loops/house/hygiene")).json()
    assert (told["still_s"], told["longest_still_s"], told["off_h"]) == (18_000.0, 259_200.0, 22.5)
    assert told["exchanged_at"].startswith("2026-01-05T07:00:00") and told["hot_return_at"] is None
    assert_problem(await client.get("api/v1/loops/attic/hygiene"), 404, "unknown-loop")
