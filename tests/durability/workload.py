"""A program that keeps notes and states, and says on standard output what it was told is kept.

    python -m tests.durability.workload DATA_FILE SYNCHRONOUS

``SYNCHRONOUS`` is FULL for the product as it is; NORMAL and OFF weaken it, to show that the test would see it.
"""

import os
import sys
from pathlib import Path

from controller.core.reason import Reason, ReasonCode
from controller.ports import Note, NoteKind
from controller.storage import Storage

SESSIONS = 3
ROUNDS = 25
NOTES_EACH = 3
CHECKPOINT_PAGES = 24
"""The write-ahead log is folded in after so many pages, instead of 1 000: the interesting moments come often."""


def main() -> None:
    path, synchronous = Path(sys.argv[1]), sys.argv[2]
    number = 0
    for _ in range(SESSIONS):
        storage = Storage(path, lambda at: 1_800_000_000_000 + at)
        connection = storage._writer._file._connection  # type: ignore[union-attr]
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        if synchronous != "FULL":
            connection.execute(f"PRAGMA synchronous = {synchronous}")
        for _ in range(ROUNDS):
            for _ in range(NOTES_EACH):
                number += 1
                reason = Reason.of(ReasonCode.REQUESTED, who="kitchen button")
                storage.note("main", Note(number, NoteKind.REQUESTED, reason, {"number": number}))
            storage.reading("main", "return", number, 20.0 + number % 30)
            storage.save("main", {"number": number})
            if storage.flush():
                os.write(1, b"kept %d\n" % number)
        storage.close()


if __name__ == "__main__":
    main()
