"""The heater's part of a layout file: which keys each kind takes, what they default to, what must hold among them."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Annotated, Any, Final, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from simulator.heater_spec import (
    EFFICIENCY,
    HeaterSpec,
    HeatPump,
    TanklessSpec,
    TankSpec,
    label_loss_w,
)
from simulator.valves import Condition

Finding: TypeAlias = tuple[tuple[str | int, ...], str, str]

_COMMON: Final = ("kind", "setpoint_c", "price_per_kwh")
_TANK: Final = (
    *("volume_l", "layers", "power_kw", "hysteresis_k", "element_at", "thermostat_at", "return_at"),
    "standing_loss_w",
)
_TANKLESS: Final = (
    *("power_kw", "min_power_kw", "activation_lpm", "ignition_s", "too_hot_k", "min_off_s", "store_l"),
    *("cools_in_h", "efficiency"),
)
KEYS: Final = {
    "ideal": ("standing_loss_w", "efficiency"),
    "storage": (*_TANK, "efficiency"),
    "heat_pump": (*_TANK, "source_c"),
    "tankless": _TANKLESS,
    "combi": (*_TANKLESS, "keep_hot_k"),
}
"""Keys that each kind of heater takes, beside those that all of them take."""
PORT_LEAKS: Final = (
    "the tank's port for circulation lets no water out, but the return's check valve lets it back"
)
PORT_CURE: Final = (
    "leave it out, so that circulation comes in with the cold water, or let the check valve hold"
)
TIGHT: Final = (Condition.HOLDS, Condition.STUCK_CLOSED)
"""Conditions of a check valve that let nothing back."""
_COMBI: Final = TanklessSpec(ignition_s=7.0, store_l=3.0, efficiency=EFFICIENCY["combi"])
_HEAT_PUMP: Final = TankSpec(power_kw=1.6, element_at=0.1, thermostat_at=0.4)


def _kind(name: object) -> object:
    if name in KEYS:
        return name
    raise PydanticCustomError(
        "unknown_kind",
        "{name} is no kind of heater",
        {"name": repr(name), "cure": f"one of: {', '.join(KEYS)}"},
    )


Kind = Annotated[str, BeforeValidator(_kind)]
Share = Annotated[float, Field(ge=0, le=1)]


class HeaterFields(BaseModel):
    """The heater; what a kind does not take or is not told is checked and filled in elsewhere."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    kind: Kind = "ideal"
    setpoint_c: Annotated[float, Field(ge=30, le=90)]
    standing_loss_w: Annotated[float, Field(ge=0, le=2000)] | None = None
    price_per_kwh: Annotated[float, Field(ge=0, le=1e6)] | None = None
    efficiency: Annotated[float, Field(ge=0.2, le=1.1)] | None = None
    power_kw: Annotated[float, Field(ge=0.2, le=200)] | None = None
    volume_l: Annotated[float, Field(ge=10, le=5000)] | None = None
    layers: Annotated[int, Field(ge=4, le=60)] | None = None
    hysteresis_k: Annotated[float, Field(ge=0.5, le=30)] | None = None
    element_at: Share | None = None
    thermostat_at: Share | None = None
    return_at: Share | None = None
    source_c: Annotated[float, Field(ge=-10, le=35)] | None = None
    min_power_kw: Annotated[float, Field(gt=0, le=100)] | None = None
    activation_lpm: Annotated[float, Field(ge=0.1, le=20)] | None = None
    ignition_s: Annotated[float, Field(ge=0, le=60)] | None = None
    too_hot_k: Annotated[float, Field(ge=1, le=30)] | None = None
    min_off_s: Annotated[float, Field(ge=1, le=600)] | None = None
    store_l: Annotated[float, Field(ge=0.1, le=60)] | None = None
    cools_in_h: Annotated[float, Field(ge=0.05, le=100)] | None = None
    keep_hot_k: Annotated[float, Field(ge=1, le=30)] | None = None


def heater_spec(given: HeaterFields) -> HeaterSpec:
    """Return the heater that the fields describe."""
    told = {key: value for key in KEYS[given.kind] if (value := getattr(given, key)) is not None}
    spec = HeaterSpec(
        given.kind, given.price_per_kwh, told.get("efficiency", EFFICIENCY.get(given.kind, 1.0))
    )
    if given.kind in ("storage", "heat_pump"):
        return replace(spec, tank=_tank(given.kind, told))
    if given.kind in ("tankless", "combi"):
        base = _COMBI if given.kind == "combi" else TanklessSpec()
        return replace(spec, tankless=_with(base, told))
    return spec


def broken_heater_rules(tree: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what cannot be so in a file's heater: where, what, and the cure."""
    heater = tree.get("heater")
    if not isinstance(heater, Mapping):
        return
    kind = heater.get("kind", "ideal")
    if kind in KEYS:
        yield from _strange_keys(heater, kind)
    yield from _disorder(heater, tree)


def _tank(kind: str, told: Mapping[str, Any]) -> TankSpec:
    base = _HEAT_PUMP if kind == "heat_pump" else TankSpec()
    volume_l = told.get("volume_l", base.volume_l)
    tank: TankSpec = _with(replace(base, standing_loss_w=label_loss_w(volume_l)), told)
    if kind != "heat_pump":
        return tank
    return replace(tank, heat_pump=_with(HeatPump(), told))


def _with(base: Any, told: Mapping[str, Any]) -> Any:
    names = {one.name for one in fields(base)}
    return replace(base, **{key: value for key, value in told.items() if key in names})


def _strange_keys(heater: Mapping[str, Any], kind: str) -> Iterator[Finding]:
    known = {key for keys in KEYS.values() for key in keys}
    for key in heater:
        if key in known and key not in KEYS[kind]:
            takers = ", ".join(other for other, keys in KEYS.items() if key in keys)
            message = f"a heater of kind {kind!r} has no {key!r}"
            yield ("heater", key), message, f"leave it out, or make it of kind {takers}"


def _loops(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what tells of a loop with a return line: the file itself, or each part under ``loops``."""
    loops = tree.get("loops")
    for part in (tree, *(loops if isinstance(loops, list) else [])):
        if isinstance(part, Mapping) and part.get("return"):
            yield part


def _lets_back(loop: Mapping[str, Any]) -> bool:
    """Tell whether a loop's check valve is one that lets water back, as far as the file is sound."""
    check = loop.get("check_valve")
    condition = check.get("condition") if isinstance(check, Mapping) else check
    return condition in (Condition.LEAKS.value, Condition.STUCK_OPEN.value)


def _disorder(heater: Mapping[str, Any], tree: Mapping[str, Any]) -> Iterator[Finding]:
    def number(key: str, otherwise: float) -> float:
        value = heater.get(key)
        return float(value) if isinstance(value, int | float) else otherwise

    tank, tankless = TankSpec(), TanklessSpec()
    element_at = number("element_at", tank.element_at)
    if number("thermostat_at", tank.thermostat_at) < element_at:
        message = f"the thermostat sits below the element at {element_at:g}, where nothing gets warm"
        yield ("heater", "thermostat_at"), message, f"at least {element_at:g}"
    power_kw = number("power_kw", tankless.power_kw)
    least_kw = number("min_power_kw", min(tankless.min_power_kw, power_kw))
    if least_kw > power_kw:
        yield (
            ("heater", "min_power_kw"),
            f"{least_kw:g} kW is more than the full power",
            f"at most {power_kw:g}",
        )
    if heater.get("return_at") is not None and not any(_loops(tree)):
        cure = "leave it out: circulation comes in with the cold water"
        yield ("heater", "return_at"), "without a return line the tank has no port for circulation", cure
    if heater.get("return_at") is not None and any(map(_lets_back, _loops(tree))):
        yield ("heater", "return_at"), PORT_LEAKS, PORT_CURE
