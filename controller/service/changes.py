"""One value that changes, and any number of readers who want the newest."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final, Generic, TypeVar

from controller.views import ServiceView

LEAST_GAP_S: Final = 0.2
"""Readers are told at most this often: people cannot read faster, and a flood of readings costs nothing."""
LONGEST_GAP_S: Final = 5.0
"""Readers hear at least this often, so that silence means a broken line."""

T = TypeVar("T")


class Changes(Generic[T]):
    """Hands the newest value to every reader; a slow one misses what lies between and costs no memory.

    Args:
        newest: Makes the newest value.
    """

    def __init__(self, newest: Callable[[], T]) -> None:
        self._newest = newest
        self._readers: set[asyncio.Event] = set()

    def tell(self) -> None:
        """Wake every reader."""
        for reader in self._readers:
            reader.set()

    async def read(self) -> AsyncIterator[T]:
        """Yield the newest value now, after every change, and at the latest after ``LONGEST_GAP_S``."""
        changed = asyncio.Event()
        self._readers.add(changed)
        try:
            while True:
                changed.clear()
                yield self._newest()
                await asyncio.sleep(LEAST_GAP_S)
                try:
                    # Not wait_for: until Python 3.12 it swallows being cancelled in the moment in which the wait is over.
                    async with asyncio.timeout(LONGEST_GAP_S - LEAST_GAP_S):
                        await changed.wait()
                except TimeoutError:
                    continue
        finally:
            self._readers.discard(changed)


ViewChanges = Changes[ServiceView]
