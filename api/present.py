"""How the service's views become the JSON that goes out, in the reader's language."""

from api.language import sentence
from api.schemas import (
    AnswerOut,
    EnergyOut,
    FaultOut,
    FixtureOut,
    LeaseOut,
    LoopOut,
    NextRunOut,
    ReasonOut,
    RunOut,
    RunRecordOut,
    StateOut,
    TemperatureOut,
)
from controller.core.reason import Language, Reason
from controller.views import (
    Answer,
    EnergyView,
    FaultView,
    LeaseView,
    LoopView,
    RunRecord,
    RunView,
    ServiceView,
)


def reason_out(reason: Reason, language: Language) -> ReasonOut:
    """Return a reason with its sentence in ``language``."""
    return ReasonOut(
        code=reason.code, sentence=sentence(reason, language), values={str(k): v for k, v in reason.values}
    )


def state_out(view: ServiceView, language: Language) -> StateOut:
    """Return the JSON form of the service's view."""
    return StateOut(
        name=view.name,
        version=view.version,
        at=view.at,
        speed=view.speed,
        mode=view.mode,
        broker_connected=view.broker_connected,
        storage_ok=view.storage_ok,
        loops=[_loop_out(loop, language) for loop in view.loops],
        energy=None if view.energy is None else energy_out(view.energy, language),
    )


def energy_out(energy: EnergyView, language: Language) -> EnergyOut:
    """Return the JSON form of what energy says to automatic runs."""
    shut = None if energy.shut is None else reason_out(energy.shut, language)
    return EnergyOut(price=energy.price, surplus_w=energy.surplus_w, shut=shut)


def _loop_out(loop: LoopView, language: Language) -> LoopOut:
    return LoopOut(
        name=loop.name,
        topology=loop.topology,
        fixtures=list(loop.fixtures),
        pump=loop.pump,
        commanded=loop.commanded,
        pump_online=loop.pump_online,
        temperatures=[TemperatureOut.model_validate(each) for each in loop.temperatures],
        run=None if loop.run is None else _run_out(loop.run, language),
        reason=reason_out(loop.reason, language),
        by=loop.by,
        waiting=list(loop.waiting),
        strategies=list(loop.strategies),
        faults=[_fault_out(fault, language) for fault in loop.faults],
        lease=_lease_out(loop.lease, language),
        power_w=loop.power_w,
        next_window_at=loop.next_window_at,
        next_run=None if loop.next_run is None else NextRunOut.model_validate(loop.next_run),
        estimates=[FixtureOut.model_validate(each) for each in loop.estimates],
    )


def _lease_out(lease: LeaseView, language: Language) -> LeaseOut:
    return LeaseOut(
        lease_class=lease.lease_class,
        verified=lease.verified,
        unattended=lease.unattended,
        warning=None if lease.warning is None else reason_out(lease.warning, language),
    )


def _run_out(run: RunView, language: Language) -> RunOut:
    return RunOut(
        started_at=run.started_at,
        elapsed_s=run.elapsed_s,
        by=run.by,
        who=run.who,
        fixture=run.fixture,
        reason=reason_out(run.reason, language),
    )


def _fault_out(fault: FaultView, language: Language) -> FaultOut:
    return FaultOut(code=fault.code, since=fault.since, reason=reason_out(fault.reason, language))


def answer_out(answer: Answer, language: Language) -> AnswerOut:
    """Return the JSON form of an answer to a wish."""
    return AnswerOut(
        accepted=answer.accepted,
        loop=answer.loop,
        request_id=answer.request_id,
        running=answer.running,
        reason=reason_out(answer.reason, language),
    )


def record_out(record: RunRecord, language: Language) -> RunRecordOut:
    """Return the JSON form of a run of the history."""
    return RunRecordOut(
        id=record.id,
        loop=record.loop,
        started_at=record.started_at,
        ended_at=record.ended_at,
        by=record.by,
        who=record.who,
        fixture=record.fixture,
        start_reason=reason_out(record.start_reason, language),
        stop_reason=None if record.stop_reason is None else reason_out(record.stop_reason, language),
        refused=record.refused,
        start_c=record.start_c,
        end_c=record.end_c,
    )
