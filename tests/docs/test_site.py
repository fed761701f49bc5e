"""The site of the documentation builds, with every link checked, and asks no other host for anything."""

import re
from pathlib import Path

import pytest

from controller.settings import settings_schema
from controller.strategies.registry import STRATEGIES
from docs.site.build import build
from docs.site.commands import commands_page
from docs.site.configuration import configuration_page
from docs.site.pages import sources
from tests.conftest import REPOSITORY


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


@pytest.mark.slow
def test_the_site_builds_without_a_broken_link_and_asks_nobody_else(tmp_path: Path) -> None:
    assert build(tmp_path / "site") == 0
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 20
    loaded = {
        url
        for page in pages
        for url in re.findall(
            r"<(?:script|link|img)[^>]*(?:src|href)=\"?(https?://[^\" >]+)", page.read_text("utf-8")
        )
    }
    assert loaded == set()
