"""What the entities of Home Assistant show: from the service's view to payloads. Does no input or output."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from controller.broker import HomeAssistantSettings
from controller.core.energy import Tariff
from controller.core.plumbing import SENSOR_ROLES
from controller.core.reason import Language, Reason, ReasonCode
from controller.mqtt.discovery import Places
from controller.mqtt.entities import OFF, ON, Entity, Target
from controller.views import DayView, LoopView, PumpState, RunRecord, ServiceView

UNKNOWN: Final = "None"
"""What Home Assistant takes for "not known"."""
MOST_STATE_SIGNS: Final = 255
"""Longest state that Home Assistant takes; a longer one it drops."""
COUNTDOWN_STEP_S: Final = 30
"""A reason that counts down is told anew so often: each telling is a row in Home Assistant's data base."""
WAIT_STEP_S: Final = 5
_OF_THE_DAY: Final = frozenset({"wait_today", "heat_today", "saved_today", "cost_today"})
_STORAGE_TROUBLE: Final = ("history is not being kept", "历史记录未保存")


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What a loop's pump has done today, by the house's calendar.

    Args:
        pump_min: How long it has run, in minutes; None while the clock is not set.
        starts: How often it was started; None while the clock is not set.
        last_run: The last run that was started, today or before; None when there was none.
        today: What today brought so far, by the ledger; None while the clock is not set.
    """

    pump_min: float | None = None
    starts: int | None = None
    last_run: RunRecord | None = None
    today: DayView | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """The state of one entity.

    Args:
        state: Payload of the state; None when there is nothing to say yet.
        attributes: What explains it.
    """

    state: str | None
    attributes: Mapping[str, object] | None = None


def states(
    entities: Iterable[Entity],
    places: Places,
    view: ServiceView,
    figures: Mapping[str, DayFigures],
    settings: HomeAssistantSettings,
) -> Mapping[str, str]:
    """Return the payload of every topic that has one now.

    Args:
        entities: Every entity.
        places: Where they stand.
        view: The service at this moment.
        figures: What each loop has done today, by its name.
        settings: Language of the reasons, and what heat costs.
    """
    language = settings.language
    loops = {loop.name: loop for loop in view.loops}
    told: dict[str, str] = {}
    for entity in entities:
        if not entity.shows:
            continue
        if entity.target.loop:
            name = entity.target.loop
            shown = _of_loop(entity.target, loops[name], figures.get(name, DayFigures()), settings)
        else:
            shown = _of_house(entity.target, view, language)
        if shown.state is not None:
            told[places.state(entity)] = shown.state[:MOST_STATE_SIGNS]
        if entity.explains and shown.attributes is not None:
            told[places.attributes(entity)] = json.dumps(shown.attributes, ensure_ascii=False)
    return told


def _of_house(target: Target, view: ServiceView, language: Language) -> Shown:
    if target.what == "mode":
        return Shown(view.mode.value)
    troubles = tuple(_troubles(view, language))
    return Shown(_on(bool(troubles)), {"troubles": troubles})


def _troubles(view: ServiceView, language: Language) -> Iterable[str]:
    if not view.storage_ok:
        yield _STORAGE_TROUBLE[0 if language == "en" else 1]
    for loop in view.loops:
        reasons = [fault.reason for fault in loop.faults]
        if not loop.pump_online:
            reasons.append(Reason(ReasonCode.PUMP_OFFLINE))
        for reason in reasons:
            yield f"{loop.name}: {reason.sentence(language)}"


def _of_loop(target: Target, loop: LoopView, figures: DayFigures, settings: HomeAssistantSettings) -> Shown:
    what, language = target.what, settings.language
    if what in SENSOR_ROLES:
        return Shown(_temperature(loop, what))
    if what == "reason":
        reason = _coarse(loop.reason)
        return Shown(reason.sentence(language), {"code": reason.code.value, **dict(reason.values)})
    if what == "last_run":
        return _last_run(figures.last_run, language)
    if what == "next_run":
        at = None if loop.next_run is None else loop.next_run.at.replace(second=0, microsecond=0)
        return Shown(None if at is None else _when(at), {"known": at is not None})
    if what == "wait":
        return _wait(loop, target.fixture)
    if what in _OF_THE_DAY:
        return _of_the_day(what, figures.today, settings.tariff)
    on_c, off_c = loop.threshold or (None, None)
    return Shown(
        {
            "circulation": _on(loop.commanded or bool(loop.waiting)),
            "hot": UNKNOWN if loop.hot is None else _on(loop.hot),
            "pump": UNKNOWN if loop.pump is PumpState.UNKNOWN else _on(loop.pump is PumpState.ON),
            "pump_minutes_today": UNKNOWN if figures.pump_min is None else f"{figures.pump_min:.1f}",
            "starts_today": UNKNOWN if figures.starts is None else str(figures.starts),
            "next_window": _when(loop.next_window_at),
            "comfort": loop.comfort or UNKNOWN,
            "on_below_c": UNKNOWN if on_c is None else f"{on_c:.1f}",
            "off_above_c": UNKNOWN if off_c is None else f"{off_c:.1f}",
        }[what]
    )


def _wait(loop: LoopView, fixture: str) -> Shown:
    """Return what a tap opened now would take, in whole steps: each telling is a row in Home Assistant's data base."""
    one = next((one for one in loop.estimates if one.name == fixture), None)
    if one is None:
        return Shown(UNKNOWN)
    told = {"low_s": _stepped(one.wait_low_s), "high_s": _stepped(one.wait_high_s)}
    return Shown(str(_stepped(one.wait_s)), told)


def _stepped(wait_s: float) -> int:
    return round(wait_s / WAIT_STEP_S) * WAIT_STEP_S


def _of_the_day(what: str, day: DayView | None, tariff: Tariff | None) -> Shown:
    if day is None:
        return Shown(UNKNOWN)
    if what == "wait_today":
        return Shown(UNKNOWN if day.wait_s is None else f"{day.wait_s:.0f}")
    if what == "saved_today":
        return _between(day.saved_l or (0.0, 0.0), "l", 0)
    if what == "heat_today" or tariff is None:
        return _between(day.heat_kwh, "kwh", 2)
    low, high = (kwh * tariff.per_kwh for kwh in day.heat_kwh)
    return _between((low, high), tariff.currency.lower(), 2)


def _between(ends: tuple[float, float], unit: str, digits: int) -> Shown:
    low, high = ends
    told = {f"low_{unit}": round(low, digits), f"high_{unit}": round(high, digits)}
    return Shown(f"{(low + high) / 2:.{digits}f}", told)


def _on(yes: bool) -> str:
    return ON if yes else OFF


def _when(moment: datetime | None) -> str:
    # Home Assistant knows no other word for "no date": "None" as a date would be an error in its log.
    return "" if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")


def _temperature(loop: LoopView, role: str) -> str:
    for one in loop.temperatures:
        if one.sensor == role and one.fresh and one.value_c is not None:
            return f"{one.value_c:.1f}"
    return UNKNOWN


def _coarse(reason: Reason) -> Reason:
    """Return a reason whose countdown goes in steps, rounded up."""
    return Reason(
        reason.code,
        tuple(
            (
                name,
                -(-value // COUNTDOWN_STEP_S) * COUNTDOWN_STEP_S
                if name == "left_s" and isinstance(value, int)
                else value,
            )
            for name, value in reason.values
        ),
    )


def _last_run(run: RunRecord | None, language: Language) -> Shown:
    if run is None:
        return Shown(None)
    ended = run.ended_at
    return Shown(
        _when(run.started_at),
        {
            "ended_at": None if ended is None else _when(ended),
            "ran_min": None if ended is None else round((ended - run.started_at).total_seconds() / 60, 1),
            "by": run.by,
            "who": run.who,
            "fixture": run.fixture,
            "started_because": run.start_reason.sentence(language),
            "ended_because": None if run.stop_reason is None else run.stop_reason.sentence(language),
        },
    )
