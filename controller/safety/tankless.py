"""A tankless heater or a combi: its burner lights only when enough water flows, and not every time.

A pump too weak to wake the burner, or a burner that has locked itself out, circulates water that nobody heats; and a loop that
takes less than the burner's least power makes it go on and off. So a run must reach the activation flow (where the loop's flow is
measured) and the heater's outlet (where that is measured) must warm up and stay warm, for what was left in the heater is soon
gone. Else the run ends, and the next waits longer and longer. What nobody measures is not judged. Burner starts within an hour
are bounded for automatic runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from controller.core.changes import changed, renewed
from controller.core.clock import HOUR_MS, MINUTE_MS, SECOND_MS, Instant
from controller.core.decision import Watch
from controller.core.kept import age_ms, instant
from controller.core.observation import Observation
from controller.core.plumbing import SUPPLY
from controller.core.reason import Reason, ReasonCode

FLOWS_FOR_MS: Final = 10 * SECOND_MS
"""The activation flow must hold for so long. Source: burners light 3 to 8 s after it (Grant 2010; a combi's valve adds seconds)."""
FLOWS_WITHIN_MS: Final = 30 * SECOND_MS
"""A pump that has not brought it by then will not."""
LIT_WITHIN_MS: Final = 60 * SECOND_MS
"""Twice the time in which a strapped sensor follows (tau 25 s) what the slowest burner gives."""
LIT_K: Final = 3.0
"""Rise of the outlet above its lowest reading in the run that shows a burner at work; loop water alone is colder."""
HOT_C: Final = 40.0
"""Water that leaves so hot is hot enough, whoever has warmed it: the target of every run."""
FELL_K: Final = 4.0
"""A burner that shuts lets the outlet fall by more; one that modulates wavers by less. An assumption."""
FIRST_PAUSE_MS: Final = 5 * MINUTE_MS
LONGEST_PAUSE_MS: Final = 2 * HOUR_MS
"""The pause after a run without a flame doubles up to this. Source: the plan of the product."""


@dataclass(frozen=True, slots=True)
class BurnerTerms:
    """What is declared of the burner.

    Args:
        activation_lpm: Flow at which it wakes, in l/min.
        starts_per_hour: Most burner starts within any hour that automatic runs may cause.
    """

    activation_lpm: float = 2.5
    starts_per_hour: int = 6


@dataclass(frozen=True, slots=True)
class Burner:
    """What the supervisor remembers of the burner. A fold: every look gives the next value.

    Args:
        terms: What is declared of it.
        failures: Runs in a row that did not light it.
        failed_at: When the last of them ended.
        starts: Its starts in the last hour, as far as they were felt.
        flows_since: Since when the activation flow holds; None while it does not.
        flowed: It has held for long enough in the run going on.
        lit: The outlet has warmed up in the run going on.
        peak_c: Highest reading of the outlet since then, or since it warmed up anew; None before.
        trough_c: Lowest reading since it fell from there; None while it has not.
        fell_at: When it fell.
        why: What spoke against the last run that failed; None before one, and after a restart.
    """

    terms: BurnerTerms
    failures: int = 0
    failed_at: Instant = 0
    starts: tuple[Instant, ...] = ()
    flows_since: Instant | None = None
    flowed: bool = False
    lit: bool = False
    peak_c: float | None = None
    trough_c: float | None = None
    fell_at: Instant = 0
    why: Reason | None = None

    def begun(self) -> "Burner":
        """Return what is remembered when a run begins."""
        return renewed(self, flows_since=None, flowed=False, lit=False, peak_c=None, trough_c=None)

    def going_on(self, observation: Observation) -> "Burner":
        """Return what is remembered after a look at a run."""
        return self._flowing(observation)._glowing(observation)

    def _flowing(self, observation: Observation) -> "Burner":
        flow_lpm, now = observation.loop_flow_lpm, observation.now
        if flow_lpm is None or flow_lpm < self.terms.activation_lpm:
            return changed(self, flows_since=None)
        since = now if self.flows_since is None else self.flows_since
        return changed(self, flows_since=since, flowed=self.flowed or now >= since + FLOWS_FOR_MS)

    def _glowing(self, observation: Observation) -> "Burner":
        value_c, rise_k = observation.value(SUPPLY), observation.rise_k(SUPPLY)
        if value_c is None or rise_k is None:
            return self
        if not self.lit:
            if rise_k >= LIT_K:
                return renewed(self._started(observation.now), lit=True, peak_c=value_c)
            return renewed(self, lit=value_c >= HOT_C, peak_c=value_c)
        if self.trough_c is None:
            peak_c = max(value_c, self.peak_c or value_c)
            fell = value_c <= peak_c - FELL_K
            return renewed(self, peak_c=peak_c, trough_c=value_c if fell else None, fell_at=observation.now)
        trough_c = min(value_c, self.trough_c)
        if value_c < trough_c + LIT_K:
            return renewed(self, trough_c=trough_c)
        return renewed(self._started(observation.now), peak_c=value_c, trough_c=None)

    def watches(self, observation: Observation) -> tuple[Watch, ...]:
        """Return what the outlet has to do to change what is remembered, in a run that goes on or begins now."""
        if SUPPLY not in observation.plumbing.sensors:
            return ()
        value_c, run = observation.value(SUPPLY), observation.pump.run
        if value_c is None:
            return (Watch(SUPPLY),)
        if not self.lit:
            lowest_c = value_c if run is None else run.lowest_c.get(SUPPLY, value_c)
            return (Watch(SUPPLY, (lowest_c + LIT_K, HOT_C), turns=True),)
        if self.trough_c is None:
            return (Watch(SUPPLY, (max(value_c, self.peak_c or value_c) - FELL_K,), peaks=True),)
        return (Watch(SUPPLY, (self.trough_c + LIT_K, HOT_C), turns=True),)

    def _started(self, now: Instant) -> "Burner":
        return renewed(self, starts=(*self.recent(now), now))

    def ended(self, now: Instant, why: Reason | None) -> "Burner":
        """Return what is remembered when a run has ended.

        Args:
            now: When it ended.
            why: What spoke against it at the burner; None when nothing did.
        """
        if why is None:
            burns = self.lit and self.trough_c is None and (self.flowed or self.flows_since is None)
            return renewed(self.begun(), failures=0) if burns and self.failures else self.begun()
        return renewed(self.begun(), failures=self.failures + 1, failed_at=now, why=why)

    @property
    def fault(self) -> Reason | None:
        """Return what is wrong, as long as no run has lit it since; None when nothing is."""
        if self.failures == 0:
            return None
        return self.why or Reason.of(ReasonCode.BURNER_UNLIT, runs=self.failures)

    def against(self, observation: Observation, ran_ms: int) -> Reason | None:
        """Return what speaks against the run going on, or None."""
        flow_lpm = observation.loop_flow_lpm
        if flow_lpm is not None and not self.flowed and ran_ms >= FLOWS_WITHIN_MS:
            least_lpm = self.terms.activation_lpm
            return Reason.of(ReasonCode.BURNER_ASLEEP, flow_lpm=flow_lpm, least_lpm=least_lpm)
        value_c = observation.value(SUPPLY)
        if value_c is not None and self._is_out(observation.now, ran_ms, value_c):
            return Reason.of(ReasonCode.BURNER_UNLIT, runs=self.failures + 1)
        return None

    def _is_out(self, now: Instant, ran_ms: int, value_c: float) -> bool:
        if not self.lit:
            return ran_ms >= LIT_WITHIN_MS
        return self.trough_c is not None and now >= self.fell_at + LIT_WITHIN_MS and value_c < HOT_C

    def judged_at(self, observation: Observation, started_at: Instant) -> Instant:
        """Return when time alone may speak against a run, as it was ``started_at``; in the past when it may not any more."""
        times = (
            started_at + FLOWS_WITHIN_MS if observation.loop_flow_lpm is not None and not self.flowed else 0,
            started_at + LIT_WITHIN_MS if not self.lit else 0,
            self.fell_at + LIT_WITHIN_MS if self.trough_c is not None else 0,
        )
        return min((at for at in times if at > observation.now), default=0)

    def recent(self, now: Instant) -> tuple[Instant, ...]:
        """Return the starts within the last hour."""
        return tuple(start for start in self.starts if start > now - HOUR_MS)

    def resumes_at(self, *, demand: bool) -> Instant:
        """Return when the next run may be tried; in the past when nothing is wrong. A person waits for the first pause only."""
        if self.failures == 0:
            return 0
        if demand:
            return self.failed_at + FIRST_PAUSE_MS
        # However many failures there were, the exponent stays small.
        doublings = min(self.failures - 1, LONGEST_PAUSE_MS // FIRST_PAUSE_MS)
        return self.failed_at + min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << doublings)

    def snapshot(self, now: Instant) -> dict[str, object]:
        """Return what must survive a restart, JSON-able; times are ages in ms."""
        return {
            "failures": self.failures,
            "failed_age_ms": now - self.failed_at,
            "starts_age_ms": [now - start for start in self.recent(now)],
        }


def recall(terms: BurnerTerms, kept: object, *, now: Instant, elapsed_ms: int | None) -> Burner:
    """Return the memory with which a controller starts; what is damaged counts as no failure.

    Args:
        terms: What is declared of the burner.
        kept: What ``Burner.snapshot`` returned, or whatever a damaged file makes of it.
        now: The start of the controller.
        elapsed_ms: How long ago the snapshot was taken; None when it cannot be known, so that pauses begin anew.
    """
    if not isinstance(kept, Mapping):
        return Burner(terms)
    then, ages = now - (elapsed_ms or 0), kept.get("starts_age_ms")
    starts = (instant(age, then) for age in ages) if isinstance(ages, list) else ()
    burner = Burner(terms, starts=tuple(start for start in starts if start is not None))
    failures, age = kept.get("failures"), age_ms(kept.get("failed_age_ms"))
    plausible = isinstance(failures, int) and not isinstance(failures, bool) and 0 < failures <= 1_000
    if not plausible or not isinstance(failures, int) or age is None:
        return burner
    return renewed(burner, failures=failures, failed_at=now if elapsed_ms is None else then - age)
