"""Announcements: every entity once, its keys exactly, and kept ones recognised as ours or left alone."""

import json
import re

import pytest

from controller.broker import BrokerSettings, HomeAssistantSettings
from controller.core.plumbing import Plumbing, Topology
from controller.core.reason import Language
from controller.mqtt.discovery import MOST_KEPT_BYTES, Places, announcements, leftovers
from controller.mqtt.entities import COMFORT_NAMES, Features, entities

MAIN = Plumbing("main", Topology.DEDICATED_RETURN, ("kitchen", "Bad 1"), frozenset({"return", "supply"}))
COLD = Plumbing("Anbau", Topology.COLD_RETURN, (), frozenset({"cold_line"}))
SETTINGS = HomeAssistantSettings()
PLACES = Places.of(BrokerSettings(), SETTINGS)


def announced(
    *loops: Plumbing, language: Language = "en", features: dict[str, Features] | None = None
) -> dict[str, dict[str, object]]:
    settings = HomeAssistantSettings(language=language)
    messages = announcements(entities(loops, features or {}, language), PLACES, settings, "1.2")
    assert all(message.retain and message.qos == 0 for message in messages.values())
    return {topic: json.loads(message.payload) for topic, message in messages.items()}


def test_a_button_of_a_fixture_is_announced_like_this() -> None:
    assert announced(MAIN)["homeassistant/button/zcw/main-preheat-bad_1/config"] == {
        "name": "Preheat Bad 1",
        "unique_id": "zcw-main-preheat-bad_1",
        "object_id": "zcw_main_preheat_bad_1",
        "default_entity_id": "button.zcw_main_preheat_bad_1",
        "availability_topic": "zcw/zcw/status",
        "icon": "mdi:shower-head",
        "command_topic": "zcw/zcw/loop/main/preheat/bad_1/set",
        "device": {
            "identifiers": ["zcw"],
            "name": "Hot water",
            "manufacturer": "zero-cold-water",
            "model": "zero-cold-water",
            "sw_version": "1.2",
        },
        "origin": {"name": "zero-cold-water", "sw_version": "1.2"},
    }


def test_a_temperature_is_announced_with_its_class_and_its_unit() -> None:
    sensor = announced(MAIN)["homeassistant/sensor/zcw/main-return_temperature/config"]
    assert sensor["state_topic"] == "zcw/zcw/loop/main/return_temperature"
    assert (sensor["device_class"], sensor["unit_of_measurement"]) == ("temperature", "°C")
    assert "command_topic" not in sensor


def test_there_is_an_entity_for_what_a_loop_has_and_none_for_what_it_has_not() -> None:
    ids = {
        str(payload["unique_id"])
        for payload in announced(MAIN, COLD, features={"Anbau": Features(windows=True)}).values()
    }
    assert {"zcw-main-hot", "zcw-anbau-cold_line_temperature", "zcw-anbau-next_window"} <= ids
    # The cold pipe does not tell whether the hot one is hot.
    assert not {"zcw-anbau-hot", "zcw-main-far_end_temperature", "zcw-main-next_window"} & ids


def test_ids_and_topics_are_what_home_assistant_takes_whatever_people_call_things() -> None:
    odd = Plumbing("主循环", Topology.DEDICATED_RETURN, ("厨房", "浴室"), frozenset({"return"}))
    found = announced(odd, MAIN)
    assert len({payload["unique_id"] for payload in found.values()}) == len(found)
    assert len({payload["default_entity_id"] for payload in found.values()}) == len(found)
    for topic in found:
        assert re.fullmatch(r"homeassistant/[a-z_]+/[a-zA-Z0-9_-]+/[a-zA-Z0-9_-]+/config", topic)


def test_names_and_choices_come_in_chinese_and_ids_stay() -> None:
    english, chinese = announced(MAIN), announced(MAIN, language="zh")
    assert set(english) == set(chinese)
    mode = chinese["homeassistant/select/zcw/mode/config"]
    assert mode["name"] == "模式" and mode["options"] == ["自动", "手动", "关闭", "检修"]
    assert mode["device"]["name"] == "热水"  # type: ignore[index]  # JSON
    for topic, payload in chinese.items():
        assert payload["unique_id"] == english[topic]["unique_id"]
        assert payload["name"] != english[topic]["name"]


def test_with_several_loops_names_begin_with_the_loop() -> None:
    names = {payload["name"] for payload in announced(MAIN, COLD).values()}
    assert {"main: Pump", "Anbau: Pump", "Stop"} <= names


def test_two_controllers_on_one_broker_share_nothing() -> None:
    other = Places.of(BrokerSettings(client_id="Zcw"), SETTINGS)
    mine = announcements(entities([MAIN], {}, "en"), PLACES, SETTINGS, "1")
    theirs = announcements(entities([MAIN], {}, "en"), other, SETTINGS, "1")
    assert not set(mine) & set(theirs)
    for topic, message in theirs.items():
        assert not PLACES.is_announcement(topic)
        assert leftovers(message.payload, PLACES) is None


def test_what_the_broker_has_kept_of_ours_is_known_again_with_its_states() -> None:
    [reason] = [one for one in entities([MAIN], {}, "en") if one.target.what == "reason"]
    message = announcements([reason], PLACES, SETTINGS, "1")[PLACES.announcement(reason)]
    assert PLACES.is_announcement(message.topic)
    assert leftovers(message.payload, PLACES) == (
        "zcw/zcw/loop/main/reason",
        "zcw/zcw/loop/main/reason/attributes",
    )


@pytest.mark.parametrize(
    "kept",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b"[1]",
        b'{"unique_id": 3}',
        b'{"unique_id": "other-main"}',
        b'{"unique_id": "zcw-x", "pad": "' + b"x" * MOST_KEPT_BYTES + b'"}',
    ],
)
def test_announcements_that_are_not_ours_are_left_alone(kept: bytes) -> None:
    assert leftovers(kept, PLACES) is None


@pytest.mark.parametrize("topic", ["zcw/zcw", "cmnd/plug/POWER", "zcw/zcw/#", "zcw/zcw/", 7, None])
def test_no_topic_that_is_not_ours_is_erased(topic: object) -> None:
    kept = json.dumps({"unique_id": "zcw-x", "state_topic": topic}).encode()
    assert leftovers(kept, PLACES) == ()


def test_the_five_steps_of_comfort_are_chosen_by_name_in_either_language() -> None:
    for language, index in (("en", 0), ("zh", 1)):
        all_of_it = {"main": Features(comfort=True)}
        select = announced(MAIN, language=language, features=all_of_it)  # type: ignore[arg-type]
        told = select["homeassistant/select/zcw/main-comfort/config"]
        assert told["options"] == [names[index] for names in COMFORT_NAMES.values()]
        assert told["command_topic"] == "zcw/zcw/loop/main/comfort/set"


def test_what_can_be_set_and_what_costs_is_announced_only_where_it_is_there() -> None:
    plain, rich = (
        announced(MAIN),
        announced(MAIN, features={"main": Features(False, True, True, True, "EUR")}),
    )
    more = {topic.split("/")[3] for topic in set(rich) - set(plain)}
    assert more == {
        f"main-{what}"
        for what in ("comfort", "on_below_c", "off_above_c", "wait_today", "saved_today", "cost_today")
    }
    cost = rich["homeassistant/sensor/zcw/main-cost_today/config"]
    assert (cost["device_class"], cost["unit_of_measurement"]) == ("monetary", "EUR")
    number = rich["homeassistant/number/zcw/main-on_below_c/config"]
    assert (number["min"], number["max"], number["step"]) == (15.0, 60.0, 0.5)


def test_a_date_that_comes_and_goes_is_unavailable_while_it_is_not_known() -> None:
    sensor = announced(MAIN)["homeassistant/sensor/zcw/main-next_run/config"]
    assert "availability_topic" not in sensor and sensor["availability_mode"] == "all"
    ours, known = sensor["availability"]  # type: ignore[misc]
    assert ours == {"topic": "zcw/zcw/status"}
    assert known["topic"] == sensor["json_attributes_topic"] and "value_json.known" in known["value_template"]
