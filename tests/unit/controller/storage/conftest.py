"""A storage on a fresh folder, and a wall clock that a test can set."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from controller.core.clock import Instant
from controller.storage import Storage

NOON_UTC_MS = 1_750_000_000_000


@dataclass
class WallClock:
    """Instant to UTC milliseconds; None while it is not trusted."""

    offset_ms: int | None = NOON_UTC_MS

    def __call__(self, at: Instant) -> int | None:
        return None if self.offset_ms is None else at + self.offset_ms


OpenStorage = Callable[..., Storage]


@pytest.fixture
def wall() -> WallClock:
    return WallClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "zcw.sqlite"


@pytest.fixture
def open_storage(path: Path, wall: WallClock) -> Iterator[OpenStorage]:
    opened: list[Storage] = []

    def open_now(at: Path = path) -> Storage:
        opened.append(Storage(at, wall))
        return opened[-1]

    yield open_now
    for storage in opened:
        storage.close()
