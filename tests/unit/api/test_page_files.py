import gzip
import re
from pathlib import Path

import httpx
import pytest

from api.routes.page import DASHBOARD, page_router
from controller.core.errors import ZcwError
from tests.conftest import REPOSITORY

SOURCES = REPOSITORY / "api" / "web" / "src"


async def test_every_file_of_the_page_is_served_with_its_type(client: httpx.AsyncClient) -> None:
    files = sorted(path for path in DASHBOARD.iterdir() if path.is_file())
    assert len(files) >= 4
    for path in files:
        answer = await client.get("" if path.name == "index.html" else path.name)
        assert answer.status_code == 200, path
        assert answer.content == path.read_bytes()
        assert answer.headers["content-type"].partition(";")[0] in (
            "text/html", "text/css", "text/javascript", "image/svg+xml", "application/manifest+json", "text/plain", "image/png",
        )  # fmt: skip


async def test_a_browser_that_has_a_file_is_not_sent_it_again(client: httpx.AsyncClient) -> None:
    first = await client.get("style.css")
    again = await client.get("style.css", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "no-cache"


async def test_the_page_is_small_on_the_wire() -> None:
    shown = [path for path in DASHBOARD.iterdir() if path.suffix != ".png"]
    packed = sum(len(gzip.compress(path.read_bytes())) for path in shown)
    assert packed < 100_000


async def test_the_page_names_no_other_host_and_no_absolute_path() -> None:
    for path in DASHBOARD.iterdir():
        if path.suffix == ".png":
            continue
        text = path.read_text("utf-8").replace("http://www.w3.org/", "")
        assert not re.search(r"https?://|//[a-z]+\.[a-z]", text), path
        assert not re.search(r"""(?:src|href|from|fetch\()\s*=?\s*["'`]/""", text), path


def words_of(language: str) -> list[str]:
    """Return the keys of the page's dictionaries in that language, one file after the other."""
    found = []
    for path in sorted((SOURCES / "text").glob("*.ts")):
        body = re.split(rf"const {language}\b[^=]*= {{", path.read_text("utf-8"))[1].partition("};")[0]
        found += re.findall(r"^  (\w+):", body, re.MULTILINE)
    return found


async def test_the_page_has_every_word_in_both_languages_and_none_that_it_never_says() -> None:
    english = words_of("EN")
    assert len(english) > 50
    assert english == words_of("ZH")
    assert len(english) == len(set(english)), "two pages give one key two meanings"
    paths = [path for path in SOURCES.rglob("*.ts*") if path.parent.name != "text"]
    sources = "".join(path.read_text("utf-8") for path in paths)
    sources += (DASHBOARD / "index.html").read_text("utf-8")
    families = (
        "modeHint_",
        "sensor_",
        "strategy_",
        "fixture_",
        "comfort_",
        "day_",
        "schedule_",
        "scope_",
        "severity_",
        "heater_",
        "note_",
        "lease_",
    )
    unused = [key for key in english if not key.startswith(families) and f'"{key}"' not in sources]
    assert unused == []


async def test_the_page_never_turns_text_into_markup() -> None:
    for path in SOURCES.rglob("*.ts*"):
        text = path.read_text("utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text
        ), path
    page = (DASHBOARD / "index.html").read_text("utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=", page)


def test_a_checkout_without_the_page_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ZcwError, match="make setup"):
        page_router(tmp_path)


async def test_the_worker_keeps_the_shell_of_this_build_and_no_answer_of_the_service() -> None:
    worker = (DASHBOARD / "sw.js").read_text("utf-8")
    [kept] = re.findall(r'SHELL = "([^"]+)"', worker)
    names = kept.split(" ")
    assert {"./", "main.js", "style.css", "login.html"} <= set(names)
    assert all((DASHBOARD / name).is_file() for name in names if name != "./")
    assert not any("api" in name for name in names)
    assert re.search(r'"zcw-[0-9a-f]{12}"', worker)


async def test_the_app_can_be_installed(client: httpx.AsyncClient) -> None:
    manifest = (await client.get("app.webmanifest")).json()
    sizes = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    for icon in manifest["icons"]:
        assert (await client.get(icon["src"])).headers["content-type"] == icon["type"]
