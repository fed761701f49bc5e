"""Runs of a measured pipe bench: the inlet and the flow are given, the outlet is to be predicted.

Nothing is fitted: the pipe is what its data sheet says, water's properties are those at the mean of the run's coldest and
hottest inlet, the initial state is a straight line between the first row's inlet and outlet.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from math import expm1, inf, log, pi
from pathlib import Path
from typing import Final

from controller.core.errors import ConfigError, Problem, ZcwError
from simulator.network import Edge, Network
from simulator.pipe import Pipe
from simulator.spread import WATER_J_KGK, Spread, water
from simulator.stream import Segment, total
from simulator.validation.table import read_columns, read_text, rmse

COLUMNS: Final = ("time_s", "mflow_kg_s", "T_water_out_C", "T_water_in_C")
AMBIENT_COLUMNS: Final = ("T_amb_C", "T_ambient_C", "T_room_C")
"""Any one of them, if there is one, tells the room's temperature; without it the bench's is taken."""
FOAM_J_M3K: Final = 69_000.0
"""Heat capacity of closed-cell polyethylene foam: 30 kg/m3 and 2 300 J/(kg K). Source: data sheets of pipe foams."""
STEEL_W_MK: Final = 50.0
_STRAIGHT: Final = 1e-3
_INITIAL_STEPS: Final = 12


@dataclass(frozen=True, slots=True)
class BenchPipe:
    """The pipe of the bench: m, J/(m3 K) for the wall, W/(m K), W/(m2 K), C."""

    length_m: float = 39.0
    inner_m: float = 0.05248
    outer_m: float = 0.0603
    wall_j_m3k: float = 7_800.0 * 480.0
    foam_m: float = 0.013
    foam_w_mk: float = 0.04
    film_w_m2k: float = 5.0
    ambient_c: float = 18.0

    @property
    def loss_w_mk(self) -> float:
        """Return the loss per metre through foam and outer film."""
        return 1.0 / (self._foam_mk_w + self._film_mk_w)

    @property
    def wall_j_mk(self) -> float:
        """Return the heat capacity per metre of the wall, and of the foam as far as it follows the wall.

        In the foam the steady profile falls with the logarithm of the radius; heat that is stored counts by the square of
        the profile (the first term of the foam's admittance in frequency).
        """
        skin_m = self.outer_m + 2.0 * self.foam_m
        fall = self._foam_mk_w / (self._foam_mk_w + self._film_mk_w)
        steps = 100
        foam_j_mk = 0.0
        for step in range(steps):
            across_m = self.outer_m + (skin_m - self.outer_m) * (step + 0.5) / steps
            profile = 1.0 - fall * log(across_m / self.outer_m) / log(skin_m / self.outer_m)
            foam_j_mk += profile**2 * pi * across_m * self.foam_m / steps * FOAM_J_M3K
        return self.wall_j_m3k * pi / 4.0 * (self.outer_m**2 - self.inner_m**2) + foam_j_mk

    @property
    def _foam_mk_w(self) -> float:
        return log((self.outer_m + 2.0 * self.foam_m) / self.outer_m) / (2.0 * pi * self.foam_w_mk)

    @property
    def _film_mk_w(self) -> float:
        return 1.0 / (self.film_w_m2k * pi * (self.outer_m + 2.0 * self.foam_m))


@dataclass(frozen=True, slots=True)
class Run:
    """A measured run: s, kg/s (each until the next row), C."""

    file: str
    times_s: tuple[float, ...]
    mass_flow_kg_s: tuple[float, ...]
    inlet_c: tuple[float, ...]
    outlet_c: tuple[float, ...]
    ambient_c: float | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """How a prediction agrees with a measured run; ``t50_error_s`` is positive when the prediction is late."""

    file: str
    rmse_k: float
    max_abs_k: float
    t50_error_s: float

    def as_json(self) -> dict[str, str | float]:
        """Return it as a mapping."""
        return asdict(self)


def read_runs(folder: Path) -> list[Run]:
    """Return every run in a folder.

    Raises:
        ZcwError: There is none.
        ConfigError: A file is no such table.
    """
    paths = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    if not paths:
        raise ZcwError(f"{folder}: no CSV file there; --data takes a folder with the bench's runs")
    return [_read_run(path) for path in paths]


def _read_run(path: Path) -> Run:
    times_s, flows, outlet_c, inlet_c = (
        tuple(map(float, column)) for column in read_columns(path, COLUMNS).values()
    )
    if len(times_s) < 3 or any(later <= sooner for sooner, later in pairwise(times_s)):
        problem = Problem("time_s", "times do not rise", None, "give at least three rows in order of time")
        raise ConfigError(str(path), (problem,))
    if min(flows) <= 0.0:
        line = 2 + next(number for number, flow in enumerate(flows) if flow <= 0.0)
        problem = Problem(
            "mflow_kg_s", f"{min(flows):g} is no flow", line, "give runs with flow in every row"
        )
        raise ConfigError(str(path), (problem,))
    return Run(path.name, times_s, flows, inlet_c, outlet_c, _ambient_c(path))


def _ambient_c(path: Path) -> float | None:
    header = [cell.strip() for cell in read_text(path).split("\n", 1)[0].split(",")]
    name = next((name for name in AMBIENT_COLUMNS if name in header), None)
    if name is None:
        return None
    rows = [float(cell) for cell in read_columns(path, (name,))[name]]
    return sum(rows) / len(rows)


def predict(run: Run, bench: BenchPipe) -> list[float]:
    """Return the outlet's temperature in C at the times of a run."""
    if run.ambient_c is not None:
        bench = replace(bench, ambient_c=run.ambient_c)
    mean_c = 0.5 * (min(run.inlet_c) + max(run.inlet_c))
    _, _, water_j_m3k = water(mean_c)
    area_m2 = pi * bench.inner_m**2 / 4.0
    capacity = 1.0 + bench.wall_j_mk / (water_j_m3k * area_m2)
    # From the wall's inner face to its heat: a third of the way through, as in a slab.
    wall_mk_w = (bench.outer_m - bench.inner_m) / 2.0 / (3.0 * STEEL_W_MK) / (pi * bench.inner_m)
    pipe = Pipe(
        area_m2 * bench.length_m * 1000.0,
        capacity,
        bench.loss_w_mk / (water_j_m3k * area_m2 * capacity),
        spread=Spread(1000.0 * bench.inner_m, capacity, wall_mk_w=wall_mk_w, water_c=mean_c),
    )
    first_k, last_k = run.inlet_c[0] - bench.ambient_c, run.outlet_c[0] - bench.ambient_c
    pipe.fill(
        [first_k + (last_k - first_k) * (step + 0.5) / _INITIAL_STEPS for step in range(_INITIAL_STEPS)]
    )
    mean_kg_s, times_s = _at_mean_flow(run)
    inlet = _Measured(times_s, [at_c - bench.ambient_c for at_c in run.inlet_c])
    network = Network([Edge("pipe", "inlet", "outlet", pipe)], {"inlet": inlet}, ())
    litres_per_kg = 1000.0 * WATER_J_KGK / water_j_m3k
    network.set_flows([mean_kg_s * litres_per_kg], times_s[0])
    outlet = network.forecast("outlet", times_s[0])
    return [bench.ambient_c + excess_k for excess_k in _sampled(outlet, times_s)]


def _at_mean_flow(run: Run) -> tuple[float, list[float]]:
    """Return a run's mean flow, and its instants told by the water that has passed until then, at that flow.

    A front goes as far as its water, whatever its speed; cooling and film are then those of the mean flow.
    """
    passed_kg = [0.0]
    for (sooner_s, later_s), flow_kg_s in zip(pairwise(run.times_s), run.mass_flow_kg_s, strict=False):
        passed_kg.append(passed_kg[-1] + flow_kg_s * (later_s - sooner_s))
    mean_kg_s = passed_kg[-1] / (run.times_s[-1] - run.times_s[0])
    return mean_kg_s, [run.times_s[0] + kg / mean_kg_s for kg in passed_kg]


def fit(run: Run, bench: BenchPipe) -> Fit:
    """Return how well a run is predicted."""
    predicted_c = predict(run, bench)
    errors = [own - measured for own, measured in zip(predicted_c, run.outlet_c, strict=True)]
    half_c = 0.5 * (run.outlet_c[0] + max(run.outlet_c))
    late_s = _reaches(run.times_s, predicted_c, half_c) - _reaches(run.times_s, run.outlet_c, half_c)
    return Fit(run.file, rmse(errors), max(map(abs, errors)), late_s)


class _Measured:
    """An inlet measured at instants, straight between them."""

    def __init__(self, times_s: Sequence[float], excess_k: Sequence[float]) -> None:
        self._times_s = times_s
        self._excess_k = excess_k

    def supply(self, from_s: float) -> Iterator[Segment]:
        rows = zip(pairwise(self._times_s), pairwise(self._excess_k), strict=True)
        for (start_s, end_s), (first_k, last_k) in rows:
            if end_s > from_s:
                begin_s = max(start_s, from_s)
                begin_k = first_k + (last_k - first_k) * (begin_s - start_s) / (end_s - start_s)
                # An exponential whose exponent stays small passes for a straight line.
                height_k = (last_k - begin_k) / expm1(_STRAIGHT)
                line = ((begin_k - height_k, 0.0), (height_k, _STRAIGHT / (end_s - begin_s)))
                yield Segment(begin_s, end_s, line if height_k else line[:1])
        yield Segment(max(from_s, self._times_s[-1]), inf, ((self._excess_k[-1], 0.0),))


def _sampled(stream: Iterable[Segment], times_s: Sequence[float]) -> Iterator[float]:
    segments = iter(stream)
    segment = next(segments)
    for at_s in times_s:
        while segment.end_s <= at_s:
            segment = next(segments)
        yield total(segment.terms, at_s - segment.start_s)


def _reaches(times_s: Sequence[float], values_c: Sequence[float], level_c: float) -> float:
    rows = zip(pairwise(times_s), pairwise(values_c), strict=True)
    for (sooner_s, later_s), (before_c, after_c) in rows:
        if after_c >= level_c > before_c:
            return sooner_s + (level_c - before_c) / (after_c - before_c) * (later_s - sooner_s)
    return inf
