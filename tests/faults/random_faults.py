"""Random faults from a seed, on a morning of half an hour; each can be played again by its number."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.rig import LEASE_S, Rig, Span, Unsafe, judged

LENGTH_S = 2_100.0
QUIET_S = 600.0
"""The last part has no faults: service must be normal again."""


@dataclass
class Outcome:
    """What one seed showed.

    Args:
        seed: Its number.
        story: What went wrong, and when.
        unsafe: Unsafe seconds by kind.
        wanted: Wishes that nothing stood in the way of.
        served: Of those, how many closed the relay within a second.
    """

    seed: int
    story: list[str] = field(default_factory=list)
    unsafe: Unsafe = field(default_factory=Unsafe)
    wanted: int = 0
    served: int = 0


class Morning:
    """One random morning."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(f"{seed} morning")
        self.rig = Rig(seed, cold_return=self.rng.random() < 0.35)
        self.outcome = Outcome(seed)
        self.stuck: list[Span] = []
        self.frozen_sensor: list[Span] = []
        """On a cold-pipe return a sensor that repeats an old value leaves the valve as the only guard."""
        self.stops: list[float] = []
        self.troubles: list[tuple[float, float]] = []
        """When something stood between controller and plug, so that only the lease could end a run."""
        self.kinds: list[Callable[[float, float], None]] = [
            self._deaf, self._mute, self._stuck, self._sensor, self._cut, self._frozen, self._killed, self._lossy,
            self._twice, self._late, self._by_hand, self._hostile, self._stopped,
        ]  # fmt: skip

    def live(self) -> Outcome:
        """Live through it and judge."""
        rig, rng = self.rig, self.rng
        at_s = 65.0
        while at_s < LENGTH_S - QUIET_S:
            rig.at(at_s, rig.press)
            at_s += rng.uniform(20.0, 400.0)
        for kind in rng.sample(self.kinds, rng.choice((1, 1, 2, 3))):
            begins_s = rng.uniform(60.0, LENGTH_S - QUIET_S - 200.0)
            kind(begins_s, min(begins_s + rng.uniform(5.0, 500.0), LENGTH_S - QUIET_S))
        # Whatever happened, a wish in the quiet end is served.
        asked_s = LENGTH_S - 120.0
        rig.at(asked_s, self._ask_in_peace)
        rig.run(LENGTH_S)
        self.outcome.unsafe = judged(rig, excused=self.stuck + self.frozen_sensor, troubles=self.troubles)
        self._judge_stops()
        return self.outcome

    def _ask_in_peace(self) -> None:
        rig = self.rig
        supervisor = rig.engine.supervisor
        # Nothing stands in the way: cold pipe, rested pump, no stop, enough starts left, nothing latched.
        if (
            rig.pipes.value_c > 30.0
            or rig.plug.on
            or rig.now_s - max([span.until_s for span in rig.plug.spans], default=0.0) < 75.0
            or len([span for span in rig.plug.spans if span.from_s > rig.now_s - 3_600.0]) >= 10
            or supervisor.responses.failures
            or self.stuck
        ):
            return
        before = len(rig.plug.spans)
        self.outcome.wanted += 1
        rig.press()
        rig.at(rig.now_s + 1.0, lambda: self._count(before))

    def _count(self, before: int) -> None:
        self.outcome.served += len(self.rig.plug.spans) > before

    def _judge_stops(self) -> None:
        for stop_s in self.stops:
            for span in self.rig.plug.spans:
                # What closes again within the quarter of an hour is somebody's wish and allowed.
                if span.from_s < stop_s and not self.stuck and not self._troubled(stop_s):
                    late_s = min(span.until_s, self.rig.now_s) - stop_s - 2.0
                    self.outcome.unsafe.add("U6 on after STOP", late_s)

    def _troubled(self, at_s: float) -> bool:
        return any(from_s <= at_s + LEASE_S and at_s <= until_s + 20.0 for from_s, until_s in self.troubles)

    # -- what may happen ------------------------------------------------------------------------------------

    def _spell(self, what: str, from_s: float, until_s: float, **wrong: object) -> None:
        faults = self.rig.faults
        right = {name: getattr(faults, name) for name in wrong}

        def begin() -> None:
            for name, value in wrong.items():
                setattr(faults, name, value)

        def end() -> None:
            for name, value in right.items():
                setattr(faults, name, value)

        self.outcome.story.append(f"{from_s:.0f}..{until_s:.0f} s {what}")
        self.troubles.append((from_s, until_s))
        self.rig.at(from_s, begin)
        self.rig.at(until_s, end)

    def _deaf(self, from_s: float, until_s: float) -> None:
        self._spell("the plug hears nothing", from_s, until_s, deaf=True)

    def _mute(self, from_s: float, until_s: float) -> None:
        self._spell("the plug says nothing", from_s, until_s, mute=True)

    def _stuck(self, from_s: float, until_s: float) -> None:
        stuck = self.rng.random() < 0.5
        self.stuck.append(Span(from_s, until_s))
        self._spell(f"the relay sticks {'closed' if stuck else 'open'}", from_s, until_s, stuck=stuck)
        self.rig.at(until_s, lambda: None if self.rig.plug.on is False else self.rig.plug.tell())

    def _sensor(self, from_s: float, until_s: float) -> None:
        how = self.rng.choice(("silent", "frozen", "nan", "loose", "hot"))
        if how != "frozen":
            self.rig.blind.append(Span(from_s, until_s))
        elif self.rig.pipes.cold_return:
            self.frozen_sensor.append(Span(from_s, until_s))
        self._spell(f"the sensor is {how}", from_s, until_s, sensor=how)

    def _cut(self, from_s: float, until_s: float) -> None:
        self.outcome.story.append(f"{from_s:.0f}..{until_s:.0f} s the connection is cut")
        self.troubles.append((from_s, until_s))
        cut: list[Span] = []
        self.rig.at(from_s, lambda: cut.append(self.rig.cut()))
        self.rig.at(until_s, lambda: self.rig.mend(cut[0]))

    def _frozen(self, from_s: float, until_s: float) -> None:
        self.outcome.story.append(f"{from_s:.0f}..{until_s:.0f} s the process stands still")
        self.troubles.append((from_s, until_s))
        self.rig.at(from_s, self.rig.freeze)
        self.rig.at(from_s, lambda: self.rig.cut_off.append(Span(self.rig.now_s, until_s)))
        self.rig.at(until_s, self.rig.thaw)

    def _killed(self, from_s: float, until_s: float) -> None:
        self.outcome.story.append(f"{from_s:.0f}..{until_s:.0f} s the process is gone")
        self.troubles.append((from_s, until_s))
        self.rig.at(from_s, self.rig.kill)
        self.rig.at(from_s, lambda: self.rig.cut_off.append(Span(self.rig.now_s, until_s)))
        self.rig.at(until_s, self.rig.restart)

    def _lossy(self, from_s: float, until_s: float) -> None:
        self._spell("the wire loses messages", from_s, until_s, lost_share=self.rng.uniform(0.1, 0.7))

    def _twice(self, from_s: float, until_s: float) -> None:
        self._spell("the wire repeats messages", from_s, until_s, twice_share=self.rng.uniform(0.2, 1.0))

    def _late(self, from_s: float, until_s: float) -> None:
        self._spell("the wire is late", from_s, until_s, late_s=self.rng.uniform(0.5, 4.0))

    def _by_hand(self, from_s: float, until_s: float) -> None:
        self.outcome.story.append(f"{from_s:.0f} s somebody switches the plug by hand")
        on = self.rng.random() < 0.5

        def switch() -> None:
            self.rig.plug.switch(on)
            self.rig.plug.tell()

        self.rig.at(from_s, switch)

    def _hostile(self, from_s: float, until_s: float) -> None:
        self.outcome.story.append(f"{from_s:.0f} s nonsense and old messages")
        rig = self.rig
        for topic, payload, retained in HOSTILE:
            rig.at(
                self.rng.uniform(from_s, until_s),
                lambda topic=topic, payload=payload, retained=retained: rig.to_controller(  # type: ignore[misc]
                    topic, payload, retained=retained
                ),
            )

    def _stopped(self, from_s: float, until_s: float) -> None:
        self.outcome.story.append(f"{from_s:.0f} s somebody presses STOP")

        def stop() -> None:
            if not (self.rig.faults.dead or self.rig.faults.frozen):
                self.rig.stop()
                self.stops.append(self.rig.now_s)

        self.rig.at(from_s, stop)


HOSTILE = (
    ("zigbee2mqtt/button", '{"action": "single"}', True),
    ("zigbee2mqtt/button", '{"action": "SINGLE "}', False),
    ("zigbee2mqtt/button", '{"action": ["single"]}', False),
    ("zigbee2mqtt/button", '{"action": "single"', False),
    ("zigbee2mqtt/pipe", '{"temperature": 1e999}', False),
    ("zigbee2mqtt/pipe", '{"temperature": "20"}', False),
    ("zigbee2mqtt/pipe", '{"temperature": -5.0}', True),
    ("zigbee2mqtt/pipe", "[" * 5_000, False),
    ("zigbee2mqtt/pipe", '{"temperature": ' + "9" * 5_000 + "}", False),
    ("stat/plug/POWER", "ON\x00", False),
    ("stat/plug/RESULT", '{"POWER": true}', False),
    ("stat/plug/RESULT", "\ufeff{}", False),
    ("zigbee2mqtt/button/extra", '{"action": "single"}', False),
    ("cmnd/plug/POWER", "ON", True),
)
"""Messages that must do nothing at all."""
