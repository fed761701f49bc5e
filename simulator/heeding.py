"""What a simulated controller need not be told: what changes none of its orders costs as much to handle as what does."""

from typing import Final

from controller.engine import Engine
from controller.strategies.aquastat import Aquastat
from controller.strategies.delta_t import DeltaT
from controller.strategies.predictive import Predictive
from controller.strategies.timed import Timed

_NO_WISHES: Final = frozenset({Aquastat, DeltaT, Predictive, Timed})
"""Strategies known not to look at wishes. Any other is told them."""


def heeds_wishes(engine: Engine) -> bool:
    """Return whether a wish for hot water may start the pump; otherwise it would be noted, and expire."""
    return not _NO_WISHES.issuperset(map(type, engine.strategies))


def heeds_people(engine: Engine) -> bool:
    """Return whether cues, and what people draw, may change an order; otherwise they would be watched for faults only."""
    return engine.foresight is not None or engine.triggers.any
