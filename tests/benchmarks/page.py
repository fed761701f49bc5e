"""The page in a real browser, served by a real demo: bytes on the wire, first paint, memory while it lives on."""

import asyncio
import gzip
import json
import shutil
import statistics
from typing import Any

from playwright.async_api import Browser, CDPSession, async_playwright

from api.routes.page import DASHBOARD
from tests.support.brokers import free_port
from tests.support.programs import ZCW, program, until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
VISITS = 7
SLOWER = 4
"""A mid-range phone has about a quarter of this machine's speed, as Lighthouse assumes."""
PRINT_EVERY_S = 60.0
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
SHOWN = "performance.now()"


MOST_SCRIPT_KB = 200.0


def page(minutes: float, speed: float) -> None:
    """Print the numbers of the page: bytes, first paint, hosts that it asks, memory while it lives on."""
    print("\nThe page, compressed as it is sent")
    sizes = {
        file.name: len(gzip.compress(file.read_bytes(), mtime=0)) / 1000
        for file in sorted(DASHBOARD.iterdir())
        if file.suffix != ".txt"
    }
    for name, packed_kb in sizes.items():
        print(f"  {name:24} {packed_kb:7.1f} kB")
    print(f"  {'together':24} {sum(sizes.values()):7.1f} kB")
    print(f"  script of the page: {sizes['main.js']:.1f} kB of {MOST_SCRIPT_KB:g} kB")
    asyncio.run(_in_browser(minutes, speed))


async def _in_browser(minutes: float, speed: float) -> None:
    port = free_port()
    with program(ZCW, "demo", "--port", str(port), "--speed", f"{speed:g}") as demo:
        until(lambda: f":{port}" in demo.out.text + demo.err.text, within_s=60, what="the demo's page")
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            address = f"http://127.0.0.1:{port}/"
            for slower in (1, SLOWER):
                await _visits(browser, address, slower)
            await _memory(browser, address, minutes, speed)
            await browser.close()


async def _visits(browser: Browser, address: str, slower: int) -> None:
    paints, shown, hosts, sent = [], [], set[str](), [0]
    for _ in range(VISITS):
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        tab = await context.new_page()
        session = await context.new_cdp_session(tab)
        await session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        await session.send("Network.enable")
        session.on(
            "Network.loadingFinished", lambda said: sent.__setitem__(-1, sent[-1] + said["encodedDataLength"])
        )
        tab.on("request", lambda request: hosts.add(request.url.split("/")[2]))
        await tab.goto(address)
        await tab.locator(".fixture").first.wait_for()
        shown.append(await tab.evaluate(SHOWN))
        paints.append(await tab.evaluate(PAINT))
        sent.append(0)
        await context.close()
    print(
        f"First visit, processor slowed {slower} times: first paint p50 {statistics.median(paints):.0f} ms, "
        f"max {max(paints):.0f}; house shown p50 {statistics.median(shown):.0f} ms, max {max(shown):.0f}; "
        f"{statistics.median(sent[:-1]) / 1000:.0f} kB on the wire, from {len(hosts)} host"
    )


async def _memory(browser: Browser, address: str, minutes: float, speed: float) -> None:
    print(f"Memory of the page over {minutes:g} min of live updates from a demo at {speed:g} times real time")
    tab = await browser.new_page(viewport={"width": 390, "height": 844})
    session = await tab.context.new_cdp_session(tab)
    updates = [0]
    await session.send("Network.enable")
    session.on(
        "Network.eventSourceMessageReceived",
        lambda said: updates.append(updates.pop() + (said["eventName"] == "state")),
    )
    await tab.goto(address)
    await tab.locator(".fixture").first.wait_for()
    passed_s = 0.0
    while True:
        numbers = await _counted(session)
        print(f"  {passed_s / 60:6.1f} min, {updates[0]:5d} updates  {json.dumps(numbers)}", flush=True)
        if passed_s >= minutes * 60:
            return
        step_s = min(PRINT_EVERY_S, minutes * 60 - passed_s)
        await asyncio.sleep(step_s)
        passed_s += step_s


async def _counted(session: CDPSession) -> dict[str, Any]:
    await session.send("HeapProfiler.collectGarbage")
    await session.send("Performance.enable")
    metrics = {
        each["name"]: each["value"] for each in (await session.send("Performance.getMetrics"))["metrics"]
    }
    return {
        "script_heap_mb": round(metrics["JSHeapUsedSize"] / 1e6, 2),
        "nodes": int(metrics["Nodes"]),
        "listeners": int(metrics["JSEventListeners"]),
    }
