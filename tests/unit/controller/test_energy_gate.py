"""Price and surplus hold back automatic runs for comfort, and nothing else."""

from datetime import timedelta

import pytest

from controller.core.clock import HOUR_MS, NEVER
from controller.core.decision import Decision, Purpose, Vote
from controller.core.energy import PRICE_HOLDS_MS, SURPLUS_HOLDS_MS, Energy, EnergyGate
from controller.core.events import ClockSynced, EnergyTold, HotWaterRequest, Reading, Tick
from controller.core.reason import ReasonCode
from controller.devices.energy import EnergyFeed, EnergySource
from controller.devices.jsonpath import Path
from controller.strategies.aquastat import Aquastat
from controller.strategies.combine import combine
from controller.strategies.on_demand import OnDemand
from tests.builders import MONDAY, NOTHING, Says, engine, minutes, observation, request, running

GATE = EnergyGate(most_price=0.30, least_surplus_w=500.0)


def code(gate: EnergyGate, energy: Energy, now: int = 0) -> ReasonCode | None:
    reason = gate.shut(energy, now, MONDAY)
    return None if reason is None else reason.code


@pytest.mark.parametrize(
    ("price", "surplus_w", "shut"),
    [
        (None, None, None),
        (0.30, None, None),
        (0.31, None, ReasonCode.PRICE_HIGH),
        (0.31, 499.0, ReasonCode.PRICE_HIGH),
        (0.31, 500.0, None),
        (None, 499.0, ReasonCode.SURPLUS_LOW),
        (0.10, 0.0, None),
        (-0.05, None, None),
    ],
)
def test_cheap_enough_or_enough_to_give_away_opens_it(
    price: float | None, surplus_w: float | None, shut: ReasonCode | None
) -> None:
    assert code(GATE, Energy().told(0, price, surplus_w)) is shut


def test_what_was_told_too_long_ago_is_not_known_and_holds_nothing_back() -> None:
    energy = Energy().told(0, 0.5, None)
    assert code(GATE, energy, PRICE_HOLDS_MS - 1) is ReasonCode.PRICE_HIGH
    assert code(GATE, energy, PRICE_HOLDS_MS) is None
    assert GATE.changes_at(energy, 5, MONDAY) == PRICE_HOLDS_MS
    cloudy = Energy().told(0, None, 10.0)
    assert code(GATE, cloudy, SURPLUS_HOLDS_MS - 1) is ReasonCode.SURPLUS_LOW
    assert code(GATE, cloudy, SURPLUS_HOLDS_MS) is None
    assert GATE.changes_at(Energy(), 5, MONDAY) == NEVER


def test_the_table_counts_while_no_price_is_told_and_changes_with_the_hour() -> None:
    gate = EnergyGate(0.30, tuple(0.2 if hour < 6 else 0.4 for hour in range(24)))
    five = MONDAY + timedelta(hours=5, minutes=30)
    assert gate.shut(Energy(), 0, five) is None
    assert gate.changes_at(Energy(), 0, five) == HOUR_MS // 2
    assert gate.shut(Energy(), HOUR_MS, five + timedelta(hours=1)) is not None
    assert gate.shut(Energy().told(0, 0.1, None), HOUR_MS, five + timedelta(hours=1)) is None
    assert gate.shut(Energy(), 0, None) is None  # no clock, no table


def test_only_comfort_waits_for_it_and_a_run_that_goes_on_is_finished() -> None:
    view = observation(civil=MONDAY, return_c=20.0, energy=Energy().told(0, 0.5, None))
    for purpose in Purpose:
        chore = Says(Vote.RUN)
        chore.decision = Decision(Vote.RUN, NOTHING, purpose=purpose)
        held = combine([chore], view, gate=GATE)
        assert (held.vote is Vote.RUN) is (purpose is not Purpose.COMFORT)
    wish = observation(civil=MONDAY, return_c=20.0, energy=view.energy, requests=(request(),))
    assert combine([OnDemand(), Aquastat()], wish, gate=GATE).demand
    goes_on = observation(
        minutes(1), return_c=30.0, energy=view.energy, pump=running(0, by="aquastat", demand=False)
    )
    assert combine([Aquastat()], goes_on, gate=GATE).vote is Vote.RUN
    by_person = observation(minutes(1), return_c=30.0, energy=view.energy, pump=running(0, by="on_demand"))
    assert combine([Aquastat()], by_person, gate=GATE).reason.code is ReasonCode.PRICE_HIGH


def test_the_engine_starts_when_the_price_falls_and_a_person_need_not_wait() -> None:
    one = engine(OnDemand(), Aquastat())
    one.gate = GATE
    one.handle(ClockSynced(0, round(MONDAY.timestamp() * 1000)))
    one.handle(EnergyTold(1, price=0.5))
    one.handle(Reading(minutes(2), "return", 20.0))
    assert one.last_step is not None
    assert one.pump.run is None
    assert one.last_step.decision.reason.code is ReasonCode.PRICE_HIGH
    assert "people need not" in one.last_step.decision.reason.sentence()
    one.handle(EnergyTold(minutes(2) + 1, price=0.2))
    assert one.pump.run is not None and one.pump.run.by == "aquastat"
    other = engine(OnDemand(), Aquastat())
    other.gate = GATE
    other.handle(EnergyTold(1, price=0.5))
    other.handle(Reading(minutes(2), "return", 20.0))
    other.handle(HotWaterRequest(minutes(2) + 1, "a", "button"))
    assert other.pump.run is not None and other.pump.run.by == "on_demand"


def test_the_engine_wakes_when_the_table_opens_the_gate() -> None:
    one = engine(Aquastat())
    one.gate = EnergyGate(0.30, (0.5, *[0.2] * 23))
    one.handle(ClockSynced(0, round(MONDAY.timestamp() * 1000)))
    step = one.handle(Reading(minutes(2), "return", 20.0, holds_ms=NEVER))
    while one.pump.run is None and step.due_at < 2 * HOUR_MS:
        step = one.handle(Tick(step.due_at))
    assert one.pump.run is not None and one.pump.run.started_at == HOUR_MS


def test_topics_tell_numbers_and_nonsense_is_counted() -> None:
    feed = EnergyFeed(EnergySource("price", Path("$.now"), 0.01), EnergySource("pv", factor=1000.0))
    assert [one.topic for one in feed.subscriptions] == ["price", "pv"]
    assert list(feed.hear("price", b'{"now": 24}', True, 7)) == [EnergyTold(7, price=pytest.approx(0.24))]
    assert list(feed.hear("pv", b"1.5", False, 8)) == [EnergyTold(8, surplus_w=1500.0)]
    assert list(feed.hear("pv", b"1.5", True, 8)) == []  # kept by the broker since who knows when
    assert list(feed.hear("elsewhere", b"1", False, 8)) == []
    for payload in (b"NaN", b"", b"unavailable", b"1e9", b"\xff", b"true"):
        assert list(feed.hear("pv", payload, False, 9)) == []
    assert feed.rejects.total == 6
