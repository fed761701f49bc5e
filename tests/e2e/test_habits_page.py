"""Habits, days and settings in a real browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from api.auth import Scope
from api.auth_book import AuthBook, book_path
from api.auth_gate import Gate
from api.settings_store import SettingsStore
from controller.settings import load_settings
from tests.support.browser import (
    ARTIFACTS,
    AXE,
    CHROMIUM,
    DESKTOP,
    FINDINGS,
    PHONE,
    Tabs,
    browser_tabs,
)
from tests.support.fake_service import FakeService, loop_view, record
from tests.support.habits import days, learned
from tests.support.web_server import web_server

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine (Debian: apt-get install chromium)"
    ),
]
PASSWORD = "warm enough for me"
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


@pytest.mark.slow
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


@pytest.mark.slow
async def test_days_away_and_dated_exceptions_are_added_and_removed(
    tabs: Tabs, service: FakeService, file: Path
) -> None:
    async with shown(tabs, service, file, "settings") as page:
        away = page.locator(".schedule").filter(has_text="Days away")
        await away.get_by_label("First day").fill("2026-07-01")
        await away.get_by_label("Last day").fill("2026-07-14")
        await away.get_by_role("button", name="Add", exact=True).click()
        await expect(page.get_by_text("2026-07-01 – 2026-07-14")).to_be_visible()
        await page.get_by_role("button", name="Remove 2026-07-01").click()
        await expect(page.get_by_text("2026-07-01 – 2026-07-14")).to_have_count(0)
        dated = page.locator(".exceptions")
        await dated.get_by_label("First day").fill("2026-12-26")
        await dated.get_by_label("Last day").fill("2026-12-24")
        await dated.get_by_label("On these days").select_option("hot")
        await dated.get_by_label("From").fill("09:00")
        await dated.get_by_label("Until").fill("11:00")
        await dated.get_by_role("button", name="Add", exact=True).click()
        await expect(dated.get_by_role("alert")).to_contain_text("is before")
        await dated.get_by_label("Last day").fill("2026-12-27")
        await dated.get_by_role("button", name="Add", exact=True).click()
        await expect(dated).to_contain_text("2026-12-26 – 2026-12-27 09:00–11:00")
        assert "exceptions" in file.read_text("utf-8")


async def test_a_change_made_elsewhere_meanwhile_is_not_undone(
    tabs: Tabs, service: FakeService, file: Path
) -> None:
    async with shown(tabs, service, file, "settings") as page:
        away = page.locator(".schedule").filter(has_text="Days away")
        await expect(away.get_by_label("First day")).to_be_visible()
        file.write_text(YAML.replace("06:00", "05:00"), "utf-8")
        await away.get_by_label("First day").fill("2026-07-01")
        await away.get_by_role("button", name="Add", exact=True).click()
        await expect(page.locator("#toast")).to_contain_text("changed meanwhile")
        monday = page.locator(".schedule").first.locator(".track").first.get_by_role("button")
        await expect(monday).to_have_attribute("aria-label", "Mon, 05:00–08:00")


TWO_LOOPS = (
    YAML
    + """\
  - name: guest flat
    topology: dedicated_return
    pump: {device: other}
    strategies:
      - type: on_demand
      - {type: predictive}
"""
)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["now", "past", "habits", "settings"])
async def test_two_loops_are_shown_apart_on_every_page(
    tabs: Tabs, service: FakeService, file: Path, name: str
) -> None:
    file.write_text(
        TWO_LOOPS.replace("  plug:", "  other: {family: tasmota, topic: other}\n  plug:"), "utf-8"
    )
    service.set(
        loops=(*service.now.loops, loop_view(name="guest flat", fixtures=("guest bath", "guest sink")))
    )
    gate = Gate(AuthBook(book_path(file.with_name("zcw.sqlite"))))
    gate.book.put_account("anna", PASSWORD, Scope.ADMIN)
    store = SettingsStore(file, lambda _plan, _who: None)
    async with (
        web_server(service, store=store, gate=gate) as address,
        tabs.opened(f"{address}login.html", reduced_motion="reduce", ready="#form") as page,
    ):
        await page.get_by_label("Name").fill("anna")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button").click()
        await expect(page.locator(".fixture").first).to_be_visible()
        await page.goto(f"{address}#{name}")
        await expect(page.locator("#app")).to_contain_text("Guest flat")
        await page.evaluate(AXE.read_text("utf-8"))
        assert await page.evaluate(FINDINGS) == []
        ids = await page.evaluate("[...document.querySelectorAll('[id]')].map(({ id }) => id)")
        assert len(ids) == len(set(ids))
        assert not any(" " in one for one in ids)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if name != "settings":
            return
        make = page.locator("form.account")
        await make.get_by_label("Name").fill("ben")
        await make.get_by_label("Password").fill("short")
        await page.get_by_role("button", name="Make an account").click()
        await expect(make.get_by_role("alert")).to_contain_text("fewer than 10")
        await make.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Make an account").click()
        await expect(page.get_by_role("button", name="Remove ben")).to_be_visible()
        await page.get_by_role("button", name="Remove anna").click()
        await expect(page.locator(".fault")).to_contain_text("only administrator")
        await page.get_by_role("button", name="Remove ben").click()
        await expect(page.get_by_role("button", name="Remove ben")).to_have_count(0)
        await page.screenshot(path=ARTIFACTS / "page-phone-accounts.png", full_page=True)


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "said"), [("en-GB", "it stays 0.12"), ("zh-CN", "仍按 0.12 计算")])
async def test_a_price_that_cannot_be_is_told_beside_its_field_and_the_one_before_holds(
    tabs: Tabs, locale: str, said: str
) -> None:
    service = FakeService()
    service.learned = learned()
    async with web_server(service) as address, tabs.opened(address, locale=locale) as page:
        await page.evaluate("localStorage.removeItem('zcw-price'); location.hash = 'habits'")
        price = page.locator(".comfort input[type=number]")
        tag = await page.locator(".comfort .tag").inner_text()
        for typed in ("-5", "0", "1e999", "", "1001"):
            await price.clear()
            await price.press_sequentially(typed)
            await expect(page.locator(".comfort .fault")).to_contain_text(said)
            await expect(page.locator(".comfort .tag")).to_have_text(tag)
        await price.fill("0.24")
        await price.blur()
        await expect(page.locator(".comfort .fault")).to_have_count(0)
        await expect(page.locator(".comfort .tag")).not_to_have_text(tag)


async def test_money_is_told_in_the_currency_of_the_file(tabs: Tabs, tmp_path: Path) -> None:
    file = tmp_path / "zcw.yaml"
    file.write_text(YAML + "energy: {heat_price: 0.2, currency: EUR}\n", "utf-8")
    service = FakeService()
    service.learned = learned()
    store = SettingsStore(file, lambda _plan, _who: None)
    async with web_server(service, store=store) as address, tabs.opened(address) as page:
        await page.evaluate("localStorage.removeItem('zcw-price'); location.hash = 'habits'")
        await expect(page.locator(".comfort .tag")).to_contain_text("€")
        await expect(page.locator(".comfort input[type=number]")).to_have_value("0.2")
