"""The hazard of a draw: habit, clusters and cues add up, and each learns its share of every draw seen.

The rate at which draws begin is a sum (a Hawkes process with covariates):

    rate(t) = presence * habit(time of week) + sum over past draws of clusters(age) + sum over cues of cue(age)

Each part has Gamma-Poisson parameters: draws attributed to it over exposure. When a draw is seen it is attributed to the
parts in proportion to their rates at that instant (one step of expectation-maximisation, online). Time in which no draw
could have been seen adds to no exposure and lets no absence grow. ``docs/prediction.md`` has the mathematics.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp
from typing import Final

from controller.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Instant
from controller.core.forecast import Forecast
from controller.core.kept import amounts
from controller.learning.habits import DAYS, SLOT_MIN, Habits

CLUSTER_MS: Final = (3 * MINUTE_MS, 15 * MINUTE_MS, 75 * MINUTE_MS)
"""Time constants of the clusters: one errand at the tap, one stay in the room, one spell at home."""
_CLUSTER_PRIOR: Final = (0.35, 0.25, 0.15)
_CLUSTER_WORTH: Final = 30.0
"""Draws that the prior of the clusters is worth."""
_CLUSTER_HALF_LIFE_DAYS: Final = 45.0

CUE_EDGES_MS: Final = tuple(edge * SECOND_MS for edge in (0, 15, 30, 45, 60, 80, 100, 130, 180, 300, 600))
"""Ages of a cue at which its rate may change."""
_CUE_SPANS: Final = tuple(pairwise(CUE_EDGES_MS))
_CUE_PRIOR: Final = (0.05, 0.05, 0.05, 0.05, 0.06, 0.05, 0.05, 0.05, 0.04, 0.03)
"""Draws in each of these spans per cue, of a cue that nobody knows yet."""
_CUE_WORTH: Final = 4.0
"""Cues that this prior is worth."""
CUES_MOST: Final = 16
"""Cues remembered at once."""
SAME_CUE_MS: Final = 30 * SECOND_MS
"""A sensor that tells again within this time tells of the same person."""

ANSWERS: Final = 0.2
"""Share in a draw from which on it counts as what a cue had announced."""
CUED_LEAST: Final = 0.5
"""Share in a draw from which on it is taken to be where a cue has announced it."""
AWAY_PRIOR: Final = 0.03
"""Share of spells of silence in which nobody is at home. Our choice: a dozen days a year."""
AWAY_LEAST: Final = 0.04
"""Presence never falls below this, so that whoever comes home early is expected a little."""
BRIEFLY_BLIND_MS: Final = 5 * MINUTE_MS
"""In shorter blind times, during and after runs and draws, draws probably went unseen, and others follow these."""
_LONGEST_STEP_MS: Final = 5 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class _Cue:
    at: Instant
    place: str


class Hazard:
    """Learns when draws begin.

    Args:
        at: Instant from which it learns.
    """

    def __init__(self, at: Instant) -> None:
        self.at = at
        self.habits = Habits()
        self._sums = [0.0] * len(CLUSTER_MS)
        self._cluster_draws = [share * _CLUSTER_WORTH for share in _CLUSTER_PRIOR]
        self._cluster_seen = [_CLUSTER_WORTH] * len(CLUSTER_MS)
        self._cues: tuple[_Cue, ...] = ()
        self._cue_draws: dict[str, list[float]] = {}
        self._cue_seen: dict[str, list[float]] = {}
        self._cued, self._uncued = 0.0, 30.0
        self._blind_ms = 0
        self._silence = 0.0
        self._since_forgotten_ms = 0

    @property
    def presence(self) -> float:
        """Return the probability that somebody is at home, by how long it has been silent against habit."""
        away = AWAY_PRIOR / (AWAY_PRIOR + (1.0 - AWAY_PRIOR) * exp(-self._silence))
        return max(AWAY_LEAST, 1.0 - away)

    @property
    def alert(self) -> bool:
        """Tell whether a cue is fresh."""
        return bool(self._cues)

    def advance(self, now: Instant, week_min: float | None, *, visible: bool) -> None:
        """Let time pass up to ``now``.

        Args:
            now: The instant.
            week_min: Local minutes since Monday's midnight at ``now``; None while the clock is not trusted.
            visible: Whether a draw in this time would have been seen.
        """
        while self.at < now:
            step_ms = min(now - self.at, _LONGEST_STEP_MS)
            middle_ms = now - self.at - step_ms // 2
            self._pass(step_ms, None if week_min is None else week_min - middle_ms / MINUTE_MS, visible)
            self.at += step_ms

    def draw(self, now: Instant, week_min: float | None) -> None:
        """A draw began. Call ``advance`` first."""
        habit = 0.0 if week_min is None else self._habit(week_min) / HOUR_MS
        clusters = [
            alpha * amount / span
            for alpha, amount, span in zip(self._alphas, self._sums, CLUSTER_MS, strict=True)
        ]
        cues = [(cue, number, self._cue_rate(cue.place, number)) for cue, number in self._ages(now)]
        total = habit + sum(clusters) + sum(rate for *_, rate in cues)
        if total > 0.0:
            self._attribute(total, clusters, cues)
            self._use_up(total, cues)
            if week_min is not None:
                self.habits.count(*_slot(week_min), habit / total)
        self._sums = [amount + 1.0 for amount in self._sums]
        self._silence = 0.0

    def cued_at(self, now: Instant, week_min: float | None) -> str | None:
        """Return where a draw that begins now is, if a cue has probably announced it. Call ``advance`` first."""
        cues = [(cue.place, self._cue_rate(cue.place, number)) for cue, number in self._ages(now)]
        place, rate = max(cues, key=lambda entry: entry[1], default=("", 0.0))
        return place if rate > CUED_LEAST * self._rate_ms(week_min) else None

    def cue(self, now: Instant, place: str) -> None:
        """Something announced a draw. Call ``advance`` first."""
        self._silence = 0.0
        if any(cue.place == place and now - cue.at < SAME_CUE_MS for cue in self._cues):
            return
        self._cues = (*self._cues, _Cue(now, place))[-CUES_MOST:]

    def forecast(self, week_min: float | None) -> Forecast:
        """Return what is to come from ``at`` on, if no draw comes before."""
        habit = () if week_min is None else self._habits_to_come(week_min)
        clusters = tuple(
            (alpha * amount, span)
            for alpha, amount, span in zip(self._alphas, self._sums, CLUSTER_MS, strict=True)
        )
        announced = self._cued / self._uncued
        return Forecast(self.at, habit, clusters, tuple(self._cues_to_come()), announced)

    def _habits_to_come(self, week_min: float) -> tuple[float, ...]:
        presence = self.presence
        return tuple([presence * rate for rate in self.habits.ahead(week_min)])

    def offspring(self, within_ms: int) -> float:
        """Return how many draws follow a draw within so many ms, directly."""
        return sum(
            alpha * (1.0 - exp(-within_ms / span))
            for alpha, span in zip(self._alphas, CLUSTER_MS, strict=True)
        )

    def snapshot(self) -> dict[str, object]:
        """Return what was learned, JSON-able."""
        return {
            "habits": self.habits.snapshot(),
            "clusters": [_rounded(self._cluster_draws), _rounded(self._cluster_seen)],
            "cues": {
                place: [_rounded(self._draws_of(place)), _rounded(seen)]
                for place, seen in self._cue_seen.items()
            },
            "cued": _rounded([self._cued, self._uncued]),
            "silence": round(self._silence, 3),
        }

    def restore(self, kept: Mapping[str, object]) -> None:
        """Take over what was learned; what is damaged is left out."""
        habits, silence = kept.get("habits"), kept.get("silence")
        if isinstance(habits, Mapping):
            self.habits.restore(habits)
        if isinstance(silence, int | float) and silence >= 0:
            self._silence = float(silence)
        cued = amounts(kept.get("cued"), 2)
        if cued and cued[1] > 0.0:
            self._cued, self._uncued = cued
        draws, seen = _pair(kept.get("clusters"), len(CLUSTER_MS))
        if draws and seen:
            self._cluster_draws, self._cluster_seen = draws, seen
        cues = kept.get("cues")
        for place, values in cues.items() if isinstance(cues, Mapping) else ():
            draws, seen = _pair(values, len(_CUE_SPANS))
            if draws and seen and isinstance(place, str):
                self._cue_draws[place], self._cue_seen[place] = draws, seen

    @property
    def _alphas(self) -> list[float]:
        return [draws / seen for draws, seen in zip(self._cluster_draws, self._cluster_seen, strict=True)]

    def _habit(self, week_min: float) -> float:
        return self.presence * self.habits.rate(*_slot(week_min))

    def _rate_ms(self, week_min: float | None) -> float:
        """Return the rate at this instant, in draws per ms: what probably begins while nobody can see it."""
        habit = 0.0 if week_min is None else self._habit(week_min) / HOUR_MS
        parts = zip(self._alphas, self._sums, CLUSTER_MS, strict=True)
        clusters = sum(alpha * amount / span for alpha, amount, span in parts)
        return habit + clusters + sum(self._cue_rate(cue.place, n) for cue, n in self._ages(self.at))

    def _pass(self, step_ms: int, week_min: float | None, visible: bool) -> None:
        decays = [exp(-step_ms / span) for span in CLUSTER_MS]
        if visible:
            self._expose(step_ms, week_min, decays)
        self._blind_ms = 0 if visible else self._blind_ms + step_ms
        briefly = 0 < self._blind_ms <= BRIEFLY_BLIND_MS
        unseen = self._rate_ms(week_min) * step_ms if briefly else 0.0
        self._sums = [amount * decay + unseen for amount, decay in zip(self._sums, decays, strict=True)]
        oldest = self.at + step_ms - CUE_EDGES_MS[-1]
        if self._cues and self._cues[0].at < oldest:
            self._cues = tuple(cue for cue in self._cues if cue.at >= oldest)
        self._since_forgotten_ms += step_ms
        if self._since_forgotten_ms >= DAY_MS:
            self._forget(self._since_forgotten_ms / DAY_MS)

    def _expose(self, step_ms: int, week_min: float | None, decays: Sequence[float]) -> None:
        if week_min is not None:
            day, slot = _slot(week_min)
            self.habits.expose(day, slot, self.presence * step_ms / HOUR_MS)
            self._silence += self.habits.rate(day, slot) * step_ms / HOUR_MS
        for number, decay in enumerate(decays):
            self._cluster_seen[number] += self._sums[number] * (1.0 - decay)
        for cue in self._cues:
            seen, begin = self._seen_of(cue.place), self.at - cue.at
            for number, (low, high) in enumerate(_CUE_SPANS):
                overlap = min(high, begin + step_ms) - max(low, begin)
                if overlap > 0:
                    seen[number] += overlap / (high - low)

    def _attribute(
        self, total: float, clusters: Sequence[float], cues: Sequence[tuple[_Cue, int, float]]
    ) -> None:
        cued = sum(rate for *_, rate in cues) / total
        self._cued += cued
        self._uncued += 1.0 - cued
        for number, rate in enumerate(clusters):
            self._cluster_draws[number] += rate / total
        for cue, number, rate in cues:
            self._draws_of(cue.place)[number] += rate / total

    def _use_up(self, total: float, cues: Sequence[tuple[_Cue, int, float]]) -> None:
        """Take the cue that this draw most likely answers for answered: it announces no other one."""
        best = max(cues, key=lambda entry: entry[2], default=None)
        if best is not None and best[2] > ANSWERS * total:
            self._cues = tuple(cue for cue in self._cues if cue is not best[0])

    def _forget(self, days: float) -> None:
        self._since_forgotten_ms = 0
        self.habits.forget(days)
        self._cued, self._uncued = 0.98 * self._cued, 0.98 * self._uncued
        kept = 0.5 ** (days / _CLUSTER_HALF_LIFE_DAYS)
        for number, share in enumerate(_CLUSTER_PRIOR):
            prior = share * _CLUSTER_WORTH
            self._cluster_draws[number] = prior + kept * (self._cluster_draws[number] - prior)
            self._cluster_seen[number] = _CLUSTER_WORTH + kept * (self._cluster_seen[number] - _CLUSTER_WORTH)

    def _ages(self, now: Instant) -> list[tuple[_Cue, int]]:
        return [(cue, number) for cue in self._cues if (number := _span(now - cue.at)) is not None]

    def _cue_rate(self, place: str, number: int) -> float:
        """Return draws per ms while a cue's age is in a span."""
        low, high = _CUE_SPANS[number]
        return self._cue_share(place, number) / (high - low)

    def _cue_share(self, place: str, number: int) -> float:
        return self._draws_of(place)[number] / self._seen_of(place)[number]

    def _draws_of(self, place: str) -> list[float]:
        return self._cue_draws.setdefault(place, [share * _CUE_WORTH for share in _CUE_PRIOR])

    def _seen_of(self, place: str) -> list[float]:
        return self._cue_seen.setdefault(place, [_CUE_WORTH] * len(_CUE_SPANS))

    def _cues_to_come(self) -> list[tuple[int, int, float, str]]:
        coming = []
        for cue in self._cues:
            age = self.at - cue.at
            for number, (low, high) in enumerate(_CUE_SPANS):
                if high > age:
                    begin = max(low, age)
                    amount = self._cue_share(cue.place, number) * (high - begin) / (high - low)
                    coming.append((begin - age, high - age, amount, cue.place))
        return coming


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(value, 3) for value in values]


def _pair(kept: object, count: int) -> tuple[list[float] | None, list[float] | None]:
    """Return draws and exposure as they were kept; None when damaged, also when nothing was exposed."""
    if not isinstance(kept, list) or len(kept) != 2:
        return None, None
    draws, seen = amounts(kept[0], count), amounts(kept[1], count)
    return draws, seen if seen and min(seen) > 0.0 else None


def _slot(week_min: float) -> tuple[int, int]:
    minute = int(week_min) % (DAYS * 1440)
    return minute // 1440, minute % 1440 // SLOT_MIN


def _span(age_ms: int) -> int | None:
    """Return the number of the span in which a cue's age lies; None when it is too old."""
    for number, edge in enumerate(CUE_EDGES_MS[1:]):
        if age_ms < edge:
            return number
    return None
