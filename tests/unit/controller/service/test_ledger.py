"""What the books of a loop still know after a restart."""

import math
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from controller.core.events import ClockSynced, Reading, Tick
from controller.engine import Engine
from controller.service.ledger import LastSeen, Ledger
from controller.strategies.predictive import Predictive
from tests.builders import engine, minutes

NOON: Final = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


def books(*, clock: bool = True) -> tuple[Engine, Ledger]:
    one = engine(Predictive())
    ledger = Ledger(one)
    if clock:
        ledger.look(one.handle(ClockSynced(1, round(NOON.timestamp() * 1000) + 1, trusted=True)), tuple)
    return one, ledger


def since_noon(at: int) -> datetime:
    return NOON + timedelta(milliseconds=at)


def hot(one: Engine, ledger: Ledger, at: int) -> None:
    ledger.look(one.handle(Reading(at, "return", 56.0)), tuple)


def dates(ledger: Ledger) -> tuple[datetime | None, datetime | None]:
    return ledger.draw.date(since_noon), ledger.hot_return.date(since_noon)


def test_when_somebody_drew_and_the_return_was_hot_is_known_after_a_restart_that_knows_no_time() -> None:
    one, ledger = books()
    hot(one, ledger, minutes(3))
    ledger.draw.at = minutes(1)
    seen = (NOON + timedelta(minutes=1), NOON + timedelta(minutes=3))
    assert dates(ledger) == seen
    _, later = books(clock=False)
    later.restore(ledger.snapshot())
    assert dates(later) == seen
    _, last = books(clock=False)
    last.restore(later.snapshot())
    assert dates(last) == seen, "a life without a clock hands them on"


def test_what_is_seen_anew_takes_the_place_of_what_an_earlier_life_saw() -> None:
    one, ledger = books()
    ledger.restore({"hot_return_utc_ms": round((NOON - timedelta(days=3)).timestamp() * 1000)})
    assert ledger.hot_return.date(since_noon) == NOON - timedelta(days=3)
    hot(one, ledger, minutes(5))
    assert ledger.hot_return.date(since_noon) == NOON + timedelta(minutes=5)


def test_what_is_seen_before_the_clock_is_set_is_dated_when_it_is() -> None:
    one, ledger = books(clock=False)
    hot(one, ledger, minutes(1))
    assert ledger.snapshot()["hot_return_utc_ms"] is None
    one.handle(ClockSynced(minutes(2), round(NOON.timestamp() * 1000) + minutes(2), trusted=True))
    ledger.look(one.handle(Tick(minutes(2))), tuple)
    kept = ledger.snapshot()["hot_return_utc_ms"]
    assert kept == round(NOON.timestamp() * 1000) + minutes(1)


@pytest.mark.parametrize("kept", [None, True, "noon", -1, 0, math.nan, math.inf, 1e300, 10**400, []])
def test_dates_that_are_none_are_left_out(kept: object) -> None:
    _, ledger = books()
    ledger.restore({"draw_utc_ms": kept, "hot_return_utc_ms": kept})
    assert dates(ledger) == (None, None)


def test_books_of_a_version_that_kept_no_dates_are_taken_over() -> None:
    _, ledger = books()
    ledger.restore({"days": {"2026-01-04": [1.0] * 9}, "runs": [3.0, 2.0]})
    assert dates(ledger) == (None, None)
    assert (len(ledger.days), ledger.runs) == (1, 3.0)
    assert LastSeen().snapshot(5) is None
