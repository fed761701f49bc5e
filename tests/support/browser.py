"""A real browser for tests: tabs that must not complain, and must ask no other host for anything."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from tests.conftest import REPOSITORY

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 860}
SMALL: ViewportSize = {"width": 320, "height": 568}
ARTIFACTS = REPOSITORY / "artifacts"

AXE = REPOSITORY / "api" / "web" / "node_modules" / "axe-core" / "axe.min.js"
FINDINGS = "axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)))"


class Tabs:
    """One browser tab for each language, used by one test after the other: a new one costs half a second."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._tabs: dict[str, Page] = {}

    @asynccontextmanager
    async def opened(
        self,
        address: str,
        *,
        locale: str = "en-GB",
        viewport: ViewportSize = PHONE,
        color_scheme: Literal["light", "dark"] = "light",
        reduced_motion: Literal["reduce", "no-preference"] = "no-preference",
        ready: str = ".fixture",
    ) -> AsyncIterator[Page]:
        """Open the page and wait for what is ``ready``; it must not complain, nor ask any other host for anything."""
        page = await self._tab(locale)
        await page.set_viewport_size(viewport)
        await page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)
        complaints: list[str] = []
        requests: list[str] = []
        hear = {
            "console": lambda said: (
                complaints.append(said.text) if said.type in ("error", "warning") else None
            ),
            "pageerror": lambda error: complaints.append(str(error)),
            "request": lambda request: requests.append(request.url),
        }
        for event, listener in hear.items():
            page.on(event, listener)  # type: ignore[call-overload]  # one signature for each event's name
        try:
            await page.goto(address)
            await expect(page.locator(ready).first).to_be_visible()
            yield page
        finally:
            for event, listener in hear.items():
                page.remove_listener(event, listener)
            await page.goto("about:blank")
        host = "/".join(address.split("/")[:3])
        assert [url for url in requests if not url.startswith(host)] == []
        # A browser reports each answer that was no success; those are what some tests are about.
        assert [text for text in complaints if not text.startswith("Failed to load resource")] == []

    async def _tab(self, locale: str) -> Page:
        if locale not in self._tabs:
            context = await self._browser.new_context(locale=locale)
            self._tabs[locale] = await context.new_page()
        return self._tabs[locale]


@asynccontextmanager
async def browser_tabs() -> AsyncIterator[Tabs]:
    """Start a browser, and end it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield Tabs(browser)
        await browser.close()
