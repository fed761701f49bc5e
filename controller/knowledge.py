"""What is known of one loop at this instant, what is noted on the way, and what survives a restart."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from controller.actuation import Actuation
from controller.core import diary
from controller.core.changes import renewed
from controller.core.civil import Window
from controller.core.clock import Instant
from controller.core.contracts import Strategy
from controller.core.energy import Energy
from controller.core.events import HotWaterRequest, Mode, StopRequest
from controller.core.kept import age_ms, temperature_c
from controller.core.leases import COLD_LEASE_MS, SwitchTerms
from controller.core.observation import Observation, PumpView, Sample
from controller.core.plumbing import Plumbing, Topology
from controller.core.reason import Reason
from controller.estimation.way_back import WayBack
from controller.evidence import Evidence
from controller.foresight import Foresight
from controller.ports import Note, NoteKind
from controller.safety.supervisor import LimitSupervisor
from controller.sensors import Sensors
from controller.strategies.on_demand import OnDemand
from controller.triggers import Triggers
from controller.wishes import Wishes

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Knowledge:
    """The state of one loop; ``Intake`` changes it by events, ``Engine`` by what it decides.

    Args:
        plumbing: The loop as declared.
        strategies: Strategies in order of priority; none at all means the pump never runs.
        supervisor: The loop's own supervisor.
        zone: Time zone of the house.
        started_at: Instant at which the controller starts.
        terms: What is declared about the pump's switch.
        quiet: When only people start the pump: quiet hours, and days away.
        looks_ahead: Whether draws to come are foreseen.
    """

    def __init__(
        self,
        plumbing: Plumbing,
        strategies: Sequence[Strategy],
        supervisor: LimitSupervisor,
        *,
        zone: tzinfo,
        started_at: Instant,
        terms: SwitchTerms,
        quiet: tuple[Window, ...],
        looks_ahead: bool,
    ) -> None:
        self.plumbing = plumbing
        self.strategies = tuple(strategies)
        self.supervisor = supervisor
        self.zone = zone
        self.quiet = quiet
        self.now = started_at
        self.mode = Mode.AUTO
        self.utc_offset_ms: int | None = None
        self.readings: dict[str, Sample] = {}
        self.wishes = Wishes()
        self.last_stop: StopRequest | None = None
        self.pump = PumpView()
        if plumbing.topology is Topology.COLD_RETURN:
            terms = renewed(terms, lease_ms=min(terms.lease_ms, COLD_LEASE_MS))
        self.evidence = Evidence(terms)
        self.sensors = Sensors(plumbing, started_at)
        self.way_back = WayBack(plumbing, started_at)
        self.foresight = Foresight(plumbing, started_at) if looks_ahead else None
        self.diary = diary.Diary(started_at, started_at)
        self.energy = Energy()
        asking = (one for one in self.strategies if isinstance(one, OnDemand))
        self.triggers = Triggers([trigger for one in asking for trigger in one.triggers], plumbing.fixtures)
        self._actuation = Actuation(lease_ms=terms.lease_ms)
        self._notes: list[Note] = []
        self._answered = False
        self._told_at = started_at - 1
        self._listens_since = started_at - 1
        self._civil_of: int | None = None
        self._civil: datetime | None = None

    def observe(self) -> Observation:
        """Return the frozen picture of this instant."""
        pump, evidence = self.pump, self.evidence
        unattended, moves = evidence.unattended(self.now), evidence.moves(self.now, pump)
        if pump.unattended is not unattended or pump.moves is not moves:
            pump = renewed(pump, unattended=unattended, moves=moves)
        return Observation(
            now=self.now,
            plumbing=self.plumbing,
            civil=self.civil(),
            mode=self.mode,
            pump=pump,
            readings=dict(self.readings),
            requests=self.wishes.open,
            last_stop=self.last_stop,
            diary=self.diary,
            outlook=None if self.foresight is None else self.foresight.outlook(self.now, self.civil()),
            energy=self.energy,
            loop_flow_lpm=evidence.flow_lpm,
        )

    def civil(self) -> datetime | None:
        """Return the local time of the house, or None while its clock is not trusted."""
        if self.utc_offset_ms is None:
            return None
        utc_ms = self.now + self.utc_offset_ms
        if utc_ms != self._civil_of:
            self._civil_of = utc_ms
            self._civil = (_EPOCH + timedelta(milliseconds=utc_ms)).astimezone(self.zone)
        return self._civil

    def _note(self, kind: NoteKind, reason: Reason, **details: str | float | bool | None) -> None:
        self._notes.append(Note(self.now, kind, reason, details))

    def _settle_all(self, reason: Reason) -> None:
        for request in self.wishes.open:
            self._settle_request(request.request_id, reason)

    def _settle_request(self, request_id: str, reason: Reason) -> None:
        if self.wishes.settle(request_id):
            self._answered = True
            self._note(NoteKind.REQUEST_SETTLED, reason, request_id=request_id)

    # -- across restarts ------------------------------------------------------------------------------------

    def snapshot(self) -> dict[str, object]:
        """Return what must survive a restart, JSON-able; times are ages in ms before this instant."""
        stop = self.last_stop
        return {
            "utc_ms": None if self.utc_offset_ms is None else self.now + self.utc_offset_ms,
            "mode": self.mode.value,
            "supervisor": self.supervisor.snapshot(self.now),
            "diary": self.diary.snapshot(self.now),
            "triggers": self.triggers.snapshot(self.now),
            "way_back": self.way_back.snapshot(self.now),
            "readings": {role: sample.value_c for role, sample in self.readings.items()},
            "last_stop": None if stop is None else {"age_ms": self.now - stop.at, "who": stop.who},
            **({} if self.foresight is None else {"foresight": self.foresight.snapshot()}),
        }

    def restore(self, snapshot: Mapping[str, object], *, elapsed_ms: int | None = 0) -> None:
        """Take over a snapshot before the first event; what is damaged in it is left out.

        Temperatures are shown but not trusted, no run resumes, and every lockout begins in full.

        Args:
            snapshot: What ``snapshot`` returned.
            elapsed_ms: How long ago that was; None when it cannot be known, so that no budget is forgiven.
        """
        mode = snapshot.get("mode")
        if isinstance(mode, str) and mode in set(Mode):
            self.mode = Mode(mode)
        budgets = snapshot.get("supervisor")
        if isinstance(budgets, Mapping):
            self.supervisor.restore(budgets, self.now, elapsed_ms)
        self.diary = diary.recall(snapshot.get("diary"), now=self.now, elapsed_ms=elapsed_ms)
        self.triggers.restore(snapshot.get("triggers"), self.now, elapsed_ms)
        self.way_back.restore(snapshot.get("way_back"), self.now, elapsed_ms)
        readings = snapshot.get("readings")
        if isinstance(readings, Mapping):
            self._restore_readings(readings)
        learned = snapshot.get("foresight")
        if isinstance(learned, Mapping) and self.foresight is not None:
            self.foresight.restore(learned)
        stop = snapshot.get("last_stop")
        if isinstance(stop, Mapping):
            self._restore_stop(stop)

    def _restore_readings(self, readings: Mapping[object, object]) -> None:
        for role in self.plumbing.sensors:
            value_c = temperature_c(readings.get(role))
            if value_c is not None:
                self.readings[role] = Sample(self.now, value_c, live=False)

    def _restore_stop(self, stop: Mapping[object, object]) -> None:
        age, who = age_ms(stop.get("age_ms")), stop.get("who")
        if age is not None and isinstance(who, str) and age < self.supervisor.limits.stop_lockout_ms:
            self.last_stop = StopRequest(self.now, who)


def asker(request: HotWaterRequest | None) -> dict[str, str | None]:
    """Return who asked, and where, for a note."""
    return {"who": request.who if request else None, "fixture": request.fixture if request else None}
