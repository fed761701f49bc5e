"""The page Plan in a real browser: a layout drawn up, mistakes at their fields, advice in the background, both languages."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.test_page import ARTIFACTS, AXE, DESKTOP, FINDINGS, PHONE, Tabs, pytestmark, service, tabs
from tests.support.fake_service import FakeService
from tests.support.web_server import web_server

__all__ = ["pytestmark", "service", "tabs"]

# one person in a small house: the shortest advice that there is
SMALL = """
const tree = {name: "small", defaults: {size: "Cu 15x1"}, heater: {setpoint_c: 55}, fixtures: ["basin", "shower"],
  hot: [{from: "heater", to: "tee", length_m: 6}, {from: "tee", to: "basin", length_m: 1}, {from: "tee", to: "shower", length_m: 3}]};
sessionStorage.setItem("zcw-plan", JSON.stringify(tree));
"""


async def findings(page: Page) -> list[str]:
    await page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = await page.evaluate(FINDINGS)
    return found


async def to_plan(page: Page) -> None:
    await page.evaluate("location.hash = 'plan'")
    await expect(page.locator(".plan-drawing svg")).to_be_visible()


@pytest.mark.slow
async def test_a_layout_is_drawn_while_it_is_typed_and_mistakes_stand_at_their_fields(
    tabs: Tabs, service: FakeService
) -> None:
    async with web_server(service) as address, tabs.opened(address, viewport=DESKTOP) as page:
        await page.evaluate("sessionStorage.removeItem('zcw-plan')")
        await to_plan(page)
        await expect(page.locator(".plan-drawing svg")).to_contain_text("heater")
        length = page.get_by_role("group", name="trunk").get_by_label("Length, m")
        await length.fill("-3")
        await expect(page.locator(".plan-pipe .mend")).to_have_text("-3 is out of range (more than 0)")
        await expect(page.get_by_role("button", name="Advise me")).to_be_disabled()
        await length.fill("9")
        await expect(page.locator(".troubles")).to_have_count(0)
        await expect(page.locator(".plan-drawing svg")).to_contain_text("9 m")
        await page.get_by_label("Name to keep it under").fill("mine")
        await page.get_by_role("button", name="Keep").click()
        await expect(page.get_by_text("Kept.")).to_be_visible()
        await page.locator("#plan-layout").select_option("flat")
        await expect(page.locator(".plan-drawing svg")).to_contain_text("mains")
        await page.locator("#plan-layout").select_option("mine")
        await expect(length).to_have_value("9")


@pytest.mark.slow
async def test_advice_is_worked_out_in_the_background_and_survives_a_reload(
    tabs: Tabs, service: FakeService
) -> None:
    async with web_server(service) as address, tabs.opened(address, viewport=DESKTOP) as page:
        await page.evaluate(SMALL)
        await to_plan(page)
        await page.get_by_label("Household").select_option("people-1")
        await page.get_by_role("button", name="Advise me").click()
        await expect(page.locator("#plan-cancel")).to_be_visible()
        await page.reload()
        await expect(page.locator("#advice progress")).to_be_visible()
        await expect(page.locator("#advice .recommended")).to_contain_text("Recommended", timeout=100_000)
        await expect(page.locator("#advice tbody tr")).to_have_count(8)
        async with page.expect_download() as download:
            await page.get_by_role("link", name="Report").click()
        assert (await download.value).suggested_filename == "zcw-report.html"
        async with page.expect_download() as download:
            await page.get_by_role("link", name="Parts list").click()
        parts = await (await download.value).path()
        assert len(parts.read_text("utf-8-sig").splitlines()) > 1
        await expect(page.locator("#advice svg.front circle")).to_have_count(8)
        assert await findings(page) == []
        ARTIFACTS.mkdir(exist_ok=True)
        await page.screenshot(path=ARTIFACTS / "plan-desktop.png", full_page=True)
        await page.set_viewport_size(PHONE)
        await page.screenshot(path=ARTIFACTS / "plan-phone.png", full_page=True)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.slow
async def test_the_page_plans_in_chinese_on_a_phone(tabs: Tabs, service: FakeService) -> None:
    async with (
        web_server(service) as address,
        tabs.opened(address, locale="zh-CN", color_scheme="dark") as page,
    ):
        await to_plan(page)
        await expect(page.get_by_role("heading", name="规划管路")).to_be_visible()
        await expect(page.locator(".plan-drawing svg")).to_contain_text("热水器")
        await page.get_by_role("button", name="给我建议").click()
        await page.get_by_role("button", name="取消").click()
        await expect(page.locator("#advice")).to_contain_text("已取消")
        assert await findings(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        ARTIFACTS.mkdir(exist_ok=True)
        await page.screenshot(path=ARTIFACTS / "plan-phone-zh.png", full_page=True)


@pytest.mark.slow
async def test_nonsense_is_told_beside_its_field_in_the_readers_language_and_nothing_is_lost(
    tabs: Tabs, service: FakeService
) -> None:
    async with (
        web_server(service) as address,
        tabs.opened(address, viewport=DESKTOP, locale="zh-CN") as page,
    ):
        await page.evaluate(SMALL)
        await to_plan(page)
        pipe = page.get_by_role("group", name="heater → tee")
        length, complaint = pipe.get_by_label("长度"), pipe.locator(".mend")
        for typed, said in (
            ("-3", "-3 超出范围"),
            ("", "应为 数字"),
            ("1e999", "不是可用的数"),
            ("-", "不是可用的数"),
        ):
            await length.fill("7")
            await expect(complaint).to_have_count(0)
            await length.clear()
            await length.press_sequentially(typed)
            await expect(complaint).to_contain_text(said)
            await expect(length).to_have_attribute("aria-invalid", "true")
        await length.fill("7")
        await expect(complaint).to_have_count(0)
        await page.get_by_label("自来水").fill("")
        await expect(page.get_by_label("自来水")).to_have_value("")
        await expect(page.get_by_role("button", name="给我建议")).to_be_enabled()
        name = page.locator("label", has_text="名称").first.locator("input")
        await name.fill("🚿长" * 100)
        await name.blur()
        await expect(page.locator("label", has_text="名称").first.locator(".mend")).to_contain_text(
            "最多 60 个字符"
        )
        await name.fill("<script>document.title='x'</script>🚿")
        await name.blur()
        await expect(page.locator(".plan-drawing svg")).to_contain_text("<script>document.title=")
        assert await page.title() == "热水"
        keep_as = page.get_by_label("保存为")
        for typed in ("../../etc/passwd", "🚿", "<b>"):
            await keep_as.fill(typed)
            await expect(page.locator(".mend")).to_contain_text("只能用英文字母")
            await expect(page.get_by_role("button", name="保存", exact=True)).to_be_disabled()
        await keep_as.fill("")
        price = page.get_by_label("水价")
        await price.fill("-5")
        await page.get_by_role("button", name="给我建议").click()
        field = page.locator("label", has=price)
        await expect(field.locator(".mend")).to_have_text("应不小于 0")
        await expect(page.get_by_role("button", name="给我建议")).to_be_enabled()
        assert await findings(page) == []
