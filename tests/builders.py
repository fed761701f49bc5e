"""Short ways to build what tests need; every default is an ordinary, healthy house."""

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from controller.core.clock import NEVER, Instant
from controller.core.decision import Command, Decision, Purpose, Verdict, Vote
from controller.core.events import HotWaterRequest, Mode
from controller.core.leases import SwitchTerms
from controller.core.observation import Observation, PumpView, Run, Sample
from controller.core.plumbing import COLD_LINE, RETURN, SUPPLY, Plumbing, Topology
from controller.core.reason import Reason, ReasonCode
from controller.engine import Engine
from controller.safety.limits import Limits
from controller.safety.supervisor import LimitSupervisor

RETURN_LOOP = Plumbing(
    "main", Topology.DEDICATED_RETURN, ("kitchen", "basin", "shower"), frozenset({SUPPLY, RETURN})
)
COLD_LOOP = Plumbing(
    "main", Topology.COLD_RETURN, ("kitchen", "basin", "shower"), frozenset({SUPPLY, COLD_LINE})
)
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
NOTHING = Reason(ReasonCode.NOTHING_ASKED)


def seconds(count: float) -> int:
    return round(count * 1000)


def minutes(count: float) -> int:
    return round(count * 60_000)


def observation(now: Instant = 0, *, plumbing: Plumbing = RETURN_LOOP, **changes: Any) -> Observation:
    """An observation; readings may be given as ``return_c=30.0`` (fresh at ``now``)."""
    readings = {
        key.removesuffix("_c"): Sample(now, changes.pop(key), interval_ms=10_000)
        for key in [key for key in changes if key.endswith("_c")]
    }
    return Observation(now=now, plumbing=plumbing, readings=readings, **changes)


def running(
    since: Instant, *, by: str = "on_demand", demand: bool = True, confirmed: bool = True, **lowest_c: float
) -> PumpView:
    """A pump that runs; ``return_c=20.0`` gives the lowest reading of the run."""
    lowest = {key.removesuffix("_c"): value for key, value in lowest_c.items()}
    return PumpView(commanded=True, reported=True, run=Run(since, by, demand, confirmed, lowest))


def request(at: Instant = 0, **changes: Any) -> HotWaterRequest:
    return replace(HotWaterRequest(at, f"r{at}", "kitchen button"), **changes)


def wants_run(*, demand: bool = False) -> Decision:
    return Decision(Vote.RUN, NOTHING, by="test", demand=demand)


def rests() -> Decision:
    return Decision(Vote.REST, NOTHING, by="test")


class Says:
    """A strategy that says what it is told to say."""

    def __init__(
        self,
        vote: Vote = Vote.ABSTAIN,
        *,
        name: str = "says",
        demand: bool = False,
        wake_at: int = NEVER,
        purpose: Purpose = Purpose.COMFORT,
    ) -> None:
        self.name = name
        self.decision = Decision(vote, NOTHING, wake_at, demand=demand, purpose=purpose)

    def decide(self, observation: Observation, /) -> Decision:
        return self.decision

    def now(self, vote: Vote) -> None:
        self.decision = replace(self.decision, vote=vote)


class RecordingPlant:
    """A plant that remembers its commands."""

    def __init__(self) -> None:
        self.commands: list[Command] = []

    def actuate(self, command: Command, /) -> None:
        self.commands.append(command)


def engine(
    *strategies: Any,
    plumbing: Plumbing = RETURN_LOOP,
    limits: Limits | None = None,
    zone: tzinfo = UTC,
    started_at: Instant = 0,
    terms: SwitchTerms | None = None,
) -> Engine:
    limits = limits or Limits()
    supervisor = LimitSupervisor(limits, started_at)
    return Engine(
        plumbing, strategies, supervisor, zone=zone, started_at=started_at, terms=terms or SwitchTerms()
    )


def switch_faults(one: Engine) -> set[ReasonCode]:
    """The faults of an engine, but for those of sensors that a test leaves out."""
    return {code for code in one.faults if not code.value.startswith("sensor")}


__all__ = [name for name in dir() if not name.startswith("_")] + ["Mode", "Verdict"]
