import pytest

from controller.core.reason import Reason, ReasonCode
from simulator.pump_record import PumpRecord, PumpRun

ASKED, HOT = Reason(ReasonCode.REQUESTED), Reason(ReasonCode.HOT_ARRIVED)


def test_the_pump_record_counts_starts_and_hours_with_the_run_going_on() -> None:
    record = PumpRecord()
    record.switched(0.0, False)
    record.switched(100.0, True)
    record.switched(140.0, True)
    record.switched(1_900.0, False)
    record.switched(2_000.0, True)
    assert record.starts == 2
    assert record.hours(3_800.0) == pytest.approx(1.0)


def test_every_run_is_kept_with_its_reasons_and_the_one_going_on_too() -> None:
    record = PumpRecord()
    record.switched(10.0, True, ASKED)
    record.switched(50.0, False, HOT)
    record.switched(90.0, True, ASKED)
    assert record.runs == (PumpRun(10.0, 50.0, ASKED, HOT), PumpRun(90.0, None, ASKED))
