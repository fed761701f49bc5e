"""What speaks for and against the switch's word: the lease that it tells, and what its pump draws. A fold."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from controller.core.changes import changed, renewed
from controller.core.clock import NEVER, SECOND_MS, Instant
from controller.core.leases import SLACK_MS, LeaseClass, SwitchTerms
from controller.core.observation import PumpView
from controller.core.reason import Reason, ReasonCode

FIXED_MOST_MS: Final = 1_800 * SECOND_MS
"""A fixed auto-off that is longer than the longest run protects from nothing."""
SETTLES_MS: Final = 10 * SECOND_MS
"""A wrong lease is a fault when it was told so long without a right one: the right one may be on its way."""
IDLE_BELOW_W: Final = 1.0
"""The smallest circulation pumps draw 3 W; below this nothing turns."""
RUNS_ABOVE_W: Final = 3.0
IDLE_FOR_MS: Final = 30 * SECOND_MS
"""Meters lag; only readings so far apart prove that a pump which is switched on stands still."""
FLOWS_ABOVE_LPM: Final = 0.3
"""Below this a flow sensor of the usual kind (a small turbine) stands still."""
BUSY_FOR_MS: Final = 15 * SECOND_MS
"""Only readings so far apart prove that a pump runs on whose switch says off."""
MOST_LAPSES: Final = 3
"""Leases that run out in one run, before it is taken for somebody's wish that the pump be off."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about the switch beside its word.

    Args:
        terms: What is declared about it.
        told_ms: Auto-off that it told last while on our order, in ms; None before.
        told_at: When it told so in this run; None while it has not.
        wrong_since: Since when it tells an auto-off that is none, or too long; None while it tells a right one.
        power_w: What the pump drew last, in W; None before.
        idle_since: Since when it draws nothing though switched on.
        busy_since: Since when it draws power though switched off.
        power_at: When the power was read.
        lapses: Leases that ran out in this run.
        flow_lpm: What the loop's flow sensor told last, in l/min; None without one.
        dry_since: Since when it tells of no flow though the pump is switched on.
    """

    terms: SwitchTerms = SwitchTerms()
    told_ms: int | None = None
    told_at: Instant | None = None
    wrong_since: Instant | None = None
    power_w: float | None = None
    idle_since: Instant | None = None
    busy_since: Instant | None = None
    power_at: Instant = 0
    lapses: int = 0
    flow_lpm: float | None = None
    dry_since: Instant | None = None

    # -- the lease ------------------------------------------------------------------------------------------

    def lease_told(self, now: Instant, lease_ms: int, pump: PumpView) -> "Evidence":
        """Return the evidence after the switch told its auto-off; at rest it may tell anything."""
        if not pump.commanded or self.terms.lease_class is LeaseClass.C:
            return self
        most_ms = self.terms.lease_ms + SLACK_MS if self.terms.lease_class is LeaseClass.A else FIXED_MOST_MS
        if 0 < lease_ms <= most_ms:
            return renewed(self, told_ms=lease_ms, told_at=now, wrong_since=None)
        since = now if self.wrong_since is None else self.wrong_since
        return renewed(self, told_ms=lease_ms, told_at=None, wrong_since=since)

    def verified(self, now: Instant) -> bool | None:
        """Return whether the switch is known to end a run by itself; None while it has not told."""
        if self.wrong_since is not None and now >= self.wrong_since + SETTLES_MS:
            return False
        return None if self.told_ms is None or self.wrong_since is not None else True

    def unattended(self, now: Instant) -> bool:
        """Return whether automatic runs are allowed: something ends them without us, or the owner consents."""
        keeps = self.terms.lease_class is not LeaseClass.C and self.verified(now) is not False
        return keeps or self.terms.consent

    def has_lapsed(self, now: Instant, sent_at: Instant) -> bool:
        """Return whether an OFF that comes now is the auto-off and nobody's wish.

        Args:
            now: When it comes.
            sent_at: When the last ON was sent.
        """
        if self.told_at is not None and self.told_ms is not None:
            # It tells its auto-off with every ON that it hears, so a renewal that was lost counts for nothing.
            return now - self.told_at >= self.told_ms - SLACK_MS
        return now - sent_at >= self.terms.lease_ms - SLACK_MS

    # -- the power ------------------------------------------------------------------------------------------

    def power_read(self, now: Instant, power_w: float, pump: PumpView) -> "Evidence":
        """Return the evidence after the power was read."""
        idle = power_w < IDLE_BELOW_W and pump.run is not None and pump.run.confirmed
        busy = power_w >= RUNS_ABOVE_W and not pump.commanded
        return renewed(
            self,
            power_w=power_w,
            power_at=now,
            idle_since=_since(self.idle_since, now) if idle else None,
            busy_since=_since(self.busy_since, now) if busy else None,
        )

    def ordered(self) -> "Evidence":
        """Return the evidence after the order changed: what was read before says nothing about it."""
        return changed(self, told_at=None, idle_since=None, busy_since=None, dry_since=None, lapses=0)

    # -- the flow -------------------------------------------------------------------------------------------

    def flow_read(self, now: Instant, flow_lpm: float, pump: PumpView) -> "Evidence":
        """Return the evidence after the loop's flow was read."""
        return renewed(self, flow_lpm=flow_lpm).looked(now, pump)

    def looked(self, now: Instant, pump: PumpView) -> "Evidence":
        """Return the evidence after a look at the switch: a sensor that reports changes may stay silent at no flow.

        No flow counts whether the switch has confirmed or not: whichever of the two is at fault, nothing moves.
        """
        dry = self.flow_lpm is not None and self.flow_lpm < FLOWS_ABOVE_LPM and pump.run is not None
        if not dry:
            return self if self.dry_since is None else renewed(self, dry_since=None)
        return renewed(self, dry_since=now) if self.dry_since is None else self

    def moves(self, now: Instant, pump: PumpView) -> bool | None:
        """Return whether the pump is proven to move water in this run; None while nothing proves either.

        A pump may draw its power against a shut valve, so the flow is asked first.
        """
        run = pump.run
        if run is None:
            return None
        if self.flow_lpm is not None:
            if self.flow_lpm >= FLOWS_ABOVE_LPM:
                return True if run.confirmed else None
            return False if self.dry_since is not None and now >= self.dry_since + IDLE_FOR_MS else None
        if not run.confirmed:
            return None
        if self.stands_still:
            return False
        drawn = self.power_w is not None and self.power_w >= RUNS_ABOVE_W and self.power_at >= run.started_at
        return True if drawn else None

    @property
    def stands_still(self) -> bool:
        """Return whether readings prove that the pump stands still though it is switched on."""
        return self.idle_since is not None and self.power_at - self.idle_since >= IDLE_FOR_MS

    @property
    def runs_on(self) -> bool:
        """Return whether readings prove that the pump runs though its switch says off."""
        return self.busy_since is not None and self.power_at - self.busy_since >= BUSY_FOR_MS

    # -- what follows ---------------------------------------------------------------------------------------

    def faults(self, now: Instant) -> Iterable[Reason]:
        """Return what the evidence says against the switch."""
        return () if self.wrong_since is None and self.busy_since is None else self._faults(now)

    def _faults(self, now: Instant) -> Iterator[Reason]:
        power_w = self.power_w or 0.0
        if self.verified(now) is False:
            yield Reason.of(ReasonCode.LEASE_NOT_KEPT, told_s=(self.told_ms or 0) // SECOND_MS)
        if self.runs_on:
            yield Reason.of(ReasonCode.PUMP_RUNS_ON, power_w=power_w)

    def wake_at(self, now: Instant) -> Instant:
        """Return when the evidence turns by itself; NEVER when it waits for a message."""
        if self.wrong_since is None and self.dry_since is None:
            return NEVER
        turns = (
            NEVER if self.wrong_since is None else self.wrong_since + SETTLES_MS,
            NEVER if self.dry_since is None else self.dry_since + IDLE_FOR_MS,
        )
        return min((at for at in turns if at > now), default=NEVER)


def _since(before: Instant | None, now: Instant) -> Instant:
    return now if before is None else before
