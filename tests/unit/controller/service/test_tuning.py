"""Settings that come over MQTT: written one after the other, the newest wins, and what is refused is only told."""

import asyncio
import logging
from collections.abc import Mapping

import pytest

from controller.core.errors import ConfigError, Problem
from controller.service.tuning import Tuning


class Keeper:
    """Keeps settings in memory, and finds what it is told to find wrong with them."""

    def __init__(self, wrong: Exception | None = None) -> None:
        self.wrong = wrong
        self.written: list[tuple[str, dict[str, object]]] = []
        self.applied: list[str] = []

    def change(self, loop: str, wish: Mapping[str, object]) -> bool:
        if self.wrong is not None:
            raise self.wrong
        self.written.append((loop, dict(wish)))
        return wish.get("comfort") != "balanced"

    def apply(self, who: str) -> None:
        self.applied.append(who)


async def settled(tuning: Tuning) -> None:
    async with asyncio.timeout(5):
        while tuning._work is not None:
            await asyncio.sleep(0)


async def test_what_comes_at_once_is_written_at_once_and_the_newest_wins() -> None:
    keeper = Keeper()
    tuning = Tuning(keeper, "Home Assistant", gap_s=0.0)
    for value_c in (36.0, 37.0, 38.0):
        tuning.wish("house", {"threshold": {"on_below_c": value_c}})
    tuning.wish("house", {"threshold": {"off_above_c": 42.0}})
    tuning.wish("house", {"comfort": "lavish"})
    await settled(tuning)
    both = {"on_below_c": 38.0, "off_above_c": 42.0}
    assert keeper.written == [("house", {"threshold": both, "comfort": "lavish"})]
    assert keeper.applied == ["Home Assistant"]


async def test_what_changes_nothing_is_not_applied() -> None:
    keeper = Keeper()
    tuning = Tuning(keeper, "Home Assistant", gap_s=0.0)
    tuning.wish("house", {"comfort": "balanced"})
    await settled(tuning)
    assert keeper.written and keeper.applied == []


@pytest.mark.parametrize(
    "wrong",
    [ConfigError("zcw.yaml", (Problem("loops[0]", "not like this", cure="like that"),)), OSError("no disk")],
)
async def test_what_cannot_be_kept_is_told_and_the_next_wish_is_heard(
    wrong: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = Keeper(wrong)
    tuning = Tuning(keeper, "Home Assistant", gap_s=0.0)
    with caplog.at_level(logging.WARNING):
        tuning.wish("house", {"comfort": "lavish"})
        await settled(tuning)
    assert len(caplog.records) == 1 and keeper.applied == []
    keeper.wrong = None
    tuning.wish("house", {"comfort": "lavish"})
    await settled(tuning)
    assert keeper.applied == ["Home Assistant"]
