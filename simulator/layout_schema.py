"""The fields of a layout file: names, units, allowed ranges. What they mean together is checked elsewhere."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from controller.core.plumbing import SENSOR_ROLES
from simulator.catalogue import PipeSize, pipe_sizes


def _size(name: object) -> PipeSize:
    if isinstance(name, str) and name in pipe_sizes():
        return pipe_sizes()[name]
    raise PydanticCustomError(
        "unknown_size", "{name} is no pipe size of the catalogue", {"name": repr(name), "cure": _sizes()}
    )


def _sizes() -> str:
    return "one of: " + ", ".join(pipe_sizes())


def _role(name: object) -> object:
    if name in SENSOR_ROLES:
        return name
    cure = "one of: " + ", ".join(SENSOR_ROLES)
    raise PydanticCustomError(
        "unknown_role", "{name} is no sensor's role", {"name": repr(name), "cure": cure}
    )


Name = Annotated[str, Field(min_length=1, max_length=60)]
Size = Annotated[Any, BeforeValidator(_size)]
Role = Annotated[str, BeforeValidator(_role)]
RoomC = Annotated[float, Field(ge=-10, le=45)]
MainsC = Annotated[float, Field(ge=0, le=35)]
HotC = Annotated[float, Field(ge=30, le=90)]
Metres = Annotated[float, Field(gt=0, le=500)]
Insulation = Annotated[float, Field(ge=0, le=100)]


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class PipeFields(_Fields):
    """One stretch of pipe, named ``from`` where the water comes from when it is drawn."""

    name: Name
    start: Name = Field(alias="from")
    end: Name = Field(alias="to")
    size: Size
    length_m: Metres
    insulation_mm: Insulation


class HeaterFields(_Fields):
    """The heater."""

    setpoint_c: HotC
    standing_loss_w: Annotated[float, Field(ge=0, le=2000)] = 0.0


class PumpFields(_Fields):
    """The circulation pump."""

    flow_lpm: Annotated[float, Field(gt=0, le=60)]


class CrossoverFields(_Fields):
    """The crossover valve; thermostatic when it has its two temperatures."""

    at: Name
    closes_at_c: Annotated[float, Field(ge=20, le=80)] | None = None
    opens_below_c: Annotated[float, Field(ge=10, le=80)] | None = None


class SensorFields(_Fields):
    """One strapped-on temperature sensor."""

    role: Role
    pipe: Name
    at_m: Annotated[float, Field(ge=0, le=500)]
    lag_s: Annotated[float, Field(ge=0, le=600)] = 30.0
    resolution_k: Annotated[float, Field(ge=0, le=5)] = 0.0625
    interval_s: Annotated[float, Field(ge=0.1, le=3600)] = 10.0
    change_k: Annotated[float, Field(ge=0, le=20)] = 0.0
    silence_s: Annotated[float, Field(ge=0.1, le=86_400)] = 60.0
    noise_k: Annotated[float, Field(ge=0, le=5)] = 0.0


class LayoutFields(_Fields):
    """The whole file."""

    name: Name
    description: Annotated[str, Field(max_length=300)] = ""
    ambient_c: RoomC = 20.0
    mains_c: MainsC = 12.0
    heater: HeaterFields
    pump: PumpFields
    fixtures: Annotated[list[Name], Field(min_length=1)]
    hot: Annotated[list[PipeFields], Field(min_length=1)]
    cold: Annotated[list[PipeFields], Field(min_length=1)]
    return_line: list[PipeFields] = Field(alias="return", default=[])
    crossover: CrossoverFields | None = None
    sensors: list[SensorFields] = []
