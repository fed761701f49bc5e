"""The only list of strategies: from the name in a configuration to its class."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from controller.strategies.aquastat import Aquastat
from controller.strategies.check_valve import CheckValve
from controller.strategies.delta_t import DeltaT
from controller.strategies.disinfection import Disinfection
from controller.strategies.exercise import Exercise
from controller.strategies.freeze import Freeze
from controller.strategies.hygiene import Hygiene
from controller.strategies.on_demand import OnDemand
from controller.strategies.predictive import Predictive
from controller.strategies.ready_by import ReadyBy
from controller.strategies.timed import Timed

AnyStrategy: TypeAlias = (
    OnDemand
    | Timed
    | Aquastat
    | DeltaT
    | CheckValve
    | Freeze
    | Exercise
    | Hygiene
    | Disinfection
    | Predictive
    | ReadyBy
)

STRATEGIES: Mapping[str, type[AnyStrategy]] = MappingProxyType(
    {
        "on_demand": OnDemand,
        "timed": Timed,
        "aquastat": Aquastat,
        "delta_t": DeltaT,
        "check_valve": CheckValve,
        "freeze": Freeze,
        "exercise": Exercise,
        "hygiene": Hygiene,
        "disinfection": Disinfection,
        "predictive": Predictive,
        "ready_by": ReadyBy,
    }
)

ANSWER_REQUESTS = frozenset({"on_demand", "check_valve"})
"""Names of the strategies that answer a person's wish."""
