"""How hot the water at each fixture probably is: is it hot yet?

Nobody measures at the taps. What is known are two slow sensors and physics: water moves down the supply like a plug
while the pump runs or somebody draws, and cools where it lies. The supply is a row of cells from the heater to the far
end, each with the mean and the variance of its temperature. How far a movement went is known only about, so a cell that
the hot front may have passed is a mixture of hot and of what was there. What nothing tells (draws nobody sees, the
length of the pipes) widens the variance, so that the stated uncertainty is an honest one.

``simulator/estimation_check.py`` holds it against the true temperatures of simulated houses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Final

from controller.core.clock import MINUTE_MS, SECOND_MS, Instant
from controller.core.kept import within
from controller.core.plumbing import FAR_END, RETURN, SUPPLY, FixturePipe, Plumbing
from controller.estimation.cells import CELLS, NARROWER, PLACES, Cell, above, cooled, mixed, moved
from controller.estimation.cooling import ROOM_C, Cooling
from controller.estimation.draw_watch import DrawWatch
from controller.estimation.fill_time import FillTime
from controller.estimation.fixture_estimate import HOT_C, SURE, WALLS, FixtureEstimate, Spot
from controller.estimation.tees import places

USUAL_C: Final = 52.0
"""What a heater gives that has not been measured, in C, give or take ``USUAL_K``."""
USUAL_K: Final = 5.0
FRESH_K: Final = 1.5
"""Standard deviation of water just sent by a heater that is measured, at the tee."""
UNKNOWN_C: Final = 32.0
"""Before anything is known: between the room and hot."""
UNKNOWN_K: Final = 12.0
DRAW_SHARE: Final = 0.7
"""What a draw of unknown flow moves, about, as a share of what the pump moves in that time."""
DRAW_LN: Final = 0.7
"""Relative standard deviation of that."""
METERED_LN: Final = 0.35
RISE_K: Final = 3.0
"""The front has come to a sensor when it has risen by so much in a run."""
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
TWIG_L: Final = 0.3


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
        self._arrival = plumbing.arrival_sensor
        pipes = {pipe.fixture: pipe for pipe in plumbing.pipes}
        known = [pipes.get(name, FixturePipe(name)) for name in plumbing.fixtures]
        tees = places(known)
        self._reached = [sum(place >= x for place in tees) / max(1, len(known)) for x in PLACES]
        """Chance that a draw at one of the fixtures moves the water in each cell."""
        self._spots = tuple(
            Spot(pipe.fixture, tee, TWIG_L if pipe.twig_l is None else pipe.twig_l)
            for pipe, tee in zip(known, tees, strict=True)
        )
        supply_l = max((pipe.loop_l or 0.0 for pipe in known), default=0.0) or None
        self._fill = FillTime(supply_l, on_return=self._arrival == RETURN)
        self._cells: list[Cell] = [(UNKNOWN_C - ROOM_C, UNKNOWN_K**2)] * CELLS
        self._at = started_at
        self._move: _Move | None = None
        self._cooling = Cooling(90 * MINUTE_MS)
        self._watch = DrawWatch()
        self._supply: tuple[Instant, float] | None = None
        self._lowest_c: float | None = None
        self._began_cold = False
        self._stopped_at = started_at
        self._metered_lpm: float | None = None
        self._metered_at = started_at
        self._drawn_l = 0.0

    @property
    def fill_ms(self) -> float:
        """Return the pump time from the heater to the far tee."""
        return self._fill.ms

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
        cells, fill_ms = self._profile(now), self._fill.ms
        hot = [above(cell, HOT_C - ROOM_C) for cell in cells]
        return tuple(
            spot.estimate(cells, hot, fill_ms, self._ready_in_s(spot.place, hot[spot.cell], now))
            for spot in self._spots
        )

    def _ready_in_s(self, place: float, hot_chance: float, now: Instant) -> float | None:
        move = self._move
        if move is None or not move.pump:
            return None
        if move.arrived or hot_chance >= SURE:
            return 0.0
        return max(0.0, place * self._fill.ms - (now - move.since)) / SECOND_MS

    # -- the water ------------------------------------------------------------------------------------------

    def _profile(self, now: Instant) -> list[Cell]:
        """Return the cells now: cooled, and moved by what goes on."""
        rested = self._cooled(now)
        move = self._move
        if move is None:
            return rested
        if move.pump:
            gone = (now - move.since) / self._fill.ms
            gone, spread = (9.0, 0.1) if move.arrived else (gone, self._fill.spread_ln)
            return moved(rested, gone, spread, self._fresh(), [1.0] * CELLS)
        return self._drawn(rested, now, now - move.since)

    def _drawn(self, cells: list[Cell], now: Instant, lasted_ms: int) -> list[Cell]:
        """Return the cells after a draw at one of the fixtures, nobody knows which."""
        gone, spread = DRAW_SHARE * lasted_ms / self._fill.ms, DRAW_LN
        if self._metered_lpm is not None:
            litres = self._drawn_l + self._metered_lpm * (now - self._metered_at) / MINUTE_MS
            gone, spread = litres / (self._fill.content_l() * WALLS), METERED_LN
        return moved(cells, gone, spread, self._fresh(), self._reached)

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
        rested = [
            cooled(cell, span_ms / (tau_ms * (1.0 - NARROWER * place)))
            for cell, place in zip(self._cells, PLACES, strict=True)
        ]
        if self._metered_lpm is not None or self._move is not None:
            return rested
        return self._with_hidden(rested, span_ms)

    def _with_hidden(self, cells: list[Cell], span_ms: int) -> list[Cell]:
        """Return the cells with the chance that somebody drew and nothing showed it."""
        per_hour = UNSEEN_PER_HOUR if self._watch.visible else HIDDEN_PER_HOUR
        chance = 1.0 - exp(-per_hour * min(span_ms, HIDDEN_LAST_MS) / (60 * MINUTE_MS))
        drawn = moved(cells, HIDDEN_MS / self._fill.ms, DRAW_LN, self._fresh(), self._reached)
        return [mixed(after, before, chance) for after, before in zip(drawn, cells, strict=True)]

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
        self._fill.front(at - move.since, rise_k, step_k)

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
            "fill_ms": self._fill.learned_ms,
            "tau_ms": self._cooling.tau_ms,
            "rests": self._cooling.rests,
            "plateau_c": self._watch.plateau_c,
        }

    def restore(self, kept: object) -> None:
        """Take over what ``snapshot`` returned; what is damaged in it is left out."""
        if not isinstance(kept, Mapping):
            return
        fill_ms = within(kept.get("fill_ms"), 1_000.0, 3_600_000.0)
        tau_ms = within(kept.get("tau_ms"), 1e5, 1e8)
        rests, plateau_c = within(kept.get("rests"), 0.0, 1e9), within(kept.get("plateau_c"), 0.0, 100.0)
        self._fill.learned_ms = fill_ms
        if tau_ms is not None and rests is not None:
            self._cooling.tau_ms, self._cooling.rests = tau_ms, int(rests)
        self._watch.plateau_c = plateau_c or 0.0
