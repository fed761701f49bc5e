"""The fields of a layout file: names, units, allowed ranges. What they mean together is checked elsewhere."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from controller.core.plumbing import SENSOR_ROLES, FixtureUse
from simulator.catalogue import PipeSize, pipe_sizes
from simulator.heater_fields import HeaterFields
from simulator.valves import Condition


def _size(name: object) -> PipeSize:
    if isinstance(name, str) and name in pipe_sizes():
        return pipe_sizes()[name]
    raise PydanticCustomError(
        "unknown_size", "{name} is no pipe size of the catalogue", {"name": repr(name), "cure": _sizes(name)}
    )


def _sizes(name: object) -> str:
    near = get_close_matches(str(name), pipe_sizes(), n=5, cutoff=0.6)
    others = [size for size in pipe_sizes() if size not in near]
    return "one of: " + ", ".join([*near, *others])


def _role(name: object) -> object:
    if name in SENSOR_ROLES:
        return name
    cure = "one of: " + ", ".join(SENSOR_ROLES)
    raise PydanticCustomError(
        "unknown_role", "{name} is no sensor's role", {"name": repr(name), "cure": cure}
    )


def _condition(value: object) -> object:
    return {"condition": value} if isinstance(value, str) else value


def _word(value: object) -> object:
    words = [str(condition) for condition in Condition]
    if value in words:
        return Condition(str(value))
    raise PydanticCustomError(
        "unknown_condition",
        "{name} is no condition of a check valve",
        {"name": repr(value), "cure": f"one of: {', '.join(words)}"},
    )


def _use(value: object) -> object:
    words = [str(use) for use in FixtureUse]
    if value in words:
        return FixtureUse(str(value))
    raise PydanticCustomError(
        "unknown_use",
        "{name} is no use of a fixture",
        {"name": repr(value), "cure": f"one of: {', '.join(words)}"},
    )


def _several(value: object) -> object:
    return [value] if isinstance(value, Mapping) else value


def _one_of(names: Iterable[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(names)})


class _OrOne:
    """Lets the published schema take one thing instead of a list of things."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        several = handler(schema)
        return {"anyOf": [several["items"], several]}


class _OrWord:
    """Lets the published schema take the word for a check valve's condition alone."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string", "enum": [str(word) for word in Condition]}, handler(schema)]}


Name = Annotated[str, Field(min_length=1, max_length=60)]
Size = Annotated[Any, BeforeValidator(_size), _one_of(pipe_sizes())]
Use = Annotated[Any, BeforeValidator(_use), _one_of([str(use) for use in FixtureUse])]
Role = Annotated[str, BeforeValidator(_role), _one_of(SENSOR_ROLES)]
RoomC = Annotated[float, Field(ge=-10, le=45, description="Temperature in C.")]
MainsC = Annotated[float, Field(ge=0, le=35, description="Temperature in C.")]
HotC = Annotated[float, Field(ge=30, le=90, description="Temperature in C.")]
Metres = Annotated[float, Field(gt=0, le=500, description="Length in m.")]
Insulation = Annotated[
    float, Field(ge=0, le=100, description="Thickness of the foam around the pipe in mm; 0 when bare.")
]
Point = Annotated[
    tuple[Annotated[float, Field(ge=0, le=100)], Annotated[float, Field(ge=0, le=50)]],
    Field(strict=False, description="Flow in l/min and head in m."),
]


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class DefaultFields(_Fields):
    """What holds for every pipe that does not say otherwise."""

    size: Annotated[Size, Field(description="Size, by its name in the catalogue.")] = None
    insulation_mm: Insulation = 0.0


class PipeFields(_Fields):
    """One stretch of pipe, named ``from`` where the water comes from when it is drawn."""

    name: Annotated[Name | None, Field(description="Its name; from its ends when left out.")] = None
    start: Name = Field(
        alias="from", description="Where it begins: the heater, the mains, or a tee or fixture."
    )
    end: Name = Field(alias="to", description="Where it ends.")
    size: Annotated[Size, Field(description="Size, by its name in the catalogue.")] = None
    length_m: Metres
    insulation_mm: Insulation | None = None
    bends: Annotated[
        int | None, Field(ge=0, le=200, description="Number of bends; one every 2.5 m when left out.")
    ] = None


class PumpFields(_Fields):
    """The circulation pump: one flow whatever resists it, or a curve."""

    flow_lpm: Annotated[float | None, Field(gt=0, le=60, description="Flow through the loop in l/min.")] = (
        None
    )
    curve: Annotated[
        list[Point] | None, Field(min_length=2, description="Points of its curve, from no flow to no head.")
    ] = None


class CheckFields(_Fields):
    """The condition of the check valve; a single word will do."""

    condition: Annotated[Condition, BeforeValidator(_word)] = Condition.HOLDS
    leak: Annotated[
        float,
        Field(gt=0, le=1, description="What a leaking one lets back, as a share of what it passes forward."),
    ] = 0.05


class CrossoverFields(_Fields):
    """A crossover valve; thermostatic when it has its two temperatures."""

    at: Annotated[Name, Field(description="The fixture that it sits below.")]
    closes_at_c: (
        Annotated[float, Field(ge=20, le=80, description="It shuts at this temperature in C.")] | None
    ) = None
    opens_below_c: (
        Annotated[float, Field(ge=10, le=80, description="It opens again below this, in C.")] | None
    ) = None
    lag_s: Annotated[
        float,
        Field(ge=0, le=600, description="Time constant with which its element follows the water, in s."),
    ] = 0.0


class SensorFields(_Fields):
    """One strapped-on temperature sensor."""

    role: Role
    pipe: Annotated[Name, Field(description="Name of the pipe that it is strapped to.")]
    at_m: Annotated[float, Field(ge=0, le=500, description="Where on it, in m from its start.")]
    lag_s: Annotated[float, Field(ge=0, le=600, description="Time constant in s.")] = 30.0
    resolution_k: Annotated[float, Field(ge=0, le=5, description="Smallest step of its values in K.")] = (
        0.0625
    )
    interval_s: Annotated[float, Field(ge=0.1, le=3600, description="Time between measurements in s.")] = 10.0
    change_k: Annotated[float, Field(ge=0, le=20, description="Least change that it reports, in K.")] = 0.0
    silence_s: Annotated[float, Field(ge=0.1, le=86_400, description="Longest time without report in s.")] = (
        60.0
    )
    noise_k: Annotated[float, Field(ge=0, le=5, description="Standard deviation of its noise in K.")] = 0.0


Crossovers = Annotated[
    list[CrossoverFields],
    BeforeValidator(_several),
    _OrOne(),
    Field(min_length=1, description="The valve, or several, that make cold pipes the way back."),
]
ReturnLine = Annotated[
    list[PipeFields],
    Field(description="Pipes back to the heater; with several beginnings they join like a tree."),
]
Check = Annotated[CheckFields, BeforeValidator(_condition), _OrWord()]
Sensors = Annotated[
    list[SensorFields] | None, Field(description="Temperature sensors; the usual ones when left out.")
]


class LoopFields(_Fields):
    """One loop of several: a pump and a way back."""

    name: Name
    fixtures: Annotated[list[Name], Field(min_length=1, description="The fixtures it serves, near to far.")]
    pump: PumpFields | None = None
    return_line: ReturnLine = Field(alias="return", default=[])
    crossover: Crossovers | None = None
    check_valve: Check = CheckFields()
    sensors: Sensors = None


class LayoutFields(_Fields):
    """A house: its pipes, its heater, and its loops if it has any."""

    model_config = ConfigDict(title="Layout of a house")

    name: Name
    description: Annotated[str, Field(max_length=300)] = ""
    ambient_c: RoomC = 20.0
    mains_c: MainsC = 12.0
    defaults: DefaultFields = DefaultFields()
    heater: HeaterFields
    fixtures: Annotated[list[Name], Field(min_length=1, description="Where water is drawn, near to far.")]
    uses: Annotated[
        dict[str, Use],
        Field(
            description="How fixtures are used, by their names: tap (often and briefly, hot or not) or shower (seldom, long and hot, "
            "also a bath); by the words in its name for a fixture that is left out."
        ),
    ] = {}
    hot: Annotated[list[PipeFields], Field(min_length=1, description="Pipes from the heater: a tree.")]
    cold: Annotated[
        list[PipeFields] | None,
        Field(
            min_length=1,
            description="Pipes from the mains: a tree; bare twins of the hot ones when left out.",
        ),
    ] = None
    pump: Annotated[PumpFields | None, Field(description="The pump of the only loop.")] = None
    return_line: ReturnLine = Field(alias="return", default=[])
    crossover: Crossovers | None = None
    check_valve: Check = CheckFields()
    sensors: Sensors = None
    draw_meter: Annotated[
        bool,
        Field(description="A flow meter in the heater's cold inlet tells the controller what people draw."),
    ] = False
    loops: Annotated[
        list[LoopFields] | None,
        Field(min_length=1, description="Several loops, instead of the pump and way back of a single one."),
    ] = None
