"""The books of a house: energy and water, each reckoned twice, refused when the two do not agree."""

from collections.abc import Iterable

from simulator.heater_books import KWH_PER_KL
from simulator.parts import HeatSource
from simulator.pipe import Pipe
from simulator.results import TOLERANCE, BalanceError, EnergyBalance, MassBalance


def energy_balance(heater: HeatSource, pipes: Iterable[Pipe], drawn_kl: float, now_s: float) -> EnergyBalance:
    """Return where every joule came from and went to.

    Args:
        heater: The heater.
        pipes: Every pipe.
        drawn_kl: Heat that left with the water drawn, above mains temperature, in K l.
        now_s: The present.

    Raises:
        BalanceError: The books do not close (a bug of the simulator).
    """
    pipes = tuple(pipes)
    of_heater = heater.books(now_s)
    content_kl = of_heater.content_change_kl + sum(pipe.content_kl(now_s) for pipe in pipes)
    lost_kl = sum(pipe.lost_kl(now_s) for pipe in pipes)
    given_kl, standing_kl = of_heater.given_kl, of_heater.lost_kl
    missing_kl = given_kl - standing_kl - drawn_kl - lost_kl - content_kl
    balance = EnergyBalance(
        heater_kwh=given_kl * KWH_PER_KL,
        losses_kwh=lost_kl * KWH_PER_KL,
        drawn_kwh=drawn_kl * KWH_PER_KL,
        content_change_kwh=content_kl * KWH_PER_KL,
        standing_kwh=standing_kl * KWH_PER_KL,
        energy_kwh=of_heater.energy_kwh,
        heater_starts=of_heater.starts,
        relative_error=_relative(missing_kl, given_kl - standing_kl, drawn_kl, lost_kl, content_kl),
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
