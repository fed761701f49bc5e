from dataclasses import replace
from datetime import timedelta

import httpx

from controller.core.plumbing import Topology
from controller.core.reason import Reason, ReasonCode
from controller.views import FaultView, PumpState, RunView, TemperatureView
from tests.support.fake_service import NOON, FakeService, loop_view


async def test_the_state_shows_everything_the_service_shows(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    reason = Reason.of(ReasonCode.REQUESTED, who="kitchen button")
    fault = FaultView("no_feedback_on", NOON, Reason.of(ReasonCode.NO_FEEDBACK_ON))
    service.set_loop(
        pump=PumpState.ON,
        commanded=True,
        run=RunView(NOON - timedelta(seconds=42), 42.0, "on_demand", "kitchen button", "kitchen", reason),
        reason=reason,
        waiting=("kitchen button",),
        faults=(fault,),
    )
    state = (await client.get("api/v1/state")).json()
    assert (state["name"], state["mode"], state["speed"]) == ("Demo house", "auto", 1.0)
    assert state["at"] == "2026-01-05T12:00:00+01:00"
    (loop,) = state["loops"]
    assert loop["pump"] == "on"
    assert loop["topology"] == "dedicated_return"
    assert loop["fixtures"] == ["kitchen", "basin", "shower"]
    assert loop["temperatures"][1] == {"sensor": "return", "value_c": 24.0, "age_s": 3.0, "fresh": True}
    assert loop["run"]["elapsed_s"] == 42.0
    assert loop["run"]["who"] == "kitchen button"
    assert loop["reason"] == {
        "code": "requested",
        "sentence": "kitchen button asked for hot water",
        "values": {"who": "kitchen button"},
    }
    assert loop["faults"][0]["reason"]["sentence"] == "the pump's switch does not confirm ON"
    assert [(one["name"], one["hot"]) for one in loop["estimates"]] == [
        ("kitchen", True),
        ("basin", None),
        ("shower", False),
    ]
    assert loop["estimates"][1] == {
        "name": "basin",
        "hot": None,
        "hot_chance": 0.55,
        "estimate_c": 41.5,
        "uncertainty_c": 9.0,
        "wait_s": 12.0,
        "wait_low_s": 2.4,
        "wait_high_s": 26.0,
        "ready_in_s": None,
    }


async def test_an_unknown_pump_stays_unknown_on_the_wire(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.set_loop(pump=PumpState.UNKNOWN, pump_online=False)
    (loop,) = (await client.get("api/v1/state")).json()["loops"]
    assert (loop["pump"], loop["pump_online"]) == ("unknown", False)


async def test_what_is_not_known_is_null(client: httpx.AsyncClient, service: FakeService) -> None:
    service.set(at=None)
    service.set_loop(temperatures=(TemperatureView("return", None, None, False),))
    state = (await client.get("api/v1/state")).json()
    assert state["at"] is None
    assert state["loops"][0]["temperatures"][0]["value_c"] is None


async def test_several_loops_are_shown_in_order(client: httpx.AsyncClient, service: FakeService) -> None:
    guest = loop_view(name="guest", topology=Topology.COLD_RETURN, fixtures=("guest_shower",))
    service.set(loops=(loop_view(), guest))
    state = (await client.get("api/v1/state")).json()
    assert [loop["name"] for loop in state["loops"]] == ["house", "guest"]


async def test_sentences_come_in_chinese_when_the_reader_prefers_it(client: httpx.AsyncClient) -> None:
    answer = await client.get("api/v1/state", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"})
    assert answer.json()["loops"][0]["reason"]["sentence"] == "目前没有热水需求"


async def test_the_query_goes_before_the_header(client: httpx.AsyncClient) -> None:
    answer = await client.get("api/v1/state?lang=en", headers={"Accept-Language": "zh"})
    assert answer.json()["loops"][0]["reason"]["sentence"] == "nothing asks for hot water"


async def test_names_inside_a_sentence_are_in_its_language(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.set_loop(reason=Reason.of(ReasonCode.SENSOR_MISSING, sensor="return"))
    reason = (await client.get("api/v1/state?lang=zh")).json()["loops"][0]["reason"]
    assert reason["sentence"] == "回水传感器没有新数据"
    assert reason["values"] == {"sensor": "return"}


async def test_health_is_200_when_all_is_well(client: httpx.AsyncClient) -> None:
    answer = await client.get("healthz")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "parts": {"broker": "connected", "storage": "keeping history"}}
    assert (await client.head("healthz")).status_code == 200


async def test_health_is_503_and_names_the_part_that_is_down(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    service.set(broker_connected=False)
    service.parts["broker"] = "no answer from 127.0.0.1:1883"
    answer = await client.get("healthz")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parts"]["broker"] == "no answer from 127.0.0.1:1883"
    assert answer.json()["ok"] is False


async def test_each_answer_shows_the_newest_view(client: httpx.AsyncClient, service: FakeService) -> None:
    before = (await client.get("api/v1/state")).json()
    service.now = replace(service.now, speed=20.0)
    after = (await client.get("api/v1/state")).json()
    assert (before["speed"], after["speed"]) == (1.0, 20.0)
