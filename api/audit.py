"""The audit log: who did what over the REST service, and who tried. It never holds a secret."""

import logging
import os
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from queue import SimpleQueue
from typing import Final

MOST_BYTES: Final = 1_000_000
KEPT: Final = 3
"""Older files beside the present one."""


class _Private(RotatingFileHandler):
    """A file that only the service's user can read."""

    def _open(self):  # type: ignore[no-untyped-def]  # as the base does
        return open(
            os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8"
        )


class _OneLine(logging.Formatter):
    """Writes each record on a line of its own, whatever a path or a name holds."""

    def format(self, record: logging.LogRecord) -> str:
        return "".join(
            sign if sign.isprintable() else sign.encode("unicode_escape").decode()
            for sign in super().format(record)
        )


def start_audit(storage: Path) -> QueueListener | None:
    """Begin to write ``zcw.audit`` beside the data file, from a thread of its own; a disk in trouble is logged only."""
    audit = logging.getLogger("zcw.audit")
    audit.setLevel(logging.INFO)
    audit.propagate = False
    try:
        storage.parent.mkdir(parents=True, exist_ok=True)
        file = _Private(storage.with_name(f"{storage.stem}.audit.log"), maxBytes=MOST_BYTES, backupCount=KEPT)
    except OSError as error:
        logging.getLogger("zcw").warning("the audit log cannot be written: %s", error)
        audit.propagate = True
        return None
    file.setFormatter(_OneLine("%(asctime)s %(levelname)s %(message)s"))
    lines: SimpleQueue[logging.LogRecord] = SimpleQueue()
    audit.handlers[:] = [QueueHandler(lines)]
    listener = QueueListener(lines, file)
    listener.start()
    return listener
