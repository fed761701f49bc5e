"""What no section can know by itself: whether the parts of a configuration fit together."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from controller.core.errors import Problem
from controller.core.events import PUMP
from controller.core.plumbing import COLD_LINE, FixturePipe, Plumbing, Topology
from controller.devices.wiring import wire
from controller.settings.draft import Draft, LoopDraft, presses
from controller.settings.families import families
from controller.settings.forms import LoopForm
from controller.settings.places import Place, written
from controller.settings.strategy_forms import OnDemandForm, PredictiveForm, ReadyByForm
from controller.settings.threshold_forms import AquastatForm, DeltaTForm
from controller.settings.translation import did_you_mean
from controller.settings.trigger_forms import CueTriggerForm, FlickTriggerForm
from controller.settings.upkeep_forms import DisinfectionForm, ExerciseForm, FreezeForm
from controller.strategies.arrival import StopRule

_Findings: TypeAlias = Iterator[tuple[Place, str, str]]
"""Each the place within the loop, what is wrong, and the cure."""


_SEVERAL: Final = frozenset(("ready_by",))
"""Strategies of which a loop may have several: each is one job."""


def cross_problems(draft: Draft) -> Iterator[Problem]:
    """Yield everything that does not fit together in the sound part of a configuration."""
    yield from _wiring_problems(draft)
    yield from _loop_names(draft)
    yield from _fixture_loops(draft)
    for loop in draft.loops:
        for reads, check in _CHECKS:
            if not reads & loop.wrong:
                for place, message, cure in check(loop.form):
                    yield Problem(written((*loop.place, *place)), message, cure=cure)


def plumbing(form: LoopForm) -> Plumbing:
    """Return a loop as the core knows it."""
    pipes = tuple(FixturePipe(name, pipe.loop_l, pipe.twig_l, pipe.use) for name, pipe in form.pipes.items())
    roles = frozenset(form.sensors.by_role())
    return Plumbing(form.name, form.way_back, tuple(form.fixtures), roles, pipes)


def _wiring_problems(draft: Draft) -> Iterator[Problem]:
    if not draft.devices:
        return  # one message says that; not one more for each use
    bindings = [loop.binding() for loop in draft.loops]
    _, problems = wire(draft.declarations(), bindings, families())
    known_but_wrong = {name for name, form in draft.devices.items() if form is None}
    used = {where: device for binding in bindings for where, device in binding.devices()}
    stand_ins = [written((*loop.place, key)) for loop in draft.loops for key in loop.wrong]
    for problem in problems:
        if used.get(problem.where) not in known_but_wrong and not problem.where.startswith(tuple(stand_ins)):
            yield problem


def _loop_names(draft: Draft) -> Iterator[Problem]:
    seen: dict[str, LoopDraft] = {}
    for loop in draft.loops:
        first = seen.setdefault(loop.form.name, loop)
        if first is not loop and "name" not in loop.wrong | first.wrong:
            where = written((*loop.place, "name"))
            yield Problem(
                where,
                f"the name {loop.form.name!r} is taken by {written(first.place)}",
                cure="name it otherwise",
            )


def _fixture_loops(draft: Draft) -> Iterator[Problem]:
    owners: dict[str, LoopDraft] = {}
    for loop in draft.loops:
        for index, name in enumerate(loop.form.fixtures):
            first = owners.setdefault(name, loop)
            if first is not loop:
                where = written((*loop.place, "fixtures", index))
                yield Problem(
                    where, f"{name!r} is a fixture of {written(first.place)} too", cure="name it otherwise"
                )


def _topology_has_its_sensors(form: LoopForm) -> _Findings:
    if form.way_back is Topology.COLD_RETURN and form.sensors.cold_line is None:
        yield (
            ("sensors",),
            "cold_return needs the sensor cold_line: nothing else keeps the cold pipe below 40 C",
            "strap a sensor on the cold pipe behind the crossover valve and add it as cold_line",
        )


def _sensors_are_different(form: LoopForm) -> _Findings:
    seen: dict[tuple[str, str | None], str] = {}
    for role, sensor in form.sensors.by_role().items():
        first = seen.setdefault((sensor.device, sensor.channel), role)
        if first != role:
            yield (
                ("sensors", role),
                f"is the same sensor as {first}",
                "give the channel of each, or remove one",
            )


def _pump_is_the_pump(form: LoopForm) -> _Findings:
    places: list[tuple[Place, str]] = [
        *((("sensors", role), sensor.device) for role, sensor in form.sensors.by_role().items()),
        *((("buttons", index), button.device) for index, button in enumerate(form.buttons)),
    ]
    for place, device in places:
        if device == PUMP != form.pump.device:
            yield place, f"a device named {PUMP!r} must be the loop's pump", "name the device otherwise"


def _fixtures_are_different(form: LoopForm) -> _Findings:
    for index, name in enumerate(form.fixtures):
        if name in form.fixtures[:index]:
            yield ("fixtures", index), f"the fixture {name!r} stands twice", "keep one of the two"


def _buttons_name_fixtures(form: LoopForm) -> _Findings:
    for index, button in enumerate(form.buttons):
        if button.fixture is not None and button.fixture not in form.fixtures:
            cure = did_you_mean(button.fixture, form.fixtures) if form.fixtures else "add it to fixtures"
            yield ("buttons", index, "fixture"), f"unknown fixture {button.fixture!r:.80}", cure


def _pipes_lead_to_fixtures(form: LoopForm) -> _Findings:
    for name in form.pipes:
        if name not in form.fixtures:
            cure = did_you_mean(name, form.fixtures) if form.fixtures else "add it to fixtures"
            yield ("pipes", name), f"unknown fixture {name!r:.80}", cure


def _presses_ask_once(form: LoopForm) -> _Findings:
    for index, button in enumerate(form.buttons):
        for other in form.buttons[:index]:
            same = (button.device, button.channel) == (other.device, other.channel)
            if same and presses(button) & presses(other):
                yield (
                    ("buttons", index),
                    f"a press of {button.device!r} would ask twice",
                    "give each its own action",
                )
                break


def _strategies_are_different(form: LoopForm) -> _Findings:
    types = [strategy.type for strategy in form.strategies]
    for index, name in enumerate(types):
        if name in types[:index] and name not in _SEVERAL:
            yield ("strategies", index, "type"), f"{name} stands twice", "put its windows into one list"


def _freeze_has_a_sensor(form: LoopForm) -> _Findings:
    for index, strategy in enumerate(form.strategies):
        if isinstance(strategy, FreezeForm) and not form.sensors.by_role():
            yield ("strategies", index, "type"), "the loop has no sensor that could tell of frost", "add one"


def _triggers_have_their_senses(form: LoopForm) -> _Findings:
    cues = {(cue.kind, cue.place) for cue in form.cues}
    for index, strategy in enumerate(form.strategies):
        for number, trigger in enumerate(strategy.triggers if isinstance(strategy, OnDemandForm) else ()):
            place: Place = ("strategies", index, "triggers", number)
            if isinstance(trigger, CueTriggerForm):
                if not any(kind == trigger.on and trigger.place in (None, where) for kind, where in cues):
                    at = "" if trigger.place is None else f" at {trigger.place!r:.80}"
                    yield place, f"the loop has no cue {trigger.on}{at}", "add it to cues"
            elif isinstance(trigger, FlickTriggerForm):
                if form.flows.draw is None:
                    yield place, "the loop has no flow sensor draw", "add it to flows"
            elif form.sensors.supply is None:
                yield place, "the loop has no sensor supply", "add it to sensors"


def _jobs_name_fixtures(form: LoopForm) -> _Findings:
    for index, strategy in enumerate(form.strategies):
        if isinstance(strategy, ReadyByForm) and strategy.fixture and strategy.fixture not in form.fixtures:
            cure = did_you_mean(strategy.fixture, form.fixtures) if form.fixtures else "add it to fixtures"
            yield ("strategies", index, "fixture"), f"unknown fixture {strategy.fixture!r:.80}", cure


def _aquastat_has_its_sensor(form: LoopForm) -> _Findings:
    roles = form.sensors.by_role()
    for index, strategy in enumerate(form.strategies):
        if not isinstance(strategy, AquastatForm):
            continue
        role = strategy.sensor or plumbing(form).arrival_sensor
        if role not in roles:
            cure = did_you_mean(role, roles) if roles else "add it to sensors"
            yield ("strategies", index, "sensor"), f"the loop has no sensor {role}", cure


def _differences_have_their_sensors(form: LoopForm) -> _Findings:
    roles = form.sensors.by_role()
    for index, strategy in enumerate(form.strategies):
        if not isinstance(strategy, DeltaTForm):
            continue
        cool = strategy.cool or plumbing(form).arrival_sensor
        for key, role in (("warm", strategy.warm), ("cool", cool)):
            if role not in roles:
                cure = did_you_mean(role, roles) if roles else "add it to sensors"
                yield ("strategies", index, key), f"the loop has no sensor {role}", cure
        if strategy.warm == cool:
            yield ("strategies", index, "warm"), f"warm and cool are both {cool}", "name two sensors"


def _cold_pipe_stays_cold(form: LoopForm) -> _Findings:
    if form.way_back is not Topology.COLD_RETURN:
        return
    limit_c = form.limits.cold_line_c
    for index, strategy in enumerate(form.strategies):
        if isinstance(strategy, PredictiveForm):
            continue
        if isinstance(strategy, AquastatForm):
            on_cold_line = (strategy.sensor or plumbing(form).arrival_sensor) == COLD_LINE
            key, value_c = "off_above_c", strategy.off_above_c if on_cold_line else 0.0
        elif isinstance(strategy, DisinfectionForm):
            yield (
                ("strategies", index, "type"),
                "a disinfection run would push hot water into the cold pipe",
                "leave it out with cold_return; hygiene exchanges the water there",
            )
            continue
        elif isinstance(strategy, FreezeForm | ExerciseForm | DeltaTForm):
            continue
        else:
            key, value_c = "stop_at_c", strategy.stop_at_c or StopRule().cold_stop_c
        if value_c > limit_c:
            yield (
                ("strategies", index, key),
                f"{value_c:g} is above the limit of the cold line, {limit_c:g} C",
                f"give at most {limit_c:g}, or let it watch the far_end"
                if key == "off_above_c"
                else f"give at most {limit_c:g}",
            )


_CHECKS: Final[tuple[tuple[frozenset[str], Callable[[LoopForm], _Findings]], ...]] = (
    (frozenset(("topology", "sensors")), _topology_has_its_sensors),
    (frozenset(("sensors",)), _sensors_are_different),
    (frozenset(("pump", "sensors", "buttons")), _pump_is_the_pump),
    (frozenset(("fixtures",)), _fixtures_are_different),
    (frozenset(("fixtures", "buttons")), _buttons_name_fixtures),
    (frozenset(("fixtures", "pipes")), _pipes_lead_to_fixtures),
    (frozenset(("buttons",)), _presses_ask_once),
    (frozenset(("strategies",)), _strategies_are_different),
    (frozenset(("topology", "sensors", "strategies")), _aquastat_has_its_sensor),
    (frozenset(("topology", "sensors", "strategies")), _differences_have_their_sensors),
    (frozenset(("sensors", "strategies")), _freeze_has_a_sensor),
    (frozenset(("sensors", "flows", "cues", "strategies")), _triggers_have_their_senses),
    (frozenset(("fixtures", "strategies")), _jobs_name_fixtures),
    (frozenset(("topology", "strategies", "limits")), _cold_pipe_stays_cold),
)
"""Each check with the keys that it reads: it is left out when one of them is wrong."""
