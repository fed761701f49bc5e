"""What the page shows of habits and days: the ledger and the learned, put into words and numbers for people."""

import asyncio
from collections.abc import Mapping
from math import log
from typing import Final

from controller.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from controller.core.plumbing import SUPPLY
from controller.engine import Engine
from controller.service.ledger import Day, Ledger
from controller.service.price_tag import Asked, price_tags
from controller.strategies.predictive import Comfort, Predictive
from controller.views import ComfortView, DayView, HabitsView

HALF_HOURS: Final = 48
WALLS: Final = 1.15
"""Heat of the pipe's wall beside that of its water."""
KWH_PER_LK: Final = 4.186 / 3600.0
PUMP_LPM: Final = (3.0, 8.0)
"""Flow of circulation pumps, where nobody measures it. Source: pump curves of the field's small pumps."""
DRAWS_STEP: Final = 1.25
"""Weeks whose draws differ by less than about this factor are told apart only from one day to the next."""
ROOM_C: Final = 20.0
USUAL_C: Final = 52.0
HEATS: Final = (0.4, 1.0)
"""Share of draws within the hot time after another that find hot water without a pump: only those on its way do."""
RETURN_HEAT: Final = (1.2, 1.9)
"""Heat of a whole loop over that of its supply: the return is narrower, but always there."""
MODEL_OFF: Final = 0.06
"""How far the model of a week is taken to be off at best: a share of hot draws. An assumption; nothing was measured for it."""


async def habits(engine: Engine, ledger: Ledger) -> HabitsView | None:
    """Return what a loop has learned; None when nothing is learned there."""
    foresight = engine.foresight
    chosen = next((one for one in engine.strategies if isinstance(one, Predictive)), None)
    if foresight is None:
        return None
    rate = foresight.hazard.habits.rate
    week = tuple(
        tuple(round((rate(day, 2 * n) + rate(day, 2 * n + 1)) / 2, 3) for n in range(HALF_HOURS))
        for day in range(7)
    )
    comfort = Comfort.BALANCED if chosen is None else chosen.comfort
    fill_ms = foresight.heat.fill_ms
    return HabitsView(
        paused=foresight.paused,
        comfort="" if chosen is None else comfort.value,
        week=week,
        options=await _options(engine, ledger, week, comfort),
        foretold=tuple(
            (n, told / n if n else 0.0, came / n if n else 0.0) for n, told, came in ledger.foretold
        ),
        runs=round(ledger.runs),
        useful=round(ledger.useful),
        fill_s=None if fill_ms is None else fill_ms / 1000,
        hot_s=foresight.heat.hot_ms / 1000,
        draws=sum(day.draws for day in ledger.days.values()),
        fill_kwh=fill_kwh(engine, ledger),
    )


async def _options(
    engine: Engine, ledger: Ledger, week: tuple[tuple[float, ...], ...], comfort: Comfort
) -> tuple[ComfortView, ...]:
    foresight = engine.foresight
    assert foresight is not None, "asked only where something is learned"
    draws = sum(rate for day in week for rate in day) / 2
    civil = engine.civil()
    asked = Asked(
        engine.plumbing,
        engine.now // DAY_MS if civil is None else civil.toordinal(),
        round(log(max(1.0, draws), DRAWS_STEP)),
        foresight.snapshot(),
    )
    # Some seconds of arithmetic on a small machine, so it must not hold up the loop.
    tags = await asyncio.to_thread(price_tags, asked)
    off, heat_off = _uncertainty(ledger, tags[comfort].hot_share, tags[comfort].fills_per_day)
    return tuple(
        ComfortView(one.value, tag.hot_share, tag.fills_per_day, off, heat_off) for one, tag in tags.items()
    )


def _uncertainty(ledger: Ledger, hot_share: float, fills_per_day: float) -> tuple[float, float]:
    """Return how far the model is off where the house can tell: with the comfort that it has now."""
    days = [day for day in ledger.days.values() if day.draws]
    draws = sum(day.draws for day in days)
    if draws < 1.0:
        return 0.25, 0.5
    seen = sum(day.hot for day in days) / draws
    chance_off = 0.5 / draws**0.5
    fills = sum(day.fills for day in days) / len(days)
    heat_off = abs(fills - fills_per_day) / max(fills, fills_per_day, 0.1)
    return min(0.5, (MODEL_OFF**2 + chance_off**2 + (seen - hot_share) ** 2) ** 0.5), min(
        1.0, max(0.2, heat_off)
    )


def fill_kwh(engine: Engine, ledger: Ledger) -> tuple[float, float]:
    """Return the heat of one fill of a cold supply in kWh: at least and at most."""
    supply = engine.readings.get(SUPPLY)
    hot_c = max(USUAL_C, supply.value_c) if supply is not None else USUAL_C
    low, high = (each * WALLS * KWH_PER_LK * (hot_c - ROOM_C) for each in supply_l(engine, ledger))
    return low, high


def supply_l(engine: Engine, ledger: Ledger) -> tuple[float, float]:
    """Return what the supply holds, in l: at least and at most."""
    known_l = max((pipe.loop_l or 0.0 for pipe in engine.plumbing.pipes), default=0.0)
    if known_l:
        return 0.9 * known_l, 1.1 * known_l
    minutes = ledger.fill_ms / MINUTE_MS
    return minutes * PUMP_LPM[0], minutes * PUMP_LPM[1]


def days(engine: Engine, ledger: Ledger) -> tuple[DayView, ...]:
    """Return every day of the ledger, the oldest first."""
    return _days(engine, ledger, ledger.days)


def today(engine: Engine, ledger: Ledger) -> DayView | None:
    """Return what today brought so far; None while the clock is not set."""
    civil = engine.civil()
    if civil is None:
        return None
    key = civil.date().isoformat()
    return _days(engine, ledger, {key: ledger.days.get(key, Day())})[0]


def _days(engine: Engine, ledger: Ledger, books: Mapping[str, Day]) -> tuple[DayView, ...]:
    low, high = fill_kwh(engine, ledger)
    foresight = engine.foresight
    tau_h = (75 * MINUTE_MS if foresight is None else foresight.heat.tau_ms) / HOUR_MS
    always = (low * 24 / tau_h * RETURN_HEAT[0], high * 24 / tau_h * RETURN_HEAT[1])
    # Draws that water stood ready for are told in seconds; a whole fill of seconds is a whole supply of litres.
    fill_s = ledger.fill_ms / SECOND_MS
    litres_per_s = (supply_l(engine, ledger)[0] / fill_s, supply_l(engine, ledger)[1] / fill_s)
    return tuple(_day(key, day, (low, high), always, litres_per_s) for key, day in sorted(books.items()))


def _day(
    key: str,
    day: Day,
    fill: tuple[float, float],
    always: tuple[float, float],
    litres_per_s: tuple[float, float],
) -> DayView:
    draws, saved_s = day.draws, max(0.0, day.cold_wait_s - day.wait_s)
    return DayView(
        date=key,
        runs=round(day.runs),
        run_s=day.run_s,
        refused=round(day.refused),
        draws=round(draws),
        hot_share=day.hot / draws if draws else None,
        wait_s=day.wait_s / draws if draws else None,
        none_hot_share=(HEATS[0] * day.soon_after / draws, HEATS[1] * day.soon_after / draws)
        if draws
        else None,
        none_wait_s=day.cold_wait_s / draws if draws else None,
        heat_kwh=(day.fills * fill[0], day.fills * fill[1]),
        always_kwh=always,
        saved_l=(saved_s * litres_per_s[0], saved_s * litres_per_s[1]) if draws else None,
    )
