"""What asks for hot water without a button: motion, a door, a light, a flick of the tap, a draw felt at the heater. A fold.

Only edges count: each trigger asks once, then waits, and asks so often a day at most. So a sensor that sticks, or that
chatters, cannot keep the pump going.
"""

from collections.abc import Iterator, Sequence

from controller.core.clock import DAY_MS, Instant
from controller.core.events import CueSeen, Event, FlowRead, HotWaterRequest, Reading
from controller.core.kept import instant
from controller.core.plumbing import DRAW_FLOW, SUPPLY
from controller.core.triggers import CueTrigger, FlickTrigger, SurgeTrigger, Trigger


class Triggers:
    """Watches for what the triggers of a loop wait for.

    Args:
        triggers: The triggers.
        fixtures: The fixtures of the loop: a cue that was seen at one of them asks for that.
    """

    def __init__(self, triggers: Sequence[Trigger], fixtures: Sequence[str]) -> None:
        self._triggers = tuple(triggers)
        self._fixtures = frozenset(fixtures)
        self._hits: list[list[Instant]] = [[] for _ in self._triggers]
        self._asked: list[list[Instant]] = [[] for _ in self._triggers]
        self._flows_since: Instant | None = None
        self._rise: tuple[Instant, float] | None = None
        self._last_c: float | None = None

    @property
    def any(self) -> bool:
        """Return whether there is anything to wait for."""
        return bool(self._triggers)

    def look(self, now: Instant, event: Event, *, at_rest: bool) -> Iterator[HotWaterRequest]:
        """Yield the wishes that follow from an event.

        Args:
            now: When it is handled.
            event: What happened.
            at_rest: The pump rests: only then a rise at the heater tells of a draw.
        """
        pulse_ms = self._pulse_ms(now, event) if isinstance(event, FlowRead) else None
        risen = self._rising(now, event, at_rest=at_rest) if isinstance(event, Reading) else None
        for index, trigger in enumerate(self._triggers):
            match trigger, event:
                case CueTrigger(), CueSeen(kind=kind, place=place):
                    if (
                        trigger.kind is kind
                        and trigger.place in (None, place)
                        and self._enough(index, now, trigger)
                    ):
                        yield from self._ask(index, now, trigger, f"{kind.value} ({place})", place)
                case FlickTrigger(), _ if pulse_ms is not None:
                    if trigger.least_ms <= pulse_ms <= trigger.most_ms:
                        yield from self._ask(index, now, trigger, "tap flick", None)
                case SurgeTrigger(), _ if risen is not None:
                    lasted_ms, rise_k = risen
                    if lasted_ms >= trigger.least_ms and rise_k >= trigger.rise_k:
                        yield from self._ask(index, now, trigger, "draw felt", None)

    def _enough(self, index: int, now: Instant, trigger: CueTrigger) -> bool:
        recent = [at for at in self._hits[index] if at > now - trigger.within_ms]
        self._hits[index] = [*recent, now][-trigger.hits :]
        return len(self._hits[index]) >= trigger.hits

    def _ask(
        self, index: int, now: Instant, trigger: Trigger, who: str, place: str | None
    ) -> Iterator[HotWaterRequest]:
        asked = [at for at in self._asked[index] if at > now - DAY_MS]
        locked = bool(asked) and now < asked[-1] + trigger.lockout_ms
        if locked or len(asked) >= trigger.daily_most:
            return
        self._asked[index], self._hits[index], self._rise = [*asked, now], [], None
        fixture = place if place in self._fixtures else None
        by_person = isinstance(trigger, FlickTrigger)
        yield HotWaterRequest(now, f"{trigger.kind}:{index}:{now}", who, fixture, automatic=not by_person)

    def _pulse_ms(self, now: Instant, event: FlowRead) -> int | None:
        """Return how long a flow lasted that ends with this reading."""
        if event.sensor != DRAW_FLOW or not event.live:
            return None
        above_lpm = min(
            (one.above_lpm for one in self._triggers if isinstance(one, FlickTrigger)), default=0.0
        )
        since = self._flows_since
        if event.flow_lpm > above_lpm:
            self._flows_since = now if since is None else since
            return None
        self._flows_since = None
        return None if since is None else now - since

    def _rising(self, now: Instant, event: Reading, *, at_rest: bool) -> tuple[int, float] | None:
        """Return for how long and how far the heater's outlet has risen fast without a break."""
        slope_ks = min(
            (one.slope_ks for one in self._triggers if isinstance(one, SurgeTrigger)), default=None
        )
        if slope_ks is None or event.sensor != SUPPLY or not event.live:
            return None
        last_c, self._last_c = self._last_c, event.value_c
        if not at_rest or self._rise is None or (last_c is not None and event.value_c < last_c):
            self._rise = (now, event.value_c) if at_rest else None
            return None
        since, from_c = self._rise
        if event.value_c - from_c < slope_ks * (now - since) / 1000:
            self._rise = (now, event.value_c)
            return None
        return now - since, event.value_c - from_c

    def snapshot(self, now: Instant) -> list[list[int]]:
        """Return how long ago each trigger asked, in ms: a restart is no way round a daily cap."""
        return [[now - at for at in asked] for asked in self._asked]

    def restore(self, kept: object, now: Instant, elapsed_ms: int | None) -> None:
        """Take over what ``snapshot`` returned; what is damaged in it is left out."""
        then = now - (elapsed_ms or 0)
        if not isinstance(kept, list) or len(kept) != len(self._asked):
            return
        for index, ages in enumerate(kept):
            asked = [instant(age, then) for age in ages] if isinstance(ages, list) else []
            self._asked[index] = sorted(at for at in asked if at is not None)
