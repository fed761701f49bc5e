"""The catalogue of pipes: sizes by name, how much water and heat they hold, how much they lose."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import pi
from typing import Any, Final

from ruamel.yaml import YAML

from simulator.pipe_loss import Geometry, linear_loss_w_mk

WATER_J_LK: Final = 4121.0
"""Heat capacity of water in J/(l K), taken as constant; 4 194 at 10 C, 4 121 at 55 C, 4 113 at 60 C.

Source: IAPWS-IF97 at 0.3 MPa.
"""


@dataclass(frozen=True, slots=True)
class PipeSize:
    """One size of pipe.

    Args:
        name: Name in the catalogue, such as ``Cu 22x1``.
        material: What it is made of.
        inner_mm: Inner diameter, in mm.
        outer_mm: Outer diameter, in mm.
        wall_w_mk: Conductivity of the wall, in W/(m K).
        wall_mj_m3k: Heat capacity of the wall's material, in MJ/(m3 K).
        emissivity: Emissivity of the bare pipe.
        roughness_mm: Roughness inside, in mm.
    """

    name: str
    material: str
    inner_mm: float
    outer_mm: float
    wall_w_mk: float
    wall_mj_m3k: float
    emissivity: float
    roughness_mm: float

    @property
    def litres_per_m(self) -> float:
        """Return the water held, in l/m."""
        return pi * self.inner_mm**2 / 4000.0

    @property
    def wall_j_mk(self) -> float:
        """Return the heat capacity of the wall, in J/(m K)."""
        return self.wall_mj_m3k * pi * (self.outer_mm**2 - self.inner_mm**2) / 4.0

    @property
    def capacity(self) -> float:
        """Return the heat capacity of water and wall over that of the water alone (1 + Cw/Cf)."""
        return 1.0 + self.wall_j_mk / (self.litres_per_m * WATER_J_LK)

    def geometry(self, insulation_mm: float) -> Geometry:
        """Return what decides the loss under so much foam."""
        return Geometry(
            self.inner_mm, self.outer_mm, self.wall_w_mk, self.roughness_mm, self.emissivity, insulation_mm
        )

    def loss_w_mk(self, insulation_mm: float) -> float:
        """Return the heat loss U in W/(m K) under so much foam: from the shipped table, or computed once."""
        known = _losses().get((self.name, float(insulation_mm)))
        return linear_loss_w_mk(self.geometry(insulation_mm)) if known is None else known


@cache
def pipe_sizes() -> Mapping[str, PipeSize]:
    """Return every size of the catalogue by its name."""
    text = (files("simulator") / "catalogue.yaml").read_text(encoding="utf-8")
    materials = YAML(typ="safe", pure=True).load(text)
    return {size.name: size for material, row in materials.items() for size in _sizes(material, row)}


def _sizes(material: str, row: Mapping[str, Any]) -> Iterator[PipeSize]:
    for name, (outer_mm, wall_mm) in row["sizes"].items():
        yield PipeSize(
            name=name,
            material=material,
            inner_mm=round(outer_mm - 2.0 * wall_mm, 3),
            outer_mm=float(outer_mm),
            wall_w_mk=float(row["conductivity_w_mk"]),
            wall_mj_m3k=float(row["heat_mj_m3k"]),
            emissivity=float(row["emissivity"]),
            roughness_mm=float(row["roughness_mm"]),
        )


@cache
def _losses() -> Mapping[tuple[str, float], float]:
    """Return U in W/(m K) by size and thickness of foam in mm, as shipped."""
    with (files("simulator") / "pipe_losses.csv").open(encoding="utf-8") as file:
        rows = csv.reader(file)
        steps_mm = [float(step) for step in next(rows)[1:]]
        return {
            (name, step_mm): float(loss)
            for name, *losses in rows
            for step_mm, loss in zip(steps_mm, losses, strict=True)
        }
