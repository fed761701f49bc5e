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
    location /api/hassio_ingress/s3cret/ {{
      proxy_pass http://127.0.0.1:{behind}/;
      proxy_set_header Host $http_host;
      proxy_set_header X-Ingress-Path /api/hassio_ingress/s3cret;
      proxy_set_header X-Remote-User-Name anna;
      proxy_set_header X-Forwarded-For 172.30.32.1;
      proxy_buffering off;
    }}
    location = /home {{
      default_type text/html;
      return 200 '<!doctype html><title>Home Assistant</title><iframe src="/api/hassio_ingress/s3cret/"></iframe>';
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


async def test_within_home_assistants_frame_everything_goes_through_its_path(tmp_path: Path) -> None:
    """Home Assistant takes its prefix off, says it in X-Ingress-Path, and shows the page within its own."""
    service, behind = FakeService(), free_port()
    with nginx(tmp_path, behind) as address:
        outside = address.removesuffix("our/water/")
        async with async_playwright() as play, web_server(service, behind, proxies=["127.0.0.1"]):
            browser = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = await (await browser.new_context(locale="en-GB")).new_page()
            paths: set[str] = set()
            page.on("request", lambda request: paths.add(request.url.removeprefix(outside)))
            await page.goto(f"{outside}home")
            frame = page.frame_locator("iframe")
            await expect(frame.locator("h1")).to_have_text("Cold")
            service.set_loop(pump=PumpState.UNKNOWN)
            await expect(frame.locator(".chip").first).to_have_text("Pump: unknown")
            service.set_loop(pump=PumpState.OFF)
            await frame.locator('[data-fixture="shower"]').click()
            await expect(frame.locator("h1")).to_have_text("On its way")
            assert [fixture for fixture, _, _ in service.wishes] == ["shower"]
            await frame.locator("#stop").click()
            await expect(frame.locator("#toast")).to_contain_text("Stopped")
            for name in ("History", "Habits", "Plan", "Settings", "Now"):
                await frame.get_by_role("link", name=name, exact=True).click()
                await expect(frame.locator('nav a[aria-current="page"]')).to_have_text(name)
            async with page.expect_download() as download:
                await frame.get_by_role("link", name="History", exact=True).click()
                await frame.get_by_role("link", name="Runs as CSV").click()
            assert (await download.value).suggested_filename == "runs.csv"
            strays = {
                path
                for path in paths
                if not path.startswith(("api/hassio_ingress/s3cret/", "home", "favicon"))
            }
            assert strays == set()
            assert "api/hassio_ingress/s3cret/api/v1/events?lang=en" in paths
            await browser.close()
