"""The taps of a house: they open and close as people want, and hands turn their handles."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeAlias

import simpy

from simulator.agenda import call_at
from simulator.draws import Draw
from simulator.layout import Layout
from simulator.network import Network
from simulator.parts import NEVER_S, SOONEST_S
from simulator.piping import Demand
from simulator.results import DrawResult
from simulator.tap import Tap

Change: TypeAlias = Callable[[Callable[[], None]], None]
"""Brings the house up to the present, lets something be changed, and sets the flows anew."""


class Taps:
    """All taps of a house, and the draws yet to come.

    Args:
        env: The simulation.
        layout: The house.
        network: What the water on both sides of a tap is asked from.
        draws: What people take, in order of start; may be endless.
        change: How to open and close.
        on_draw: Told what each draw got, when it ends.
    """

    def __init__(
        self,
        env: simpy.Environment,
        layout: Layout,
        network: Network,
        draws: Iterable[Draw],
        *,
        change: Change,
        on_draw: Callable[[DrawResult], None] | None = None,
    ) -> None:
        self.due_s = NEVER_S
        self.drawn_kl = 0.0
        """Heat above the room that has left so far, in K l."""
        self.drawn_litres = 0.0
        """Litres that have left so far."""
        self._env = env
        self._layout = layout
        self._network = network
        self._draws = iter(draws)
        self._change = change
        self._on_draw = on_draw
        self._open: list[Tap] = []
        self._await_draw()

    @property
    def demands(self) -> list[Demand]:
        """Return what is open now."""
        return [tap.demand for tap in self._open]

    def follow(self, _now_s: float, /) -> None:
        """Hands feel the water only when they are due."""

    def book(self, span_s: float, /) -> None:
        """Account for what has left in a span of time just settled."""
        for tap in self._open:
            before_kl, before_litres = tap.drawn_kl, tap.litres
            tap.take(span_s, self._network.passed)
            self.drawn_kl += tap.drawn_kl - before_kl
            self.drawn_litres += tap.litres - before_litres

    def act(self, now_s: float, /) -> None:
        """Let the hands turn that were due."""
        for tap in self._open:
            if tap.due_s <= now_s + SOONEST_S:
                self._turn(tap)

    def plan(self, now_s: float, /) -> None:
        """Work out which hand turns next."""
        due_s = NEVER_S
        for tap in self._open:
            tap.plan(self._network, now_s)
            if tap.due_s < due_s:
                due_s = tap.due_s
        self.due_s = due_s

    def _turn(self, tap: Tap) -> None:
        now_s = self._env.now
        hot_k = self._network.temperature(tap.hot_at, now_s)
        cold_k = self._network.temperature(tap.cold_at, now_s)
        tap.turn(now_s, hot_k, cold_k)

    def _await_draw(self) -> None:
        draw = next(self._draws, None)
        if draw is not None:
            self._refuse_impossible(draw)
            call_at(self._env, draw.start_s, lambda: self._change(partial(self._begin, draw)))

    def _refuse_impossible(self, draw: Draw) -> None:
        fixtures = self._layout.fixtures
        if draw.fixture not in fixtures:
            raise ValueError(f"a draw at {draw.fixture!r}, but the fixtures are {', '.join(fixtures)}")
        if draw.start_s < self._env.now - SOONEST_S:
            raise ValueError(f"draws are out of order: {draw} came at {self._env.now} s")
        if draw.flow_lpm <= 0.0 or draw.duration_s <= 0.0:
            raise ValueError(f"a draw needs flow and time: {draw}")

    def _begin(self, draw: Draw) -> None:
        tap = Tap(draw, self._env.now, self._layout.ambient_c)
        self._turn(tap)
        self._open.append(tap)
        call_at(self._env, draw.start_s + draw.duration_s, partial(self._end, tap))
        self._await_draw()

    def _end(self, tap: Tap) -> None:
        self._change(partial(self._open.remove, tap))
        if self._on_draw is not None:
            self._on_draw(tap.result())
