"""A year of one loop's history in a real data file, and the page that shows it in a real browser."""

import asyncio
import math
import random
import sqlite3
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Page, async_playwright

from controller.core.clock import DAY_MS, MINUTE_MS, SECOND_MS
from controller.core.reason import Reason, ReasonCode
from controller.ports import NoteKind
from controller.storage import Storage
from controller.storage.records import encode_values, to_json
from controller.storage.thinning import Point, Thinner
from tests.benchmarks.page import CHROMIUM, FLAGS, SLOWER
from tests.support.brokers import free_port
from tests.support.programs import ZCW, program, until

LOOP: Final = "house"
SENSORS: Final = {"supply": 54.0, "return": 41.0}
RUNS_A_DAY: Final = 40
TICK_MS: Final = 10 * SECOND_MS
REPEATS: Final = 7
SPANS: Final = {"day": 1, "month": 31, "year": 365}
GESTURES: Final = 40
CONFIG: Final = """
site: {{name: Benchmark, time_zone: Etc/UTC}}
broker: {{host: 127.0.0.1, port: {broker}}}
api: {{port: {port}, without_accounts: true}}
storage: {{path: {path}}}
devices:
  plug: {{family: tasmota, topic: plug}}
  outlet: {{family: zigbee2mqtt, name: outlet}}
  return_pipe: {{family: zigbee2mqtt, name: return_pipe}}
loops:
  - name: house
    topology: dedicated_return
    pump: {{device: plug}}
    sensors: {{supply: {{device: outlet}}, return: {{device: return_pipe}}}}
    fixtures: [kitchen, basin, shower]
    strategies: [{{type: on_demand}}, {{type: predictive}}]
"""
FRAMES: Final = """() => {
  const at = [];
  window.frames_ = at;
  window.watching_ = true;
  const look = (now) => { at.push(now); if (window.watching_) requestAnimationFrame(look); };
  requestAnimationFrame(look);
}"""
SEEN: Final = "() => { window.watching_ = false; return window.frames_; }"


def year(folder: Path, days: int) -> None:
    """Print what a year of history costs: the file, each question, and the page."""
    path = folder / "zcw.sqlite"
    began = time.perf_counter()
    rows = _fill(path, days)
    mb = path.stat().st_size / 1e6
    print(
        f"\nA made-up history of {days} days: {rows} rows, {mb:.0f} MB, written in {time.perf_counter() - began:.0f} s"
    )
    asyncio.run(_questions(path))
    asyncio.run(_shown(path))


def _fill(path: Path, days: int) -> int:
    """Write a loop's year through the real schema; temperatures pass the same thinner as in a house."""
    Storage(path, lambda at: at).close()
    chance = random.Random(1)
    now_ms = round(time.time() * 1000)
    with sqlite3.connect(path) as connection:
        session = connection.execute("INSERT INTO sessions DEFAULT VALUES").lastrowid
        for number, sensor in enumerate(SENSORS, 1):
            connection.execute("INSERT INTO series VALUES (?, ?, ?)", (number, LOOP, sensor))
        readings, notes = 0, 0
        thinner = Thinner()
        for day in range(days, 0, -1):
            starts = sorted(chance.randrange(DAY_MS) for _ in range(RUNS_A_DAY))
            begin = now_ms - day * DAY_MS
            points = [(session, *row) for row in _curves(begin, starts, chance, thinner)]
            connection.executemany(
                "INSERT INTO readings (session, series, at_ms, utc_ms, value_c) VALUES (?, ?, ?, ?, ?)",
                points,
            )
            told = [(session, LOOP, *row) for row in _notes(begin, starts, chance)]
            connection.executemany(
                "INSERT INTO notes (session, loop, at_ms, utc_ms, kind, reason, reason_values, details)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                told,
            )
            readings, notes = readings + len(points), notes + len(told)
    connection.close()
    return readings + notes


def _curves(
    begin: int, starts: list[int], chance: random.Random, thinner: Thinner
) -> Iterator[tuple[int, int, int, float]]:
    for number, (sensor, hot_c) in enumerate(SENSORS.items(), 1):
        last = -DAY_MS
        for at in range(0, DAY_MS, TICK_MS):
            last = max([last, *(start for start in starts if at - TICK_MS < start <= at)])
            value = 20 + (hot_c - 20) * math.exp(-max(0, at - last - 60_000) / (90 * MINUTE_MS))
            value = round(value + chance.gauss(0, 0.05), 2)
            for point in thinner.admit(LOOP, sensor, Point(begin + at, value)):
                yield (number, point.at, point.at, point.value_c)


def _notes(begin: int, starts: list[int], chance: random.Random) -> Iterator[tuple[Any, ...]]:
    start, end = (
        Reason.of(ReasonCode.REQUESTED, who="button"),
        Reason(ReasonCode.SUPPLY_FILLED, (("ran_s", 75),)),
    )
    for at in starts:
        rows = [
            (at, NoteKind.RUN_STARTED, start, {"by": "on_demand", "start_c.return": 21.5}),
            (at + 75 * SECOND_MS, NoteKind.RUN_ENDED, end, {"by": "on_demand", "end_c.return": 40.0}),
            (
                at + 90 * SECOND_MS,
                NoteKind.DRAWN,
                Reason(ReasonCode.DRAWN),
                {"hot": chance.random(), "wait_s": 9.5},
            ),
        ]
        for offset, kind, reason, details in rows:
            when = begin + offset
            yield (when, when, kind.value, reason.code.value, encode_values(reason), to_json(details))


async def _questions(path: Path) -> None:
    storage = Storage(path, lambda at: at)
    now = datetime.now(UTC)
    try:
        for name, days in SPANS.items():
            since = now - timedelta(days=days)
            curve = await _timed(lambda since=since: storage.readings(since, now, 1_500, LOOP))  # type: ignore[misc]
            marks = await _timed(lambda since=since: storage.timeline(LOOP, since, now, 1_000))  # type: ignore[misc]
            print(
                f"  {name:6} from the file, median of {REPEATS}: curves {curve:6.1f} ms, runs and draws {marks:6.1f} ms"
            )
    finally:
        storage.close()


async def _timed(ask: Any) -> float:
    took = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        await ask()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


async def _shown(path: Path) -> None:
    port = free_port()
    config = path.with_name("zcw.yaml")
    config.write_text(CONFIG.format(broker=free_port(), port=port, path=path), "utf-8")
    with program(ZCW, "run", "--config", str(config)) as running:
        until(lambda: f":{port}" in running.out.text + running.err.text, within_s=30, what="the page")
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for slower in (1, SLOWER):
                await _visit(browser, f"http://127.0.0.1:{port}/", slower)
            await browser.close()


async def _visit(browser: Browser, address: str, slower: int) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 860})
    tab = await context.new_page()
    session = await context.new_cdp_session(tab)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    print(f"The page History, processor slowed {slower} times")
    sizes: dict[str, int] = {}
    await session.send("Network.enable")
    names: dict[str, str] = {}
    session.on(
        "Network.responseReceived", lambda said: names.update({said["requestId"]: said["response"]["url"]})
    )
    session.on(
        "Network.loadingFinished",
        lambda said: sizes.update({names.get(said["requestId"], ""): int(said["encodedDataLength"])}),
    )
    await tab.goto(f"{address}#past")
    await tab.locator('.plot[aria-busy="false"] canvas').wait_for()
    for name, word in (("day", "24 h"), ("month", "Month"), ("year", "Year")):
        sizes.clear()
        began = time.perf_counter()
        await tab.locator("#past-house").get_by_text(word, exact=True).click()
        await tab.wait_for_timeout(1)
        await tab.locator('.plot[aria-busy="false"] canvas').wait_for()
        took = (time.perf_counter() - began) * 1000
        asked = {
            url.partition("/api/v1/")[2].partition("?")[0]: size
            for url, size in sizes.items()
            if "/api/" in url
        }
        told = ", ".join(f"{what} {size / 1000:.0f} kB" for what, size in sorted(asked.items()))
        print(f"  {name:6} shown after {took:5.0f} ms; on the wire: {told}")
    await _gestures(tab)
    await context.close()


async def _gestures(tab: Page) -> None:
    box = await tab.locator(".u-over").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await tab.mouse.move(x, y)
    gaps: dict[str, list[float]] = {}
    for name in ("zoom", "pan"):
        await tab.evaluate(FRAMES)
        await (tab.keyboard.down if name == "zoom" else tab.keyboard.up)("Control")
        for number in range(GESTURES):
            along = 60 if number % 20 < 10 else -60
            await tab.mouse.wheel(0 if name == "zoom" else along, along if name == "zoom" else 0)
            await tab.wait_for_timeout(16)
        at = await tab.evaluate(SEEN)
        gaps[name] = sorted(after - before for before, after in pairwise(at))
    for name, one in gaps.items():
        p95 = one[min(len(one) - 1, round(len(one) * 0.95))]
        print(
            f"  {name} by the wheel: {len(one)} frames, median {statistics.median(one):.1f} ms, p95 {p95:.1f} ms, max {one[-1]:.0f}"
        )
