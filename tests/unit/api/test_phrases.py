import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api import errors
from api.app import WebApp
from api.errors import Kind
from api.phrases import FILE, said
from api.routes import plan
from tests.support.fake_service import FakeService

CHINESE = re.compile(r"[\u4e00-\u9fff]")
HEAT = {"from": "heater", "to": "shower", "length_m": 3, "size": "Cu 15x1"}
HOUSE = {"name": "mine", "heater": {"setpoint_c": 55}, "fixtures": ["shower"], "hot": [HEAT]}


def _kinds() -> Iterator[Kind]:
    for module in (errors, plan):
        yield from (value for value in vars(module).values() if isinstance(value, Kind))


@pytest.fixture
async def client() -> Any:
    transport = httpx.ASGITransport(WebApp(FakeService()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        client.headers["Accept-Language"] = "zh-CN"
        yield client


def test_every_kind_of_problem_can_be_said_in_chinese() -> None:
    texts = {text for kind in _kinds() for text in (kind.title, kind.cure)}
    assert len(texts) > 40
    assert [text for text in texts if not CHINESE.search(said(text, "zh"))] == []


def test_every_value_of_a_phrase_is_said_in_chinese_too() -> None:
    holes = re.compile(r"\{(\w)\}")
    for english, chinese in json.loads(FILE.read_text("utf-8")).items():
        assert set(holes.findall(english)) >= set(holes.findall(chinese)), english


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("-3 is out of range", "-3 超出范围"),
        ("must be a date, not '1e999' (such as 2026-12-24)", "应为日期，而不是 '1e999'（例如 2026-12-24）"),
        ("'mill' is already fed by pipe 'a'", "'mill' 已由 管段 'a' 供水"),
        ("what nobody has ever said", "what nobody has ever said"),
        ("at most 5 " * 200, "at most 5 " * 200),
    ],
)
def test_a_message_is_said_again_with_its_values(english: str, chinese: str) -> None:
    assert said(english, "zh") == chinese
    assert said(english, "en") == english


WRONG = [
    {"fixture": 7},
    {"fixture": ""},
    {"fixture": "x" * 500},
    {"fixture": "<script>alert(1)</script>"},
    {"fixture": "🚿"},
    {"minutes": -1},
    {"minutes": 1e300},
    {"minutes": "three"},
    {"minutes": 0},
    {"hours": 3},
]


@pytest.mark.parametrize("wish", WRONG, ids=str)
async def test_nonsense_is_answered_in_chinese(client: httpx.AsyncClient, wish: dict[str, object]) -> None:
    answer = await client.post("/api/v1/preheat", json=wish)
    problem = answer.json()
    assert answer.status_code in (404, 422) and answer.headers["content-language"] == "zh"
    assert int(answer.headers["content-length"]) == len(answer.content)
    told = [
        problem["title"],
        problem["cure"],
        problem["detail"],
        *(one["message"] for one in problem.get("errors", [])),
    ]
    assert [text for text in told if not CHINESE.search(text)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"heater": {"setpoint_c": -5}},
        {"heater": {"setpoint_c": "warm"}},
        {"heater": {"setpoint_c": None}},
        {"heater": {"setpoint_c": 10}, "mains_c": 12},
        {"heater": {"kind": "volcano", "setpoint_c": 55}},
        {"heater": {}},
        {"fixtures": []},
        {"fixtures": ["shower", "shower"]},
        {"fixtures": ["shower", "attic"]},
        {"hot": [HEAT | {"length_m": -3}]},
        {"hot": [HEAT | {"length_m": 1e300}]},
        {"hot": [HEAT | {"size": "garden hose"}]},
        {"hot": [HEAT | {"from": "moon"}]},
        {"hot": [HEAT | {"to": ""}]},
        {"hot": [HEAT | {"size": None}]},
        {"hot": [HEAT, HEAT | {"from": "shower", "to": "cellar"}]},
        {"hot": "none"},
        {"return": [HEAT | {"from": "shower", "to": "shower"}]},
        {"return": [HEAT | {"from": "moon", "to": "heater"}]},
        {"crossover": {"at": "moon"}},
        {"ambient_c": "nice"},
        {"colour": "blue"},
    ],
    ids=str,
)
async def test_mistakes_of_a_layout_are_told_in_chinese(
    client: httpx.AsyncClient, change: dict[str, object]
) -> None:
    answer = await client.post("/api/v1/plan/drawing", json=HOUSE | change)
    problems = answer.json()["problems"]
    assert problems
    assert [
        one
        for one in problems
        if not CHINESE.search(one["message"]) or (one["cure"] and not CHINESE.search(one["cure"]))
    ] == []
    kept = await client.put("/api/v1/plan/layouts/mine", json=HOUSE | change)
    assert kept.status_code == 422 and CHINESE.search(kept.json()["errors"][0]["message"])


async def test_whoever_reads_english_gets_the_problem_as_it_was_made(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/preheat?lang=en", json={"fixture": "attic"})
    assert answer.json()["title"] == "There is no such fixture"
    assert "content-language" not in answer.headers
