"""From the fields of a layout file to a layout: everything left out gets what is usual."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from controller.core.plumbing import COLD_LINE, FAR_END, RETURN, SUPPLY
from simulator.heater_fields import heater_spec
from simulator.layout import CheckSpec, Crossover, Layout, Loop, PipeRun, PumpSpec, SensorSpot
from simulator.layout_schema import (
    CheckFields,
    CrossoverFields,
    DefaultFields,
    LayoutFields,
    LoopFields,
    PipeFields,
    PumpFields,
)
from simulator.piping import HEATER, MAINS

USUAL_FLOW_LPM: Final = 6.0
"""Flow in l/min of a pump that a layout says nothing about: 0.3 m/s in 22 mm copper."""
_SUPPLY_AT_M: Final = 0.3
_FAR_END_AT_M: Final = 0.5
_RETURN_BEFORE_END_M: Final = 0.5
_COLD_BEFORE_END_M: Final = 0.1
_STEADY: Final = SensorSpot("", "", 0.0, lag_s=30.0, interval_s=10.0, change_k=0.25, silence_s=50.0)
_QUICK: Final = replace(_STEADY, lag_s=20.0, interval_s=5.0)


def build(fields: LayoutFields) -> Layout:
    """Return the layout that checked fields describe."""
    hot = _runs(fields.hot, fields.defaults)
    cold = tuple(map(_twin, hot)) if fields.cold is None else _runs(fields.cold, fields.defaults)
    loops = tuple(_loop(part, fields.defaults) for part in _loop_parts(fields))
    layout = Layout(
        name=fields.name,
        description=fields.description,
        ambient_c=fields.ambient_c,
        mains_c=fields.mains_c,
        setpoint_c=fields.heater.setpoint_c,
        standing_loss_w=fields.heater.standing_loss_w or 0.0,
        fixtures=tuple(fields.fixtures),
        uses=tuple(fields.uses.items()),
        hot=hot,
        cold=cold,
        loops=loops,
        heater=heater_spec(fields.heater),
        draw_meter=fields.draw_meter,
    )
    return replace(layout, sensors=_sensors(fields, layout))


def pipe_name(name: str | None, start: str, end: str) -> str:
    """Return what a pipe is called: its name, or its ends."""
    return f"{start} to {end}" if name is None else name


def _loop_parts(fields: LayoutFields) -> list[LoopFields]:
    if fields.loops is not None:
        return fields.loops
    if not fields.return_line and fields.crossover is None:
        return []
    return [
        LoopFields.model_construct(
            name=fields.name,
            fixtures=fields.fixtures,
            pump=fields.pump,
            return_line=fields.return_line,
            crossover=fields.crossover,
            check_valve=fields.check_valve,
            sensors=fields.sensors,
        )
    ]


def _loop(fields: LoopFields, defaults: DefaultFields) -> Loop:
    return Loop(
        name=fields.name,
        pump=_pump(fields.pump),
        fixtures=tuple(fields.fixtures),
        return_line=_runs(fields.return_line, defaults),
        crossovers=tuple(map(_crossover, fields.crossover or ())),
        check=_check(fields.check_valve),
    )


def _pump(fields: PumpFields | None) -> PumpSpec:
    if fields is None:
        return PumpSpec(USUAL_FLOW_LPM)
    return PumpSpec(fields.flow_lpm, tuple(fields.curve or ()))


def _check(fields: CheckFields) -> CheckSpec:
    return CheckSpec(fields.condition, fields.leak)


def _crossover(valve: CrossoverFields) -> Crossover:
    return Crossover(valve.at, valve.closes_at_c, valve.opens_below_c, valve.lag_s)


def _runs(pipes: Sequence[PipeFields], defaults: DefaultFields) -> tuple[PipeRun, ...]:
    return tuple(_run(pipe, defaults) for pipe in pipes)


def _run(pipe: PipeFields, defaults: DefaultFields) -> PipeRun:
    insulation_mm = defaults.insulation_mm if pipe.insulation_mm is None else pipe.insulation_mm
    name = pipe_name(pipe.name, pipe.start, pipe.end)
    size = defaults.size if pipe.size is None else pipe.size
    return PipeRun(name, pipe.start, pipe.end, size, pipe.length_m, insulation_mm, pipe.bends)


def _twin(run: PipeRun) -> PipeRun:
    start = MAINS if run.start == HEATER else run.start
    return replace(run, name=f"cold {run.name}", start=start, insulation_mm=0.0)


def _sensors(fields: LayoutFields, layout: Layout) -> tuple[SensorSpot, ...]:
    several = fields.loops is not None
    spots: list[SensorSpot] = []
    for part, loop in zip(_loop_parts(fields), layout.loops, strict=True):
        label = loop.name if several else ""
        if part.sensors is None:
            spots += [replace(spot, loop=label) for spot in _usual_sensors(layout, loop)]
        else:
            spots += [SensorSpot(**sensor.model_dump(), loop=label) for sensor in part.sensors]
    return tuple(spots)


def _usual_sensors(layout: Layout, loop: Loop) -> list[SensorSpot]:
    outlet = layout.hot[0]
    supply = replace(_STEADY, role=SUPPLY, pipe=outlet.name, at_m=min(_SUPPLY_AT_M, outlet.length_m))
    if not loop.crossovers:
        last = next(run for run in loop.return_line if run.end == HEATER)
        at_m = max(0.0, last.length_m - _RETURN_BEFORE_END_M)
        return [supply, replace(_STEADY, role=RETURN, pipe=last.name, at_m=at_m)]
    fixture = loop.crossovers[0].fixture
    hot = next(run for run in layout.hot if run.end == fixture)
    cold = next(run for run in layout.cold if run.end == fixture)
    return [
        supply,
        replace(_QUICK, role=FAR_END, pipe=hot.name, at_m=min(_FAR_END_AT_M, hot.length_m)),
        replace(_QUICK, role=COLD_LINE, pipe=cold.name, at_m=max(0.0, cold.length_m - _COLD_BEFORE_END_M)),
    ]
