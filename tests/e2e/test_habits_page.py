"""Habits, days and settings in a real browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from api.settings_store import SettingsStore
from controller.settings import load_settings
from tests.support.browser import ARTIFACTS, CHROMIUM, DESKTOP, PHONE, Tabs, browser_tabs
from tests.support.fake_service import FakeService, record
from tests.support.habits import days, learned
from tests.support.web_server import web_server

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine (Debian: apt-get install chromium)"
    ),
]
YAML = """\
site: {time_zone: Europe/Berlin}
devices:
  plug: {family: tasmota, topic: plug}
loops:
  - name: house
    topology: dedicated_return
    pump: {device: plug}
    strategies:
      - type: on_demand
      - type: timed
        windows:
          - {days: weekdays, from: "06:00", to: "08:00"}   # the early shift
      - type: predictive
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tabs() -> AsyncIterator[Tabs]:
    async with browser_tabs() as tabs:
        yield tabs


@pytest.fixture
def service() -> FakeService:
    service = FakeService()
    service.learned, service.past_days = learned(), days(70)
    service.history = [record(number) for number in range(1, 20)]
    return service


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "zcw.yaml"
    path.write_text(YAML, "utf-8")
    return path


@asynccontextmanager
async def shown(
    tabs: Tabs, service: FakeService, file: Path, name: str, **how: object
) -> AsyncIterator[Page]:
    store = SettingsStore(file, lambda _plan, _who: None)
    async with (
        web_server(service, store=store) as address,
        tabs.opened(address, **how) as page,  # type: ignore[arg-type]  # passed on as they are
    ):
        await page.goto(f"{address}#{name}")
        yield page


async def test_comfort_has_a_price_tag_and_is_kept(tabs: Tabs, service: FakeService, file: Path) -> None:
    async with shown(tabs, service, file, "habits") as page:
        await expect(page.locator(".tag")).to_have_text("86 % hot, about 0.27 a day")
        await page.get_by_role("slider").focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.locator(".tag")).to_have_text("95 % hot, about 0.36 a day")
        await expect(page.locator("#toast")).to_contain_text("Comfortable")
    assert "comfort: comfortable" in file.read_text("utf-8")
    assert "# the early shift" in file.read_text("utf-8")


async def test_learning_is_paused_and_forgotten_only_after_a_second_question(
    tabs: Tabs, service: FakeService, file: Path
) -> None:
    async with shown(tabs, service, file, "habits") as page:
        await page.get_by_text("Pause learning").click()
        await expect(page.get_by_text("Go on learning")).to_be_visible()
        await page.get_by_text("Forget everything …").click()
        await page.get_by_role("button", name="Cancel").click()
        assert service.forgotten == []
        await page.get_by_text("Forget everything …").click()
        await page.get_by_role("button", name="Forget", exact=True).click()
        await expect(page.locator("#toast")).to_contain_text("Forgotten")
    assert service.forgotten == ["web page"]


async def test_the_week_is_told_in_words_too(tabs: Tabs, service: FakeService, file: Path) -> None:
    async with shown(tabs, service, file, "habits", viewport=DESKTOP) as page:
        week = page.locator(".week")
        await expect(week).to_have_attribute(
            "aria-label", "Draws expected by hour of the week. Busiest: Mon at 06:30, 4.1 an hour."
        )
        await expect(page.locator(".week-row .cells").first.locator("i")).to_have_count(48)
        await expect(page.get_by_text("81 of 120 predictive runs")).to_be_visible()
        await page.screenshot(path=ARTIFACTS / "habits-desktop.png", full_page=True)


async def test_days_are_put_beside_doing_nothing_and_circulating_always(
    tabs: Tabs, service: FakeService, file: Path
) -> None:
    async with shown(tabs, service, file, "past") as page:
        await expect(page.locator(".scheme")).to_have_count(3)
        await expect(page.locator(".scheme").first).to_contain_text("18–42 % hot")
        await expect(page.locator(".scheme.ours")).to_contain_text("kWh")
        await page.get_by_text("Month", exact=True).first.click()
        await expect(page.locator(".period strong").first).to_have_text("2026-01")
        async with page.expect_download() as download:
            await page.get_by_role("link", name="Days as CSV").click()
        assert (await download.value).suggested_filename == "days-house.csv"


async def test_a_window_is_dragged_onto_a_day_and_kept_with_the_comments(
    tabs: Tabs, service: FakeService, file: Path
) -> None:
    async with shown(tabs, service, file, "settings", viewport=DESKTOP) as page:
        sunday = page.locator(".schedule").first.locator(".track").nth(6)
        box = await sunday.bounding_box()
        assert box is not None
        await page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 10)
        await page.mouse.down()
        await page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 10, steps=4)
        await page.mouse.up()
        await expect(sunday.get_by_role("button")).to_have_attribute("aria-label", "Sun, 12:00–18:00")
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator("#toast")).to_contain_text("Saved")
    assert "# the early shift" in file.read_text("utf-8")
    (timed,) = [one for one in load_settings(file).loops[0].strategies if one.name == "timed"]
    assert [window.days for window in timed.windows] == [frozenset(range(5)), frozenset({6})]


async def test_windows_are_moved_stretched_and_removed_with_the_keyboard(
    tabs: Tabs, service: FakeService, file: Path
) -> None:
    async with shown(tabs, service, file, "settings", viewport=PHONE) as page:
        monday = page.locator(".schedule").first.locator(".track").first.get_by_role("button")
        await monday.focus()
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("Shift+ArrowRight")
        await expect(monday).to_have_attribute("aria-label", "Mon, 06:15–08:30")
        await page.keyboard.press("Delete")
        await expect(monday).to_have_count(0)
        await page.get_by_role("button", name="Discard").click()
        await expect(monday).to_have_attribute("aria-label", "Mon, 06:00–08:00")


async def test_days_away_are_added_and_removed(tabs: Tabs, service: FakeService, file: Path) -> None:
    async with shown(tabs, service, file, "settings") as page:
        await page.get_by_label("First day").fill("2026-07-01")
        await page.get_by_label("Last day").fill("2026-07-14")
        await page.get_by_role("button", name="Add", exact=True).click()
        await expect(page.get_by_text("2026-07-01 – 2026-07-14")).to_be_visible()
        await page.get_by_role("button", name="Remove 2026-07-01").click()
        await expect(page.get_by_text("2026-07-01 – 2026-07-14")).to_have_count(0)


async def test_a_change_made_elsewhere_meanwhile_is_not_undone(
    tabs: Tabs, service: FakeService, file: Path
) -> None:
    async with shown(tabs, service, file, "settings") as page:
        await expect(page.get_by_label("First day")).to_be_visible()
        file.write_text(YAML.replace("06:00", "05:00"), "utf-8")
        await page.get_by_label("First day").fill("2026-07-01")
        await page.get_by_role("button", name="Add", exact=True).click()
        await expect(page.locator("#toast")).to_contain_text("changed meanwhile")
        monday = page.locator(".schedule").first.locator(".track").first.get_by_role("button")
        await expect(monday).to_have_attribute("aria-label", "Mon, 05:00–08:00")
