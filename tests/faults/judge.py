"""Counts unsafe pump-seconds from the plug's own record, and from nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.faults.rig import BLIND_S, COLD_LEASE_S, GRACE_S, LEASE_S, STALE_S, Rig, Span

KINDS = {
    "U1": "longer than the cap",
    "U2": "too warm in the cold pipe",
    "U3": "on a sensor that says nothing",
    "U4": "no flow beyond the dry-run time",
    "U5": "cut off beyond the lease",
    "U6": "on after STOP, or in a mode that forbids it",
    "U7": "started by nobody",
    "U8": "more than the day's cap",
}
DRY_S = 30.0
LOCKOUT_S = 900.0
WISH_S = 120.0
"""A wish waits for so long."""
DEMAND_CAP_S = 300.0
RUN_CAP_S = 1_800.0
DAY_CAP_S = 4 * 3_600.0
DAY_S = 24 * 3_600.0
READS_S = 10.0
"""A sensor speaks every five seconds, and its word takes its time."""


@dataclass
class Unsafe:
    """Seconds with the relay closed that nobody can defend, by kind."""

    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KINDS, 0.0))

    def add(self, kind: str, seconds: float) -> None:
        self.seconds[kind] += max(0.0, seconds)

    @property
    def total(self) -> float:
        return sum(self.seconds.values())

    def __str__(self) -> str:
        return (
            ", ".join(f"{kind} {KINDS[kind]}: {s:.1f} s" for kind, s in self.seconds.items() if s) or "none"
        )


@dataclass(frozen=True)
class Circumstances:
    """What the judge has to know of a life.

    Args:
        excused: Times in which the relay was stuck: no software opens a welded contact.
        misled: Times in which a sensor lied in a way that nobody could see through.
        troubles: Times in which something stood between controller and plug, so that only the lease could end a run.
    """

    excused: tuple[Span, ...] = ()
    misled: tuple[Span, ...] = ()
    troubles: tuple[Span, ...] = ()

    def troubled(self, from_s: float, until_s: float) -> bool:
        """Tell whether something stood between controller and plug, then or a lease before."""
        return any(one.from_s <= until_s and from_s <= one.until_s + LEASE_S for one in self.troubles)


def overlap_s(one: Span, from_s: float, until_s: float) -> float:
    """Seconds that a span has within others' bounds."""
    return max(0.0, min(one.until_s, until_s) - max(one.from_s, from_s))


def judged(rig: Rig, given: Circumstances) -> Unsafe:
    """Count the unsafe pump-seconds of a life."""
    unsafe = Unsafe()
    spans = [Span(one.from_s, min(one.until_s, rig.now_s), one.too_warm_s) for one in rig.plug.spans]
    spans = [one for one in spans if not _touched(one, given.excused)]
    for span in spans:
        out_of_hand = given.troubled(span.from_s, span.until_s)
        if out_of_hand and any(abs(span.from_s - at_s) < 0.5 for at_s in rig.untimed):
            continue  # without a timer while nobody can reach it, set to come back on or switched by hand: a person's choice
        # A lost OFF may cost the lease, no more.
        late_s = GRACE_S + LEASE_S * out_of_hand
        cap_s = RUN_CAP_S if rig.automatic else DEMAND_CAP_S
        unsafe.add("U1", span.until_s - span.from_s - cap_s - late_s)
        if not _touched(span, given.misled):
            # What a sensor that has just fallen silent does not tell is known when its last word is stale.
            unheard_s = sum(overlap_s(span, one.from_s, one.from_s + STALE_S + GRACE_S) for one in rig.blind)
            unsafe.add("U2", span.too_warm_s - GRACE_S - COLD_LEASE_S * out_of_hand - unheard_s)
        unsafe.add("U3", _blind_s(span, rig.blind, late_s))
        unsafe.add("U4", _dry_s(span, rig.dry, late_s) if rig.metered else 0.0)
        unsafe.add("U5", _cut_off_s(span, rig))
        unsafe.add("U6", _forbidden_s(span, rig, late_s))
        unsafe.add("U7", 0.0 if _asked_for(span, rig, given) else span.until_s - span.from_s)
    unsafe.add("U8", _beyond_the_day_s(spans))
    return unsafe


def _touched(span: Span, by: Iterable[Span]) -> bool:
    return any(overlap_s(span, one.from_s, one.until_s + LEASE_S) for one in by)


def _blind_s(span: Span, blind: Iterable[Span], late_s: float) -> float:
    """Without a trusted sensor a run may last 120 s, whether it began before or after the sensor was lost."""
    return sum(
        overlap_s(span, max(one.from_s + STALE_S, span.from_s) + BLIND_S + READS_S + late_s, one.until_s)
        for one in blind
    )


def _dry_s(span: Span, dry: Iterable[Span], late_s: float) -> float:
    return sum(
        overlap_s(span, max(one.from_s, span.from_s) + DRY_S + READS_S + late_s, one.until_s) for one in dry
    )


def _cut_off_s(span: Span, rig: Rig) -> float:
    """A relay that somebody switches on by hand meanwhile has its own timer from then on, also when it was closed."""
    since_s = max([span.from_s, *(at_s for at_s in rig.hands if span.from_s <= at_s <= span.until_s)])
    return sum(
        overlap_s(span, max(one.from_s, since_s) + LEASE_S + GRACE_S, one.until_s) for one in rig.cut_off
    )


def _forbidden_s(span: Span, rig: Rig, late_s: float) -> float:
    """After STOP nothing but somebody's new wish may run for a quarter of an hour; in mode off nothing at all."""
    worst_s = sum(
        overlap_s(span, max(one.from_s, span.from_s) + late_s, one.until_s) for one in rig.forbidden
    )
    for stop_s in rig.stops:
        wished = any(stop_s < at_s <= span.until_s for at_s in [*(at for at, _ in rig.wishes), *rig.hands])
        if not wished:
            worst_s = max(worst_s, overlap_s(span, stop_s + late_s, stop_s + LOCKOUT_S))
    return worst_s


def _asked_for(span: Span, rig: Rig, given: Circumstances) -> bool:
    """Tell whether somebody, or a rule that is switched on, stands behind a start."""
    if rig.automatic:
        return True
    out_of_hand = given.troubled(span.from_s, span.from_s)
    # A run that lost its lease goes on, and messages may have been on their way.
    patience_s = WISH_S + GRACE_S + (DEMAND_CAP_S + LEASE_S) * out_of_hand
    asked = any(at_s - 1e-6 <= span.from_s <= at_s + patience_s for at_s, _ in rig.wishes)
    return asked or any(at_s - 1e-6 <= span.from_s <= at_s + GRACE_S for at_s in rig.hands)


def _beyond_the_day_s(spans: list[Span]) -> float:
    worst_s = 0.0
    for last in spans:
        since_s = last.until_s - DAY_S
        total_s = sum(overlap_s(one, since_s, last.until_s) for one in spans)
        worst_s = max(worst_s, total_s - DAY_CAP_S - LEASE_S)
    return worst_s
