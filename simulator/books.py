"""The books of a house: energy and water, each reckoned twice, refused when the two do not agree."""

from collections.abc import Iterable
from typing import Final

from simulator.catalogue import WATER_J_LK
from simulator.parts import HeatSource
from simulator.pipe import Pipe
from simulator.results import J_PER_KWH, TOLERANCE, BalanceError, EnergyBalance, MassBalance

_KWH_PER_KL: Final = WATER_J_LK / J_PER_KWH


def energy_balance(
    heater: HeatSource, pipes: Iterable[Pipe], drawn_kl: float, now_s: float, span_s: float
) -> EnergyBalance:
    """Return where every joule came from and went to.

    Args:
        heater: The heater.
        pipes: Every pipe.
        drawn_kl: Heat that left with the water drawn, above mains temperature, in K l.
        now_s: The present.
        span_s: Time since the beginning, in s.

    Raises:
        BalanceError: The books do not close (a bug of the simulator).
    """
    pipes = tuple(pipes)
    content_kl = sum(pipe.content_kl(now_s) for pipe in pipes)
    lost_kl = sum(pipe.lost_kl(now_s) for pipe in pipes)
    missing_kl = heater.warmed_kl - drawn_kl - lost_kl - content_kl
    standing_kwh = heater.standing_w * span_s / J_PER_KWH
    balance = EnergyBalance(
        heater_kwh=heater.warmed_kl * _KWH_PER_KL + standing_kwh,
        losses_kwh=lost_kl * _KWH_PER_KL,
        drawn_kwh=drawn_kl * _KWH_PER_KL,
        content_change_kwh=content_kl * _KWH_PER_KL,
        standing_kwh=standing_kwh,
        relative_error=_relative(missing_kl, heater.warmed_kl, drawn_kl, lost_kl, content_kl),
    )
    if balance.relative_error > TOLERANCE:
        raise BalanceError(f"energy does not balance: {balance}")
    return balance


def mass_balance(supplied_litres: float, drawn_litres: float) -> MassBalance:
    """Return the water that came in and went out.

    Raises:
        BalanceError: The books do not close (a bug of the simulator).
    """
    error = _relative(supplied_litres - drawn_litres, supplied_litres, drawn_litres)
    balance = MassBalance(supplied_litres, drawn_litres, error)
    if balance.relative_error > TOLERANCE:
        raise BalanceError(f"water does not balance: {balance}")
    return balance


def _relative(missing: float, *amounts: float) -> float:
    """Return what is missing relative to the largest amount, or to a thousandth of a unit when all are less."""
    return abs(missing) / max(1e-3, *map(abs, amounts))
