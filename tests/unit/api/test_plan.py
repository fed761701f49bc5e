import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.routes import plan
from api.server import MOST_WORKERS
from api.what_if.houses import MOST_VALUES
from api.what_if.jobs import Planner
from simulator.layout import Layout
from tests.support.fake_service import FakeService
from tests.support.flat import FLAT
from tests.support.problems import assert_problem
from tests.support.web_server import web_server


async def test_a_layout_is_drawn_in_the_language_asked_for(client: httpx.AsyncClient) -> None:
    answer = await client.post("api/v1/plan/drawing?lang=zh", json=FLAT)
    body = answer.json()
    assert body["problems"] == []
    assert "热水器" in body["svg"]
    assert "<style" not in body["svg"] and "style=" not in body["svg"], "the page allows no style within"
    assert ".zcw-layout" in body["style"]


async def test_a_mistake_is_told_with_its_place_and_cure(client: httpx.AsyncClient) -> None:
    hot = [FLAT["hot"][0] | {"length_m": -1}, *FLAT["hot"][1:]]
    body = (await client.post("api/v1/plan/drawing", json=FLAT | {"hot": hot})).json()
    assert body["svg"] == ""
    assert [(one["where"], one["cure"]) for one in body["problems"]] == [("hot[0].length_m", "more than 0")]


@pytest.mark.parametrize("tree", ['{"hot": ' + "[" * 400 + "]" * 400 + "}", "{}", '{"hot": "\\u0000"}'])
async def test_what_is_no_layout_is_a_mistake_and_no_crash(client: httpx.AsyncClient, tree: str) -> None:
    answer = await client.post(
        "api/v1/plan/drawing", content=tree, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 200
    assert answer.json()["problems"]


@pytest.mark.parametrize("tree", [{"hot": [1] * 20_000}, {f"k{number}": 1 for number in range(4_000)}])
async def test_a_layout_that_takes_seconds_to_read_is_not_read(
    client: httpx.AsyncClient, tree: dict[str, Any]
) -> None:
    (problem,) = (await client.post("api/v1/plan/drawing", json=tree)).json()["problems"]
    assert problem["cure"] == f"{MOST_VALUES} values at most"


async def test_however_many_ask_for_drawings_they_are_made_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, at_work, most = plan.checked, 0, 0

    def counted(tree: dict[str, Any]) -> Layout:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        try:
            return made(tree)
        finally:
            at_work -= 1

    monkeypatch.setattr(plan, "checked", counted)
    async with web_server(FakeService()) as address, httpx.AsyncClient() as http:
        answers = await asyncio.gather(
            *(http.post(f"{address}api/v1/plan/drawing", json=FLAT) for _ in range(12))
        )
    assert [answer.status_code for answer in answers] == [200] * 12
    assert most == MOST_WORKERS


async def test_own_layouts_are_kept_and_forgotten_and_shipped_ones_stay(client: httpx.AsyncClient) -> None:
    assert (await client.put("api/v1/plan/layouts/my flat", json=FLAT)).status_code == 204
    names = (await client.get("api/v1/plan/layouts")).json()
    assert (names["own"], "house" in names["shipped"]) == (["my flat"], True)
    assert (await client.get("api/v1/plan/layouts/my flat")).json()["hot"] == FLAT["hot"]
    assert (await client.delete("api/v1/plan/layouts/my flat")).status_code == 204
    assert_problem(await client.delete("api/v1/plan/layouts/house"), 404, "no-layout")
    assert_problem(await client.put("api/v1/plan/layouts/..%2Fx", json=FLAT), 404, "not-found")
    assert_problem(await client.put("api/v1/plan/layouts/x.y", json=FLAT), 422, "invalid")
    wrong = await client.put("api/v1/plan/layouts/x", json=FLAT | {"fixtures": []})
    assert_problem(wrong, 422, "invalid")
    assert wrong.json()["errors"][0]["where"] == "fixtures"


async def test_nothing_can_be_fetched_before_an_advice_is_done(client: httpx.AsyncClient) -> None:
    assert (await client.get("api/v1/plan/job")).json()["state"] == "idle"
    assert_problem(await client.get("api/v1/plan/files/report.html"), 404, "no-advice")
    assert_problem(await client.post("api/v1/plan/job", json={"layout": FLAT, "samples": 7}), 422, "invalid")


async def test_one_advice_at_a_time_and_it_can_be_cancelled(client: httpx.AsyncClient) -> None:
    wanted = {"layout": FLAT, "household": "people-1", "samples": 1}
    assert (await client.post("api/v1/plan/job", json=wanted)).status_code == 202
    assert_problem(await client.post("api/v1/plan/job", json=wanted), 409, "busy")
    assert (await client.delete("api/v1/plan/job")).json()["state"] == "cancelled"
    await asyncio.sleep(0)
    assert (await client.get("api/v1/plan/job")).json()["state"] == "cancelled"


@pytest.mark.slow
async def test_an_advice_is_worked_out_in_another_process_and_fetched(client: httpx.AsyncClient) -> None:
    wanted = {"layout": FLAT, "household": "people-1", "samples": 1, "currency": "EUR"}
    assert (await client.post("api/v1/plan/job", json=wanted)).status_code == 202
    shares = []
    async with asyncio.timeout(100):
        while (status := (await client.get("api/v1/plan/job")).json())["state"] == "running":
            shares.append(status["share"])
            await asyncio.sleep(0.2)
    assert status["state"] == "done", status["error"]
    assert shares == sorted(shares) and len(set(shares)) > 2
    assert status["result"]["recommended"]
    report = await client.get("api/v1/plan/files/report.html")
    assert report.headers["content-disposition"].startswith("attachment")
    assert "EUR" in report.text
    assert json.loads((await client.get("api/v1/plan/files/plan.json")).text) == status["result"]


@pytest.mark.parametrize("said", ["", "no JSON", "x" * 5_000_000])
async def test_a_planner_that_says_what_nobody_understands_has_failed_and_can_be_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    (tmp_path / "talker.py").write_text(f"print({said!r})", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr("api.what_if.jobs.WORKER", "talker")
    planner = Planner(tmp_path / "advice")
    for _ in range(2):
        planner.start({})
        async with asyncio.timeout(20):
            while planner.status().state == "running":
                await asyncio.sleep(0.02)
        assert planner.status().state == "failed"
