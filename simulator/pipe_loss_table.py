"""The shipped table of heat losses; ``python -m simulator.pipe_loss_table > simulator/pipe_losses.csv`` makes it."""

import csv
import sys
from collections.abc import Iterable
from typing import Final, TextIO

from simulator.catalogue import PipeSize, pipe_sizes
from simulator.pipe_loss import linear_loss_w_mk

STEPS_MM: Final = (0.0, 6.0, 9.0, 13.0, 20.0, 25.0, 30.0, 40.0)
"""Thicknesses of foam as sold."""


def write_table(sizes: Iterable[PipeSize], file: TextIO) -> None:
    """Write U in W/(m K) of sizes of pipe under every thickness of foam sold."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["size", *(f"{step:g}" for step in STEPS_MM)])
    for size in sizes:
        losses = [linear_loss_w_mk(size.geometry(step)) for step in STEPS_MM]
        writer.writerow([size.name, *(f"{loss:.5f}" for loss in losses)])


if __name__ == "__main__":
    write_table(pipe_sizes().values(), sys.stdout)
