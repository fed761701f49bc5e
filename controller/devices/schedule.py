"""Boilers that obey a weekly schedule and nothing else: their pump is switched by writing the schedule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from controller.core.clock import Instant
from controller.devices.facts import SwitchState
from controller.devices.message import Message
from controller.devices.payload import Payload
from controller.devices.readers import Source
from controller.devices.rejects import Rejected, RejectReason

PLAN_SIGN: Final = b"{plan}"
MOST_PLAN: Final = 1_024
"""Longest plan of a day, in characters."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a schedule.

    Args:
        name: Its name, as the boiler writes it.
        told: Where the boiler tells its plan.
        write: What writes a plan, with ``{plan}`` where it goes.
    """

    name: str
    told: Source
    write: Message


@dataclass(frozen=True, slots=True)
class Schedule:
    """The schedule of one boiler.

    Args:
        days: Its days.
        always: Plan of a day on which the pump always runs.
        never: Plan of a day on which it never does.
    """

    days: tuple[Day, ...]
    always: str
    never: str
    _by_topic: Mapping[str, Day] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_topic", {day.told.topic: day for day in self.days})

    def writes(self, plans: Mapping[str, str]) -> tuple[Message, ...]:
        """Return the messages that write a plan for each of the days given, by their names."""
        return tuple(
            Message(day.write.topic, day.write.payload.replace(PLAN_SIGN, plans[day.name].encode()), 1)
            for day in self.days
            if day.name in plans
        )

    def same(self, plan: str) -> tuple[Message, ...]:
        """Return the messages that write one plan for every day."""
        return self.writes({day.name: plan for day in self.days})

    def told(self, topic: str, payload: bytes) -> tuple[str, str] | None:
        """Return the day and the plan that a boiler tells; None for anything else, and for nonsense."""
        day = self._by_topic.get(topic)
        if day is None:
            return None
        try:
            return day.name, plan_in(day.told, Payload(payload))
        except Rejected:
            return None


@dataclass(frozen=True, slots=True)
class PlanReader:
    """Reads from a day's plan whether the pump is on: it is when the plan is ours. The owner's plan says neither.

    Args:
        source: Where.
        always: Our plan of a day on which the pump always runs.
        never: Our plan of a day on which it never does.
    """

    source: Source
    always: str
    never: str
    qos: ClassVar[int] = 1
    replay: ClassVar[bool] = True

    def read(self, payload: Payload, retained: bool, at: Instant, /) -> SwitchState | None:
        """Return the state."""
        plan = plan_in(self.source, payload)
        if plan not in (self.always, self.never):
            return None
        return SwitchState(at, plan == self.always, live=not retained)


def plan_in(source: Source, payload: Payload) -> str:
    """Return the plan of a day.

    Raises:
        Rejected: There is none that could be written back.
    """
    plan = source.value(payload)
    if not isinstance(plan, str) or not plan.strip() or len(plan) > MOST_PLAN or not plan.isprintable():
        raise Rejected(RejectReason.UNKNOWN_VALUE)
    return plan.strip()
