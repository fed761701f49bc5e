"""What waits for the disk: order, room, and when it is due."""

import threading

import pytest

from controller.storage.outbox import READINGS_WAIT_S, Batch, Dropped, Outbox
from controller.storage.records import CommandRow, NoteRow, ReadingRow


class Clock:
    """Seconds that a test can set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(clock: Clock) -> Outbox:
    return Outbox(capacity=6, clock=clock)


def note(at: int = 0, utc_ms: int | None = 0) -> NoteRow:
    return NoteRow(0, "main", at, utc_ms, "requested", "requested", "{}", "{}")


def command(at: int = 0) -> CommandRow:
    return CommandRow(0, "main", at, at, True, 1, "requested", "{}")


def reading(at: int = 0, utc_ms: int | None = 0) -> ReadingRow:
    return ReadingRow(0, "main", "return", at, utc_ms, 20.0)


def taken(outbox: Outbox) -> Batch | None:
    return outbox.take(wait=False)


def test_notes_and_commands_are_due_at_once(outbox: Outbox) -> None:
    assert taken(outbox) is None
    outbox.put_note(note())
    outbox.put_command(command())
    batch = taken(outbox)
    assert batch is not None
    assert [row.seq for row in (*batch.notes, *batch.commands)] == [1, 2]


def test_readings_wait_a_minute_for_company(outbox: Outbox, clock: Clock) -> None:
    outbox.put_reading(reading())
    clock.now = READINGS_WAIT_S - 0.001
    assert taken(outbox) is None
    clock.now = READINGS_WAIT_S
    batch = taken(outbox)
    assert batch is not None
    assert len(batch.readings) == 1


def test_readings_go_along_with_a_note(outbox: Outbox) -> None:
    outbox.put_reading(reading())
    outbox.put_note(note())
    batch = taken(outbox)
    assert batch is not None
    assert (len(batch.readings), len(batch.notes)) == (1, 1)


def test_a_state_goes_out_at_once_only_after_news_of_its_loop(outbox: Outbox, clock: Clock) -> None:
    outbox.put_snapshot("main", "1")
    assert taken(outbox) is None
    outbox.put_note(note())
    first = taken(outbox)
    assert first is not None
    outbox.confirm(first)
    outbox.put_snapshot("annex", "2")
    assert taken(outbox) is None
    outbox.put_snapshot("main", "3")
    second = taken(outbox)
    assert second is not None
    assert {row.state for row in second.snapshots} == {"2", "3"}
    outbox.confirm(second)
    outbox.put_snapshot("main", "4")
    assert taken(outbox) is None
    clock.now = READINGS_WAIT_S
    assert taken(outbox) is not None


def test_nothing_leaves_before_it_is_confirmed(outbox: Outbox) -> None:
    outbox.put_note(note())
    first = taken(outbox)
    outbox.failed()
    outbox.put_note(note())
    second = taken(outbox)
    assert first is not None
    assert second is not None
    assert second.notes[: len(first.notes)] == first.notes
    outbox.confirm(second)
    assert taken(outbox) is None
    assert outbox.is_empty


def test_what_comes_during_a_commit_stays(outbox: Outbox) -> None:
    outbox.put_note(note())
    outbox.put_snapshot("main", "old")
    batch = taken(outbox)
    assert batch is not None
    outbox.put_note(note(at=5))
    outbox.put_snapshot("main", "new")
    outbox.confirm(batch)
    rest = taken(outbox)
    assert rest is not None
    assert [row.at for row in rest.notes] == [5]
    assert [row.state for row in rest.snapshots] == ["new"]


def test_telemetry_is_dropped_first_and_notes_last_and_all_is_counted(outbox: Outbox) -> None:
    for at in range(3):
        outbox.put_reading(reading(at))
        outbox.put_command(command(at))
    for at in range(3):
        outbox.put_note(note(at))
    assert outbox.dropped == Dropped(readings=3)
    for at in range(3, 7):
        outbox.put_note(note(at))
    assert outbox.dropped == Dropped(readings=3, commands=3, notes=1)
    assert [row.at for row in outbox.waiting_notes()] == [1, 2, 3, 4, 5, 6]


def test_a_flood_of_readings_never_costs_a_note(outbox: Outbox) -> None:
    outbox.put_note(note())
    for at in range(1_000):
        outbox.put_reading(reading(at))
    assert len(outbox.waiting_notes()) == 1
    assert len(outbox.waiting_readings()) == 5
    assert outbox.dropped == Dropped(readings=995)


def test_after_a_failure_only_a_flush_or_the_close_hurries(outbox: Outbox) -> None:
    outbox.put_note(note())
    assert outbox.take(not_before=9.0, wait=False) is None
    flushing = threading.Thread(target=outbox.flush, args=(5.0,))
    flushing.start()
    batch = outbox.take(not_before=9.0)
    assert batch is not None
    outbox.failed()
    flushing.join(5.0)
    assert not flushing.is_alive()
    assert outbox.take(not_before=9.0, wait=False) is None
    outbox.close()
    assert outbox.take(not_before=9.0) is not None


def test_a_flush_tells_whether_everything_got_there(outbox: Outbox) -> None:
    assert outbox.flush(0.0)
    outbox.put_note(note())
    assert not outbox.flush(0.0)
    outbox.finish()
    assert not outbox.flush(5.0)


def test_rows_get_their_time_once_the_clock_is_known(outbox: Outbox) -> None:
    outbox.put_note(note(at=10, utc_ms=None))
    batch = taken(outbox)
    assert batch is not None
    assert batch.offset_ms is None
    outbox.confirm(batch)
    outbox.put_reading(reading(at=20, utc_ms=1_020))
    due = taken(outbox)
    assert due is not None, "the times that are missing are worth a commit"
    assert due.offset_ms == 1_000
    outbox.confirm(due)
    outbox.put_note(note(at=30, utc_ms=1_030))
    later = taken(outbox)
    assert later is not None
    assert later.offset_ms is None


def test_an_offset_from_before_trust_was_lost_is_not_used(outbox: Outbox) -> None:
    outbox.put_note(note(at=0, utc_ms=1_000))
    outbox.put_note(note(at=10, utc_ms=None))
    batch = taken(outbox)
    assert batch is not None
    assert batch.offset_ms is None
    assert [row.utc_ms for row in outbox.waiting_notes()] == [1_000, None]


def test_after_the_close_the_rest_is_taken_and_then_nothing(outbox: Outbox) -> None:
    outbox.put_reading(reading())
    outbox.close()
    batch = outbox.take()
    assert batch is not None
    outbox.confirm(batch)
    assert outbox.take() is None
