"""The catalogue of pipes: sizes by name, how much water and heat they hold, how much they lose."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import log, pi
from typing import Final

from ruamel.yaml import YAML

FOAM_W_MK: Final = 0.038
"""Conductivity of pipe foam in W/(m K). Source: EN ISO 8497 class 040 foams at 40 C, as used for the catalogue's U."""
INSIDE_W_M2K: Final = 1000.0
"""Film coefficient inside the pipe in W/(m2 K); matters by less than 2 % of U.

Source: Gnielinski (1976) for water of 55 C at about 0.3 m/s in 13-25 mm pipes gives 1 000-2 500.
"""
OUTSIDE_W_M2K: Final = 9.5
"""Film and radiation coefficient outside, in W/(m2 K). Source: Churchill-Chu (1975) with emissivity 0.9 on 35-60 mm."""


@dataclass(frozen=True, slots=True)
class PipeSize:
    """One size of pipe.

    Args:
        name: Name in the catalogue, such as ``Cu 22x1``.
        inner_mm: Inner diameter, in mm.
        outer_mm: Outer diameter, in mm.
        litres_per_m: Water held, in l/m.
        capacity: Heat capacity of water and wall over that of the water alone (1 + Cw/Cf).
        wall_w_mk: Conductivity of the wall, in W/(m K).
        losses: Thickness of foam in mm and heat loss U in W/(m K), ascending; the first is bare pipe.
    """

    name: str
    inner_mm: float
    outer_mm: float
    litres_per_m: float
    capacity: float
    wall_w_mk: float
    losses: tuple[tuple[float, float], ...]

    def loss_w_mk(self, insulation_mm: float) -> float:
        """Return the heat loss U in W/(m K) under so much foam.

        Thicknesses of the catalogue give its number; others follow the formula of heat flow through the layers,
        scaled by what the neighbouring numbers of the catalogue differ from it.
        """
        return _correction(self, insulation_mm) * linear_loss_w_mk(
            self.inner_mm, self.outer_mm, self.wall_w_mk, insulation_mm
        )


def linear_loss_w_mk(inner_mm: float, outer_mm: float, wall_w_mk: float, insulation_mm: float) -> float:
    """Return U in W/(m K) of water film, wall, foam and air film in series.

    Source: steady radial conduction (any heat transfer text); valid for still air around 20 C.
    """
    skin_mm = outer_mm + 2.0 * insulation_mm
    resistance = (
        1.0 / (INSIDE_W_M2K * pi * inner_mm / 1000.0)
        + log(outer_mm / inner_mm) / (2.0 * pi * wall_w_mk)
        + log(skin_mm / outer_mm) / (2.0 * pi * FOAM_W_MK)
        + 1.0 / (OUTSIDE_W_M2K * pi * skin_mm / 1000.0)
    )
    return 1.0 / resistance


def _correction(size: PipeSize, insulation_mm: float) -> float:
    ratios = [
        (mm, loss / linear_loss_w_mk(size.inner_mm, size.outer_mm, size.wall_w_mk, mm))
        for mm, loss in size.losses
    ]
    for (low_mm, low), (high_mm, high) in pairwise(ratios):
        if insulation_mm <= high_mm:
            return low + (high - low) * (insulation_mm - low_mm) / (high_mm - low_mm)
    return ratios[-1][1]


@cache
def pipe_sizes() -> Mapping[str, PipeSize]:
    """Return every size of the catalogue by its name."""
    text = (files("simulator") / "catalogue.yaml").read_text(encoding="utf-8")
    rows = YAML(typ="safe", pure=True).load(text)
    return {name: _size(name, row) for name, row in rows.items()}


def _size(name: str, row: Mapping[str, float | Mapping[float, float]]) -> PipeSize:
    losses = row["loss_w_mk"]
    numbers = {key: value for key, value in row.items() if not isinstance(value, Mapping)}
    assert isinstance(losses, Mapping)
    return PipeSize(
        name=name,
        inner_mm=float(numbers["inner_mm"]),
        outer_mm=float(numbers["outer_mm"]),
        litres_per_m=float(numbers["litres_per_m"]),
        capacity=float(numbers["capacity"]),
        wall_w_mk=float(numbers["wall_w_mk"]),
        losses=tuple(sorted((float(mm), float(loss)) for mm, loss in losses.items())),
    )
