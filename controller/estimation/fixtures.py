"""How hot the water at each fixture probably is: is it hot yet?

Nobody measures at the taps. What is known are two slow sensors and physics: water moves down the supply like a plug
while the pump runs or somebody draws, and cools where it lies. The supply is a row of cells from the heater to the far
end, each with the mean and the variance of its temperature. How far a movement went is known only about, so a cell that
the hot front may have passed is a mixture of hot and of what was there. What nothing tells (draws nobody sees, the
length of the pipes) widens the variance, so that the stated uncertainty is an honest one.

``simulator/estimation_check.py`` holds it against the true temperatures of simulated houses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erf, exp, log, sqrt
from typing import Final, TypeAlias

from controller.core.clock import MINUTE_MS, SECOND_MS, Instant
from controller.core.plumbing import FAR_END, RETURN, SUPPLY, FixturePipe, Plumbing
from controller.estimation.cooling import ROOM_C, Cooling
from controller.estimation.draw_watch import DrawWatch

CELLS: Final = 20
HOT_C: Final = 40.0
"""Water at the tee this hot is hot at the tap. Source: 40 C is what people mix to; a degree is lost on the way."""
SURE: Final = 0.8
"""So likely it must be before hot, or cold, is said."""
USUAL_C: Final = 52.0
"""What a heater gives that has not been measured, in C, give or take ``USUAL_K``."""
USUAL_K: Final = 5.0
FRESH_K: Final = 1.5
"""Standard deviation of water just sent by a heater that is measured, at the tee."""
UNKNOWN_C: Final = 32.0
"""Before anything is known: between the room and hot."""
UNKNOWN_K: Final = 12.0
ROOM_K: Final = 2.0
"""Standard deviation of the room's temperature about what is assumed."""
USUAL_FILL_MS: Final = 60 * SECOND_MS
USUAL_FILL_LN: Final = 0.5
"""Relative standard deviation of a fill time that has not been learned."""
LEARNED_FILL_LN: Final = 0.2
RETURN_SHARE: Final = 0.66
"""Share of a loop's pump time that its supply takes; a sensor on the return sees the front only after the whole loop."""
DRAW_SHARE: Final = 0.7
"""What a draw of unknown flow moves, about, as a share of what the pump moves in that time."""
DRAW_LN: Final = 0.7
"""Relative standard deviation of that."""
METERED_LN: Final = 0.35
TAU_LN: Final = 0.25
"""Relative standard deviation of the pipe's time constant."""
NARROWER: Final = 0.35
"""Pipes narrow towards the far end and cool faster there: share by which the time constant falls."""
RISE_K: Final = 3.0
"""The front has come to a sensor when it has risen by so much in a run."""
LAG_MS: Final = 25 * SECOND_MS
"""Time constant with which strapped sensors follow. Source: 20 to 60 s; those in use here are the quicker ones."""
REPORT_MS: Final = 3 * SECOND_MS
FAR_END_K: Final = 5.0
"""A sensor at the far end tells the water's temperature there within so much, once it has settled."""
SETTLED_MS: Final = 3 * MINUTE_MS
HIDDEN_PER_HOUR: Final = 1.0
"""Draws in an hour in which none could have been seen: such hours follow draws, and people cluster draws."""
UNSEEN_PER_HOUR: Final = 0.04
"""Draws in an hour that are too short for a strapped sensor."""
COLD_K: Final = 12.5
"""Only in a run that finds the supply colder than this above the room a sensor's rise means that the front has come:
otherwise it may be lukewarm water that passes."""
HIDDEN_MS: Final = 30 * SECOND_MS
HIDDEN_LAST_MS: Final = 40 * MINUTE_MS
"""What a hidden draw heated longer ago has cooled again."""
USUAL_LPM: Final = 6.0
"""Flow of a tap that somebody opens for hot water, and of a pump that is not measured, in l/min."""
WALLS: Final = 1.15
"""Water must warm the pipe too: the front moves so much slower than the water."""
TWIG_L: Final = 0.3
TWIG_SHARES: Final = (0.0, 0.5, 1.0, 1.3, 1.7)
"""What of its own pipe a fixture must run off, by quantile: nothing when somebody was there just now, more than its
content when the tap is opened gently."""
_WEIGHT: Final = 0.25
_QUANTILES: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
_PLACES: Final = tuple((cell + 0.5) / CELLS for cell in range(CELLS))

Cell: TypeAlias = tuple[float, float]
"""Mean of a temperature above the room in K, and its variance in K2."""


@dataclass(frozen=True, slots=True)
class FixtureEstimate:
    """How hot the water at one fixture probably is.

    Args:
        fixture: Name of the fixture.
        mean_c: Temperature of the water in the loop at its tee, in C.
        sd_k: Standard deviation of that, in K.
        hot_chance: Chance that it is hot.
        wait_s: Seconds that a tap opened now takes until it is hot: probably, and one time in ten at most and at least.
        ready_in_s: While the pump runs, seconds until hot water reaches the tee; None at rest.
    """

    fixture: str
    mean_c: float
    sd_k: float
    hot_chance: float
    wait_s: tuple[float, float, float]
    ready_in_s: float | None

    @property
    def hot(self) -> bool | None:
        """Return whether it is hot; None when neither is likely enough."""
        if self.hot_chance >= SURE:
            return True
        return False if self.hot_chance <= 1.0 - SURE else None


@dataclass(frozen=True, slots=True)
class _Move:
    """Water that moves down the supply: a run of the pump, or a draw.

    Args:
        since: When it began.
        pump: It is a run of the pump.
        arrived: A sensor has seen its front: the whole supply has been passed.
    """

    since: Instant
    pump: bool
    arrived: bool = False


class FixtureHeat:
    """The state of one loop's supply, fixture by fixture: a fold over what happens.

    Args:
        plumbing: The loop.
        started_at: When the controller started.
    """

    def __init__(self, plumbing: Plumbing, started_at: Instant) -> None:
        self._fixtures = plumbing.fixtures
        self._arrival = plumbing.arrival_sensor
        pipes = {pipe.fixture: pipe for pipe in plumbing.pipes}
        known = [pipes.get(name, FixturePipe(name)) for name in plumbing.fixtures]
        self._places = places(known)
        self._reached = [sum(place >= x for place in self._places) / max(1, len(known)) for x in _PLACES]
        """Chance that a draw at one of the fixtures moves the water in each cell."""
        self._twigs_l = [TWIG_L if pipe.twig_l is None else pipe.twig_l for pipe in known]
        self._supply_l = max((pipe.loop_l or 0.0 for pipe in known), default=0.0) or None
        self._cells: list[Cell] = [(UNKNOWN_C - ROOM_C, UNKNOWN_K**2)] * CELLS
        self._at = started_at
        self._move: _Move | None = None
        self._cooling = Cooling(90 * MINUTE_MS)
        self._watch = DrawWatch()
        self._fill_ms: float | None = None
        self._supply: tuple[Instant, float] | None = None
        self._lowest_c: float | None = None
        self._began_cold = False
        self._stopped_at = started_at
        self._metered_lpm: float | None = None
        self._metered_at = started_at
        self._drawn_l = 0.0

    @property
    def fill_ms(self) -> float:
        """Return the pump time from the heater to the far tee: learned, or by the pipes' content, or as usual."""
        if self._fill_ms is not None:
            return self._fill_ms
        if self._supply_l is not None:
            return self._supply_l * WALLS / USUAL_LPM * MINUTE_MS
        return USUAL_FILL_MS

    # -- what happens ---------------------------------------------------------------------------------------

    def pump(self, at: Instant, on: bool) -> None:
        """The pump was switched."""
        self._settle(at)
        self._watch.pump()
        self._cooling.disturbed(at)
        self._lowest_c = None
        self._began_cold = all(mean_k < COLD_K for mean_k, _ in self._cells[CELLS // 3 :])
        self._move = _Move(at, pump=True) if on else None
        if not on:
            self._stopped_at = at

    def reading(self, at: Instant, sensor: str, value_c: float) -> None:
        """A sensor that can be believed said something."""
        running = self._move is not None and self._move.pump
        if sensor == self._arrival and running:
            self._await_front(at, value_c)
        elif sensor == FAR_END and at >= self._stopped_at + SETTLED_MS:
            self._measured(at, value_c)
        if sensor == SUPPLY:
            self._supply = at, value_c
            self._look_for_draws(at, value_c, running=running)

    def flow(self, at: Instant, flow_lpm: float) -> None:
        """The meter in the heater's inlet said something: from now on draws are counted and not guessed."""
        drawing = self._move is not None and not self._move.pump
        if drawing:
            self._drawn_l += (self._metered_lpm or 0.0) * (at - self._metered_at) / MINUTE_MS
        self._metered_at, self._metered_lpm = at, flow_lpm
        if self._move is None and flow_lpm > 0.0:
            self._settle(at)
            self._drawn_l = 0.0
            self._move = _Move(at, pump=False)
        elif drawing and flow_lpm <= 0.0:
            self._end_draw(at, None)

    # -- what follows ---------------------------------------------------------------------------------------

    def estimates(self, now: Instant) -> tuple[FixtureEstimate, ...]:
        """Return how hot it probably is at each fixture, near to far."""
        cells = self._profile(now)
        hot = [_above(cell, HOT_C - ROOM_C) for cell in cells]
        return tuple(
            self._estimate(number, name, cells, hot, now) for number, name in enumerate(self._fixtures)
        )

    def _estimate(
        self, number: int, name: str, cells: Sequence[Cell], hot: Sequence[float], now: Instant
    ) -> FixtureEstimate:
        place = self._places[number]
        index = min(CELLS - 1, int(place * CELLS))
        mean_k, variance = cells[index]
        twig_s = self._twigs_l[number] * WALLS / USUAL_LPM * 60.0
        waits = [
            share * twig_s + self._way_s(hot, place, index, chance)
            for chance, share in zip(_QUANTILES, TWIG_SHARES, strict=True)
        ]
        return FixtureEstimate(
            name,
            ROOM_C + mean_k,
            sqrt(variance),
            hot[index],
            (sum(waits) / len(waits), waits[0], waits[-1]),
            self._ready_in_s(place, hot[index], now),
        )

    def _way_s(self, hot: Sequence[float], place: float, index: int, chance: float) -> float:
        """Return how long the nearest water takes to the tee that is hot with at least a chance."""
        for cell in range(index, -1, -1):
            if hot[cell] >= chance:
                return max(0.0, place - (cell + 1) / CELLS) * self.fill_ms / SECOND_MS
        return place * self.fill_ms / SECOND_MS

    def _ready_in_s(self, place: float, hot_chance: float, now: Instant) -> float | None:
        move = self._move
        if move is None or not move.pump:
            return None
        if move.arrived or hot_chance >= SURE:
            return 0.0
        return max(0.0, place * self.fill_ms - (now - move.since)) / SECOND_MS

    # -- the water ------------------------------------------------------------------------------------------

    def _profile(self, now: Instant) -> list[Cell]:
        """Return the cells now: cooled, and moved by what goes on."""
        cooled = self._cooled(now)
        move = self._move
        if move is None:
            return cooled
        if move.pump:
            gone = (now - move.since) / self.fill_ms
            spread = USUAL_FILL_LN if self._fill_ms is None else LEARNED_FILL_LN
            gone, spread = (9.0, 0.1) if move.arrived else (gone, spread)
            return _moved(cooled, gone, spread, self._fresh(), [1.0] * CELLS)
        return self._drawn(cooled, now, now - move.since)

    def _drawn(self, cells: list[Cell], now: Instant, lasted_ms: int) -> list[Cell]:
        """Return the cells after a draw at one of the fixtures, nobody knows which."""
        gone, spread = DRAW_SHARE * lasted_ms / self.fill_ms, DRAW_LN
        if self._metered_lpm is not None:
            content_l = self._supply_l or self.fill_ms / MINUTE_MS * USUAL_LPM / WALLS
            litres = self._drawn_l + self._metered_lpm * (now - self._metered_at) / MINUTE_MS
            gone, spread = litres / (content_l * WALLS), METERED_LN
        return _moved(cells, gone, spread, self._fresh(), self._reached)

    def _fresh(self) -> Cell:
        """Return what the heater sends."""
        plateau_c = self._watch.plateau_c
        if plateau_c >= HOT_C:
            return plateau_c - ROOM_C, FRESH_K**2
        return USUAL_C - ROOM_C, USUAL_K**2

    def _cooled(self, now: Instant) -> list[Cell]:
        """Return the cells after the time since they were last worked out, with all that nobody saw in it."""
        span_ms = max(0, now - self._at)
        if span_ms == 0:
            return list(self._cells)
        tau_ms = self._cooling.tau_ms
        cooled = [
            _cooled(cell, span_ms / (tau_ms * (1.0 - NARROWER * place)))
            for cell, place in zip(self._cells, _PLACES, strict=True)
        ]
        if self._metered_lpm is not None or self._move is not None:
            return cooled
        return self._with_hidden(cooled, span_ms)

    def _with_hidden(self, cells: list[Cell], span_ms: int) -> list[Cell]:
        """Return the cells with the chance that somebody drew and nothing showed it."""
        per_hour = UNSEEN_PER_HOUR if self._watch.visible else HIDDEN_PER_HOUR
        chance = 1.0 - exp(-per_hour * min(span_ms, HIDDEN_LAST_MS) / (60 * MINUTE_MS))
        drawn = _moved(cells, HIDDEN_MS / self.fill_ms, DRAW_LN, self._fresh(), self._reached)
        return [_mixed(after, before, chance) for after, before in zip(drawn, cells, strict=True)]

    def _settle(self, at: Instant) -> None:
        """Write down what the cells are now."""
        self._cells = self._profile(at)
        self._at = max(at, self._at)

    # -- what sensors tell ----------------------------------------------------------------------------------

    def _await_front(self, at: Instant, value_c: float) -> None:
        move = self._move
        assert move is not None, "only a run that goes on is watched"
        self._lowest_c = value_c if self._lowest_c is None else min(self._lowest_c, value_c)
        rise_k = value_c - self._lowest_c
        if move.arrived or rise_k < RISE_K or not self._began_cold:
            return
        self._move = _Move(move.since, pump=True, arrived=True)
        step_k = ROOM_C + self._fresh()[0] - self._lowest_c
        if step_k < 2 * RISE_K:
            return
        late_ms = LAG_MS * -log(max(0.2, 1.0 - rise_k / step_k)) + REPORT_MS
        share = RETURN_SHARE if self._arrival == RETURN else 1.0
        fill_ms = max(5.0 * SECOND_MS, share * (at - move.since - late_ms))
        self._fill_ms = (
            fill_ms if self._fill_ms is None else self._fill_ms + _WEIGHT * (fill_ms - self._fill_ms)
        )

    def _measured(self, at: Instant, value_c: float) -> None:
        """Take what a sensor at the far end says for the last cells."""
        if self._move is not None:
            return
        self._settle(at)
        told_k, told = value_c - ROOM_C, FAR_END_K**2
        for cell in range(CELLS - 2, CELLS):
            mean_k, variance = self._cells[cell]
            gain = variance / (variance + told)
            # The sensor is wrong in the same way each time: asking it again makes nothing more certain.
            self._cells[cell] = (
                mean_k + gain * (told_k - mean_k),
                max((1.0 - gain) * variance, min(variance, told)),
            )

    def _look_for_draws(self, at: Instant, value_c: float, *, running: bool) -> None:
        if not running and self._move is None:
            self._cooling.reading(at, value_c)
        visible = self._watch.visible
        seen = self._watch.reading(at, value_c, running=running, tau_ms=self._cooling.tau_ms)
        if self._watch.visible is not visible and seen is None:
            self._settle(at)
        if seen is None or running or self._metered_lpm is not None:
            return
        self._cooling.disturbed(at)
        if seen.lasted_ms is None:
            self._settle(at)
            self._move = _Move(seen.at, pump=False)
        else:
            self._end_draw(at, seen.lasted_ms)

    def _end_draw(self, at: Instant, lasted_ms: int | None) -> None:
        move = self._move
        if move is None or move.pump:
            return
        self._move = None
        cells = self._cooled(at)
        self._cells = self._drawn(cells, at, at - move.since if lasted_ms is None else lasted_ms)
        self._at = at

    # -- across restarts ------------------------------------------------------------------------------------

    def snapshot(self) -> dict[str, object]:
        """Return what was learned of the pipes, JSON-able."""
        return {
            "fill_ms": self._fill_ms,
            "tau_ms": self._cooling.tau_ms,
            "rests": self._cooling.rests,
            "plateau_c": self._watch.plateau_c,
        }

    def restore(self, kept: object) -> None:
        """Take over what ``snapshot`` returned; what is damaged in it is left out."""
        if not isinstance(kept, Mapping):
            return
        fill_ms = _number(kept.get("fill_ms"), 1_000.0, 3_600_000.0)
        tau_ms = _number(kept.get("tau_ms"), 1e5, 1e8)
        rests, plateau_c = _number(kept.get("rests"), 0.0, 1e9), _number(kept.get("plateau_c"), 0.0, 100.0)
        self._fill_ms = fill_ms
        if tau_ms is not None and rests is not None:
            self._cooling.tau_ms, self._cooling.rests = tau_ms, int(rests)
        self._watch.plateau_c = plateau_c or 0.0


def places(pipes: Sequence[FixturePipe]) -> list[float]:
    """Return where the fixtures' tees are, as shares of the way to the far end: by their litres, or as is usual.

    Pipes are wider near the heater, so the first of three fixtures sits beyond a third of the water.
    """
    number = len(pipes)
    usual = [((index + 1) / number) ** 0.6 for index in range(number)]
    whole_l = max((pipe.loop_l or 0.0 for pipe in pipes), default=0.0)
    if whole_l <= 0.0:
        return usual
    return [
        place if pipe.loop_l is None else pipe.loop_l / whole_l
        for pipe, place in zip(pipes, usual, strict=True)
    ]


def _moved(
    cells: Sequence[Cell], gone: float, spread: float, fresh: Cell, reached: Sequence[float]
) -> list[Cell]:
    """Return the cells after water has moved down, by a way that is known only about.

    Args:
        cells: The cells before.
        gone: About how far, as a share of the whole.
        spread: Relative standard deviation of that.
        fresh: What comes after it.
        reached: Chance that the movement goes on beyond each cell.
    """
    if gone <= 0.0:
        return list(cells)
    after = []
    for index, place in enumerate(_PLACES):
        from_cell = max(0, int((place - gone) * CELLS)) if gone < place else 0
        shifted = _mixed(cells[from_cell], cells[index], reached[index])
        after.append(_mixed(fresh, shifted, _normal(log(gone / place) / spread) * reached[index]))
    return after


def _mixed(one: Cell, other: Cell, chance: float) -> Cell:
    """Return what is ``one`` with a chance, or else ``other``."""
    rest = 1.0 - chance
    mean = chance * one[0] + rest * other[0]
    return mean, chance * one[1] + rest * other[1] + chance * rest * (one[0] - other[0]) ** 2


def _cooled(cell: Cell, spans: float) -> Cell:
    """Return a cell after so many of its time constants."""
    left = exp(-spans)
    mean = cell[0] * left
    # An error of the time constant is always the same one: it adds up, however often this is asked.
    sd = sqrt(cell[1]) * left + abs(mean) * spans * TAU_LN
    return mean, sd**2 + ROOM_K**2 * (1.0 - left**2)


def _above(cell: Cell, level_k: float) -> float:
    return _normal((cell[0] - level_k) / sqrt(max(cell[1], 1e-6)))


def _normal(value: float) -> float:
    """Return the chance that a standard normal variable is smaller."""
    return 0.5 * (1.0 + erf(value / sqrt(2.0)))


def _number(value: object, low: float, high: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        return None
    return float(value)
