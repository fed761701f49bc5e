"""From a sound file to settings."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from controller.broker import BrokerSettings, TlsSettings
from controller.core.civil import EVERY_DAY, Window
from controller.core.clock import MINUTE_MS, SECOND_MS
from controller.core.energy import EnergyGate
from controller.core.hysteresis import Deadband
from controller.core.plumbing import Plumbing, Topology
from controller.devices.bindings import ANY_PRESS, ButtonBinding, DeviceDeclaration, SensorBinding
from controller.devices.energy import EnergySource
from controller.devices.facts import Press
from controller.devices.jsonpath import Path as JsonPath
from controller.safety.limits import CEILINGS, Limits
from controller.settings import ApiSettings, load_settings, parse_settings
from controller.settings.forms import LimitsForm
from controller.strategies.aquastat import Aquastat
from controller.strategies.arrival import StopRule
from controller.strategies.check_valve import CheckValve
from controller.strategies.on_demand import OnDemand
from controller.strategies.registry import STRATEGIES
from controller.strategies.timed import Timed
from tests.unit.controller.settings.builders import (
    Values,
    cold_return,
    parsed,
    problems_of,
    sound,
    with_limits,
    with_strategies,
)

EXAMPLE = Path(__file__).parents[4] / "deploy" / "example" / "zcw.yaml"


def test_the_shipped_example_is_sound_and_warns_of_nothing() -> None:
    settings = load_settings(EXAMPLE)
    [loop] = settings.loops
    assert settings.warnings == ()
    assert settings.storage == EXAMPLE.parent / "zcw.sqlite"
    assert loop.plumbing.fixtures == ("kitchen", "basin", "shower")
    assert loop.strategies[0].name == "on_demand"
    assert loop.binding.pump == "pump_plug"


def test_further_names_of_the_page_are_taken_over_in_lower_case() -> None:
    values = sound() | {
        "api": {"hosts": ["Water.Example.org", "*.example.net", "203.0.113.7", "2001:db8::1"]}
    }
    assert parsed(values).api.hosts == ("water.example.org", "*.example.net", "203.0.113.7", "2001:db8::1")


def test_trusted_proxies_are_addresses_in_their_usual_spelling() -> None:
    values = sound() | {"api": {"trusted_proxies": ["172.30.32.2", "2001:DB8:0::1"]}}
    assert parsed(values).api.trusted_proxies == ("172.30.32.2", "2001:db8::1")


def test_what_is_left_out_has_its_default() -> None:
    settings = parsed(sound())
    [loop] = settings.loops
    assert settings.site.name == "Home"
    assert settings.site.zone == ZoneInfo("Europe/Berlin")
    assert settings.broker == BrokerSettings("localhost")
    assert settings.api == ApiSettings("127.0.0.1", 8377)
    assert settings.storage == Path("zcw.sqlite")
    assert loop.limits == Limits()
    assert loop.plumbing == Plumbing(
        "main", Topology.DEDICATED_RETURN, ("kitchen", "shower"), frozenset({"return"})
    )


def test_devices_and_their_uses_are_handed_on() -> None:
    settings = parsed(sound())
    assert settings.devices[0] == DeviceDeclaration(
        "plug", "tasmota", {"topic": "tasmota_A1"}, "devices.plug"
    )
    binding = settings.loops[0].binding
    assert binding.pump == "plug"
    assert binding.sensors == (SensorBinding("return", "pipe"),)
    assert binding.buttons == (ButtonBinding("button", "kitchen", presses=ANY_PRESS),)


def test_a_button_may_ask_by_one_kind_of_press_and_a_sensor_by_its_channel() -> None:
    values = sound()
    values["devices"]["pipe"] = {"family": "tasmota", "topic": "tasmota_B2"}
    values["loops"][0]["sensors"] = {"return": {"device": "pipe", "channel": "DS18B20-2"}}
    values["loops"][0]["buttons"] = [{"device": "button", "action": "hold"}]
    binding = parsed(values).loops[0].binding
    assert binding.sensors == (SensorBinding("return", "pipe", "DS18B20-2"),)
    assert binding.buttons == (ButtonBinding("button", presses=frozenset({Press.HOLD})),)


def test_sections_without_keys_are_sections_of_defaults() -> None:
    values = sound() | {"broker": None, "storage": None, "api": None}
    values["loops"][0]["limits"] = None
    assert parsed(values) == parsed(sound())


def test_every_strategy_of_the_registry_can_be_configured() -> None:
    windows = [{"from": "06:00", "to": "08:00"}]
    extra = {"timed": {"windows": windows}, "disinfection": {"windows": windows}, "ready_by": {"by": "06:50"}}
    for name, kind in STRATEGIES.items():
        values = with_strategies({"type": name, **extra.get(name, {})})
        values["devices"]["outlet"] = {"family": "zigbee2mqtt", "name": "outlet"}
        values["loops"][0]["sensors"]["supply"] = {"device": "outlet"}
        [strategy] = parsed(values).loops[0].strategies
        assert type(strategy) is kind
        assert strategy.name == name


def test_timed_has_its_windows_and_pause() -> None:
    windows = [
        {"days": "weekdays", "from": "06:00", "to": "08:30"},
        {"days": ["sat", "sun"], "from": "22:00", "to": "01:15"},
        {"from": "00:00", "to": "24:00"},
    ]
    values = with_strategies({"type": "timed", "windows": windows, "until_hot": False, "pause_s": 90.5})
    [strategy] = parsed(values).loops[0].strategies
    assert strategy == Timed(
        windows=(
            Window(360, 510, frozenset(range(5))),
            Window(22 * 60, 75, frozenset({5, 6})),
            Window(0, 1440, EVERY_DAY),
        ),
        until_hot=False,
        pause_ms=90_500,
    )


def test_aquastat_has_its_deadband_sensor_and_windows() -> None:
    window = {"days": "weekend", "from": "07:00", "to": "09:00"}
    values = with_strategies(
        {"type": "aquastat", "sensor": "return", "on_below_c": 35, "off_above_c": 39.5, "windows": [window]}
    )
    [strategy] = parsed(values).loops[0].strategies
    assert strategy == Aquastat(Deadband(35, 39.5), "return", (Window(420, 540, frozenset({5, 6})),))


def test_the_stop_rule_goes_to_the_declared_way_back() -> None:
    [by_return] = (
        parsed(with_strategies({"type": "on_demand", "stop_at_c": 42, "rise_k": 6})).loops[0].strategies
    )
    assert by_return == OnDemand(StopRule(warm_c=42, rise_k=6))
    values = cold_return()
    values["loops"][0]["strategies"] = [
        {"type": "check_valve", "stop_at_c": 36, "rise_k": 2.5, "pause_s": 600}
    ]
    [by_cold_line] = parsed(values).loops[0].strategies
    assert by_cold_line == CheckValve(pause_ms=10 * MINUTE_MS, rule=StopRule(cold_stop_c=36, cold_rise_k=2.5))


def test_defaults_of_the_forms_are_the_defaults_of_the_core() -> None:
    assert parsed(with_strategies({"type": "aquastat"})).loops[0].strategies == (Aquastat(),)
    assert parsed(with_strategies({"type": "check_valve"})).loops[0].strategies == (CheckValve(),)
    assert parsed(with_strategies({"type": "on_demand"})).loops[0].strategies == (OnDemand(),)
    assert LimitsForm().limits() == Limits()


def test_every_limit_can_be_made_stricter() -> None:
    assert {name.rsplit("_", 1)[0] for name in LimitsForm.model_fields} == {
        name.rsplit("_", 1)[0] for name in CEILINGS
    }
    limits = parsed(with_limits(demand_cap_s=240, starts_per_hour=6, cold_line_c=36.5)).loops[0].limits
    assert limits == Limits(demand_cap_ms=240 * SECOND_MS, starts_per_hour=6, cold_line_c=36.5)


@pytest.mark.parametrize("edge", [0, 1])
def test_limits_may_lie_at_their_ceilings(edge: int) -> None:
    seconds = {
        (f"{name.removesuffix('_ms')}_s" if name.endswith("_ms") else name): (
            values[edge] / 1000 if name.endswith("_ms") else values[edge]
        )
        for name, values in CEILINGS.items()
        if name != "min_run_ms"
    }
    seconds["starts_per_hour"] = int(seconds["starts_per_hour"])
    limits = parsed(with_limits(**seconds, min_run_s=10)).loops[0].limits
    assert limits.demand_cap_ms == CEILINGS["demand_cap_ms"][edge]
    assert limits.cold_line_c == CEILINGS["cold_line_c"][edge]


def test_paths_are_relative_to_the_folder_of_the_file(tmp_path: Path) -> None:
    for name in ("ca.pem", "me.pem", "me.key"):
        (tmp_path / name).write_text("x")
    values = sound() | {
        "broker": {"tls": {"ca_file": "ca.pem", "cert_file": "me.pem", "key_file": str(tmp_path / "me.key")}},
        "storage": {"path": "data/history.sqlite"},
    }
    settings = parse_settings(values, folder=tmp_path)
    assert settings.broker.tls == TlsSettings(tmp_path / "ca.pem", tmp_path / "me.pem", tmp_path / "me.key")
    assert settings.storage == tmp_path / "data" / "history.sqlite"
    assert settings.broker.port == 8883


@pytest.mark.parametrize(
    ("tls", "port", "on"), [(True, 8883, True), (None, 8883, True), (False, 1883, False)]
)
def test_tls_in_a_word(tls: bool | None, port: int, on: bool) -> None:
    broker = parsed(sound() | {"broker": {"tls": tls}}).broker
    assert (broker.port, broker.tls is not None) == (port, on)


@pytest.mark.parametrize("written", [5, "5"])
def test_the_protocol_may_be_written_as_a_number(written: object) -> None:
    assert parsed(sound() | {"broker": {"protocol": written}}).broker.protocol == "5"


def test_two_loops_may_share_sensors_but_not_names(tmp_path: Path) -> None:
    values = sound()
    values["devices"]["plug_2"] = {"family": "tasmota", "topic": "tasmota_C3"}
    values["loops"].append({**values["loops"][0], "name": "annex", "pump": {"device": "plug_2"}})
    values["loops"][1] |= {"fixtures": ["bath"], "buttons": []}
    assert [loop.name for loop in parsed(values).loops] == ["main", "annex"]


def test_chinese_names_are_names() -> None:
    values = sound()
    values["loops"][0]["fixtures"] = ["厨房"]
    values["loops"][0]["buttons"] = [{"device": "button", "fixture": "厨房"}]
    assert parsed(values).loops[0].plumbing.fixtures == ("厨房",)


def test_exceptions_take_the_place_of_the_weekly_windows() -> None:
    day = {"from": "2026-12-24", "to": "2026-12-26", "windows": [{"from": "09:00", "to": "11:00"}]}
    values = with_strategies(
        {
            "type": "timed",
            "windows": [{"from": "06:00", "to": "08:00"}],
            "exceptions": [day, {"from": "2026-12-31"}],
        }
    )
    [timed] = parsed(values).loops[0].strategies
    assert isinstance(timed, Timed)
    opens = {
        day: [window.start for window in timed.windows if window.opens_on(date(2026, 12, day))]
        for day in (23, 24, 26, 27, 31)
    }
    assert opens == {23: ["06:00"], 24: ["09:00"], 26: ["09:00"], 27: ["06:00"], 31: []}


def test_triggers_sun_shadow_and_quiet_hours_are_understood() -> None:
    values = with_strategies(
        {"type": "on_demand", "triggers": [{"on": "motion", "place": "shower", "hits": 2}]},
        {
            "type": "timed",
            "shadow": True,
            "sun_at": {"latitude": 52.5, "longitude": 13.4},
            "windows": [{"from": "sunrise-00:30", "to": "09:00"}],
        },
        {"type": "ready_by", "by": "06:50", "fixture": "shower", "days": "weekdays"},
        {"type": "ready_by", "by": "21:00", "fill_s": 90},
    )
    values["devices"]["eye"] = {"family": "zigbee2mqtt", "name": "eye"}
    values["loops"][0].update(
        cues=[{"device": "eye", "kind": "motion", "place": "shower"}],
        quiet=[{"from": "22:00", "to": "06:00"}],
        away=[{"from": "2026-07-01", "to": "2026-07-14"}],
    )
    loop = parsed(values).loops[0]
    assert [one.name for one in loop.strategies] == ["on_demand", "ready_by", "ready_by"]
    assert [one.name for one in loop.shadows] == ["timed"]
    assert loop.shadows[0].windows[0].start == "sunrise-30 min"  # type: ignore[union-attr]
    assert [(window.start, window.only) for window in loop.quiet] == [
        ("22:00", ()),
        ("00:00", ((date(2026, 7, 1), date(2026, 7, 14)),)),
    ]


@pytest.mark.parametrize(
    ("strategy", "where"),
    [
        (
            {"type": "on_demand", "triggers": [{"on": "motion", "place": "attic"}]},
            "strategies[0].triggers[0]",
        ),
        ({"type": "on_demand", "triggers": [{"on": "flick"}]}, "strategies[0].triggers[0]"),
        ({"type": "on_demand", "triggers": [{"on": "draw_felt"}]}, "strategies[0].triggers[0]"),
        ({"type": "ready_by", "by": "06:50", "fixture": "attic"}, "strategies[0].fixture"),
        ({"type": "ready_by", "by": 650}, "strategies[0].by"),
        ({"type": "timed", "windows": [{"from": "sunset", "to": "23:00"}]}, "strategies[0]"),
        (
            {
                "type": "timed",
                "windows": [{"from": "06:00", "to": "07:00"}],
                "exceptions": [{"from": 20261224}],
            },
            "strategies[0].exceptions[0].from",
        ),
        ({"type": "freeze", "on_below_c": 8, "off_above_c": 8}, "strategies[0]"),
    ],
)
def test_what_cannot_work_is_told_with_its_place(strategy: Values, where: str) -> None:
    [problem] = problems_of(with_strategies(strategy))
    assert problem.where == f"loops[0].{where}" and problem.cure


def test_no_disinfection_through_the_cold_pipe() -> None:
    values = cold_return()
    windows = [{"from": "03:00", "to": "04:00"}]
    values["loops"][0]["strategies"] = [{"type": "check_valve"}, {"type": "disinfection", "windows": windows}]
    [problem] = problems_of(values)
    assert "cold pipe" in problem.message


def test_energy_has_its_gate_and_its_topics() -> None:
    values = sound() | {
        "energy": {
            "price": {"topic": "statestream/sensor/price/state", "factor": 0.01},
            "surplus": {"topic": "meter/power", "path": "$.given", "factor": -1},
            "by_hour": [0.25] * 24,
            "most_price": 0.3,
            "least_surplus_w": 400,
        }
    }
    settings = parsed(values)
    assert settings.gate == EnergyGate(0.3, (0.25,) * 24, 400)
    assert settings.energy.surplus == EnergySource("meter/power", JsonPath("$.given"), -1)
    assert parsed(sound()).gate is None
