"""Ring 3: the journal and the snapshots, in one SQLite file that survives what happens to gateways.

Who may do what
    The control loop calls ``Storage.note``, ``command``, ``reading``, ``save`` and ``load``. They only touch
    memory behind a lock that is held for microseconds; no database call ever happens there.
    One thread of its own (``controller.storage.writer``) owns the writing connection.
    Each question of the reading side opens a connection of its own in a worker thread, so a long question never
    delays a commit.

When something counts as kept
    Notes, commands and snapshots are committed with ``synchronous=FULL``. ``Storage.flush`` and ``flushed``
    return True once everything given before the call is on the disk; answer a person only after that.
    Readings wait up to a minute, because SD cards wear out by commits.

Shutdown
    Stop the engine first, then ``Storage.close``: it writes what is left, folds the write-ahead log into the file,
    stops the thread and lets go of the lock. What is given after ``close`` is dropped.
"""

from controller.storage.datafile import DataFileRefused
from controller.storage.history import NoteRecord, ReadingRecord
from controller.storage.lock import DataFileInUse
from controller.storage.store import Health, Storage

__all__ = ["DataFileInUse", "DataFileRefused", "Health", "NoteRecord", "ReadingRecord", "Storage"]
