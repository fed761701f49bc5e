"""Segments of a circulation loop as another program computes them hour by hour.

In each hour the loop's water flows for a share of the time and rests for the remainder: with flow a segment loses what
the water leaves behind, at rest what it cools by. The program keeps a segment's pipe at its mean temperature at the end
of flow; so do we, with a pipe that is steady and then rests.
"""

from dataclasses import dataclass
from math import log, pi
from pathlib import Path
from typing import Final

from controller.core.errors import ConfigError, Problem
from simulator.pipe import Pipe
from simulator.stream import constant, integral
from simulator.validation.table import read_columns

GALLON_BTU_F: Final = 8.29018
"""Heat capacity of a US gallon of water in Btu/F, as the program has it."""
GALLONS_PER_FT3: Final = 1_728.0 / 231.0
"""US gallons in a cubic foot: by definition 231 cubic inches each."""
PROMISED: Final = 0.005
"""Largest relative error of a segment's loss that is allowed."""
INPUT: Final = (
    "element",
    "length_ft",
    "OD_in(=nom+0.125)",
    "insul_thk_in",
    "insul_k_Btuh-ft/ft2F",
    "h_ext_Btuh/ft2F",
    "fUA",
    "runF",
    "fNoDraw",
)
HOURLY: Final = ("element", "Hr", "Flow", "Tex", "Tin", "Tout", "PLWF", "PLCD")


@dataclass(frozen=True, slots=True)
class SegmentLoss:
    """A segment's loss over all hours, in Btu, ours and theirs, and the greatest error of an outlet in F."""

    element: str
    flowing_btu: float
    flowing_theirs_btu: float
    resting_btu: float
    resting_theirs_btu: float
    outlet_error_f: float

    @property
    def error(self) -> float:
        """Return the greater relative error of the two losses."""
        return max(
            abs(self.flowing_btu / self.flowing_theirs_btu - 1.0),
            abs(self.resting_btu / self.resting_theirs_btu - 1.0),
        )


def segment_losses(folder: Path) -> list[SegmentLoss]:
    """Return the losses of each segment in a folder with ``input.csv`` and ``hourly.csv``.

    Raises:
        ZcwError: A file cannot be read.
        ConfigError: A file is no such table, or an hour belongs to no element.
    """
    rows = read_columns(folder / "input.csv", INPUT, ("element",))
    elements = {
        name: dict(zip(INPUT[1:], map(float, rest), strict=True))
        for name, *rest in zip(*rows.values(), strict=True)
    }
    hours = read_columns(folder / "hourly.csv", HOURLY, ("element",))
    by_element: dict[str, list[list[float]]] = {}
    for name, *rest in zip(*hours.values(), strict=True):
        if name not in elements:
            problem = Problem(
                "element", f"{name!r} is not in input.csv", None, "give each element a row there"
            )
            raise ConfigError(str(folder / "hourly.csv"), (problem,))
        by_element.setdefault(name, []).append(list(map(float, rest)))
    return [_loss(name, elements[name], found) for name, found in by_element.items()]


def _loss(name: str, element: dict[str, float], hours: list[list[float]]) -> SegmentLoss:
    outer_ft = element["OD_in(=nom+0.125)"] / 12.0
    skin_ft = outer_ft + element["insul_thk_in"] / 6.0
    resistance = log(skin_ft / outer_ft) / (2.0 * element["insul_k_Btuh-ft/ft2F"]) + 1.0 / (
        element["h_ext_Btuh/ft2F"] * skin_ft
    )
    loss_btu_hf = element["fUA"] * pi / resistance * element["length_ft"]
    # The program counts the wall as water: its volume is that of the outer diameter.
    gallons = pi / 4.0 * outer_ft**2 * element["length_ft"] * GALLONS_PER_FT3
    resting_h = element["fNoDraw"] * (1.0 - element["runF"])
    flowing = resting = flowing_theirs = resting_theirs = worst_f = 0.0
    for _, gpm, ambient_f, inlet_f, outlet_f, with_flow, at_rest in hours:
        # Hours for seconds, gallons for litres, F for K: the pipe counts in whatever it is given.
        pipe = Pipe(gallons, 1.0, loss_btu_hf / (gallons * GALLON_BTU_F))
        pipe.set_flow(60.0 * gpm, 0.0)
        steady_h = 2.0 * gallons / (60.0 * gpm)
        pipe.settle(steady_h, [constant(inlet_f - ambient_f, 0.0, steady_h)])
        end_h = steady_h + 1.0 - resting_h
        before = pipe.lost_kl(steady_h)
        left = pipe.settle(end_h, [constant(inlet_f - ambient_f, steady_h, end_h)])
        flowing += (pipe.lost_kl(end_h) - before) * GALLON_BTU_F
        worst_f = max(worst_f, abs(sum(map(integral, left)) / (end_h - steady_h) + ambient_f - outlet_f))
        pipe.set_flow(0.0, end_h)
        resting += (pipe.lost_kl(end_h + resting_h) - pipe.lost_kl(end_h)) * GALLON_BTU_F
        flowing_theirs += with_flow
        resting_theirs += at_rest
    return SegmentLoss(name, flowing, flowing_theirs, resting, resting_theirs, worst_f)
