"""Sensors that are felt all the time and speak exactly when it matters: thresholds computed, not polled.

A step of the engine says which levels its answer hangs on (``Step.watches``). When what a sensor feels will next cross
one is computed from the water's forecast, and the controller is woken at the first whole millisecond at which the level
has been reached: the instant at which a controller that polls every millisecond would have noticed. In between nothing
happens, and the silence is a promise (``Reading.holds_ms``).

Valid for sensors that are only slow (a lag of first order). Resolution, noise and pace of reporting are left to
``simulator.sensing.ReportingSensors``.
"""

from collections.abc import Callable, Sequence
from math import ceil, floor, inf
from typing import Final

import simpy

from controller.core.clock import NEVER, Instant, to_ms
from controller.core.decision import Watch, Watches
from controller.core.events import Reading
from simulator.course import Course, leaves, slope, turning_points
from simulator.layout import SensorSpot
from simulator.sensing import Water
from simulator.stream import Terms, shifted, total

PAST_K: Final = 1e-10
"""So far past a level counts as having crossed it: more than rounding can take back, and less than a millisecond."""
AHEAD_S: Final = 15.0
"""So far ahead the forecast is searched at a time: flows mostly change before what lies beyond has come."""
_REMEMBERED: Final = 1_000
SAME_K: Final = 1e-9
"""A new lowest value differs by more than this from the last one told."""


class Attention:
    """One sensor, and what is being waited for at it.

    Args:
        spot: What it is like, and where.
        ambient_c: Temperature of the room in C, from which kelvins count and at which it begins.
        water: What is under it.
        since_s: The beginning, in s.
    """

    def __init__(self, spot: SensorSpot, ambient_c: float, water: Water, since_s: float) -> None:
        self.role = spot.role
        self.watched = False
        """Somebody looks at it."""
        self.awake = False
        """Somebody has looked at it; until then it is left out, which saves following the water under it."""
        self.told = False
        """Its present value, at the last time that somebody looked, has been told."""
        self.due_at: Instant = NEVER
        """When it has to be told next, if no flow changes."""
        self.looks_on = False
        """``due_at`` is not a crossing, but where the search has to go on."""
        self.number = 0
        """Counts what it has been waiting for; outdated alarms carry an older number."""
        self.stale = True
        """``due_at`` has to be worked out anew."""
        self._spot = spot
        self._ambient_c = ambient_c
        self._water = water
        self._since_s = since_s
        self._course = Course((), spot.lag_s, since_s, 0.0)
        self._moving = True
        self._watch = Watch(spot.role)
        self._interval_ms = 0
        self._told_c = ambient_c
        self._low_k, self._high_k = -inf, inf

    def follow(self, until_s: float) -> None:
        """Feel what has passed; what lies still goes on as it was expected to."""
        if self._moving and self.awake:
            self._course.felt_k(until_s)

    def expect(self, now_s: float) -> None:
        """Take note of what will pass from now on, if that is not what was expected; for a sensor that is awake."""
        moving = self._water.moves(self._spot)
        if not moving and not self._moving:
            return
        felt_k = self._course.felt_k(now_s)
        self._course = Course(self._water.passing(self._spot, now_s), self._spot.lag_s, now_s, felt_k)
        self._moving = moving
        if not moving:
            self._course.felt_k(now_s)
        self.stale = True

    def awaken(self, now_s: float) -> None:
        """Begin to follow the water: after the beginning at its temperature, which it has had the time to feel."""
        self.awake = self._moving = True
        if now_s > self._since_s:
            water = next(iter(self._water.passing(self._spot, now_s)))
            felt_k = total(water.terms, now_s - water.start_s)
            self._course = Course((), self._spot.lag_s, now_s, felt_k)
        self.expect(now_s)

    def wait_for(self, watch: Watch | None) -> None:
        """Wait for something else; None for the next value at the sensor's own pace."""
        interval_ms = to_ms(self._spot.interval_s) if watch is None else 0
        if watch is not None and watch != self._watch:
            before = self._watch
            self.stale = self.stale or watch.turns != before.turns or watch.peaks != before.peaks
            self._watch = watch
            self._bound()
        if interval_ms != self._interval_ms:
            self._interval_ms, self.stale = interval_ms, True

    def tell_c(self, now_s: float) -> float:
        """Return its present value in C, which is known from now on."""
        self._told_c = self._ambient_c + self._course.felt_k(now_s)
        self.told = True
        self._bound()
        return self._told_c

    def plan(self, now_s: float) -> None:
        """Work out when it has to be told next."""
        self.stale = self.looks_on = False
        self.number += 1
        if self._interval_ms:
            self.due_at = floor(now_s * 1000.0) + self._interval_ms
        elif self._low_k == -inf and self._high_k == inf and not (self._watch.turns or self._watch.peaks):
            self.due_at = NEVER
        else:
            self.due_at = self._next(now_s)

    def _bound(self) -> None:
        """Find the levels on both sides of the value told."""
        low_c, high_c, told_c = -inf, inf, self._told_c
        for level_c in self._watch.levels_c:
            if level_c > told_c:
                if level_c < high_c:
                    high_c = level_c
            elif level_c > low_c:
                low_c = level_c
        low_k, high_k = low_c - self._ambient_c - PAST_K, high_c - self._ambient_c + PAST_K
        if low_k != self._low_k or high_k != self._high_k:
            self._low_k, self._high_k, self.stale = low_k, high_k, True

    def _next(self, now_s: float) -> Instant:
        now_ms = floor(now_s * 1000.0)
        for begun_s, end_s, felt in self._course.legs():
            if end_s <= now_s:
                continue
            start_s = max(begun_s, now_s)
            if start_s > now_s + AHEAD_S:
                self.looks_on = True
                return floor(start_s * 1000.0) - 1  # what happens just there is found from before it
            span_s = end_s - start_s
            terms = felt if start_s == begun_s else shifted(felt, start_s - begun_s)
            after_s = leaves(terms, self._low_k, self._high_k, span_s)
            due_at = NEVER if after_s is None else max(ceil((start_s + after_s) * 1000.0), now_ms + 1)
            if self._watch.turns:
                due_at = min(due_at, self._lowest(terms, start_s, span_s, now_ms))
            if self._watch.peaks:
                due_at = min(due_at, self._highest(terms, start_s, span_s, now_ms))
            if due_at < NEVER:
                return due_at
        return NEVER

    def _lowest(self, terms: Terms, start_s: float, span_s: float, now_ms: Instant) -> Instant:
        """Return the lowest whole millisecond where it begins to rise, if its value there was never told."""
        turns_s = 0.0 if slope(terms, 0.0) >= 0.0 else _first_turn(terms, span_s)
        choices = _beside(start_s + turns_s, now_ms)
        if not choices:
            return NEVER
        lowest_k, lowest_at = min([(self._course.felt_k(at / 1000.0), at) for at in choices])
        return lowest_at if lowest_k < self._told_c - self._ambient_c - SAME_K else NEVER

    def _highest(self, terms: Terms, start_s: float, span_s: float, now_ms: Instant) -> Instant:
        """Return the highest whole millisecond where it begins to fall, if its value there was never told."""
        turns_s = 0.0 if slope(terms, 0.0) <= 0.0 else _first_turn(terms, span_s)
        choices = _beside(start_s + turns_s, now_ms)
        if not choices:
            return NEVER
        highest_k, highest_at = max([(self._course.felt_k(at / 1000.0), at) for at in choices])
        return highest_at if highest_k > self._told_c - self._ambient_c + SAME_K else NEVER


class WatchedSensors:
    """The sensors of a house, each telling the controller what it asked about when that happens.

    Args:
        env: The simulation; its unit is the second.
        spots: What they are like, and where.
        ambient_c: Temperature of the room in C.
        water: What is under them.
        wake: Called when one of them has something to tell; who wants to know asks ``readings``.
    """

    def __init__(
        self,
        env: simpy.Environment,
        spots: Sequence[SensorSpot],
        ambient_c: float,
        water: Water,
        wake: Callable[[], None],
    ) -> None:
        self._env = env
        self._wake = wake
        self._sensors = [Attention(spot, ambient_c, water, env.now) for spot in spots]
        self._deciding = False
        self._watches: Watches = ()
        self._asked: dict[tuple[Watch, ...], tuple[Watch | None, ...]] = {}

    def follow(self, until_s: float) -> None:
        """Feel what has passed up to an instant; the flows are about to change."""
        for sensor in self._sensors:
            sensor.follow(until_s)

    def expect(self) -> None:
        """Work out anew what will be crossed when: the flows have changed."""
        for sensor in self._sensors:
            if sensor.awake:
                sensor.expect(self._env.now)
        if not self._deciding:
            self._plan()

    def readings(self) -> list[Reading]:
        """Return what the sensors somebody looks at say now; the decision that follows ends with ``attend``."""
        self._deciding = True
        now_s = self._env.now
        at = to_ms(now_s)
        return [
            Reading(at, sensor.role, sensor.tell_c(now_s), holds_ms=NEVER)
            for sensor in self._sensors
            if sensor.watched
        ]

    def watch(self, watches: Watches) -> None:
        """Wait for what an answer hangs on from now on; a role that is not named is not looked at any more."""
        if watches == self._watches:
            return
        self._watches = watches
        if watches is None:
            for sensor in self._sensors:
                self._listen(sensor)
                sensor.wait_for(None)
            return
        for sensor, watch in zip(self._sensors, self._by_sensor(watches), strict=True):
            if watch is not None:
                self._listen(sensor)
                sensor.wait_for(watch)
            elif sensor.watched:
                sensor.watched = sensor.told = False
                sensor.wait_for(Watch(sensor.role))

    def _listen(self, sensor: Attention) -> None:
        sensor.watched = True
        if not sensor.awake:
            sensor.awaken(self._env.now)

    def _by_sensor(self, watches: tuple[Watch, ...]) -> tuple[Watch | None, ...]:
        """Return what each sensor is watched for; None for one that nobody looks at. The same is asked again and again."""
        known = self._asked.get(watches)
        if known is None:
            if len(self._asked) >= _REMEMBERED:
                self._asked.clear()
            named = [[one for one in watches if one.sensor == sensor.role] for sensor in self._sensors]
            known = tuple(_together(ones) for ones in named)
            self._asked[watches] = known
        return known

    def attend(self) -> bool:
        """Go on waiting after a decision; return whether a sensor is looked at that has not told its value yet."""
        self._deciding = False
        self._plan()
        return any(sensor.watched and not sensor.told for sensor in self._sensors)

    def _plan(self) -> None:
        for sensor in self._sensors:
            if sensor.watched and sensor.stale:
                sensor.plan(self._env.now)
                if sensor.due_at < NEVER:
                    self._set_alarm(sensor, sensor.number)

    def _set_alarm(self, sensor: Attention, number: int) -> None:
        timeout = self._env.timeout(max(0.0, sensor.due_at / 1000.0 - self._env.now))
        assert timeout.callbacks is not None, "a new timeout has its list of callbacks"
        timeout.callbacks.append(lambda _: self._ring(sensor, number))

    def _ring(self, sensor: Attention, number: int) -> None:
        # SimPy cannot call a timeout off: one for something that is waited for no more is let pass.
        if number != sensor.number or not sensor.watched:
            return
        sensor.stale = True
        if sensor.looks_on:
            self._plan()
        else:
            self._wake()


def _together(watches: Sequence[Watch]) -> Watch | None:
    """Return what several answers that look at one sensor wait for; None when there is none."""
    if len(watches) < 2:
        return watches[0] if watches else None
    levels_c = tuple(dict.fromkeys(level for watch in watches for level in watch.levels_c))
    turns, peaks = any(watch.turns for watch in watches), any(watch.peaks for watch in watches)
    return Watch(watches[0].sensor, levels_c, turns, peaks)


def _first_turn(terms: Terms, span_s: float) -> float:
    """Return where a sum of exponentials first turns within a span, in s; infinity when it does not."""
    turns_s = turning_points(terms, span_s)
    return turns_s[0] if turns_s else inf


def _beside(at_s: float, now_ms: Instant) -> list[Instant]:
    """Return the whole milliseconds before and after an instant that are still to come; none of one that never comes."""
    if at_s == inf:
        return []
    before = floor(at_s * 1000.0)
    return [at for at in (before, before + 1) if at > now_ms]
