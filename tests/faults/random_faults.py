"""Random faults from a seed, alone, in pairs and in threes, on a morning of half an hour.

A morning can be lived again by its number and, where they were given, its faults:

    python -m tests.faults.random_faults 17
    python -m tests.faults.random_faults 17 deaf killed
"""

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from controller.core.events import ClockSynced, Mode
from tests.faults.judge import Circumstances, Unsafe, judged
from tests.faults.rig import Rig, Span

LENGTH_S = 2_100.0
QUIET_S = 600.0
"""The last part has no faults: service must be normal again."""
UTC_MS = 1_800_000_000_000


@dataclass
class Outcome:
    """What one seed showed.

    Args:
        seed: Its number.
        kinds: The faults that were asked for; empty when the seed chose them.
        story: What went wrong, and when.
        unsafe: Unsafe seconds by kind.
        wanted: Wishes that nothing stood in the way of.
        served: Of those, how many closed the relay within a second.
    """

    seed: int
    kinds: tuple[str, ...] = ()
    story: list[str] = field(default_factory=list)
    unsafe: Unsafe = field(default_factory=Unsafe)
    wanted: int = 0
    served: int = 0

    @property
    def again(self) -> str:
        """The command that lives through it once more."""
        return " ".join(["python -m tests.faults.random_faults", str(self.seed), *self.kinds])


class Morning:
    """One random morning.

    Args:
        seed: Decides everything that is left to chance.
        kinds: Which faults happen; the seed chooses up to three when none are given.
    """

    def __init__(self, seed: int, kinds: tuple[str, ...] = ()) -> None:
        self.rng = random.Random(" ".join([f"{seed} morning", *kinds]))
        self.rig = Rig(
            seed,
            cold_return=self.rng.random() < 0.35,
            automatic=self.rng.random() < 0.25,
            metered=self.rng.random() < 0.5,
        )
        self.outcome = Outcome(seed, kinds)
        self.kinds = kinds or tuple(self.rng.sample(sorted(KINDS), self.rng.choice((1, 2, 2, 3))))
        self.stuck: list[Span] = []
        self.misled: list[Span] = []
        """On a cold-pipe return a sensor that repeats an old value leaves the valve as the only guard."""
        self.troubles: list[Span] = []
        """When something stood between controller and plug, so that only the lease could end a run."""
        self._spoilt: dict[str, list[object]] = {}

    def live(self) -> Outcome:
        """Live through it and judge."""
        rig, rng = self.rig, self.rng
        at_s = 65.0
        while at_s < LENGTH_S - QUIET_S:
            rig.at(at_s, rig.press)
            at_s += rng.uniform(20.0, 400.0)
        for kind in self.kinds:
            begins_s = rng.uniform(60.0, LENGTH_S - QUIET_S - 200.0)
            ends_s = min(begins_s + rng.uniform(5.0, 500.0), LENGTH_S - QUIET_S)
            self.outcome.story.append(f"{begins_s:.0f}..{ends_s:.0f} s {kind}")
            KINDS[kind](self, begins_s, ends_s)
        # Whatever happened, a wish in the quiet end is served.
        rig.at(LENGTH_S - 120.0, self._ask_in_peace)
        rig.run(LENGTH_S)
        given = Circumstances(tuple(self.stuck), tuple(self.misled), tuple(self.troubles))
        self.outcome.unsafe = judged(rig, given)
        return self.outcome

    def _ask_in_peace(self) -> None:
        rig = self.rig
        supervisor = rig.engine.supervisor
        # Nothing stands in the way: cold pipe, rested pump, no stop, enough starts left, nothing latched.
        if (
            rig.pipes.value_c > 30.0
            or rig.plug.on
            or rig.now_s - max([span.until_s for span in rig.plug.spans], default=0.0) < 75.0
            or len(supervisor.marks.starts) >= 10  # also those that the plug did not hear
            or supervisor.responses.failures
            or supervisor.dry_runs.resumes_at > rig.now_s * 1_000
            or self.stuck
        ):
            return
        before = len(rig.plug.spans)
        self.outcome.wanted += 1
        rig.press()
        rig.at(rig.now_s + 1.0, lambda: self._count(before))

    def _count(self, before: int) -> None:
        self.outcome.served += len(self.rig.plug.spans) > before

    # -- what may happen ------------------------------------------------------------------------------------

    def spell(self, from_s: float, until_s: float, *, contact: bool, **wrong: object) -> None:
        """Let something be wrong for a while; two spells of the same thing end with the later one.

        Args:
            from_s: From when on.
            until_s: Until when.
            contact: It stands between controller and plug.
            wrong: Which of the rig's faults, and how.
        """
        faults = self.rig.faults
        if contact:
            self.troubles.append(Span(from_s, until_s))

        def begin() -> None:
            for name, value in wrong.items():
                self._spoilt.setdefault(name, []).append(value)
                setattr(faults, name, value)

        def end() -> None:
            for name, value in wrong.items():
                self._spoilt[name].remove(value)
                rest = self._spoilt[name]
                setattr(faults, name, rest[-1] if rest else getattr(type(faults), name))

        self.rig.at(from_s, begin)
        self.rig.at(until_s, end)

    def look_at_the_sensor(self) -> None:
        """Note since when it says nothing that can be believed; of two faults at once the later one is what it says."""
        rig = self.rig
        blind, noted = (
            rig.faults.sensor not in ("", "frozen", "ambient", "fahrenheit"),
            bool(rig.blind) and rig.blind[-1].until_s == float("inf"),
        )
        if blind and not noted:
            rig.blind.append(Span(rig.now_s))
        elif noted and not blind:
            rig.blind[-1].until_s = rig.now_s

    def away(self, from_s: float, until_s: float) -> None:
        """Take note that the controller reaches nobody."""
        self.troubles.append(Span(from_s, until_s))
        self.rig.at(from_s, lambda: self.rig.cut_off.append(Span(self.rig.now_s, until_s)))


def _deaf(one: Morning, from_s: float, until_s: float) -> None:
    one.spell(from_s, until_s, contact=True, deaf=True)


def _mute(one: Morning, from_s: float, until_s: float) -> None:
    one.spell(from_s, until_s, contact=True, mute=True)


def _stuck(closed: bool) -> Callable[[Morning, float, float], None]:
    def happens(one: Morning, from_s: float, until_s: float) -> None:
        one.stuck.append(Span(from_s, until_s))
        one.spell(from_s, until_s, contact=True, stuck=closed)
        one.rig.at(until_s, one.rig.plug.tell)

    return happens


def _sensor(how: str) -> Callable[[Morning, float, float], None]:
    def happens(one: Morning, from_s: float, until_s: float) -> None:
        if how in ("frozen", "ambient") and one.rig.pipes.cold_return:
            one.misled.append(Span(from_s, until_s))
        one.spell(from_s, until_s, contact=False, sensor=how)
        for at_s in (from_s, until_s):
            one.rig.at(at_s, one.look_at_the_sensor)

    return happens


def _dry(one: Morning, from_s: float, until_s: float) -> None:
    one.rig.dry.append(Span(from_s, until_s))
    one.spell(from_s, until_s, contact=False, dry=True)


def _cut(one: Morning, from_s: float, until_s: float) -> None:
    one.troubles.append(Span(from_s, until_s))
    cut: list[Span] = []
    one.rig.at(from_s, lambda: cut.append(one.rig.cut()))
    one.rig.at(until_s, lambda: one.rig.mend(cut[0]))


def _frozen(one: Morning, from_s: float, until_s: float) -> None:
    one.away(from_s, until_s)
    one.rig.at(from_s, one.rig.freeze)
    one.rig.at(until_s, one.rig.thaw)


def _killed(one: Morning, from_s: float, until_s: float) -> None:
    one.away(from_s, until_s)
    one.rig.at(from_s, one.rig.kill)
    one.rig.at(until_s, one.rig.restart)


def _forgetful(one: Morning, from_s: float, until_s: float) -> None:
    """The process dies, and what it had kept is spoilt."""
    _killed(one, from_s, until_s)
    one.rig.at(
        from_s, lambda: one.rig.spoil(one.rng.choice(({}, {"supervisor": 7, "diary": [], "mode": "x"})))
    )


def _restarts(one: Morning, from_s: float, until_s: float) -> None:
    """It dies again and again."""
    one.troubles.append(Span(from_s, until_s))
    for number in range(10):
        one.rig.at(from_s + 6.0 * number, one.rig.kill)
        one.rig.at(from_s + 6.0 * number + 3.0, one.rig.restart)


def _lossy(one: Morning, from_s: float, until_s: float) -> None:
    one.spell(from_s, until_s, contact=True, lost_share=one.rng.uniform(0.1, 0.7))


def _twice(one: Morning, from_s: float, until_s: float) -> None:
    one.spell(from_s, until_s, contact=False, twice_share=one.rng.uniform(0.2, 1.0))


def _late(one: Morning, from_s: float, until_s: float) -> None:
    one.spell(from_s, until_s, contact=True, late_s=one.rng.uniform(0.5, 4.0))


def _by_hand(on: bool) -> Callable[[Morning, float, float], None]:
    return lambda one, from_s, _: one.rig.at(from_s, lambda: one.rig.by_hand(on))


def _reboots(comes_on: bool) -> Callable[[Morning, float, float], None]:
    def happens(one: Morning, from_s: float, _: float) -> None:
        one.troubles.append(Span(from_s, from_s + 6.0))
        one.rig.at(from_s, lambda: one.rig.plug.reboot(comes_on=comes_on))
        if comes_on:
            one.rig.at(from_s + 5.0, lambda: one.rig.hands.append(one.rig.now_s))

    return happens


def _hostile(one: Morning, from_s: float, until_s: float) -> None:
    for topic, payload, retained in HOSTILE:
        one.rig.at(
            one.rng.uniform(from_s, until_s),
            lambda topic=topic, payload=payload, retained=retained: one.rig.to_controller(  # type: ignore[misc]
                topic, payload, retained=retained
            ),
        )


def _flood(one: Morning, from_s: float, until_s: float) -> None:
    """Two thousand messages of a mad device within seconds."""
    for number in range(2_000):
        topic, payload, retained = HOSTILE[number % len(HOSTILE)]
        one.rig.at(
            from_s + number / 400.0,
            lambda topic=topic, payload=payload, retained=retained: one.rig.to_controller(  # type: ignore[misc]
                topic, payload, retained=retained
            ),
        )


def _stopped(one: Morning, from_s: float, _: float) -> None:
    one.rig.at(from_s, one.rig.stop)


def _mode_off(one: Morning, from_s: float, until_s: float) -> None:
    def off() -> None:
        if not (one.rig.faults.dead or one.rig.faults.frozen):
            one.rig.choose(Mode.OFF)
            one.rig.forbidden.append(Span(one.rig.now_s, until_s))

    def on() -> None:
        one.rig.choose(Mode.AUTO)
        # Where nobody can hear it, somebody chooses again later.
        one.rig.at(LENGTH_S - QUIET_S + 1.0, lambda: one.rig.choose(Mode.AUTO))

    one.rig.at(from_s, off)
    one.rig.at(until_s, on)


def _clock_set(one: Morning, from_s: float, until_s: float) -> None:
    step_ms = one.rng.choice((3_600_000, -3_600_000, 31_536_000_000, -31_536_000_000))
    for at_s, offset_ms in ((0.5, 0), (from_s, step_ms), (until_s, 0)):
        one.rig.at(
            at_s,
            lambda at_s=at_s, offset_ms=offset_ms: one.rig.post(  # type: ignore[misc]
                ClockSynced(round(at_s * 1_000), UTC_MS + round(at_s * 1_000) + offset_ms)
            ),
        )


KINDS: dict[str, Callable[[Morning, float, float], None]] = {
    "deaf": _deaf,
    "mute": _mute,
    "welded": _stuck(True),
    "open": _stuck(False),
    "silent": _sensor("silent"),
    "frozen-sensor": _sensor("frozen"),
    "ambient": _sensor("ambient"),
    "nan": _sensor("nan"),
    "null": _sensor("null"),
    "fahrenheit": _sensor("fahrenheit"),
    "loose": _sensor("loose"),
    "hot": _sensor("hot"),
    "flickering": _sensor("flickering"),
    "retained": _sensor("retained"),
    "dry": _dry,
    "cut": _cut,
    "frozen": _frozen,
    "killed": _killed,
    "forgetful": _forgetful,
    "restarts": _restarts,
    "lossy": _lossy,
    "twice": _twice,
    "late": _late,
    "hand-on": _by_hand(True),
    "hand-off": _by_hand(False),
    "reboots-on": _reboots(True),
    "reboots-off": _reboots(False),
    "hostile": _hostile,
    "flood": _flood,
    "stopped": _stopped,
    "mode-off": _mode_off,
    "clock-set": _clock_set,
}
"""Every fault by its name."""

ROWS: dict[str, str] = {
    "T02": "silent",
    "T04": "nan",
    "T05": "nan",
    "T06": "null",
    "T07": "loose",
    "T08": "hot",
    "T11": "flickering",
    "T12": "frozen-sensor",
    "T13": "ambient",
    "T16": "fahrenheit",
    "T18": "retained",
    "A01": "open",
    "A02": "welded",
    "A03": "lossy",
    "A05": "dry",
    "A06": "hand-on",
    "A07": "hand-off",
    "A14": "reboots-off",
    "A15": "reboots-on",
    "M01": "cut",
    "M02": "cut",
    "M04": "cut",
    "M07": "lossy",
    "M08": "late",
    "M14": "hostile",
    "M16": "twice",
    "M21": "lossy",
    "P01": "hostile",
    "P02": "hostile",
    "P04": "hostile",
    "C01": "clock-set",
    "C02": "clock-set",
    "C04": "clock-set",
    "C10": "frozen",
    "H02": "killed",
    "H04": "restarts",
    "S16": "forgetful",
    "X02": "flood",
    "W23": "stopped",
    "G02": "mode-off",
    "D03": "mute",
    "M24": "deaf",
}
"""Which fault of a morning is which row of the list; those that are not here happen to files, requests or machines."""

HOSTILE = (
    ("zigbee2mqtt/button", '{"action": "single"}', True),
    ("zigbee2mqtt/button", '{"action": "SINGLE "}', False),
    ("zigbee2mqtt/button", '{"action": ["single"]}', False),
    ("zigbee2mqtt/button", '{"action": "single"', False),
    ("zigbee2mqtt/pipe", '{"temperature": 1e999}', False),
    ("zigbee2mqtt/pipe", '{"temperature": "warm"}', False),
    ("zigbee2mqtt/pipe", '{"temperature": -5.0}', True),
    ("zigbee2mqtt/pipe", "[" * 5_000, False),
    ("zigbee2mqtt/pipe", '{"temperature": ' + "9" * 5_000 + "}", False),
    ("zigbee2mqtt/meter", '{"flow": -1}', False),
    ("stat/plug/POWER", "ON\x00", False),
    ("stat/plug/RESULT", '{"POWER": true}', False),
    ("stat/plug/RESULT", "\ufeff{}", False),
    ("zigbee2mqtt/button/extra", '{"action": "single"}', False),
    ("cmnd/plug/POWER", "ON", True),
)
"""Messages that must do nothing at all."""


def main(arguments: list[str]) -> int:
    """Live through one morning again and tell what happened."""
    if not arguments or not arguments[0].isdigit() or set(arguments[1:]) - set(KINDS):
        print(f"usage: python -m tests.faults.random_faults SEED [FAULT ...]; faults: {' '.join(KINDS)}")
        return 2
    morning = Morning(int(arguments[0]), tuple(arguments[1:]))
    outcome = morning.live()
    rig = morning.rig
    print(f"cold pipe as return: {rig.pipes.cold_return}, automatic: {rig.automatic}, metered: {rig.metered}")
    print("faults:", "; ".join(outcome.story))
    print("pressed at", " ".join(f"{at_s:.0f}" for at_s, _ in rig.wishes), "s; stopped at", rig.stops)
    print("the relay was closed:", " ".join(f"{one.from_s:.0f}..{one.until_s:.0f}" for one in rig.plug.spans))
    print("unsafe:", outcome.unsafe)
    print(f"wishes in the quiet end: {outcome.served} of {outcome.wanted} served")
    return 1 if outcome.unsafe.total or outcome.served < outcome.wanted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
