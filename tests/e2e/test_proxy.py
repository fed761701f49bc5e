"""The page as an app, behind a real nginx that shows it under a path of its own."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from controller.views import PumpState
from tests.support.brokers import free_port
from tests.support.browser import CHROMIUM, FLAGS
from tests.support.fake_service import FakeService
from tests.support.web_server import web_server

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(
        NGINX is None, reason="no nginx on this machine (Debian: apt-get install nginx-light)"
    ),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
CONF = """
daemon off; worker_processes 1; pid {folder}/pid; error_log stderr warn;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location /our/water/ {{
      proxy_pass http://127.0.0.1:{behind}/;
      proxy_set_header Host $http_host;
      proxy_buffering off;
      proxy_read_timeout 1h;
    }}
  }}
}}
"""


@contextmanager
def nginx(folder: Path, behind: int) -> Iterator[str]:
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(CONF.format(folder=folder, port=port, behind=behind), "utf-8")
    assert NGINX is not None
    running = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(config)], stderr=subprocess.PIPE)
    try:
        yield f"http://127.0.0.1:{port}/our/water/"
    finally:
        running.terminate()
        running.communicate(timeout=10)


async def test_behind_a_proxy_the_page_works_and_opens_without_the_gateway_and_says_so(
    tmp_path: Path,
) -> None:
    service, behind = FakeService(), free_port()
    with nginx(tmp_path, behind) as address:
        async with async_playwright() as play:
            browser = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = await (await browser.new_context(locale="en-GB")).new_page()
            async with web_server(service, behind):
                await page.goto(address)
                await expect(page.locator("h1")).to_have_text("Cold")
                service.set_loop(pump=PumpState.UNKNOWN)
                await expect(page.locator(".chip").first).to_have_text("Pump: unknown")
                service.set_loop(pump=PumpState.OFF)
                await page.locator('[data-fixture="shower"]').click()
                await expect(page.locator("h1")).to_have_text("On its way")
                assert service.wishes == [("shower", None, "web page")]
                scope = await page.evaluate("navigator.serviceWorker.ready.then((one) => one.scope)")
                assert scope == address
            await page.reload()
            await expect(page.locator(".banner")).to_contain_text(
                "The controller does not answer", timeout=10_000
            )
            shown = (await page.locator("#app").inner_text()).lower()
            assert "resting" not in shown
            assert "running" not in shown
            kept = await page.evaluate(
                "caches.keys().then((names) => caches.open(names[0])).then((one) => one.keys())"
                ".then((all) => all.map(({ url }) => url))"
            )
            assert kept and not any("/api/" in url for url in kept)
            async with web_server(service, behind):
                await expect(page.locator("h1")).to_have_text("On its way", timeout=15_000)
            await browser.close()
