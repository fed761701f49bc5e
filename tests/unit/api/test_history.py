import csv
import io
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from controller.core.reason import Reason, ReasonCode
from controller.storage.timeline import DrawsMark
from tests.support.fake_service import NOON, FakeService, record
from tests.support.problems import assert_problem


async def test_runs_come_newest_first_with_both_reasons(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    refusal = record(
        2,
        ended_at=None,
        refused=True,
        who=None,
        fixture=None,
        stop_reason=Reason.of(ReasonCode.MIN_REST, left_s=30),
    )
    service.history = [record(1), refusal]
    runs = (await client.get("api/v1/runs")).json()
    assert [run["id"] for run in runs["runs"]] == [2, 1]
    assert runs["next"] is None
    assert runs["runs"][0]["refused"] is True
    assert runs["runs"][0]["stop_reason"]["sentence"] == "the pump rests 30 s more"
    assert runs["runs"][1]["start_reason"]["sentence"] == "kitchen button asked for hot water"
    assert runs["runs"][1]["end_c"] == {"return": 41.0, "supply": 55.0}


async def test_the_next_links_lead_through_the_whole_history(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.history = [record(number) for number in range(1, 121)]
    seen, address = [], "http://localhost/api/v1/runs?limit=50&loop=house"
    while address:
        page = (await client.get(address)).json()
        seen += [run["id"] for run in page["runs"]]
        address = urljoin(address, page["next"]) if page["next"] else ""
        assert "loop=house" in address or not address
    assert seen == list(range(120, 0, -1))


async def test_a_page_that_ends_exactly_at_the_oldest_run_has_no_next(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.history = [record(number) for number in range(1, 51)]
    assert (await client.get("api/v1/runs?limit=50")).json()["next"] is None
    assert (await client.get("api/v1/runs?limit=49")).json()["next"] == "?limit=49&before=2"


async def test_no_history_is_an_empty_page(client: httpx.AsyncClient) -> None:
    assert (await client.get("api/v1/runs")).json() == {"runs": [], "next": None}


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=-1",
        "limit=1e9",
        "limit=x",
        "before=-1",
        "before=9e15",
        f"before={2**63}",
        "loop=" + "x" * 101,
    ],
)
async def test_a_bound_out_of_range_is_refused(client: httpx.AsyncClient, query: str) -> None:
    assert_problem(await client.get(f"api/v1/runs?{query}"), 422, "invalid")


@pytest.mark.parametrize("path", ["runs", "temperatures", "timeline"])
async def test_a_broken_history_is_503_and_says_that_control_goes_on(
    client: httpx.AsyncClient, service: FakeService, path: str
) -> None:
    service.storage_broken = True
    problem = assert_problem(await client.get(f"api/v1/{path}"), 503, "no-history")
    assert "control goes on" in str(problem["cure"])


async def test_temperatures_of_the_last_hour_come_as_one_series_per_sensor(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.readings = [
        (NOON - timedelta(minutes=90), "return", 20.0),
        (NOON - timedelta(minutes=30), "return", 24.0),
        (NOON - timedelta(minutes=20), "supply", 55.0),
        (NOON - timedelta(minutes=10), "return", 23.5),
    ]
    body = (await client.get("api/v1/temperatures")).json()
    assert (body["loop"], body["until"]) == ("house", "2026-01-05T12:00:00+01:00")
    assert {line["sensor"]: [point["value_c"] for point in line["points"]] for line in body["series"]} == {
        "return": [24.0, 23.5],
        "supply": [55.0],
    }
    assert body["series"][0]["points"][0]["at"] == "2026-01-05T11:30:00+01:00"


async def test_the_span_may_be_chosen(client: httpx.AsyncClient, service: FakeService) -> None:
    service.readings = [(NOON - timedelta(hours=hours), "return", float(hours)) for hours in (30, 20, 10)]
    span: dict[str, Any] = {"since": "2026-01-04T06:00:00Z", "until": "2026-01-05T00:00:00+01:00"}
    body = (await client.get("api/v1/temperatures", params=span)).json()
    assert [point["value_c"] for point in body["series"][0]["points"]] == [20.0]


async def test_points_are_bounded(client: httpx.AsyncClient, service: FakeService) -> None:
    service.readings = [(NOON - timedelta(seconds=number), "return", 1.0) for number in range(3_000)]
    body = (await client.get("api/v1/temperatures?max_points=100")).json()
    assert 50 <= len(body["series"][0]["points"]) <= 100


@pytest.mark.parametrize(
    "query",
    [
        "max_points=1",
        "max_points=5001",
        "since=yesterday",
        "since=2026-01-05T12:00:00",
        "since=2026-01-05T12:00:00Z&until=2026-01-05T12:00:00Z",
        "since=2026-01-05T13:00:00Z&until=2026-01-05T12:00:00Z",
        "since=2020-01-05T13:00:00Z&until=2026-01-05T12:00:00Z",
        "until=0001-01-01T00:00:00Z",
        "until=9999-12-31T23:59:59Z",
        "since=0&until=9e15",
        "since=1767610800&until=1767614400",
        "until=1.7676144e9",
        "since=-9e99",
    ],
)
async def test_a_span_that_makes_no_sense_is_refused(client: httpx.AsyncClient, query: str) -> None:
    assert_problem(await client.get(f"api/v1/temperatures?{query}"), 422, "invalid")


async def test_an_unknown_loop_is_answered_with_the_known_ones(client: httpx.AsyncClient) -> None:
    problem = assert_problem(await client.get("api/v1/temperatures?loop=cellar"), 404, "unknown-loop")
    assert "known loops: house" in str(problem["detail"])


async def test_without_a_trusted_clock_the_last_hour_is_counted_from_the_machines_clock(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.set(at=None)
    assert (await client.get("api/v1/temperatures")).status_code == 200


async def test_the_timeline_tells_runs_and_draws(client: httpx.AsyncClient, service: FakeService) -> None:
    service.history = [record(1), record(2, started_at=NOON - timedelta(minutes=1), ended_at=None)]
    service.drawn = [DrawsMark(round(NOON.timestamp() * 1000) - 60_000, 2, 1.234, 7.06)]
    span: dict[str, Any] = {"since": "2026-01-04T12:00:00+01:00", "until": "2026-01-05T12:00:00+01:00"}
    body = (await client.get("api/v1/timeline", params=span)).json()
    assert [(run["since"][11:19], run["until"] is None, run["runs"]) for run in body["runs"]] == [
        ("23:01:00", False, 1),
        ("10:59:00", True, 1),
    ]
    assert body["draws"] == [{"at": "2026-01-05T10:59:00Z", "draws": 2, "hot": 1.23, "wait_s": 7.1}]
    assert_problem(await client.get("api/v1/timeline?loop=cellar"), 404, "unknown-loop")
    assert_problem(await client.get("api/v1/timeline?most=0"), 422, "invalid")


async def test_temperatures_for_a_spreadsheet_are_the_same(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.readings = [(NOON - timedelta(minutes=5), "return", 41.25), (NOON, "supply", 54.0)]
    answer = await client.get("api/v1/temperatures.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="temperatures-house.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["sensor"], row["value_c"]) for row in rows] == [("return", "41.25"), ("supply", "54.0")]
    assert_problem(await client.get("api/v1/temperatures.csv?loop=cellar"), 404, "unknown-loop")
    assert_problem(await client.get("api/v1/temperatures.csv?since=yesterday"), 422, "invalid")
