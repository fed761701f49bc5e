"""The measured pipe beside the simulated one: needs the folder with the bench's runs, which is no part of the project."""

from pathlib import Path
from typing import Final

from simulator.plots import COLOURS, styled_figure
from simulator.validation.measured import BenchPipe, Run, fit, predict, read_runs

SHOWN_EVERY: Final = 4
"""Each so many measured value is drawn, so that the line behind them is seen."""


def bench(folder: Path, data: Path) -> None:
    """Write ``bench.png``: points in a picture are no copy of the data."""
    runs, pipe = read_runs(data), BenchPipe()
    with styled_figure(7.2, 3.4) as figure:
        for axes, run in zip(figure.subplots(1, len(runs), squeeze=False)[0], runs, strict=True):
            told, found = predict(run, pipe), fit(run, pipe)
            axes.plot(run.times_s, run.inlet_c, color=COLOURS[0], linewidth=1.0, label="inlet, measured")
            axes.plot(*_thinned(run), "o", color=COLOURS[3], markersize=3, label="outlet, measured")
            axes.plot(run.times_s, told, color=COLOURS[1], linewidth=1.6, label="outlet, simulated")
            axes.set(xlabel="s", ylabel="°C", title=f"{Path(run.file).stem}: RMSE {found.rmse_k:.2f} K")
            axes.legend(frameon=False, fontsize=9, loc="lower right")
        figure.savefig(folder / "bench.png", dpi=110)


def _thinned(run: Run) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return run.times_s[::SHOWN_EVERY], run.outlet_c[::SHOWN_EVERY]
