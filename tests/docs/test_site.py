"""The site of the documentation builds, with every link checked, and asks no other host for anything."""

import re
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from controller.settings import settings_schema
from controller.strategies.registry import STRATEGIES
from docs.site.build import build
from docs.site.commands import commands_page
from docs.site.configuration import configuration_page
from docs.site.pages import sources
from tests.conftest import REPOSITORY
from tests.support.browser import CHROMIUM, FLAGS


def test_every_page_of_the_documentation_is_in_the_site() -> None:
    nav = (REPOSITORY / "docs" / "site" / "zensical.toml").read_text("utf-8")
    missing = [place for place in sources(REPOSITORY).values() if f'"{place}"' not in nav]
    assert missing == []


def test_the_reference_of_the_configuration_has_every_section_and_key() -> None:
    page = configuration_page()
    forms = settings_schema()["$defs"]
    assert isinstance(forms, dict)
    keys = {key for form in forms.values() for key in form.get("properties", {})}
    assert [key for key in keys if f"`{key}`" not in page] == []
    assert [name for name in STRATEGIES if f"`{name}`" not in page] == []


def test_the_reference_of_the_commands_has_every_command() -> None:
    page = commands_page()
    assert all(f"## `zcw {name}`" in page for name in ("demo", "run", "config check", "bench control"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as built, with every link checked."""
    folder = tmp_path_factory.mktemp("site") / "site"
    assert build(folder) == 0
    return folder


@pytest.mark.slow
def test_the_site_builds_without_a_broken_link_and_asks_nobody_else(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 20
    loaded = {
        url
        for page in pages
        for url in re.findall(
            r"<(?:script|link|img)[^>]*(?:src|href)=\"?(https?://[^\" >]+)", page.read_text("utf-8")
        )
    }
    assert loaded == set()


@pytest.mark.slow
@pytest.mark.browser
async def test_the_site_is_read_and_searched_from_the_disk(site: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1300, "height": 900})
        troubles: list[str] = []
        page.on("requestfailed", lambda request: troubles.append(request.url))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await page.goto((site / "index.html").as_uri())
        await page.get_by_role("link", name="Ten minutes to a running gateway").first.click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Ten minutes")
        await page.keyboard.press("Control+k")
        await page.get_by_placeholder("Search").fill("thermostatic crossover")
        await expect(page.get_by_text("Do it yourself").last).to_be_visible()
        await expect(page.get_by_text(re.compile(r"\d+ results?")).first).to_be_visible()
        assert troubles == []
        await browser.close()
