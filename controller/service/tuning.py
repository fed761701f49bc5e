"""Settings that come over MQTT: comfort and threshold, written where the page writes them, one at a time."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final, Protocol

from controller.core.errors import ConfigError, ZcwError

LEAST_GAP_S: Final = 2.0
"""A slider that is dragged, or a flood, writes the file no more often than this; the newest value wins."""

Wish = dict[str, dict[str, object]]
"""By the loop's name: what is to be changed there."""

_log = logging.getLogger(__name__)


class SettingsKeeper(Protocol):
    """Where settings are kept that people change while the controller runs."""

    def change(self, loop: str, wish: Mapping[str, object]) -> bool:
        """Write a loop's wish, off the event loop's thread; return whether it changes anything.

        Raises:
            ConfigError: It would not be sound; nothing was changed.
            ZcwError: It cannot be written; nothing was changed.
            OSError: It cannot be read.
        """

    def apply(self, who: str) -> None:
        """Let the loops go on by what was written; in the event loop's thread."""


class Tuning:
    """Takes wishes as they come, and has them written one after the other. All in the event loop's thread.

    Args:
        keeper: Where they are written.
        who: For whom, for people to read.
        gap_s: Least time between two writes, in s.
    """

    def __init__(self, keeper: SettingsKeeper, who: str, gap_s: float = LEAST_GAP_S) -> None:
        self._keeper = keeper
        self._who = who
        self._gap_s = gap_s
        self._wished: Wish = {}
        self._work: asyncio.Task[None] | None = None

    def wish(self, loop: str, wish: Mapping[str, object]) -> None:
        """Take a wish; it goes before an older one of the same kind that was not written yet."""
        mine = self._wished.setdefault(loop, {})
        for key, value in wish.items():
            before = mine.get(key)
            both = isinstance(value, Mapping) and isinstance(before, Mapping)
            mine[key] = {**before, **value} if both else value  # type: ignore[dict-item]
        if self._work is None:
            self._work = asyncio.get_running_loop().create_task(self._write())

    def close(self) -> None:
        """Write nothing more."""
        self._wished = {}
        if self._work is not None:
            self._work.cancel()

    async def _write(self) -> None:
        try:
            while self._wished:
                wished, self._wished = self._wished, {}
                for loop, wish in wished.items():
                    await self._change(loop, wish)
                await asyncio.sleep(self._gap_s)
        finally:
            self._work = None

    async def _change(self, loop: str, wish: Mapping[str, object]) -> None:
        try:
            if await asyncio.to_thread(self._keeper.change, loop, wish):
                self._keeper.apply(self._who)
        except ConfigError as error:
            problem = error.problems[0]
            _log.warning("%s wished for what is not sound: %s (%s)", self._who, problem.message, problem.cure)
        except (ZcwError, OSError) as error:
            _log.warning("what %s wished for could not be kept: %s", self._who, error)
