"""Families are recognised by what fake devices say, which were made from the vendors' papers and not from the templates."""

from datetime import UTC, datetime

import pytest
import simpy

from controller.core.leases import LeaseClass
from controller.devices.recognise import Found, Heard, recognise
from simulator.fitted import FITTERS, Site, fit
from tests.support.families import shipped_families

FAMILIES = shipped_families()
THERE = datetime(2026, 1, 5, tzinfo=UTC)
SILENT = ("generic", "heater_entity", "ebusd")
"""Topics of one's own give nothing away; a heater's select looks like any entity; ebusd tells nothing unasked."""


def said_by(*families: str) -> list[Heard]:
    env, heard = simpy.Environment(), []
    felt_c = {"return": 21.5, "supply": 55.0}
    site = Site(
        env,
        lambda topic, payload, retain: heard.append(Heard(topic, payload.encode(), retain)),
        lambda: THERE,
        lambda on: None,
        {role: (lambda role=role: felt_c[role]) for role in felt_c},
        ["kitchen", "bath"],
    )
    for family in families:
        fitted = fit(family, site)
        for device in fitted.devices:
            device.power_up()
        for press in fitted.press.values():
            press()
    env.run(until=70)
    return heard


@pytest.mark.parametrize("family", sorted(set(FITTERS) - set(SILENT)))
def test_a_family_is_recognised_with_all_that_it_can_do(family: str) -> None:
    found = recognise(said_by(family), FAMILIES)
    assert {one.family for one in found} == {family}
    pump, *_ = found
    assert pump.lease_class is not None and pump.on is False and pump.online is not False
    assert sorted(value for one in found for value in one.temperatures.values()) == [21.5, 55.0]
    codecs_own_buttons = family in ("shelly1", "shelly2", "zigbee2mqtt", "esphome")
    assert sum(len(one.buttons) for one in found) == (2 if codecs_own_buttons else 0)


@pytest.mark.parametrize("family", sorted(set(FITTERS) - set(SILENT)))
def test_what_is_proposed_can_be_declared(family: str) -> None:
    declared = {
        tuple(sorted((k, str(v)) for k, v in section.items() if k not in ("family", "auto_off", "countdown")))
        for section in fit(
            family, Site(simpy.Environment(), lambda *_: None, lambda: THERE)
        ).declared.values()
        if section["family"] == family
    }
    proposed = {
        tuple(sorted((k, str(v)) for k, v in one.parameters.items()))
        for one in recognise(said_by(family), FAMILIES)
    }
    usual = {("base", "ems-esp"), ("relay", "0")}
    assert {tuple(pair for pair in one if pair not in usual) for one in proposed} & declared


def test_many_families_on_one_broker_are_told_apart() -> None:
    families = ["tasmota", "shelly1", "shelly2", "zigbee2mqtt", "esphome", "emsesp"]
    assert {one.family for one in recognise(said_by(*families), FAMILIES)} == set(families)


def test_a_lease_number_is_taken_by_its_name_and_no_other_number_is() -> None:
    board = [
        Heard("board/status", b"online"),
        Heard("board/switch/pump/state", b"OFF"),
        Heard("board/number/set_temperature/state", b"55"),
    ]
    assert recognise(board, FAMILIES)[0].lease_class is LeaseClass.C
    (one,) = recognise([*board, Heard("board/number/pump_lease/state", b"0")], FAMILIES)
    assert one.lease_class is LeaseClass.A and one.parameters["lease_number"] == "pump_lease"


def test_each_switch_of_a_board_is_a_proposal_of_its_own_and_the_pump_comes_first() -> None:
    board = [
        Heard("board/status", b"online"),
        Heard("board/switch/garden/state", b"OFF"),
        Heard("board/switch/circulation_pump/state", b"OFF"),
    ]
    found = recognise(board, FAMILIES)
    assert [one.parameters["switch"] for one in found] == ["circulation_pump", "garden"]


def test_a_countdown_that_a_plug_tells_is_declared() -> None:
    plug = [Heard("zigbee2mqtt/plug", b'{"state":"ON","countdown":120,"power":24.9}')]
    (one,) = recognise(plug, FAMILIES)
    assert one.parameters == {"name": "plug", "countdown": True} and one.lease_class is LeaseClass.A


def test_a_power_meter_makes_a_likelier_pump_than_none() -> None:
    plugs = [
        Heard("zigbee2mqtt/a", b'{"state":"ON"}'),
        Heard("zigbee2mqtt/b", b'{"state":"ON","power":24.9}'),
    ]
    assert [one.name for one in recognise(plugs, FAMILIES)] == ["b", "a"]


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[" * 5_000, b'{"a":NaN}', b"\xff\xfe", b'{"state":["ON"]}', b"9" * 5_000]
)
def test_whatever_else_is_on_the_broker_is_passed_over(payload: bytes) -> None:
    topics = [
        "a",
        "a/b/c",
        "zigbee2mqtt/x",
        "tele/x/LWT",
        "shellies/x/online",
        "x/events/rpc",
        "x/status",
        "/",
        "☃",
    ]
    assert recognise([Heard(topic, payload) for topic in topics], FAMILIES) == ()


def test_names_are_told_apart() -> None:
    found = recognise(
        [Heard("tele/plug/STATE", b'{"POWER":"ON"}'), Heard("zigbee2mqtt/plug", b'{"state":"ON"}')], FAMILIES
    )
    assert sorted(one.name for one in found) == ["plug", "plug 2"]
    assert isinstance(found[0], Found)
