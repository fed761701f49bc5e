"""Kills a process that keeps notes and states, again and again, and looks what is left of what it was told is kept.

    python -m tests.durability.kills DATA_FILE KILLS SEED

Each life is a fork, so that hundreds of deaths take no longer than as many starts of a database. Prints one line for
each life in which something was lost, and a last line with the sums.
"""

import asyncio
import os
import random
import signal
import sys
from pathlib import Path

from controller.core.reason import Reason, ReasonCode
from controller.ports import Note, NoteKind
from controller.storage import Storage

MOST_IN_A_LIFE = 2_000
LONGEST_LIFE_S = 0.08


def main() -> None:
    path, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    rng = random.Random(f"{seed} kills")
    kept = lost = 0
    for life in range(kills):
        told = live(path, kept, rng.uniform(0.005, LONGEST_LIFE_S))
        kept = max(kept, told)
        missing = left(path, kept)
        if missing:
            print(f"life {life}: {missing}", flush=True)
            lost += 1
    print(f"{kills} kills, {kept} notes acknowledged, {lost} lives in which something was lost", flush=True)


def live(path: Path, number: int, for_s: float) -> int:
    """Live for a while in a child, be killed, and return the last note that was acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _write(path, number, writing)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        first = told.read(1)  # it has begun
        signal.sigtimedwait(set(), for_s)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        words = (first + told.read()).split()
    return int(words[-1]) if words else number


def _write(path: Path, number: int, writing: int) -> None:
    storage = Storage(path, lambda at: 1_800_000_000_000 + at)
    for later in range(number + 1, number + MOST_IN_A_LIFE):
        reason = Reason.of(ReasonCode.REQUESTED, who="kitchen button")
        storage.note("main", Note(later, NoteKind.REQUESTED, reason, {"number": later}))
        storage.reading("main", "return", later, 20.0 + later % 30)
        storage.save("main", {"number": later})
        if storage.flush():
            os.write(writing, b"%d\n" % later)


def left(path: Path, kept: int) -> str:
    """Return what is missing; empty when nothing is."""
    storage = Storage(path, lambda _: None)
    try:
        if not storage.ok or storage.health.notices:
            return f"damaged: {storage.health}"
        numbers = {note.details.get("number") for note in asyncio.run(storage.notes(500))}
        missing = set(range(max(1, kept - 400), kept + 1)) - numbers
        state = storage.load("main") or {"number": 0}
        if missing or int(str(state.get("number", 0))) < kept:
            return f"lost: {sorted(missing)[:5]}, state {state} of {kept}"
        return ""
    finally:
        storage.close()


if __name__ == "__main__":
    main()
