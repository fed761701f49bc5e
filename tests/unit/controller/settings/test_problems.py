"""Every kind of mistake, each told with place, value, allowed range and cure."""

from collections.abc import Callable
from typing import Any

import pytest

from controller.core.errors import ConfigError
from controller.settings import parse_settings
from tests.unit.controller.settings.builders import (
    Values,
    cold_return,
    parsed,
    problems_of,
    sound,
    the_problem,
    with_limits,
    with_strategies,
)

Bend = Callable[[Values], Any]


def _bent(bend: Bend, values: Values | None = None) -> Values:
    values = sound() if values is None else values
    bend(values)
    return values


@pytest.mark.parametrize(
    ("bend", "where", "message", "cure"),
    [
        (lambda v: v.update(lops=[]), "lops", "unknown key", "did you mean loops?"),
        (lambda v: v["site"].update(timezone="UTC"), "site.timezone", "unknown key", "write time_zone"),
        (lambda v: v["site"].update(time_zone="Berlin"), "site.time_zone", "'Berlin'", "did you mean Europe/Berlin?"),
        (lambda v: v["site"].update(time_zone="europe/berln"), "site.time_zone", "unknown", "did you mean Europe/Berlin?"),
        (lambda v: v["site"].update(time_zone="../../etc/passwd"), "site.time_zone", "unknown", "IANA"),
        (lambda v: v["site"].update(time_zone="Europe"), "site.time_zone", "unknown", ""),
        (lambda v: v["site"].pop("time_zone"), "site.time_zone", "is missing", "IANA"),
        (lambda v: v["site"].update(language="de"), "site.language", "one of en, zh, not 'de'", ""),
        (lambda v: v["site"].update(name=5), "site.name", "must be text, not 5", 'put it in quotes: "5"'),
        (lambda v: v.pop("site"), "site", "is missing", "The house"),
        (lambda v: v.update(broker={"host": "mqtt://x"}), "broker.host", "not 'mqtt://x'", "port and tls"),
        (lambda v: v.update(broker={"port": 0}), "broker.port", "from 1 to 65535, not 0", ""),
        (lambda v: v.update(broker={"port": 65536}), "broker.port", "from 1 to 65535, not 65536", ""),
        (lambda v: v.update(broker={"port": True}), "broker.port", "a whole number, not true", "from 1 to 65535"),
        (lambda v: v.update(broker={"port": 1883.5}), "broker.port", "a whole number, not 1883.5", "from 1 to 65535"),
        (lambda v: v.update(broker={"port": "1883"}), "broker.port", "a whole number, not '1883'", ""),
        (lambda v: v.update(broker={"protocol": "3.1"}), "broker.protocol", "5, 3.1.1, not '3.1'", "did you mean 3.1.1?"),
        (lambda v: v.update(broker={"username": "u", "password_file": "a", "password_env": "B"}), "broker", "exclude", "one"),
        (lambda v: v.update(broker={"password_env": "B"}), "broker", "needs a username", "add username"),
        (lambda v: v.update(broker={"tls": {"key_file": "a"}}), "broker.tls", "needs a cert_file", "both or none"),
        (lambda v: v.update(broker={"client_id": "a/b"}), "broker.client_id", "contains '/'", "letters"),
        (lambda v: v.update(broker=[]), "broker", "must be a section with keys and values, not a list", ""),
        (lambda v: v.update(storage={"path": ""}), "storage.path", "is empty", ""),
        (lambda v: v.update(storage={"path": "."}), "storage.path", "is a folder", "name a file"),
        (lambda v: v.update(api={"port": 99_999}), "api.port", "from 1 to 65535", ""),
        (lambda v: v.update(api={"hosts": "water.example.org"}), "api.hosts", "must be a list", "begins with '-'"),
        (lambda v: v.update(api={"hosts": ["http://water.example.org"]}), "api.hosts[0]", "name of a host, not 'http:", "without http"),
        (lambda v: v.update(api={"hosts": ["a.example", "b.example:8080"]}), "api.hosts[1]", "not 'b.example:8080'", "a port"),
        (lambda v: v.update(api={"hosts": ["*"]}), "api.hosts[0]", "not '*'", ""),
        (lambda v: v.update(api={"trusted_proxies": ["proxy.local"]}), "api.trusted_proxies[0]", "an IP address, not 'proxy.local'", "own address"),
        (lambda v: v.update(api={"hosts": ["a..b"]}), "api.hosts[0]", "not 'a..b'", ""),
        (lambda v: v.update(api={"hosts": [""]}), "api.hosts[0]", "not ''", ""),
        (lambda v: v.update(devices={}), "devices", "is empty", "at least one"),
        (lambda v: v.update(loops=[]), "loops", "is empty", "at least one"),
        (lambda v: v.update(loops={}), "loops", "must be a list", "begins with '-'"),
        (lambda v: v.update(loops=None), "loops", "is empty", ""),
        (lambda v: v["devices"].update(spare={}), "devices.spare.family", "is missing", ""),
        (lambda v: v["devices"].update({"a/#": {"family": "tasmota"}}), "devices.a/#", "contains '/'", "letters"),
        (lambda v: v["devices"].update({"n" * 600: {"family": "x"}}), f"devices.{'n' * 600}", "600 bytes long", ""),
        (lambda v: v["devices"]["plug"].update(family="tasmotta"), "devices.plug.family", "unknown family", "did you mean tasmota?"),
        (lambda v: v["devices"]["plug"].update(topc="x"), "devices.plug.topc", "unknown parameter", "did you mean topic?"),
        (lambda v: v["loops"][0].update(topology="cold"), "loops[0].topology", "dedicated_return, cold_return, not 'cold'", ""),
        (lambda v: v["loops"][0].update(pump="plug"), "loops[0].pump", "must be a section", "write device: plug"),
        (lambda v: v["loops"][0].update(pump={"device": "plg"}), "loops[0].pump", "unknown device 'plg'", "did you mean plug?"),
        (lambda v: v["loops"][0].update(sensors={"retrun": {"device": "pipe"}}), "loops[0].sensors.retrun", "unknown key", "did you mean return?"),
        (lambda v: v["loops"][0]["sensors"].update(supply={"device": "pipe"}), "loops[0].sensors.return", "same sensor as supply", "channel"),
        (lambda v: v["loops"][0].update(fixtures=["kitchen", "kitchen"]), "loops[0].fixtures[1]", "stands twice", "keep one"),
        (lambda v: v["loops"][0].update(fixtures=["kitchen", "a\nb"]), "loops[0].fixtures[1]", "U+000A", ""),
        (lambda v: v["loops"][0]["buttons"][0].update(fixture="kichen"), "loops[0].buttons[0].fixture", "unknown fixture 'kichen'", "did you mean kitchen?"),
        (lambda v: v["loops"][0].update(strategies=[{"type": "delta_t"}]), "loops[0].strategies[0].warm", "no sensor supply", "return"),
        (lambda v: v["loops"][0].update(strategies=[{"type": "delta_t", "warm": "return"}]), "loops[0].strategies[0].warm", "both return", "name two"),
        (lambda v: v["loops"][0].update(strategies=[{"type": "delta_t", "on_above_k": 10, "off_below_k": 9.5}]), "loops[0].strategies[0]", "off_below_k 9.5 must be at least 1 below on_above_k 10", "such as"),
        (lambda v: v["loops"][0].update(strategies=[{"type": "aquastat", "rise_k": 0}]), "loops[0].strategies[0].rise_k", "from 1 to 30", ""),
        (lambda v: v.update(energy={"by_hour": [0.2], "most_price": 0.3}), "energy", "by_hour has 1 prices", "give 24"),
        (lambda v: v.update(energy={"price": {"topic": "p"}}), "energy", "prices need most_price", "such as"),
        (lambda v: v.update(energy={"surplus": {"topic": "p"}}), "energy", "surplus needs least_surplus_w", "such as"),
        (lambda v: v.update(energy={"price": {"topic": "p/#"}, "most_price": 1}), "energy.price.topic", "wildcard", "such as"),
        (lambda v: v.update(energy={"price": {"topic": "p", "path": "x"}, "most_price": 1}), "energy.price.path", "no JSON path", "such as"),
        (lambda v: v["loops"][0].update(pipes={"shover": {"loop_l": 3}}), "loops[0].pipes.shover", "unknown fixture 'shover'", "did you mean shower?"),
        (lambda v: v["loops"][0].update(pipes={"shower": {"loop_l": 0}}), "loops[0].pipes.shower.loop_l", "0", ""),
        (lambda v: v["loops"][0].update(pipes={"shower": {"litres": 3}}), "loops[0].pipes.shower.litres", "unknown key", ""),
        (lambda v: v["loops"][0]["buttons"].append({"device": "button", "action": "hold"}), "loops[0].buttons[1]", "ask twice", "own action"),
        (lambda v: v["loops"][0]["buttons"][0].update(action="tripple"), "loops[0].buttons[0].action", "single, double, hold, not 'tripple'", ""),
        (lambda v: v["loops"].append({**v["loops"][0], "name": "b", "fixtures": [], "buttons": []}), "loops[1].pump", "already the pump of loop 'main'", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_place_and_cure(bend: Bend, where: str, message: str, cure: str) -> None:
    problem = the_problem(_bent(bend))
    assert problem.where == where
    assert message in problem.message
    assert cure in problem.cure


@pytest.mark.parametrize(
    ("strategy", "where", "message", "cure"),
    [
        ({"type": "aquastatt"}, "", "unknown type 'aquastatt'", "did you mean aquastat?"),
        ({}, "", "has no type", "type: on_demand"),
        ("timed", "", "must be a section", "write type: timed"),
        ({"type": "timed"}, ".windows", "is missing", ""),
        ({"type": "timed", "windows": []}, ".windows", "is empty", "at least one"),
        ({"type": "timed", "windows": [{"from": "6:00", "to": "08:00"}]}, ".windows[0].from", "'6:00'", "HH:MM"),
        ({"type": "timed", "windows": [{"from": 600, "to": "08:00"}]}, ".windows[0].from", "not 600", "HH:MM"),
        ({"type": "timed", "windows": [{"from": "٠٦:٠٠", "to": "08:00"}]}, ".windows[0].from", "must be a time", "HH:MM"),
        ({"type": "timed", "windows": [{"from": "06:00", "to": "24:01"}]}, ".windows[0].to", "'24:01'", "HH:MM"),
        ({"type": "timed", "windows": [{"from": "24:00", "to": "08:00"}]}, ".windows[0]", "is the next day", "00:00"),
        ({"type": "timed", "windows": [{"from": "06:00", "to": "06:00"}]}, ".windows[0]", "opens and closes", "24:00"),
        ({"type": "timed", "windows": [{"from": "06:00"}]}, ".windows[0].to", "is missing", "08:30"),
        ({"type": "timed", "windows": [{"days": [], "from": "06:00", "to": "07:00"}]}, ".windows[0].days", "names no day", ""),
        ({"type": "timed", "windows": [{"days": ["mo"], "from": "06:00", "to": "07:00"}]}, ".windows[0].days", "'mo' is no day", "mon"),
        ({"type": "timed", "windows": [{"days": ["mon", "mon"], "from": "06:00", "to": "07:00"}]}, ".windows[0].days", "twice", ""),
        ({"type": "timed", "windows": [{"days": "daily", "from": "06:00", "to": "07:00"}]}, ".windows[0].days", "'daily'", "[mon, tue]"),
        ({"type": "timed", "windows": [{"days": 5, "from": "06:00", "to": "07:00"}]}, ".windows[0].days", "list of days", ""),
        ({"type": "timed", "windows": [{"days": [[1]], "from": "06:00", "to": "07:00"}]}, ".windows[0].days", "is no day", ""),
        ({"type": "aquastat", "on_below_c": 40.1, "off_above_c": 40.5}, "", "at least 0.5 below", "38"),
        ({"type": "aquastat", "on_below_c": float("nan")}, ".on_below_c", "finite number, not nan", "from 15 to 60"),
        ({"type": "aquastat", "off_above_c": float("inf")}, ".off_above_c", "finite number, not inf", "from 16 to 65"),
        ({"type": "aquastat", "on_below": 5}, ".on_below", "unknown key", "write on_below_c"),
        ({"type": "aquastat", "sensor": "far_end"}, ".sensor", "the loop has no sensor far_end", "known: return"),
        ({"type": "aquastat", "sensor": "retrun"}, ".sensor", "not 'retrun'", "did you mean return?"),
        ({"type": "check_valve", "stop_at_c": 40.1}, ".stop_at_c", "from 20 to 38, not 40.1", ""),
        ({"type": "on_demand", "rise_k": "5"}, ".rise_k", "a number, not '5'", "from 1 to 30"),
        ({"type": "on_demand", "rise_k": True}, ".rise_k", "a number, not true", "from 1 to 30"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_strategy_is_told(strategy: Values, where: str, message: str, cure: str) -> None:
    problem = the_problem(with_strategies(strategy))
    assert problem.where == f"loops[0].strategies[0]{where}"
    assert message in problem.message
    assert cure in problem.cure


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("demand_cap_s", 300.001, "from 30 to 300"),
        ("run_cap_s", 1_801, "from 30 to 1800"),
        ("min_rest_s", 59.9, "from 60 to 3600"),
        ("starts_per_hour", 11, "from 1 to 10"),
        ("blind_run_s", 121, "from 10 to 120"),
        ("blind_pause_s", 599, "from 600 to 86400"),
        ("cold_line_c", 40.01, "from 20 to 38"),
    ],
)
def test_limits_cannot_be_loosened(key: str, value: float, allowed: str) -> None:
    problem = the_problem(with_limits(**{key: value}))
    assert problem.where == f"loops[0].limits.{key}"
    assert problem.message == f"must be {allowed}, not {value}"
    assert "stricter" in problem.cure


def test_the_shortest_run_may_not_be_longer_than_the_longest() -> None:
    problem = the_problem(with_limits(min_run_s=60, demand_cap_s=50))
    assert "min_run_s 60 is above demand_cap_s 50" in problem.message


def test_a_cold_return_without_its_guard_is_refused() -> None:
    values = cold_return()
    values["loops"][0]["sensors"] = {"return": {"device": "pipe"}}
    problem = the_problem(values)
    assert problem.where == "loops[0].sensors"
    assert "cold_line" in problem.message
    assert "40 C" in problem.message


@pytest.mark.parametrize(
    ("strategy", "key"),
    [
        ({"type": "aquastat"}, "off_above_c"),
        ({"type": "check_valve", "stop_at_c": 38}, "stop_at_c"),
        ({"type": "on_demand", "stop_at_c": 45}, "stop_at_c"),
    ],
)
def test_no_strategy_may_warm_the_cold_pipe_past_its_limit(strategy: Values, key: str) -> None:
    values = cold_return()
    values["loops"][0]["strategies"] = [strategy]
    values["loops"][0]["limits"] = {"cold_line_c": 35}
    problem = the_problem(values)
    assert problem.where == f"loops[0].strategies[0].{key}"
    assert "above the limit of the cold line, 35 C" in problem.message


def test_an_aquastat_on_a_cold_return_may_watch_the_far_end() -> None:
    values = cold_return()
    values["devices"]["end"] = {"family": "zigbee2mqtt", "name": "end"}
    values["loops"][0]["sensors"]["far_end"] = {"device": "end"}
    values["loops"][0]["strategies"] = [{"type": "aquastat", "sensor": "far_end"}]
    assert parsed(values).loops[0].strategies[0].name == "aquastat"


def test_a_stricter_cold_line_limit_holds_for_strategies_too() -> None:
    values = cold_return()
    values["loops"][0]["limits"] = {"cold_line_c": 36}
    assert "38 is above the limit of the cold line, 36 C" in the_problem(values).message


@pytest.mark.parametrize("key", ["password", "passwd", "password_env"])
@pytest.mark.parametrize("secret", ["hunter2", "hunter two!"])
def test_a_password_at_the_wrong_place_is_refused_and_never_repeated(key: str, secret: str) -> None:
    problem = the_problem(sound() | {"broker": {"username": "u", key: secret}})
    assert problem.where == f"broker.{key}"
    assert "hunter" not in str(problem)


def test_a_password_in_the_file_is_refused_with_a_cure() -> None:
    problem = the_problem(sound() | {"broker": {"password": "hunter2"}})
    assert "password_file" in problem.cure
    assert "hunter2" not in problem.sentence("x")


def test_a_sensor_must_not_bear_the_name_of_the_pump() -> None:
    values = sound()
    values["devices"]["pump"] = values["devices"].pop("pipe")
    values["loops"][0]["sensors"]["return"]["device"] = "pump"
    problem = the_problem(values)
    assert problem.where == "loops[0].sensors.return"


def test_loops_need_different_names() -> None:
    values = sound()
    values["devices"]["plug_2"] = {"family": "tasmota", "topic": "tasmota_C3"}
    values["loops"].append(
        {**values["loops"][0], "pump": {"device": "plug_2"}, "fixtures": [], "buttons": []}
    )
    assert the_problem(values).where == "loops[1].name"


def test_a_fixture_hangs_on_one_loop_only() -> None:
    values = sound()
    values["devices"]["plug_2"] = {"family": "tasmota", "topic": "tasmota_C3"}
    annex = {**values["loops"][0], "name": "annex", "pump": {"device": "plug_2"}}
    values["loops"].append(annex | {"fixtures": ["bath", "shower"], "buttons": []})
    problem = the_problem(values)
    assert problem.where == "loops[1].fixtures[1]"
    assert "'shower' is a fixture of loops[0] too" in problem.message


def test_everything_wrong_is_told_at_once() -> None:
    values = sound() | {"nonsense": 1, "api": {"port": 0}}
    values["site"]["time_zone"] = "Mars/Olympus"
    values["devices"]["plug"]["family"] = "tasmotta"
    values["devices"]["button"]["nmae"] = "x"
    values["loops"][0]["buttons"][0]["fixture"] = "garage"
    values["loops"][0]["sensors"]["return"]["device"] = "pipes"
    values["loops"][0]["limits"] = {"demand_cap_s": 900}
    values["loops"][0]["strategies"].append({"type": "aquastat", "sensor": "supply", "on_below_c": 30})
    places = [problem.where for problem in problems_of(values)]
    assert sorted(places) == [
        "api.port",
        "devices.button.nmae",
        "devices.plug.family",
        "loops[0].buttons[0].fixture",
        "loops[0].limits.demand_cap_s",
        "loops[0].sensors.return",
        "loops[0].strategies[1].sensor",
        "nonsense",
        "site.time_zone",
    ]


def test_what_is_wrong_makes_nothing_else_wrong() -> None:
    values = sound()
    values["devices"]["pipe"] = 5
    values["loops"][0]["pump"] = 5
    places = [problem.where for problem in problems_of(values)]
    assert places == ["devices.pipe", "loops[0].pump"]


def test_a_loop_that_is_none_is_told_and_the_others_are_checked() -> None:
    values = sound()
    values["loops"].append("loop")
    values["loops"][0]["pump"] = {"device": "plgu"}
    assert [problem.where for problem in problems_of(values)] == ["loops[0].pump", "loops[1]"]


def test_the_error_names_its_source() -> None:
    with pytest.raises(ConfigError, match=r"^the demo: loops: is missing"):
        parse_settings({key: value for key, value in sound().items() if key != "loops"}, "the demo")
