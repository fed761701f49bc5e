"""What the entities show: only what is known, in words that Home Assistant takes."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from controller.broker import BrokerSettings, HomeAssistantSettings
from controller.core.energy import Tariff
from controller.core.events import Mode
from controller.core.plumbing import Plumbing, Topology
from controller.core.reason import Language, Reason, ReasonCode
from controller.mqtt.discovery import Places
from controller.mqtt.entities import Features, entities
from controller.mqtt.states import DayFigures, states
from controller.views import DayView, FaultView, NextRunView, PumpState, TemperatureView
from tests.support.fake_service import NOON, house_view, loop_view, record

HOUSE = Plumbing("house", Topology.DEDICATED_RETURN, ("kitchen",), frozenset({"return", "supply"}))
EVERYTHING = Features(windows=True, draws=True, comfort=True, threshold=True, currency="CNY")
PLACES = Places.of(BrokerSettings(), HomeAssistantSettings())


TODAY = DayView(
    date="2026-01-05",
    runs=3,
    run_s=200.0,
    refused=0,
    draws=4,
    hot_share=0.75,
    wait_s=12.4,
    none_hot_share=(0.1, 0.2),
    none_wait_s=50.0,
    heat_kwh=(0.4, 0.8),
    always_kwh=(4.0, 8.0),
    saved_l=(10.0, 25.0),
)


def shown(
    figures: DayFigures | None = None, language: Language = "en", *, mode: Mode = Mode.AUTO, **loop: Any
) -> dict[str, str]:
    """The payload of each topic below the controller's own."""
    view = house_view(loop_view(**loop), mode=mode)
    day = {"house": figures} if figures else {}
    settings = HomeAssistantSettings(language=language, tariff=Tariff(0.25, "CNY"))
    told = states(entities([HOUSE], {"house": EVERYTHING}, language), PLACES, view, day, settings)
    return {topic.removeprefix("zcw/zcw/").removeprefix("loop/house/"): text for topic, text in told.items()}


def test_what_is_known_is_shown() -> None:
    figures = DayFigures(12.34, 3, record(1))
    told = shown(figures, hot=True, pump=PumpState.ON, commanded=True, next_window_at=NOON)
    assert told["mode"] == "auto" and told["problem"] == "OFF"
    assert (told["supply_temperature"], told["return_temperature"]) == ("54.5", "24.0")
    assert (told["hot"], told["pump"], told["circulation"]) == ("ON", "ON", "ON")
    assert (told["pump_minutes_today"], told["starts_today"]) == ("12.3", "3")
    assert told["next_window"] == "2026-01-05T11:00:00+00:00"
    assert told["reason"] == "nothing asks for hot water"
    assert json.loads(told["reason/attributes"]) == {"code": "nothing_asked"}
    assert datetime.fromisoformat(told["last_run"]) == record(1).started_at
    why = json.loads(told["last_run/attributes"])
    assert (why["ran_min"], why["who"], why["fixture"]) == (1.2, "kitchen button", "kitchen")
    assert why["ended_because"].startswith("hot water has arrived")


def test_what_is_not_known_is_unknown() -> None:
    stale = (TemperatureView("return", 24.0, 300.0, False),)
    told = shown(hot=None, pump=PumpState.UNKNOWN, temperatures=stale)
    unknown = {
        "hot",
        "pump",
        "return_temperature",
        "supply_temperature",
        "pump_minutes_today",
        "starts_today",
        "wait_today",
        "heat_today",
        "saved_today",
        "cost_today",
        "comfort",
        "on_below_c",
        "off_above_c",
    }
    assert {topic for topic, text in told.items() if text == "None"} == unknown
    assert json.loads(told["next_run/attributes"]) == {"known": False} and "next_run" not in told
    assert told["next_window"] == "", "a date has no other word for it"
    assert "last_run" not in told


@pytest.mark.parametrize(
    ("loop", "on"),
    [
        ({}, "OFF"),
        ({"commanded": True}, "ON"),
        ({"waiting": ("web page",)}, "ON"),
        ({"pump": PumpState.ON}, "OFF"),
    ],
)
def test_circulation_is_on_while_it_is_wanted_whatever_the_switch_says(loop: dict[str, Any], on: str) -> None:
    assert shown(**loop)["circulation"] == on


def test_each_trouble_is_told_in_the_language_of_the_house() -> None:
    fault = FaultView("no_feedback_off", NOON, Reason(ReasonCode.NO_FEEDBACK_OFF))
    told = shown(language="zh", faults=(fault,), pump_online=False)
    assert told["problem"] == "ON"
    assert json.loads(told["problem/attributes"])["troubles"] == [
        "house: 循环泵开关未确认关闭；将持续重试",
        "house: 循环泵开关离线",
    ]


def test_a_countdown_is_told_in_steps_and_never_below_what_is_left() -> None:
    told = [
        shown(reason=Reason.of(ReasonCode.MIN_REST, left_s=left_s))["reason"] for left_s in (60, 31, 30, 1, 0)
    ]
    assert told == [f"the pump rests {left} s more" for left in (60, 60, 30, 30, 0)]


def test_no_state_is_longer_than_home_assistant_takes() -> None:
    told = shown(reason=Reason.of(ReasonCode.REQUESTED, who="x" * 500))
    assert len(told["reason"]) == 255
    assert len(json.loads(told["reason/attributes"])["who"]) == 500


def test_everything_that_shows_something_has_a_payload_and_nothing_else() -> None:
    told = set(
        shown(
            DayFigures(0.0, 0, record(1), TODAY),
            next_window_at=NOON,
            next_run=NextRunView(NOON, "timed", None),
        )
    )
    every = entities([HOUSE], {"house": EVERYTHING}, "en")
    places = {PLACES.state(one) for one in every if one.shows}
    places |= {PLACES.attributes(one) for one in every if one.explains}
    assert {f"zcw/zcw/{topic}" for topic in told} == {topic.replace("loop/house/", "") for topic in places}


def test_the_day_is_shown_with_the_values_between_which_it_lies() -> None:
    told = shown(DayFigures(today=TODAY))
    assert (told["heat_today"], told["saved_today"], told["wait_today"]) == ("0.60", "18", "12")
    assert told["cost_today"] == "0.15", "0.25 for a kilowatt hour"
    assert json.loads(told["heat_today/attributes"]) == {"low_kwh": 0.4, "high_kwh": 0.8}
    assert json.loads(told["cost_today/attributes"]) == {"low_cny": 0.1, "high_cny": 0.2}


def test_a_day_without_draws_saves_nothing_and_knows_no_wait() -> None:
    told = shown(DayFigures(today=replace(TODAY, draws=0, wait_s=None, saved_l=None)))
    assert (told["wait_today"], told["saved_today"]) == ("None", "0")


def test_what_a_tap_would_take_is_told_in_steps_of_five_seconds() -> None:
    told = shown()
    assert told["wait/kitchen"] == "5" and json.loads(told["wait/kitchen/attributes"]) == {
        "low_s": 5,
        "high_s": 5,
    }
    assert shown(estimates=())["wait/kitchen"] == "None"


def test_what_can_be_set_is_shown_as_it_is_set() -> None:
    told = shown(
        comfort="thrifty",
        threshold=(38.5, 41.0),
        next_run=NextRunView(NOON.replace(second=31), "timed", None),
    )
    assert (told["comfort"], told["on_below_c"], told["off_above_c"]) == ("thrifty", "38.5", "41.0")
    assert told["next_run"] == "2026-01-05T11:00:00+00:00"
