"""One data file, one controller."""

import fcntl
import os
from pathlib import Path

from controller.core.errors import StorageError


class DataFileInUse(StorageError):
    """Another controller runs on this data file; the one that comes second must not start."""


class DataLock:
    """An advisory lock beside the data file, let go by the system when its process dies, however it dies.

    It is a file of its own because closing any handle of the database itself would drop SQLite's own locks.

    Args:
        data_file: The data file to guard.

    Raises:
        DataFileInUse: Another process (or another storage in this one) holds it.
        OSError: The lock file cannot be made; the folder is read-only or full.
    """

    def __init__(self, data_file: Path) -> None:
        self.path = data_file.with_name(data_file.name + ".lock")
        self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = _owner(self._handle)
            os.close(self._handle)
            if not isinstance(error, BlockingIOError):
                raise
            raise DataFileInUse(
                f"another controller{owner} already runs on {data_file}; "
                "stop it, or give this one another storage.path"
            ) from None
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let go; the lock file stays, because deleting it would let two others lock two different files."""
        os.close(self._handle)


def _owner(handle: int) -> str:
    text = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
    return f" (process {text})" if text.isdigit() else ""
