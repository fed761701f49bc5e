"""Runs that change nothing: a sensor that froze or fell off the pipe, a pump that pumps nothing, a shut valve.

A run that starts well below the temperature it is for must be felt by the sensor. One that is not counts as
unanswered. After the first, automatic runs wait longer and longer; from the third on even a person's run is short, as
if there were no sensor. One run that is felt sets everything right.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from controller.core.changes import changed
from controller.core.clock import HOUR_MS, MINUTE_MS, SECOND_MS, Instant
from controller.core.kept import age_ms
from controller.core.observation import Observation

RESPONSE_MS: Final = 300 * SECOND_MS
"""A run must be felt within this. Source: the default parameters of the reliability design."""
RESPONSE_K: Final = 0.5
"""Rise above the run's lowest reading that counts as felt."""
TARGET_C: Final = 40.0
"""What runs are for: water that feels hot. The cold pipe is to stay below its own limit, which is near."""
EXPECTED_BELOW_K: Final = 5.0
"""A run that starts nearer to the target need not be felt."""
FIRST_PAUSE_MS: Final = 30 * MINUTE_MS
LONGEST_PAUSE_MS: Final = 8 * HOUR_MS
LATCHED_AT: Final = 3
"""Unanswered runs in a row after which the sensor is taken for blind."""


@dataclass(frozen=True, slots=True)
class Responses:
    """What the supervisor remembers of runs and their effect.

    Args:
        failures: Unanswered runs in a row.
        failed_at: When the last of them ended.
        start_c: What the sensor read when the run going on started, if that run must be felt; else None.
        felt: The run going on has been felt.
    """

    failures: int = 0
    failed_at: Instant = 0
    start_c: float | None = None
    felt: bool = False

    def begun(self, observation: Observation) -> "Responses":
        """Return what is remembered when a run begins."""
        value_c = observation.value(observation.plumbing.arrival_sensor)
        must_be_felt = value_c is not None and value_c <= TARGET_C - EXPECTED_BELOW_K
        return changed(self, start_c=value_c if must_be_felt else None, felt=False)

    def going_on(self, observation: Observation) -> "Responses":
        """Return what is remembered after one more look at a run."""
        if self.start_c is None or self.felt:
            return self
        rise_k = observation.rise_k(observation.plumbing.arrival_sensor)
        return changed(self, felt=rise_k is not None and rise_k >= RESPONSE_K)

    def ended(self, now: Instant, ran_ms: int, longest_ms: int) -> "Responses":
        """Return what is remembered when a run has ended.

        Args:
            now: When it ended.
            ran_ms: How long it was.
            longest_ms: How long it might have been at most: a run that was cut shorter had no chance and proves nothing.
        """
        if self.felt:
            return Responses()
        if self.start_c is None or ran_ms < min(RESPONSE_MS, longest_ms):
            return changed(self, start_c=None)
        return Responses(self.failures + 1, now)

    def unanswered(self, ran_ms: int) -> bool:
        """Tell whether the run going on has had its time and was not felt."""
        return self.start_c is not None and not self.felt and ran_ms >= RESPONSE_MS

    @property
    def blind(self) -> bool:
        """Tell whether the sensor has failed to feel so many runs that it is taken for blind."""
        return self.failures >= LATCHED_AT

    @property
    def resumes_at(self) -> Instant:
        """Return when automatic runs may be tried again; in the past when nothing is wrong."""
        if self.failures == 0:
            return 0
        # However many failures there were, the exponent stays small.
        doublings = min(self.failures - 1, LONGEST_PAUSE_MS // FIRST_PAUSE_MS)
        return self.failed_at + min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << doublings)

    def snapshot(self, now: Instant) -> dict[str, object]:
        """Return what must survive a restart, JSON-able; times are ages in ms."""
        return {"failures": self.failures, "failed_age_ms": now - self.failed_at}


def recall(kept: object, *, now: Instant, elapsed_ms: int | None) -> Responses:
    """Return the memory with which a controller starts; what is damaged counts as no failure.

    Args:
        kept: What ``Responses.snapshot`` returned, or whatever a damaged file makes of it.
        now: The start of the controller.
        elapsed_ms: How long ago the snapshot was taken; None when it cannot be known, so that the pause begins anew.
    """
    if not isinstance(kept, Mapping):
        return Responses()
    failures, age = kept.get("failures"), age_ms(kept.get("failed_age_ms"))
    if (
        not isinstance(failures, int)
        or isinstance(failures, bool)
        or not 0 < failures <= 1_000
        or age is None
    ):
        return Responses()
    return Responses(failures, now if elapsed_ms is None else now - age - elapsed_ms)
