"""The demo as people see it: a real house on the wire, and a real browser; every page is looked at by axe."""

import re
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.support.browser import ARTIFACTS, AXE, CHROMIUM, DESKTOP, FINDINGS, PHONE, Tabs, browser_tabs
from tests.support.programs import ZCW, call, program, until

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine (Debian: apt-get install chromium)"
    ),
]
PAGES = ("now", "past", "habits", "plan", "settings")


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    with program(ZCW, "demo", "--port", "0", "--speed", "20", "--seed", "3") as running:
        until(lambda: "Open the page:" in running.err.text, within_s=60, what="the address of the page")
        found = re.search(r"Open the page:\s+(http\S+)", running.err.text)
        assert found
        until(lambda: call(f"{found[1]}healthz")[0] == 200, within_s=30, what="healthy")
        yield found[1]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tabs() -> AsyncIterator[Tabs]:
    async with browser_tabs() as tabs:
        yield tabs


async def test_a_touch_preheats_the_shower_and_stop_stops(tabs: Tabs, demo: str) -> None:
    until(lambda: call(f"{demo}api/v1/mode", {"mode": "manual"}, method="PUT")[0] == 200, within_s=5, what="")
    async with tabs.opened(demo, viewport=PHONE) as page:
        await expect(page.locator(".chip").first).to_contain_text("Pump resting", timeout=30_000)
        clock = await page.locator("#clock").inner_text()
        await page.get_by_text("5 min", exact=True).click()
        await page.locator('[data-fixture="shower"]').click()
        await expect(page.locator(".chip").first).to_contain_text("Pump running", timeout=30_000)
        await expect(page.locator('[data-fixture="shower"] .status')).to_contain_text("left")
        await page.screenshot(path=ARTIFACTS / "demo-preheat-phone.png")
        await page.locator("#stop").click()
        await expect(page.locator("#toast")).to_contain_text("Stopped")
        await expect(page.locator(".chip").first).to_contain_text("Pump resting", timeout=30_000)
        await expect(page.locator("#clock")).not_to_have_text(clock)
    call(f"{demo}api/v1/mode", {"mode": "auto"}, method="PUT")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
async def test_axe_finds_no_violation_on_any_page(
    tabs: Tabs, demo: str, locale: str, scheme: str, viewport: dict[str, int]
) -> None:
    async with tabs.opened(
        demo,
        locale=locale,
        color_scheme=scheme,  # type: ignore[arg-type]  # a literal
        viewport=viewport,  # type: ignore[arg-type]  # a viewport
        reduced_motion="reduce",
    ) as page:
        for name in PAGES:
            await page.goto(f"{demo}#{name}")
            await _settled(page)
            size = "phone" if viewport is PHONE else "desktop"
            await page.screenshot(path=ARTIFACTS / f"{name}-{size}-{scheme}-{locale[:2]}.png", full_page=True)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            await page.evaluate(AXE.read_text("utf-8"))
            assert await page.evaluate(FINDINGS) == [], name


async def _settled(page: Page) -> None:
    await expect(page.locator("main")).to_be_visible()
    await expect(page.locator('main [aria-busy="true"], main[aria-busy="true"]')).to_have_count(
        0, timeout=60_000
    )
    await expect(page.locator("main h2").first).to_be_visible()
