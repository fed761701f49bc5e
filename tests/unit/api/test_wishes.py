import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest

from controller.core.events import Mode
from controller.views import PumpState
from tests.support.fake_service import FakeService
from tests.support.problems import assert_problem


async def test_somebody_who_has_looked_lets_go_of_latches(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    answer = await client.post("api/v1/acknowledge")
    assert (answer.status_code, answer.content) == (204, b"")
    assert service.acknowledged == ["REST call"]


async def test_a_wish_names_fixture_and_minutes(client: httpx.AsyncClient, service: FakeService) -> None:
    answer = await client.post("api/v1/preheat", json={"fixture": "shower", "minutes": 5})
    assert answer.status_code == 202
    body = answer.json()
    assert (body["accepted"], body["running"], body["loop"]) == (True, True, "house")
    assert body["reason"]["code"] == "requested_minutes"
    assert body["reason"]["sentence"] == "REST call asked for a run of 5 min"
    assert service.wishes == [("shower", 300_000, "REST call")]


@pytest.mark.parametrize("request_options", [{}, {"json": {}}, {"json": None}, {"content": b""}])
async def test_a_wish_may_say_nothing_at_all(
    client: httpx.AsyncClient, service: FakeService, request_options: dict[str, Any]
) -> None:
    answer = await client.post("api/v1/preheat", **request_options)
    assert answer.status_code == 202, answer.text
    assert service.wishes == [(None, None, "REST call")]


@pytest.mark.parametrize(
    "body",
    [
        '{"minutes": "120"}',
        '{"minutes": NaN}',
        '{"minutes": Infinity}',
        '{"minutes": true}',
        '{"minutes": 1e9}',
        '{"minutes": 1e999}',
        '{"minutes": -1}',
        '{"minutes": 0}',
        '{"minutes": 5.0001}',
        '{"minutes": []}',
        '{"fixture": ""}',
        '{"fixture": 7}',
        '{"fixture": "' + "x" * 101 + '"}',
        '{"fixture": "\\ud800"}',
        '{"fixtures": "shower"}',
        '{"fixture": "shower", "force": true}',
        "[]",
        '"shower"',
        "5",
        "{",
        "",
        " ",
    ],
)
async def test_a_bad_wish_is_refused_and_starts_nothing(
    client: httpx.AsyncClient, service: FakeService, body: str
) -> None:
    if not body:
        body = "\x00"
    answer = await client.post("api/v1/preheat", content=body, headers={"Content-Type": "application/json"})
    assert_problem(answer, 422, "invalid")
    assert service.wishes == []


@pytest.mark.parametrize("body", ['{"minutes": ' + "9" * 5_000 + "}", "[" * 50_000, b"\xff\xfe\x00"])
async def test_json_that_no_parser_can_take_is_refused(
    client: httpx.AsyncClient, service: FakeService, body: str | bytes
) -> None:
    answer = await client.post("api/v1/preheat", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert_problem(answer, answer.status_code, "unreadable" if answer.status_code == 400 else "invalid")
    assert service.wishes == []


async def test_a_refusal_names_each_wrong_value_and_its_place(client: httpx.AsyncClient) -> None:
    answer = await client.post("api/v1/preheat", json={"minutes": "120", "colour": "red"})
    problem = assert_problem(answer, 422, "invalid")
    assert [error["where"] for error in problem["errors"]] == ["body.minutes", "body.colour"]  # type: ignore[attr-defined]  # members of the problem are JSON
    assert problem["errors"][0]["value"] == "'120'"  # type: ignore[index]  # members of the problem are JSON


async def test_a_body_of_nothing_but_mistakes_gets_a_short_answer(client: httpx.AsyncClient) -> None:
    answer = await client.post("api/v1/preheat", json={f"key{number}": number for number in range(3_000)})
    assert_problem(answer, 422, "invalid")
    assert len(answer.content) < 8_000


@pytest.mark.parametrize("minutes", [0.001, 0.5, 1, 5])
async def test_whole_and_broken_minutes_are_taken(
    client: httpx.AsyncClient, service: FakeService, minutes: float
) -> None:
    assert (await client.post("api/v1/preheat", json={"minutes": minutes})).status_code == 202
    assert service.wishes[0][1] == max(1, round(minutes * 60_000))


async def test_an_unknown_fixture_is_404_and_names_the_known_ones(client: httpx.AsyncClient) -> None:
    answer = await client.post("api/v1/preheat", json={"fixture": "zcw/#"})
    problem = assert_problem(answer, 404, "unknown-fixture")
    assert problem["known"] == ["kitchen", "basin", "shower"]
    assert "zcw/#" in str(problem["detail"])


async def test_the_same_key_is_the_same_wish(client: httpx.AsyncClient, service: FakeService) -> None:
    key = {"Idempotency-Key": "3f0d6d1e"}
    first = await client.post("api/v1/preheat", headers=key)
    second = await client.post("api/v1/preheat", headers=key)
    assert first.json() == second.json()
    assert first.json()["request_id"] == "3f0d6d1e"
    assert len(service.wishes) == 1


@pytest.mark.parametrize("key", ["", "two words", "x" * 129, "caf\u00e9"])
async def test_a_key_that_is_no_name_is_refused(
    client: httpx.AsyncClient, service: FakeService, key: str
) -> None:
    answer = await client.post("api/v1/preheat", headers=[(b"Idempotency-Key", key.encode("latin-1"))])
    assert_problem(answer, 422, "invalid")
    assert service.wishes == []


async def test_a_wish_in_mode_off_is_answered_with_the_reason(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.set(mode=Mode.OFF)
    answer = await client.post("api/v1/preheat?lang=zh")
    assert answer.status_code == 202
    assert answer.json()["accepted"] is False
    assert answer.json()["reason"]["sentence"] == "控制器已关闭"


async def test_a_wish_without_a_broker_is_503_with_a_cure(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.set(broker_connected=False)
    answer = await client.post("api/v1/preheat")
    assert_problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "5"


async def test_the_page_and_a_script_are_told_apart(client: httpx.AsyncClient, service: FakeService) -> None:
    await client.post("api/v1/preheat", headers={"Origin": "http://localhost"})
    await client.post("api/v1/stop")
    assert service.wishes[0][2] == "web page"
    assert service.stops == ["REST call"]


async def test_stop_answers_for_every_loop(client: httpx.AsyncClient, service: FakeService) -> None:
    guest = replace(service.now.loops[0], name="guest")
    service.set(loops=(*service.now.loops, guest))
    await client.post("api/v1/preheat")
    answer = await client.post("api/v1/stop")
    assert answer.status_code == 200
    assert [each["loop"] for each in answer.json()["answers"]] == ["house", "guest"]
    assert all(each["reason"]["code"] == "stopped_by_person" for each in answer.json()["answers"])
    assert service.now.loops[0].pump is PumpState.OFF


async def test_stop_without_a_broker_locks_out_at_once_and_says_that_the_switch_was_not_told(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.set(broker_connected=False)
    answer = await client.post("api/v1/stop")
    problem = assert_problem(answer, 503, "unavailable")
    assert "OFF is sent as soon as it is back" in str(problem["detail"])
    assert problem["answers"][0]["accepted"] is True  # type: ignore[index]  # members of the problem are JSON
    assert service.stops == ["REST call"]


async def test_the_mode_is_read_and_set(client: httpx.AsyncClient, service: FakeService) -> None:
    assert (await client.get("api/v1/mode")).json() == {"mode": "auto"}
    answer = await client.put("api/v1/mode", json={"mode": "manual"})
    assert (answer.status_code, answer.json()) == (200, {"mode": "manual"})
    assert service.now.mode is Mode.MANUAL


async def test_a_mode_holds_at_once_and_is_acknowledged_when_it_is_on_the_disk(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.disk.clear()
    asking = asyncio.ensure_future(client.put("api/v1/mode", json={"mode": "off"}))
    async with asyncio.timeout(5):
        while service.now.mode is not Mode.OFF:
            await asyncio.sleep(0)
    assert not asking.done()
    service.disk.set()
    assert (await asking).status_code == 200


async def test_a_mode_that_a_power_cut_would_undo_is_not_acknowledged(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.set(storage_ok=False)
    answer = await client.put("api/v1/mode", json={"mode": "off"})
    assert_problem(answer, 503, "unavailable")
    assert answer.json()["mode"] == "off"
    assert "the mode is off now" in answer.json()["detail"]
    assert service.now.mode is Mode.OFF


@pytest.mark.parametrize(
    "body", [{}, {"mode": "on"}, {"mode": None}, {"mode": "AUTO"}, {"mode": "off", "for": 1}]
)
async def test_a_mode_that_does_not_exist_is_refused(
    client: httpx.AsyncClient, service: FakeService, body: dict[str, Any]
) -> None:
    assert_problem(await client.put("api/v1/mode", json=body), 422, "invalid")
    assert service.now.mode is Mode.AUTO


async def test_a_stop_is_answered_while_the_disk_hangs(
    client: httpx.AsyncClient, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = asyncio.Event()
    monkeypatch.setattr(service, "kept", hangs.wait)
    async with asyncio.timeout(5):
        answer = await client.post("api/v1/stop")
    assert answer.status_code == 200 and service.stops == ["REST call"]


async def test_what_energy_costs_is_passed_on_and_shown(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    assert (await client.get("api/v1/state")).json()["energy"] is None
    assert (await client.put("api/v1/energy", json={"price": 0.24, "surplus_w": 900})).status_code == 204
    assert (await client.get("api/v1/state")).json()["energy"] == {
        "price": 0.24,
        "surplus_w": 900.0,
        "shut": None,
    }
    for body in ({"price": "dear"}, {"price": 1e9}, {"cost": 1}):
        assert (await client.put("api/v1/energy", json=body)).status_code == 422
