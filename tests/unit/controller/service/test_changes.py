"""Readers of changes: told the newest, and gone when they are called off."""

import asyncio

import pytest

from controller.service import changes
from controller.service.changes import Changes


@pytest.mark.parametrize("turns", range(6))
async def test_a_reader_that_is_called_off_in_the_moment_of_a_change_ends(
    turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "LEAST_GAP_S", 0.0)
    watched: Changes[int] = Changes(lambda: 1)

    async def read() -> None:
        async for _ in watched.read():
            pass

    reader = asyncio.create_task(read())
    for _ in range(10):
        await asyncio.sleep(0)
    watched.tell()
    for _ in range(turns):
        await asyncio.sleep(0)
    reader.cancel()
    done, _ = await asyncio.wait([reader], timeout=2)
    assert done and reader.cancelled()
