"""Accounts as people meet them: the page in a real browser, the command line, and the files beside the data."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from api.auth_book import AuthBook, book_path
from api.auth_gate import Gate
from tests.support.brokers import free_port
from tests.support.fake_service import FakeService
from tests.support.programs import ZCW, call, controller, until, zcw
from tests.support.web_server import web_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.slow
PASSWORD = "warm enough for me"


@pytest.mark.browser
async def test_the_first_day_in_a_browser_and_every_other_day(tmp_path: Path) -> None:
    service = FakeService()
    gate = Gate(AuthBook(book_path(tmp_path / "zcw.sqlite")))
    async with web_server(service, gate=gate) as address, async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--headless", "--no-sandbox"])
        page = await (await browser.new_context(locale="en-GB")).new_page()
        await page.goto(address)
        await expect(page.get_by_role("heading")).to_have_text("Make the first account")
        await page.get_by_label("Set-up code").fill(gate.setup_code)
        await page.get_by_label("Name").fill("anna")
        await page.get_by_label("Password").fill("short")
        await page.get_by_role("button").click()
        await expect(page.get_by_role("alert")).to_contain_text("fewer than 10")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button").click()
        await page.get_by_role("button", name="STOP").click()
        for _ in range(50):
            if service.stops:
                break
            await page.wait_for_timeout(50)
        assert service.stops == ["anna"]

        other = await (await browser.new_context(locale="zh-CN")).new_page()
        await other.goto(address)
        await expect(other.get_by_role("heading")).to_have_text("登录")
        await other.get_by_label("名称").fill("anna")
        await other.get_by_label("密码").fill(PASSWORD)
        await other.get_by_role("button").click()
        await expect(other.locator("#app")).to_be_visible()
        await browser.close()


def configuration(folder: Path, **api: object) -> Path:
    values = {
        "site": {"time_zone": "UTC"},
        "broker": {"host": "127.0.0.1", "port": free_port()},
        "api": {"port": free_port(), **api},
        "devices": {"plug": {"family": "tasmota", "topic": "plug"}},
        "loops": [
            {
                "topology": "dedicated_return",
                "pump": {"device": "plug"},
                "strategies": [{"type": "on_demand"}],
            }
        ],
    }
    folder.mkdir(exist_ok=True)
    config = folder / "zcw.yaml"
    config.write_text(json.dumps(values), "utf-8")
    return config


def test_accounts_made_on_the_command_line_count_at_once_and_no_secret_is_left_lying_about(
    tmp_path: Path,
) -> None:
    config = configuration(tmp_path / "house", accounts=True)
    url = f"http://127.0.0.1:{json.loads(config.read_text())['api']['port']}/api/v1"
    with controller(config) as running:
        code = re.search(r"zcw_setup_\S+", running.out.text + running.err.text)
        assert code is not None, "the first day's code"
        assert call(f"{url}/state")[0] == 401
        made = zcw("accounts", "token", "lights", "--scope", "control", "--config", str(config))
        assert made.returncode == 0, made.stderr
        token = made.stdout.split()[-1]
        assert call(f"{url}/stop", {}, Authorization=f"Bearer {token}")[0] == 503, (
            "no broker, and no stranger"
        )
        words = [ZCW, "accounts", "add", "anna", "--scope", "admin", "--config", str(config)]
        typed = f"{PASSWORD}\n{PASSWORD}\n"
        subprocess.run(words, input=typed, text=True, check=True, capture_output=True, timeout=60)
        listed = zcw("accounts", "list", "--config", str(config)).stdout
        assert "anna  (admin)" in listed and "lights  (control)" in listed
        late = {"code": code.group(), "name": "eve", "password": PASSWORD}
        assert call(f"{url}/setup", late)[0] == 401, "the code is for the first account only"
        assert zcw("accounts", "remove", listed.split()[-1], "--config", str(config)).returncode == 0
        assert call(f"{url}/state", Authorization=f"Bearer {token}")[0] == 401
        audit = config.parent / "zcw.audit.log"
        until(
            lambda: "lights: POST /api/v1/stop 503" in audit.read_text("utf-8"),
            within_s=5,
            what="the audit log",
        )
        said = running.out.text + running.err.text
    kept = [file for file in config.parent.iterdir() if file.is_file()]
    for file in kept:
        content = file.read_bytes()
        assert (
            token.encode() not in content
            and PASSWORD.encode() not in content
            and code.group().encode() not in content
        )
    for name in ("zcw.audit.log", "zcw.access.json"):
        assert (config.parent / name).stat().st_mode & 0o777 == 0o600
    assert token not in said and PASSWORD not in said


def test_mistakes_on_the_command_line_end_in_a_cure(tmp_path: Path) -> None:
    config = str(configuration(tmp_path / "house"))
    gone = zcw("accounts", "remove", "bob", "--config", config)
    assert gone.returncode == 1 and "zcw accounts list" in gone.stdout + gone.stderr
    bad = zcw("accounts", "token", "a/b", "--config", config)
    assert bad.returncode == 1 and "contains '/'" in bad.stdout + bad.stderr
    words = [ZCW, "accounts", "add", "anna", "--config", config]
    weak = subprocess.run(
        words, input="weak\nweak\n", text=True, capture_output=True, timeout=60, check=False
    )
    assert weak.returncode == 1 and "fewer than 10" in weak.stdout + weak.stderr
    assert "no account yet" in zcw("accounts", "list", "--config", config).stderr
