"""Who has to wait until somebody else has been served, and for how long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from api import turns
from api.errors import ProblemError
from api.routes.history import MOST_RUNS, _pages
from api.server import MOST_WORKERS
from api.turns import FileInTurn, StreamInTurn, Turns
from controller.views import RunRecord
from tests.support.fake_service import FakeService, record
from tests.support.problems import assert_problem
from tests.support.web_server import web_server


class SlowHistory(FakeService):
    """A service whose history is read when somebody lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Event()
        self.pages = 0

    async def runs(self, *, limit: int, before_id: int | None, loop: str | None) -> list[RunRecord]:
        self.pages += 1
        await self.let.wait()
        return await super().runs(limit=limit, before_id=before_id, loop=loop)


async def test_the_list_of_runs_is_made_for_one_reader_after_the_other() -> None:
    service = SlowHistory()
    service.history = [record(1)]
    async with web_server(service) as address, httpx.AsyncClient(base_url=address) as client:
        first = asyncio.ensure_future(client.get("api/v1/runs.csv"))
        while not service.pages:
            await asyncio.sleep(0)
        second = await client.get("api/v1/runs.csv", headers={"Accept-Language": "zh"})
        assert_problem(second, 429, "another-first")
        assert second.headers["retry-after"] == "10" and "正在生成" in second.json()["detail"]
        service.let.set()
        assert (await first).text.count("\r\n") == 2
        assert (await client.get("api/v1/runs.csv")).status_code == 200


async def test_a_reader_who_is_slow_costs_a_page_and_not_the_whole_history(service: FakeService) -> None:
    history = SlowHistory()
    history.let.set()
    history.history = [record(number) for number in range(1, 4 * MOST_RUNS)]
    first = await history.runs(limit=MOST_RUNS, before_id=None, loop=None)
    reading = _pages(history, "en", None, first)
    await anext(reading)
    await anext(reading)
    assert history.pages == 1, "the next page is read when this one has been taken"
    rest = [piece async for piece in reading]
    assert (len(rest), history.pages) == (3, 4)


def test_a_turn_is_free_again_after_a_failure_and_others_are_not_held_up() -> None:
    all_turns = Turns()
    with pytest.raises(ZeroDivisionError), all_turns.turn("a backup"):
        with all_turns.turn("the list of runs"), pytest.raises(ProblemError), all_turns.turn("a backup"):
            raise AssertionError("two backups at once")
        raise ZeroDivisionError
    with all_turns.turn("a backup"):
        assert MOST_WORKERS == 1


async def nothing() -> AsyncIterator[str]:
    for _ in range(10):
        yield "some"


@pytest.mark.parametrize("kind", ["file", "stream"])
async def test_a_reader_who_never_reads_loses_its_turn(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LONGEST_S", 0.05)
    file = tmp_path / "backup.zip"
    file.write_bytes(bytes(1_000))
    all_turns, held = Turns(), ExitStack()
    held.enter_context(all_turns.turn("a backup"))

    async def stuck(_: object) -> None:
        await asyncio.Event().wait()

    async def receive() -> dict[str, object]:
        await asyncio.Event().wait()
        return {}

    answer = (
        FileInTurn(file, held, name="backup.zip", media_type="application/zip")
        if kind == "file"
        else StreamInTurn(nothing(), held, headers={}, media_type="text/csv")
    )
    scope = {"type": "http", "method": "GET", "headers": [], "asgi": {"spec_version": "2.4"}}
    await answer(scope, receive, stuck)  # type: ignore[arg-type]  # a fake that never takes anything
    with all_turns.turn("a backup"):
        pass
