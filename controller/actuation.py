"""From verdicts to commands: leases renewed, missing confirmations chased, an OFF repeated until it is seen."""

from dataclasses import dataclass
from typing import Final

from controller.core.changes import renewed
from controller.core.clock import NEVER, SECOND_MS, Instant
from controller.core.decision import Command
from controller.core.leases import LEASE_MS, RENEWALS, SLACK_MS
from controller.core.observation import PumpView
from controller.core.reason import Reason, ReasonCode

ON_RETRIES_MS: Final = (2 * SECOND_MS, 4 * SECOND_MS)
"""Waits before an unconfirmed ON is repeated; after these only the renewals follow."""
OFF_RETRIES_MS: Final = (1_000, 2_000, 4_000, 8_000, 15_000)
"""Waits before an unconfirmed OFF is repeated; the last one repeats for ever."""
READ_FIRST_MS: Final = 2 * SECOND_MS
"""So long the switch is listened to before a lease is renewed that must have run out: we stood still, and it has not."""
ALARM_MS: Final = 10 * SECOND_MS
"""A switch that has not confirmed for so long is a fault."""


@dataclass(frozen=True, slots=True)
class Actuation:
    """What was last sent to the switch. A fold: every step gives the next value.

    Args:
        run: Last order; None before the first.
        changed_at: When the order last changed.
        sent_at: When it was last sent.
        repeats: How often it was repeated since it changed or since the switch came back.
        reason: Why.
        lease_ms: The lease that every ON carries.
        held_until: No renewal before this: the switch is listened to first.
    """

    run: bool | None = None
    changed_at: Instant = 0
    sent_at: Instant = 0
    repeats: int = 0
    reason: Reason = Reason(ReasonCode.NOTHING_ASKED)  # noqa: RUF009 - frozen
    lease_ms: int = LEASE_MS
    held_until: Instant = 0

    def step(
        self, now: Instant, *, run: bool, reason: Reason, pump: PumpView
    ) -> tuple["Actuation", tuple[Command, ...]]:
        """Return what was sent after this step, and the commands to send now."""
        if run is not self.run:
            sent = renewed(self, run=run, changed_at=now, sent_at=now, repeats=0, reason=reason, held_until=0)
        elif now >= self.due_at(pump) and self._may_have_lapsed(now):
            return renewed(self, held_until=now + READ_FIRST_MS), ()
        elif now >= self.due_at(pump):
            sent = renewed(self, sent_at=now, repeats=self.repeats + 1, held_until=0)
        else:
            return self, ()
        return sent, (Command(now, run, self.lease_ms if run else 0, sent.reason),)

    def _may_have_lapsed(self, now: Instant) -> bool:
        """Return whether the lease ran out before we came to renew it, and the switch was not listened to since."""
        return (
            bool(self.run)
            and now >= self.sent_at + self.lease_ms - SLACK_MS
            and self.held_until <= self.sent_at
        )

    def due_at(self, pump: PumpView) -> Instant:
        """Return when the last order must be sent again; NEVER when it stands confirmed."""
        due_at = self._due_at(pump)
        return max(due_at, self.held_until) if self.run else due_at

    def _due_at(self, pump: PumpView) -> Instant:
        if not pump.online:
            return NEVER
        renewed_at = self.sent_at + self.lease_ms // RENEWALS if self.run else NEVER
        if pump.reported is self.run:
            return renewed_at
        waits = ON_RETRIES_MS if self.run else OFF_RETRIES_MS
        if self.repeats >= len(waits):
            return renewed_at if self.run else self.sent_at + waits[-1]
        return min(renewed_at, self.sent_at + waits[self.repeats])

    def again(self) -> "Actuation":
        """Return the state in which the last order is due at once: the switch came back or disobeyed."""
        return renewed(self, run=None, repeats=0)

    def alarm_at(self, pump: PumpView) -> Instant:
        """Return when a missing confirmation becomes a fault; NEVER when confirmed or out of reach."""
        if pump.reported is self.run or not pump.online:
            return NEVER
        return self.changed_at + ALARM_MS

    def fault(self, now: Instant, pump: PumpView) -> Reason | None:
        """Return the fault of a switch that does not confirm, or None."""
        if now < self.alarm_at(pump):
            return None
        return Reason(ReasonCode.NO_FEEDBACK_ON if self.run else ReasonCode.NO_FEEDBACK_OFF)
