"""The advice: every scheme tried, one recommended, and what else a house needs to be told."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from simulator.adviser.choice import ENOUGH, Choice, choose
from simulator.adviser.houses import House, Way, house_of, way_of, ways_of
from simulator.adviser.laboratory import Laboratory
from simulator.adviser.notes import cold_tap_notes, hygiene_notes, pump_notes, tankless_notes
from simulator.adviser.pumps import SIZES, Sizing, size_pump
from simulator.adviser.said import Said
from simulator.adviser.shopping import Item, parts_list
from simulator.adviser.trials import Sample, Scheme, Trial, samples_of, within
from simulator.adviser.variants import with_insulation, with_pump
from simulator.adviser.words import scheme_words
from simulator.draws import Draw
from simulator.jobs import Pool
from simulator.layout import Layout
from simulator.layout_file import parse_layout
from simulator.study import IDLE
from simulator.tariff import USUAL, Tariff

HOUSEHOLDS: Final = ("people-3", "people-2", "people-4")
"""Who lives there, where nobody says."""
SAMPLES: Final = 3
STRATEGIES: Final[Mapping[Way, tuple[str, ...]]] = {
    Way.NONE: (IDLE,),
    Way.RETURN: ("on_demand", "timed", "aquastat"),
    Way.COLD_PIPE: ("on_demand", "check_valve"),
}
"""What is tried with each way back. On the cold pipe the timer is ``check_valve``; an aquastat heats the cold pipe."""
LEARNING: Final = "predictive"
"""Takes most of the time, so it is tried with the way back that is drawn, or with both where none is."""
THOROUGH: Final[Mapping[Way, tuple[str, ...]]] = {
    Way.NONE: (IDLE,),
    Way.RETURN: ("on_demand", "timed", "aquastat", LEARNING),
    Way.COLD_PIPE: ("on_demand", "check_valve", "aquastat", LEARNING),
}
FOAMS_MM: Final = (13.0, 20.0, 30.0)
"""Thicknesses of foam that are tried where they are more than what is drawn."""
_FOAMS_TRIED: Final = 2
_FIRST_SHARE: Final = 0.7
"""Share of the work in the first round, for the progress told."""

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to be advised on.

    Args:
        text: The layout file.
        source: What to call it in errors.
        households: Who lives there, each with the draws of its file, or None where the name makes them up.
        samples: How many samples.
        seed: Seed of the first of them.
        enough: Share of the comfort to be had that is enough.
        tariff: Prices.
        currency: What money is called.
        thorough: Try every strategy with either way back, whatever is drawn.
    """

    text: str
    source: str
    households: Mapping[str, tuple[Draw, ...] | None]
    samples: int = SAMPLES
    seed: int = 1
    enough: float = ENOUGH
    tariff: Tariff = USUAL
    currency: str = ""
    thorough: bool = False


@dataclass(frozen=True, slots=True)
class Advice:
    """What came of it.

    Args:
        wanted: What was asked.
        layout: The house as drawn.
        samples: The samples.
        schemes: Every scheme that was tried, ``none`` first.
        choice: What is recommended.
        foams: The recommended scheme and doing nothing, with thicker foam.
        pumps: The recommended scheme with other pumps.
        sizings: What the recommended scheme's loops ask of their pumps.
        notes: Findings by their heading: ``pump``, ``heater``, ``cold_tap``, ``hygiene``.
        parts: The parts list.
    """

    wanted: Wanted
    layout: Layout
    samples: tuple[Sample, ...]
    schemes: tuple[Scheme, ...]
    choice: Choice
    foams: tuple[Scheme, ...]
    pumps: tuple[Scheme, ...]
    sizings: tuple[Sizing, ...]
    notes: Mapping[str, tuple[Said, ...]]
    parts: tuple[Item, ...]

    @property
    def all_schemes(self) -> list[Scheme]:
        """Return every scheme that was run, those with other foam and pumps too."""
        return [*self.schemes, *self.foams, *self.pumps]

    @property
    def houses(self) -> list[House]:
        """Return every house that was simulated, each once."""
        return list({scheme.house.key: scheme.house for scheme in self.all_schemes}.values())


def advise(wanted: Wanted, pool: Pool = None, progress: Progress = lambda _: None) -> Advice:
    """Return the advice on a house; the same question gets the same answer to the last bit, on any pool.

    Args:
        wanted: What is asked.
        pool: Where simulations run.
        progress: Told the share done, 0..1; it may raise to give up.

    Raises:
        ConfigError: The layout is wrong.
    """
    drawn = parse_layout(wanted.text, wanted.source)
    asking = _Asking(wanted, pool)
    houses = ways_of(wanted.text, wanted.source)
    first = [
        (house, strategy)
        for house in houses
        for strategy in _tried(house.way, way_of(drawn), wanted.thorough)
    ]
    schemes = asking.schemes(first, lambda share: progress(_FIRST_SHARE * share))
    choice = choose(schemes, way_of(drawn), wanted.enough, wanted.currency)
    chosen = choice.scheme
    foams, pumps = _with_other_foam(chosen), _with_other_pumps(chosen)
    rest = asking.schemes(
        [*foams, *pumps], lambda share: progress(_FIRST_SHARE + (1.0 - _FIRST_SHARE) * share)
    )
    sizings = tuple(size_pump(chosen.house.layout, loop) for loop in chosen.house.layout.loops)
    progress(1.0)
    return Advice(
        wanted=wanted,
        layout=drawn,
        samples=asking.samples,
        schemes=tuple(schemes),
        choice=choice,
        foams=tuple(rest[: len(foams)]),
        pumps=tuple(rest[len(foams) :]),
        sizings=sizings,
        notes={
            "pump": tuple(pump_notes(sizings)),
            "heater": tuple(tankless_notes(chosen.house, sizings, chosen)),
            "cold_tap": tuple(cold_tap_notes(chosen.house, chosen)),
            "hygiene": tuple(hygiene_notes(chosen.house)),
        },
        parts=tuple(parts_list(chosen.house, chosen.strategy, sizings)),
    )


def _tried(way: Way, drawn: Way, thorough: bool) -> tuple[str, ...]:
    if thorough:
        return THOROUGH[way]
    learns = way is not Way.NONE and drawn in (Way.NONE, way)
    return (*STRATEGIES[way], LEARNING) if learns else STRATEGIES[way]


class _Asking:
    """Runs schemes on the samples of one question."""

    def __init__(self, wanted: Wanted, pool: Pool) -> None:
        self._wanted = wanted
        self._laboratory = Laboratory(wanted.tariff, pool)
        samples = samples_of(list(wanted.households), wanted.samples, wanted.seed)
        self.samples = tuple(within(sample, wanted.households[sample.household]) for sample in samples)

    def schemes(self, pairs: Sequence[tuple[House, str]], progress: Progress) -> list[Scheme]:
        """Return how strategies fare in houses."""
        self._laboratory.run(self._trials(pairs), progress)
        return [self._laboratory.scheme(house, strategy, self.samples) for house, strategy in pairs]

    def _trials(self, pairs: Iterable[tuple[House, str]]) -> list[Trial]:
        draws = self._wanted.households
        return [
            Trial(house, strategy, sample, draws[sample.household])
            for house, strategy in pairs
            for sample in self.samples
        ]


def _with_other_foam(chosen: Scheme) -> list[tuple[House, str]]:
    house = chosen.house
    pipes = [run.insulation_mm for run in (*house.layout.hot, *house.layout.return_line)]
    thicker = [foam for foam in FOAMS_MM if foam > max(pipes, default=0.0)][:_FOAMS_TRIED]
    pairs = []
    for foam_mm in thicker:
        other = house_of(
            f"{house.key}-{foam_mm:g}mm", with_insulation(house.tree, foam_mm), house.pump, foam_mm
        )
        pairs.append((other, chosen.strategy))
    return pairs


def _with_other_pumps(chosen: Scheme) -> list[tuple[House, str]]:
    house = chosen.house
    if house.way is Way.NONE:
        return []
    return [
        (house_of(f"{house.key}-{size.name}", with_pump(house.tree, size.fields()), size), chosen.strategy)
        for size in SIZES
        if size != house.pump
    ]


def as_json(advice: Advice, command: Callable[[Trial], str]) -> dict[str, Any]:
    """Return an advice as values for JSON.

    Args:
        advice: The advice.
        command: Returns the command that repeats a run.
    """
    chosen = advice.choice.scheme
    return {
        "layout": advice.layout.name,
        "recommended": chosen.key,
        "way_back": str(chosen.house.way),
        "strategy": chosen.strategy,
        "reasons": [reason.as_json() for reason in advice.choice.reasons],
        "thriftier": None if advice.choice.thriftier is None else advice.choice.thriftier.key,
        "surer": None if advice.choice.surer is None else advice.choice.surer.key,
        "schemes": [_scheme_json(scheme, command) for scheme in advice.schemes],
        "insulation": [_scheme_json(scheme, command) for scheme in advice.foams],
        "pump_sizes": [_scheme_json(scheme, command) for scheme in advice.pumps],
        "pumps": [_sizing_json(sizing) for sizing in advice.sizings],
        "notes": {key: [note.as_json() for note in notes] for key, notes in advice.notes.items()},
        "parts": [item.as_json() for item in advice.parts],
        "layouts": {house.file: house.text for house in advice.houses},
    }


def _scheme_json(scheme: Scheme, command: Callable[[Trial], str]) -> dict[str, Any]:
    return {
        "scheme": scheme.key,
        "title": scheme_words(scheme).as_json(),
        "house": scheme.house.file,
        "way_back": str(scheme.house.way),
        "strategy": scheme.strategy,
        "figures": {
            name: {
                "mean": figure.mean,
                "low": figure.low,
                "high": figure.high,
                "standard_error": figure.error,
            }
            for name, figure in scheme.figures.items()
        },
        "vdi6003": {waits.fixture: waits.level for waits in scheme.waits() if waits.useful_draws},
        "runs": [
            {
                "command": command(run.trial),
                "season": run.trial.sample.season.name,
                "household": run.trial.sample.household,
                "figures": dict(run.figures),
            }
            for run in scheme.runs
        ],
    }


def _sizing_json(sizing: Sizing) -> dict[str, Any]:
    return {
        "loop": sizing.loop,
        "needed_lpm": sizing.needed_lpm,
        "keeps_hot_lpm": sizing.keeps_hot_lpm,
        "fills_lpm": sizing.fills_lpm,
        "wakes_lpm": sizing.wakes_lpm,
        "most_lpm": sizing.most_lpm,
        "head_m": sizing.head_m,
        "chosen": sizing.chosen.name,
        "duties": [
            {
                "size": duty.size.name,
                "flow_lpm": duty.flow_lpm,
                "head_m": duty.head_m,
                "speed_m_s": duty.speed_m_s,
            }
            for duty in sizing.duties
        ],
    }
