"""What Home Assistant is shown: every entity of the controller, by name, in English and Chinese.

Only what the controller really knows has an entity. What nobody measures (waits, litres, heat, cost) is estimated, and its
attributes say between which values it lies. What can be set is what can be set on the page; limits cannot.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from controller.core.events import Mode
from controller.core.plumbing import COLD_LINE, FAR_END, RETURN, SENSOR_ROLES, SUPPLY, Plumbing
from controller.core.reason import Language
from controller.mqtt.identifiers import identifiers
from controller.ports import Json
from controller.strategies.predictive import Comfort

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

COMFORT_NAMES: Final[Mapping[Comfort, tuple[str, str]]] = {
    Comfort.FRUGAL: ("Frugal", "极省"),
    Comfort.THRIFTY: ("Thrifty", "节省"),
    Comfort.BALANCED: ("Balanced", "均衡"),
    Comfort.COMFORTABLE: ("Comfortable", "舒适"),
    Comfort.LAVISH: ("Lavish", "尽享"),
}

THRESHOLDS_C: Final[Mapping[str, tuple[float, float]]] = {
    "on_below_c": (15.0, 60.0),
    "off_above_c": (16.0, 65.0),
}
"""The numbers that can be set, and their ranges: those of the configuration."""

_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "mode": ("Mode", "模式"),
    "stop": ("Stop", "停止"),
    "problem": ("Problem", "故障"),
    "circulation": ("Circulation", "循环"),
    "preheat": ("Preheat", "预热"),
    "hot": ("Hot now", "现在有热水"),
    "pump": ("Pump", "循环泵"),
    "reason": ("Reason", "原因"),
    "pump_minutes_today": ("Pump time today", "今日循环泵运行时间"),
    "starts_today": ("Pump starts today", "今日循环泵启动次数"),
    "last_run": ("Last run", "上次运行"),
    "next_window": ("Next window", "下一个时段"),
    "next_run": ("Next run expected", "预计下次运行"),
    "wait": ("Wait", "等待时间"),
    "wait_today": ("Mean wait today", "今日平均等待"),
    "heat_today": ("Circulation heat today", "今日循环耗热"),
    "saved_today": ("Water saved today", "今日节水"),
    "cost_today": ("Circulation cost today", "今日循环费用"),
    "comfort": ("Comfort", "舒适度"),
    "on_below_c": ("Threshold: on below", "温控：低于此温度开启"),
    "off_above_c": ("Threshold: off at", "温控：达到此温度关闭"),
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
        fleeting: It is unavailable while its attributes do not say that it is known: a date has no word for "unknown".
        more: What its kind asks for besides.
    """

    target: Target
    component: str
    path: tuple[str, ...]
    name: str
    shows: bool = True
    explains: bool = False
    takes: bool = False
    fleeting: bool = False
    more: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Features:
    """What there is to show and to set on a loop.

    Args:
        windows: It has weekly windows.
        draws: It sees draws.
        comfort: Its comfort can be chosen.
        threshold: Its temperature threshold can be set.
        currency: Money in which its cost is shown; empty when heat has no price.
    """

    windows: bool = False
    draws: bool = False
    comfort: bool = False
    threshold: bool = False
    currency: str = ""


def entities(
    loops: Iterable[Plumbing], features: Mapping[str, Features], language: Language
) -> tuple[Entity, ...]:
    """Return every entity of a house.

    Args:
        loops: Its loops.
        features: What there is on each loop, by its name; what is left out has none of it.
        language: Language of the names and choices.
    """
    loops = tuple(loops)
    paths = identifiers(loop.name for loop in loops)
    found = list(_of_house(language))
    for loop in loops:
        prefix = f"{loop.name}: " if len(loops) > 1 else ""
        scribe = _Scribe(loop, ("loop", paths[loop.name]), language, prefix)
        found += scribe.entities(features.get(loop.name, Features()))
    return tuple(found)


def _of_house(language: Language) -> Iterator[Entity]:
    def entity(what: str, component: str, more: Mapping[str, Json]) -> Entity:
        return Entity(Target("", what), component, (what,), _name(what, language), more=more)

    yield replace(entity("mode", "select", _mode_choices(language)), takes=True)
    yield replace(entity("stop", "button", _MORE["stop"]), shows=False, takes=True)
    yield replace(entity("problem", "binary_sensor", _MORE["problem"]), explains=True)


def _mode_choices(language: Language) -> Mapping[str, Json]:
    labels = {mode.value: names[_index(language)] for mode, names in MODE_NAMES.items()}
    return {**_choices(labels), "icon": "mdi:water-boiler-auto"}


def _comfort_choices(language: Language) -> Mapping[str, Json]:
    labels = {comfort.value: names[_index(language)] for comfort, names in COMFORT_NAMES.items()}
    return {**_choices(labels), "icon": "mdi:sofa", "entity_category": "config"}


def _choices(labels: Mapping[str, str]) -> Mapping[str, Json]:
    codes = {label: code for code, label in labels.items()}
    return {
        "options": list(codes),
        "value_template": f"{{{{ {labels}[value] }}}}",
        "command_template": f"{{{{ {codes}[value] }}}}",
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
    "next_run": {"device_class": "timestamp"},
    # No state class: an estimate that is learned better may fall, which the statistics would take for a new meter.
    "wait": {"device_class": "duration", "unit_of_measurement": "s", "suggested_display_precision": 0},
    "wait_today": {"device_class": "duration", "unit_of_measurement": "s", "suggested_display_precision": 0},
    "heat_today": {"device_class": "energy", "unit_of_measurement": "kWh", "suggested_display_precision": 2},
    "saved_today": {"device_class": "water", "unit_of_measurement": "L", "suggested_display_precision": 0},
}

_TEMPERATURE: Final[Mapping[str, Json]] = {
    "device_class": "temperature",
    "state_class": "measurement",
    "unit_of_measurement": "°C",
    "suggested_display_precision": 1,
}


_NUMBER: Final[Mapping[str, Json]] = {
    "device_class": "temperature",
    "unit_of_measurement": "°C",
    "step": 0.5,
    "mode": "box",
    "entity_category": "config",
}


@dataclass(frozen=True, slots=True)
class _Scribe:
    """Writes the entities of one loop, whose names begin with the loop's where there are several."""

    loop: Plumbing
    path: tuple[str, ...]
    language: Language
    prefix: str

    def entities(self, features: Features) -> Iterator[Entity]:
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
        if features.windows:
            yield self._entity("next_window", "sensor")
        yield replace(self._entity("next_run", "sensor"), explains=True, fleeting=True)
        yield from self._estimates(features)
        yield from self._settings(features)

    def _estimates(self, features: Features) -> Iterator[Entity]:
        yield self._estimate("heat_today")
        if features.draws:
            yield self._entity("wait_today", "sensor")
            yield self._estimate("saved_today")
        if features.currency:
            money = {"device_class": "monetary", "unit_of_measurement": features.currency}
            yield self._estimate("cost_today", {**money, "suggested_display_precision": 2})

    def _estimate(self, what: str, more: Mapping[str, Json] | None = None) -> Entity:
        return replace(self._entity(what, "sensor", more), explains=True)

    def _settings(self, features: Features) -> Iterator[Entity]:
        if features.comfort:
            yield replace(self._entity("comfort", "select", _comfort_choices(self.language)), takes=True)
        if features.threshold:
            for what, (least_c, most_c) in THRESHOLDS_C.items():
                yield replace(
                    self._entity(what, "number", {**_NUMBER, "min": least_c, "max": most_c}), takes=True
                )

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
        wait = self._estimate("wait")
        for fixture in self.loop.fixtures:
            yield replace(
                wait,
                target=replace(wait.target, fixture=fixture),
                path=(*wait.path, paths[fixture]),
                name=f"{wait.name} {fixture}",
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
