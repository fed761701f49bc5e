"""The client for scripts, and what Home Assistant's rest_command sends, against the real server."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from ruamel.yaml import YAML

from api.app import WebApp
from api.client import Client, ProblemAnswered, Unreachable
from api.routes.settings import LoopSettingsIn
from api.settings_store import SettingsStore
from controller.core.events import Mode
from controller.strategies.predictive import Comfort
from tests.conftest import REPOSITORY
from tests.support.fake_service import FakeService, record
from tests.support.habits import days, learned
from tests.support.programs import ZCW, call, program, until
from tests.support.web_server import web_server

T = TypeVar("T")
DOCUMENT = YAML(typ="safe")
CONFIG = """\
site: {time_zone: UTC}
devices: {plug: {family: tasmota, topic: plug}}
loops:
  - name: house
    topology: dedicated_return
    pump: {device: plug}
    strategies: [{type: predictive}]
"""


async def away(work: Callable[[], T]) -> T:
    return await asyncio.to_thread(work)


async def test_state_wishes_stop_and_mode() -> None:
    service = FakeService()
    async with web_server(service) as address:
        client = Client(address, language="zh")
        assert (await away(client.state)).loops[0].estimates[0].name == "kitchen"
        answer = await away(lambda: client.preheat("shower", 2))
        assert answer.running
        assert service.wishes == [("shower", 120_000, "REST call")]
        assert (await away(client.stop)).answers[0].loop == "house"
        await away(lambda: client.set_mode(Mode.MANUAL))
        assert service.view().mode is Mode.MANUAL


async def test_a_refusal_is_an_exception_with_what_is_known() -> None:
    async with web_server(FakeService()) as address:
        with pytest.raises(ProblemAnswered, match="attic") as caught:
            await away(lambda: Client(address).preheat("attic"))
        assert caught.value.problem.known == ["kitchen", "basin", "shower"]
    with pytest.raises(Unreachable):
        await away(Client(address).state)


async def test_every_run_comes_page_by_page_and_habits_and_days_too() -> None:
    service = FakeService()
    service.history = [record(number) for number in range(1, 451)]
    service.learned, service.past_days = learned(), days(3)
    async with web_server(service) as address:
        client = Client(address)
        assert [run.id for run in await away(lambda: list(client.runs("house")))] == list(range(450, 0, -1))
        assert (await away(lambda: client.habits("house"))).useful == 81
        assert len(await away(lambda: client.days("house"))) == 3


async def test_events_tell_each_change() -> None:
    service = FakeService()
    async with web_server(service) as address:
        events = Client(address).events()
        assert (await away(lambda: next(events))).mode is Mode.AUTO
        service.set_mode(Mode.OFF, who="test")
        assert (await away(lambda: next(events))).mode is Mode.OFF
        await away(events.close)


async def test_settings_are_changed_under_their_etag(tmp_path: Path) -> None:
    file = tmp_path / "zcw.yaml"
    file.write_text(CONFIG, "utf-8")
    store = SettingsStore(file, lambda _plan, _who: None)
    async with web_server(FakeService(), store=store) as address:
        client = Client(address)
        _, etag = await away(client.settings)
        wish = LoopSettingsIn(comfort=Comfort.LAVISH)
        assert (await away(lambda: client.change_settings("house", wish, etag))).loops[0].comfort == "lavish"
        with pytest.raises(ProblemAnswered) as caught:
            await away(lambda: client.change_settings("house", wish, etag))
        assert caught.value.problem.status == 412


async def test_what_home_assistants_rest_command_sends_is_understood() -> None:
    """Its integration sends url, method, headers, content_type and payload as written; nothing else of it matters here."""
    text = (REPOSITORY / "docs" / "rest.md").read_text("utf-8")
    (block,) = (one for one in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "rest_command:" in one)
    commands: dict[str, Any] = DOCUMENT.load(re.sub(r"!secret (\w+)", r"secret-\1", block))["rest_command"]
    assert commands
    transport = httpx.ASGITransport(WebApp(FakeService()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport) as client:
        for name, command in commands.items():
            headers = dict(command.get("headers", {}))
            if "content_type" in command:
                headers["Content-Type"] = command["content_type"]
            method, payload = str(command.get("method", "get")).upper(), command.get("payload")
            url = re.sub(r"^http://[^/]+", "http://gateway.local", command["url"])
            answer = await client.request(method, url, headers=headers, content=payload)
            assert answer.is_success, (name, answer.text)


@pytest.mark.slow
def test_what_the_page_about_the_client_shows_works_with_the_demo() -> None:
    text = (REPOSITORY / "docs" / "client.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 2
    with program(ZCW, "demo", "--port", "0", "--speed", "20") as running:
        until(lambda: "Open the page:" in running.err.text, within_s=60, what="the address of the page")
        found = re.search(r"Open the page:\s+(http\S+)/", running.err.text)
        assert found
        until(lambda: call(f"{found[1]}/healthz")[0] == 200, within_s=30, what="healthy")
        for block in blocks:
            exec(compile(block.replace("http://127.0.0.1:8377", found[1]), "docs/client.md", "exec"), {})
