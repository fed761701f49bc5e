"""Real processes die under an open page: the broker, then the controller; nobody is told that the pump is off."""

from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.e2e.test_run import example, plug_says
from tests.support.brokers import mosquitto
from tests.support.browser import ARTIFACTS, CHROMIUM, FLAGS
from tests.support.programs import Wire, controller

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.mosquitto,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine (Debian: apt-get install chromium)"
    ),
]
SHOWN_MS = 5_000
OFF = ("待机", "关闭着", "resting", "Pump off")


async def _never_off(page: Page) -> None:
    shown = await page.locator("#loops").inner_text()
    assert not [word for word in OFF if word in shown], shown


@pytest.mark.parametrize(("locale", "unknown"), [("en-GB", "Pump: unknown"), ("zh-CN", "循环泵状态未知")])
async def test_a_killed_broker_and_a_killed_controller_are_shown_within_five_seconds(
    tmp_path: Path, locale: str, unknown: str
) -> None:
    with mosquitto() as broker:
        config, url = example(tmp_path, broker.port)
        with controller(config) as running:
            wire = Wire(broker.port)
            async with async_playwright() as play:
                browser = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                page = await (await browser.new_context(locale=locale)).new_page()
                await page.goto(url)
                pump = page.locator(".chip").first
                await expect(pump).to_be_visible()
                plug_says(wire, "OFF")
                await expect(pump).not_to_have_text(unknown)
                broker.kill()
                await expect(pump).to_have_text(unknown, timeout=SHOWN_MS)
                await expect(page.locator(".banner").first).to_contain_text("MQTT")
                await _never_off(page)
                await page.screenshot(path=ARTIFACTS / f"lost-broker-{locale}.png")
                running.kill()
                await expect(page.locator(".page")).to_have_class("page lost", timeout=SHOWN_MS)
                await expect(pump).to_have_text(unknown)
                await _never_off(page)
                await page.screenshot(path=ARTIFACTS / f"lost-controller-{locale}.png")
                await browser.close()
