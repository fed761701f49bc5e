"""What Home Assistant is shown: every entity of the controller, by name, in English and Chinese.

Only what the controller really knows has an entity. There are no numbers, because nothing that is a number can be
changed while it runs; no litres, heat, cost or seconds of wait, because nothing measures them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from controller.core.events import Mode
from controller.core.plumbing import COLD_LINE, FAR_END, RETURN, SENSOR_ROLES, SUPPLY, Plumbing
from controller.core.reason import Language
from controller.mqtt.identifiers import identifiers
from controller.ports import Json

PRESS: Final = "PRESS"
ON: Final = "ON"
OFF: Final = "OFF"

DEVICE_NAME: Final[Mapping[Language, str]] = {"en": "Hot water", "zh": "热水"}

MODE_NAMES: Final[Mapping[Mode, tuple[str, str]]] = {
    Mode.AUTO: ("Automatic", "自动"),
    Mode.MANUAL: ("Manual", "手动"),
    Mode.OFF: ("Off", "关闭"),
    Mode.SERVICE: ("Service", "检修"),
}

_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "mode": ("Mode", "模式"),
    "stop": ("Stop", "停止"),
    "problem": ("Problem", "故障"),
    "circulation": ("Circulation", "循环"),
    "preheat": ("Preheat", "预热"),
    "hot": ("Hot now", "现在有热水"),
    "pump": ("Pump", "水泵"),
    "reason": ("Reason", "原因"),
    "pump_minutes_today": ("Pump time today", "今日水泵运行时间"),
    "starts_today": ("Pump starts today", "今日水泵启动次数"),
    "last_run": ("Last run", "上次运行"),
    "next_window": ("Next window", "下一个时段"),
    SUPPLY: ("Supply temperature", "供水温度"),
    RETURN: ("Return temperature", "回水温度"),
    FAR_END: ("Far end temperature", "末端温度"),
    COLD_LINE: ("Cold pipe temperature", "冷水管温度"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """What an entity belongs to.

    Args:
        loop: Name of the loop; empty for the whole house.
        what: What it shows or does.
        fixture: Name of the fixture; empty for the whole loop.
    """

    loop: str
    what: str
    fixture: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity.

    Args:
        target: What it belongs to.
        component: Its kind in Home Assistant, such as ``sensor``.
        path: Its place below the controller's base topic, and what makes its identifiers.
        name: Its name for people.
        shows: It has a state.
        explains: Its state has attributes.
        takes: It takes commands.
        more: What its kind asks for besides.
    """

    target: Target
    component: str
    path: tuple[str, ...]
    name: str
    shows: bool = True
    explains: bool = False
    takes: bool = False
    more: Mapping[str, Json] = field(default_factory=dict)


def entities(
    loops: Iterable[Plumbing], with_windows: Iterable[str], language: Language
) -> tuple[Entity, ...]:
    """Return every entity of a house.

    Args:
        loops: Its loops.
        with_windows: Names of the loops that have weekly windows.
        language: Language of the names and choices.
    """
    loops, with_windows = tuple(loops), frozenset(with_windows)
    paths = identifiers(loop.name for loop in loops)
    found = list(_of_house(language))
    for loop in loops:
        prefix = f"{loop.name}: " if len(loops) > 1 else ""
        scribe = _Scribe(loop, ("loop", paths[loop.name]), language, prefix)
        found += scribe.entities(windows=loop.name in with_windows)
    return tuple(found)


def _of_house(language: Language) -> Iterator[Entity]:
    def entity(what: str, component: str, more: Mapping[str, Json]) -> Entity:
        return Entity(Target("", what), component, (what,), _name(what, language), more=more)

    yield replace(entity("mode", "select", _mode_choices(language)), takes=True)
    yield replace(entity("stop", "button", _MORE["stop"]), shows=False, takes=True)
    yield replace(entity("problem", "binary_sensor", _MORE["problem"]), explains=True)


def _mode_choices(language: Language) -> Mapping[str, Json]:
    labels = {mode.value: names[_index(language)] for mode, names in MODE_NAMES.items()}
    codes = {label: code for code, label in labels.items()}
    return {
        "options": list(codes),
        "value_template": f"{{{{ {labels}[value] }}}}",
        "command_template": f"{{{{ {codes}[value] }}}}",
        "icon": "mdi:water-boiler-auto",
    }


_MORE: Final[Mapping[str, Mapping[str, Json]]] = {
    "stop": {"icon": "mdi:stop-circle-outline"},
    "problem": {"device_class": "problem", "entity_category": "diagnostic"},
    "circulation": {"icon": "mdi:water-sync"},
    "preheat": {"icon": "mdi:shower-head"},
    "hot": {"device_class": "heat"},
    "pump": {"device_class": "running"},
    "reason": {"icon": "mdi:comment-question-outline"},
    "pump_minutes_today": {
        "device_class": "duration",
        "state_class": "total_increasing",
        "unit_of_measurement": "min",
        "suggested_display_precision": 1,
    },
    "starts_today": {"state_class": "total_increasing", "icon": "mdi:counter"},
    "last_run": {"device_class": "timestamp"},
    "next_window": {"device_class": "timestamp"},
}

_TEMPERATURE: Final[Mapping[str, Json]] = {
    "device_class": "temperature",
    "state_class": "measurement",
    "unit_of_measurement": "°C",
    "suggested_display_precision": 1,
}


@dataclass(frozen=True, slots=True)
class _Scribe:
    """Writes the entities of one loop, whose names begin with the loop's where there are several."""

    loop: Plumbing
    path: tuple[str, ...]
    language: Language
    prefix: str

    def entities(self, *, windows: bool) -> Iterator[Entity]:
        """Yield them, the most useful first."""
        yield replace(self._entity("circulation", "switch"), takes=True)
        yield replace(self._entity("preheat", "button"), shows=False, takes=True)
        yield from self._fixtures()
        yield from self._temperatures()
        if self.loop.arrival_sensor in self.loop.sensors - {COLD_LINE}:
            yield self._entity("hot", "binary_sensor")
        yield self._entity("pump", "binary_sensor")
        yield replace(self._entity("reason", "sensor"), explains=True)
        yield self._entity("pump_minutes_today", "sensor")
        yield self._entity("starts_today", "sensor")
        yield replace(self._entity("last_run", "sensor"), explains=True)
        if windows:
            yield self._entity("next_window", "sensor")

    def _fixtures(self) -> Iterator[Entity]:
        paths = identifiers(self.loop.fixtures)
        whole = replace(self._entity("preheat", "button"), shows=False, takes=True)
        for fixture in self.loop.fixtures:
            yield replace(
                whole,
                target=replace(whole.target, fixture=fixture),
                path=(*whole.path, paths[fixture]),
                name=f"{whole.name} {fixture}",
            )

    def _temperatures(self) -> Iterator[Entity]:
        for role in SENSOR_ROLES:
            if role in self.loop.sensors:
                one = self._entity(role, "sensor", _TEMPERATURE)
                yield replace(one, path=(*self.path, f"{role}_temperature"))

    def _entity(self, what: str, component: str, more: Mapping[str, Json] | None = None) -> Entity:
        return Entity(
            Target(self.loop.name, what),
            component,
            (*self.path, what),
            f"{self.prefix}{_name(what, self.language)}",
            more=_MORE[what] if more is None else more,
        )


def _name(what: str, language: Language) -> str:
    return _NAMES[what][_index(language)]


def _index(language: Language) -> int:
    return 0 if language == "en" else 1
