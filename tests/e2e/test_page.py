import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import pytest
import pytest_asyncio
from playwright.async_api import ViewportSize, expect
from starlette.types import Receive, Scope, Send

from api.app import WebApp
from api.server import serve
from controller.core.events import Mode
from controller.core.plumbing import Topology
from controller.core.reason import Reason, ReasonCode
from controller.storage.timeline import DrawsMark
from controller.views import FaultView, NextRunView, PumpState, TemperatureView
from tests.support.browser import (
    ARTIFACTS,
    AXE,
    CHROMIUM,
    DESKTOP,
    FINDINGS,
    PHONE,
    SMALL,
    Tabs,
    browser_tabs,
)
from tests.support.fake_service import NOON, FakeService, house_view, loop_view, record
from tests.support.web_server import web_server

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine (Debian: apt-get install chromium)"
    ),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tabs() -> AsyncIterator[Tabs]:
    async with browser_tabs() as tabs:
        yield tabs


@pytest.fixture
def service() -> FakeService:
    service = FakeService()
    service.readings = [
        (NOON - timedelta(minutes=minute), sensor, value)
        for minute in range(60, 0, -1)
        for sensor, value in (("supply", 54.0), ("return", 22.0 + minute % 20))
    ]
    service.history = [record(number) for number in range(1, 71)]
    return service


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.02)


async def test_the_page_shows_the_house_at_a_glance(tabs: Tabs, service: FakeService) -> None:
    async with web_server(service) as address, tabs.opened(address) as page:
        await expect(page.locator("h1")).to_have_text("Cold")
        await expect(page.locator(".dial")).to_have_text("24°Return")
        await expect(page.locator(".reason")).to_have_text("Nothing asks for hot water.")
        await expect(page.locator(".chip").first).to_have_text("Pump resting")
        await expect(page.locator(".fixture .name")).to_have_text(["Kitchen", "Basin", "Shower"])
        await expect(page.locator("#house")).to_have_text("Demo house")
        await expect(page.locator("#clock")).to_contain_text("12:00")
        await expect(page.locator("#speed")).to_be_hidden()
        await expect(page.locator("#banners")).to_be_empty()
        await expect(page.locator(".lines canvas")).to_have_count(1)
        ARTIFACTS.mkdir(exist_ok=True)
        await page.screenshot(path=ARTIFACTS / "page-phone.png")


async def test_a_press_on_a_fixture_preheats_it_and_the_page_shows_it(
    tabs: Tabs, service: FakeService
) -> None:
    async with web_server(service) as address, tabs.opened(address) as page:
        await page.get_by_role("button", name="Preheat Shower").click()
        await until(lambda: bool(service.wishes))
        assert service.wishes == [("shower", None, "web page")]
        await expect(page.locator('[data-fixture="shower"] .status')).to_contain_text("on its way")
        await expect(page.locator("h1")).to_have_text("On its way")
        await expect(page.locator(".reason")).to_have_text("Web page asked for hot water.")
        await expect(page.locator(".chip").first).to_contain_text("Pump running 0:0")
        await expect(page.locator(".chip").nth(1)).to_have_text("for Shower")
        await expect(page.locator("svg.drawing")).to_have_class("drawing flowing")
        await expect(page.locator("#toast")).to_have_text("Shower: web page asked for hot water.")
        await page.screenshot(path=ARTIFACTS / "page-phone-running.png")


async def test_each_fixture_says_whether_it_is_hot_and_how_long_a_tap_would_take(
    tabs: Tabs, service: FakeService
) -> None:
    async with web_server(service) as address, tabs.opened(address) as page:
        said = ["hot now", "perhaps hot, at most 26 s", "hot after 38 s"]
        await expect(page.locator(".fixture .status")).to_have_text(said)
        near, middle, far = service.view().loops[0].estimates
        service.set_loop(estimates=(near, replace(middle, hot_chance=0.2), far))
        await expect(page.locator(".fixture .status").nth(1)).to_have_text("rather cold, at most 26 s")
        service.set_loop(pump=PumpState.UNKNOWN, commanded=True)
        await expect(page.locator(".chip").first).to_have_text("Pump: unknown")


async def test_a_run_counts_down_to_hot_water_at_the_fixture(tabs: Tabs, service: FakeService) -> None:
    service.preheat(fixture="shower", duration_ms=None, who="kitchen button", request_id=None)
    near, middle, far = service.view().loops[0].estimates
    service.set_loop(estimates=(near, middle, replace(far, ready_in_s=25.0)))
    async with web_server(service) as address, tabs.opened(address) as page:
        await expect(page.locator('[data-fixture="shower"] .status')).to_contain_text("hot in 0:2")
        service.set_loop(estimates=(near, middle, replace(far, ready_in_s=0.0)))
        await expect(page.locator('[data-fixture="shower"] .status')).to_have_text("just arriving")


async def test_the_next_run_is_told_while_the_pump_rests(tabs: Tabs, service: FakeService) -> None:
    service.set_loop(next_run=NextRunView(NOON + timedelta(hours=5, minutes=45), "timed", None))
    async with web_server(service) as address, tabs.opened(address) as page:
        await expect(page.locator(".chip.next")).to_have_text("Next run 17:45 (timer)")
        service.set_loop(next_run=NextRunView(NOON + timedelta(minutes=40), "predictive", 0.62))
        said = "Next run about 12:40 (prediction, 62 % likely)"
        await expect(page.locator(".chip.next")).to_have_text(said)


@pytest.mark.slow
async def test_minutes_count_down(tabs: Tabs, service: FakeService) -> None:
    async with web_server(service) as address, tabs.opened(address) as page:
        await page.get_by_text("5 min", exact=True).click()
        await page.locator('[data-fixture="kitchen"]').click()
        await until(lambda: bool(service.wishes))
        assert service.wishes == [("kitchen", 300_000, "web page")]
        await expect(page.locator('[data-fixture="kitchen"] .status')).to_contain_text("4:5")


async def test_a_refused_wish_says_why(tabs: Tabs, service: FakeService) -> None:
    service.set(mode=Mode.OFF)
    async with web_server(service) as address, tabs.opened(address) as page:
        await page.locator('[data-fixture="basin"]').click()
        await expect(page.locator("#toast")).to_have_text("Not now: the controller is switched off.")


@pytest.mark.parametrize(
    ("cold_line_c", "minutes_ago", "headline", "status"),
    [
        (16.0, 6, "Hot 6 min ago", "hot 6 min ago"),
        (16.0, 60, "Resting", "tap to heat"),
        (38.0, 60, "Hot at the tap", "hot now"),
        (16.0, 1, "Hot at the tap", "hot now"),
    ],
)
async def test_without_a_sensor_on_the_hot_side_the_page_says_what_it_knows_and_no_more(
    tabs: Tabs, cold_line_c: float, minutes_ago: int, headline: str, status: str
) -> None:
    cold_line = TemperatureView("cold_line", cold_line_c, 1.0, True)
    service = FakeService(
        house_view(loop_view(topology=Topology.COLD_RETURN, temperatures=(cold_line,), estimates=()))
    )
    service.history = [record(1, ended_at=NOON - timedelta(minutes=minutes_ago))]
    async with web_server(service) as address, tabs.opened(address) as page:
        await expect(page.locator("h1")).to_have_text(headline)
        await expect(page.locator(".fixture .status").first).to_have_text(status)


async def test_stop_is_always_in_reach_and_stops(tabs: Tabs, service: FakeService) -> None:
    service.preheat(fixture="shower", duration_ms=None, who="kitchen button", request_id=None)
    async with web_server(service) as address, tabs.opened(address) as page:
        for place in (0, 100_000):
            await page.evaluate("place => scrollTo(0, place)", place)
            await expect(page.locator("#stop")).to_be_in_viewport(ratio=1)
        await page.locator("#stop").click()
        await until(lambda: service.stops == ["web page"])
        await expect(page.locator(".chip").first).to_have_text("Pump resting")
        await expect(page.locator("#toast")).to_contain_text("Stopped. web page pressed stop")


@pytest.mark.slow
async def test_the_mode_is_shown_and_set(tabs: Tabs, service: FakeService) -> None:
    async with web_server(service) as address, tabs.opened(address) as page:
        await expect(page.get_by_role("radio", name="Automatic")).to_be_checked()
        await page.get_by_text("By hand", exact=True).click()
        await until(lambda: service.now.mode is Mode.MANUAL)
        await expect(page.locator("#mode-hint")).to_have_text("Runs only when someone asks.")
        service.set(mode=Mode.OFF)
        await expect(page.get_by_role("radio", name="Off", exact=True)).to_be_checked()


async def test_a_pump_whose_state_is_unknown_is_never_shown_as_off(tabs: Tabs, service: FakeService) -> None:
    fault = FaultView("pump_offline", NOON, Reason.of(ReasonCode.PUMP_OFFLINE))
    service.set_loop(
        pump=PumpState.UNKNOWN,
        pump_online=False,
        faults=(fault,),
        temperatures=(TemperatureView("return", None, None, False),),
    )
    async with web_server(service) as address, tabs.opened(address) as page:
        await expect(page.locator(".chip").first).to_have_text("Pump: unknown")
        await expect(page.locator("g.pump")).to_have_class("pump unknown")
        await expect(page.locator("g.pump text")).to_have_text("?")
        await expect(page.locator("#banners")).to_have_text("The pump's switch is offline (since 12:00)")
        await expect(page.locator("h1")).to_have_text("Not known")
        shown = (await page.locator(".hero").inner_text()).lower()
        assert "resting" not in shown
        assert not {"off", "aus"} & set(shown.split())
        label = await page.locator("svg.drawing").get_attribute("aria-label")
        assert label is not None
        assert "Pump: unknown" in label


async def test_a_switch_that_disobeys_is_told(tabs: Tabs, service: FakeService) -> None:
    service.set_loop(pump=PumpState.ON, commanded=False)
    async with web_server(service) as address, tabs.opened(address) as page:
        await expect(page.locator(".chip").first).to_have_text("Ordered off, switch says on")


async def test_a_stale_value_is_struck_out_and_colours_nothing(tabs: Tabs, service: FakeService) -> None:
    service.set_loop(temperatures=(TemperatureView("return", 41.0, 300.0, False),))
    async with web_server(service) as address, tabs.opened(address) as page:
        await expect(page.locator("g.pill")).to_have_class("pill stale")
        await expect(page.locator(".dial")).to_have_text("")
        await expect(page.locator("h1")).to_have_text("Resting")


async def test_a_dead_server_is_shown_within_five_seconds_and_its_return_too(
    tabs: Tabs, service: FakeService
) -> None:
    service.preheat(fixture="shower", duration_ms=None, who="kitchen button", request_id=None)
    async with web_server(service) as address:
        port = int(address.rstrip("/").rpartition(":")[2])
        context = tabs.opened(address)
        page = await context.__aenter__()
        await expect(page.locator(".chip").first).to_contain_text("Pump running")
    await expect(page.locator(".banner")).to_contain_text("No connection to the controller", timeout=5_000)
    await expect(page.locator("h1")).to_have_text("No connection")
    await expect(page.locator(".chip").first).to_have_text("Pump: unknown")
    await page.locator("#stop").click()
    await expect(page.locator("#toast")).to_contain_text("STOP did not reach the controller")
    async with web_server(service, port):
        await expect(page.locator("h1")).to_have_text("On its way", timeout=10_000)
        await expect(page.locator("#banners")).to_be_empty()
        await context.__aexit__(None, None, None)


@pytest.mark.slow
async def test_a_connection_that_only_falls_silent_is_shown_within_five_seconds(
    tabs: Tabs, service: FakeService
) -> None:
    async with (
        web_server(service) as address,
        tunnel(address) as (outer, cut),
        tabs.opened(outer) as page,
    ):
        await expect(page.locator(".chip").first).to_have_text("Pump resting")
        cut.set()
        await expect(page.locator("h1")).to_have_text("No connection", timeout=5_000)
        await expect(page.locator(".chip").first).to_have_text("Pump: unknown")
        cut.clear()
        await expect(page.locator("h1")).to_have_text("Cold", timeout=10_000)


@asynccontextmanager
async def tunnel(address: str) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """Carry connections to ``address``; while the event is set, every byte is lost and nobody is told."""
    host, port = address.removeprefix("http://").rstrip("/").split(":")
    cut = asyncio.Event()
    tasks: set[asyncio.Task[None]] = set()

    async def carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError):
                while data := await source.read(65_536):
                    if not cut.is_set():
                        sink.write(data)
        finally:
            sink.close()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        for pair in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.ensure_future(carry(*pair))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", cut
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_faults_and_a_lost_broker_are_shown(tabs: Tabs, service: FakeService) -> None:
    fault = FaultView("no_feedback_off", NOON, Reason.of(ReasonCode.NO_FEEDBACK_OFF))
    service.set_loop(faults=(fault,))
    service.set(broker_connected=False, storage_ok=False)
    async with web_server(service) as address, tabs.opened(address) as page:
        banners = page.locator(".banner")
        await expect(banners).to_have_count(3)
        await expect(banners.nth(0)).to_contain_text("broker is not reachable")
        await expect(banners.nth(1)).to_contain_text("history is not being kept")
        await expect(banners.nth(2)).to_contain_text("does not confirm OFF")
        await page.locator('[data-fixture="shower"]').click()
        await expect(page.locator("#toast")).to_contain_text("the MQTT broker is down. Try again")


async def test_a_latched_pump_is_let_go_by_somebody_who_has_looked(tabs: Tabs, service: FakeService) -> None:
    fault = FaultView("dry_latched", NOON, Reason.of(ReasonCode.DRY_LATCHED))
    service.set_loop(faults=(fault,))
    async with web_server(service) as address, tabs.opened(address) as page:
        await expect(page.locator(".banner")).to_contain_text("stays off until somebody has looked")
        await page.get_by_role("button", name="I have looked").click()
        await expect(page.locator("#looked")).to_have_count(0)
        assert service.acknowledged == ["web page"]


async def test_the_history_tells_runs_and_refusals_and_leads_back_in_time(
    tabs: Tabs, service: FakeService
) -> None:
    refusal = record(
        80, ended_at=None, refused=True, who="web page", stop_reason=Reason.of(ReasonCode.MIN_REST, left_s=30)
    )
    service.history.append(refusal)
    async with web_server(service) as address, tabs.opened(address) as page:
        runs = page.locator("#history li")
        await expect(runs).to_have_count(6)
        await expect(runs.first).to_contain_text("not started")
        await expect(runs.first).to_contain_text("Refused: the pump rests 30 s more.")
        await expect(runs.nth(1)).to_contain_text(
            "Ended: hot water has arrived: the return sensor reads 41.0 °C."
        )
        await expect(runs.nth(1)).to_contain_text("Return 24.0 → 41.0 °C")
        for shown in (26, 46, 66, 71):
            await page.locator("#more").click()
            await expect(runs).to_have_count(shown)
        await expect(page.locator("#more")).to_be_hidden()


@pytest.mark.slow
async def test_a_new_run_appears_in_the_history_without_a_reload(tabs: Tabs, service: FakeService) -> None:
    service.history = []
    async with web_server(service) as address, tabs.opened(address) as page:
        await expect(page.locator("#history-empty")).to_be_visible()
        service.history = [record(1, ended_at=None, stop_reason=None, end_c={})]
        service.preheat(fixture="kitchen", duration_ms=None, who="kitchen button", request_id=None)
        await expect(page.locator("#history li")).to_have_count(1)
        await expect(page.locator("#history .badge")).to_have_text("running")
        await expect(page.locator("#history-empty")).to_be_hidden()


async def test_a_chinese_reader_is_spoken_to_in_chinese_and_may_switch(
    tabs: Tabs, service: FakeService
) -> None:
    service.history = []
    async with web_server(service) as address, tabs.opened(address, locale="zh-CN") as page:
        await expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
        await expect(page.locator(".reason")).to_have_text("目前没有热水需求。")
        await expect(page.locator(".fixture .name")).to_have_text(["厨房", "洗脸盆", "淋浴"])
        shown = await page.locator("main").inner_text()
        assert not [word for word in ("Pump", "Mode", "until", "cold", "Return") if word in shown]
        await page.screenshot(path=ARTIFACTS / "page-phone-zh.png")
        await page.locator("#language").click()
        await expect(page.locator(".reason")).to_have_text("Nothing asks for hot water.")
        await page.reload()
        await expect(page.locator("h1")).to_have_text("Cold")


async def test_names_are_text_and_never_markup(tabs: Tabs) -> None:
    evil = "<img src=x onerror=window.hacked=1>"
    service = FakeService(house_view(loop_view(fixtures=(evil,)), name=evil))
    service.history = [
        record(1, who=evil, fixture=evil, start_reason=Reason.of(ReasonCode.REQUESTED, who=evil))
    ]
    async with web_server(service) as address, tabs.opened(address) as page:
        await expect(page.locator("#house")).to_have_text(evil)
        await expect(page.locator("#history li")).to_contain_text(evil)
        assert await page.evaluate("document.querySelectorAll('main img').length") == 0
        assert await page.evaluate("window.hacked") is None


class Prefixed:
    """The application behind a proxy that shows it under a path of its own."""

    def __init__(self, app: WebApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["path"].startswith("/some/where/"), scope["path"]
        await self._app({**scope, "path": scope["path"].removeprefix("/some/where")}, receive, send)

    def close(self) -> None:
        self._app.close()


async def test_the_page_works_under_any_prefix(tabs: Tabs, service: FakeService) -> None:
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    app: Any = Prefixed(WebApp(service))
    serving = asyncio.ensure_future(serve(app, "127.0.0.1", 0, address.set_result))
    async with tabs.opened(f"{await address}some/where/") as page:
        await expect(page.locator("#history li")).to_have_count(6)
        await page.locator('[data-fixture="shower"]').click()
        await until(lambda: bool(service.wishes))
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_several_loops_stand_side_by_side(tabs: Tabs) -> None:
    guest = loop_view(
        name="guest_flat",
        topology=Topology.COLD_RETURN,
        fixtures=("guest_bath",),
        temperatures=(
            TemperatureView("supply", 50.0, 1.0, True),
            TemperatureView("cold_line", 18.0, 1.0, True),
        ),
    )
    service = FakeService(house_view(loop_view(), guest, speed=20.0))
    async with web_server(service) as address, tabs.opened(address, viewport=DESKTOP) as page:
        await expect(page.locator(".hero h1")).to_have_text(["Cold", "Resting"])
        await expect(page.locator(".hero .loop-name")).to_have_text(["House", "Guest flat"])
        await expect(page.locator("#speed")).to_have_text("demo ×20")
        await page.locator('[data-fixture="guest_bath"]').click()
        await expect(page.locator(".hero h1")).to_have_text(["Cold", "On its way"])


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark"), (SMALL, "light")]
)
async def test_nothing_sticks_out_sideways(
    tabs: Tabs, service: FakeService, size: ViewportSize, scheme: Literal["light", "dark"]
) -> None:
    service.preheat(
        fixture="shower", duration_ms=120_000, who="a button with a rather long name", request_id=None
    )
    async with (
        web_server(service) as address,
        tabs.opened(address, viewport=size, color_scheme=scheme) as page,
    ):
        await expect(page.locator(".lines canvas")).to_have_count(1)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.screenshot(path=ARTIFACTS / f"page-{size['width']}-{scheme}.png", full_page=True)


async def test_everything_can_be_done_from_the_keyboard_and_has_a_name(
    tabs: Tabs, service: FakeService
) -> None:
    async with web_server(service) as address, tabs.opened(address) as page:
        await page.locator('[data-fixture="kitchen"]').focus()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await until(lambda: bool(service.wishes))
        assert service.wishes[0][0] == "basin"
        await expect(page.locator('[data-fixture="basin"]')).to_be_focused()
        nameless = await page.evaluate(
            """[...document.querySelectorAll("button, input, [role=img]")].filter((node) =>
                 !node.getAttribute("aria-label") && !(node.closest("label") ?? node).textContent.trim()
               ).map((node) => node.outerHTML)"""
        )
        assert nameless == []


CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      const colour = parse(style.backgroundColor);
      if ((colour[3] ?? 1) === 1) return colour;
      if ((colour[3] ?? 1) > 0) return null;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const node of document.querySelectorAll("header *, .controls *, .history *, .legend *, .banner")) {
    const words = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    const back = words && node.checkVisibility() ? ground(node) : null;
    if (!back || !getComputedStyle(node).color.startsWith("rgb(")) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(back)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(`${node.className} ${node.textContent}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_stand_out_from_their_ground(
    tabs: Tabs, service: FakeService, scheme: Literal["light", "dark"]
) -> None:
    service.set(storage_ok=False)
    async with (
        web_server(service) as address,
        tabs.opened(address, color_scheme=scheme, reduced_motion="reduce") as page,
    ):
        await expect(page.locator("#history li").first).to_be_visible()
        assert await page.evaluate(CONTRAST) == []


async def test_the_past_is_shown_at_any_scale(tabs: Tabs, service: FakeService) -> None:
    at_ms = round((NOON - timedelta(hours=6)).timestamp() * 1000)
    service.drawn = [DrawsMark(at_ms, 1, 0.9, 3.0), DrawsMark(at_ms + 60_000, 1, 0.2, 40.0)]
    async with web_server(service) as address, tabs.opened(address) as page:
        await page.get_by_role("link", name="History").click()
        plot = page.locator(".lines")
        await expect(plot).to_have_attribute("aria-label", "Temperatures from 01-04 12:00 to 01-05 12:00.")
        await page.locator("#past-house").get_by_text("Month", exact=True).click()
        await expect(plot).to_have_attribute("aria-label", "Temperatures from 12-05 12:00 to 01-05 12:00.")
        box = await page.locator(".u-over").bounding_box()
        assert box is not None
        middle = box["y"] + box["height"] / 2
        await page.mouse.move(box["x"] + box["width"] / 2, middle)
        await page.mouse.down()
        await page.mouse.move(box["x"] + box["width"] * 3 / 4, middle, steps=4)
        await page.mouse.up()
        await expect(plot).to_have_attribute("aria-label", re.compile(r"from 12-2\d .* to 12-2\d"))
        await page.get_by_role("button", name="Wider").click()
        await expect(plot).to_have_attribute("aria-label", re.compile(r"from 12-1\d .* to 01-0\d"))
        await page.get_by_role("button", name="All").click()
        await expect(plot).to_have_attribute("aria-label", "Temperatures from 12-05 12:00 to 01-05 12:00.")
        await expect(page.locator("#history li").first).to_be_visible()
        await page.locator("#past-house").get_by_text("24 h", exact=True).click()
        await expect(page.locator(".legend")).to_contain_text("Draw, waited for it")
        box = await page.locator(".u-over").bounding_box()
        assert box is not None
        await page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
        await expect(page.locator(".pointed")).to_contain_text("2 draws: 55 % hot, about 22 s wait")
        await page.keyboard.down("Control")
        await page.mouse.wheel(0, -400)
        await page.keyboard.up("Control")
        await expect(plot).to_have_attribute("aria-label", re.compile(r"from 01-05 0\d.* to 01-05 0\d"))
        await page.screenshot(path=ARTIFACTS / "page-phone-past.png")


async def test_a_page_has_an_address_of_its_own(tabs: Tabs, service: FakeService) -> None:
    async with web_server(service) as address, tabs.opened(address, viewport=DESKTOP) as page:
        await page.goto(f"{address}#past")
        await page.reload()
        await expect(page.locator('nav a[aria-current="page"]')).to_have_text("History")
        await expect(page.locator("#stop")).to_be_in_viewport(ratio=1)
        await expect(page.locator(".lines canvas")).to_be_visible()
        await page.screenshot(path=ARTIFACTS / "page-desktop-past.png")
        await page.go_back()
        await expect(page.locator(".fixture").first).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["now", "past"])
async def test_axe_finds_no_violation(
    tabs: Tabs, service: FakeService, name: str, scheme: Literal["light", "dark"]
) -> None:
    service.set(storage_ok=False)
    async with (
        web_server(service) as address,
        tabs.opened(address, color_scheme=scheme, reduced_motion="reduce") as page,
    ):
        await page.goto(f"{address}#{name}")
        await expect(page.locator("#history li").first).to_be_visible()
        await page.evaluate(AXE.read_text("utf-8"))
        assert await page.evaluate(FINDINGS) == []
