"""Pictures of the page, taken from a real demo by Chromium."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser

ZCW: Final = Path(sys.executable).with_name("zcw")
COLOURS: Final = 256
LIVED_MS: Final = 55_000
"""The demo lives so long before a picture: 55 minutes of a morning."""
DRAWN_MS: Final = 2_000
PICTURES: Final = {"page.png": "en-GB", "page.zh.png": "zh-CN"}
SIZE: Final = {"width": 1180, "height": 900}


@contextmanager
def demo() -> Iterator[str]:
    """Run a demo at sixty times the speed of life, and give its address."""
    command = [str(ZCW), "demo", "--port", "0", "--speed", "60"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert running.stdout is not None
    try:
        yield next(found[0] for line in running.stdout if (found := re.search(r"http://[^\s/]+", line)))
    finally:
        running.terminate()
        running.communicate(timeout=20)


def page(browser: Browser, folder: Path) -> None:
    """Write ``page.png`` and ``page.zh.png``."""
    with demo() as address:
        tabs = {
            name: browser.new_page(viewport=SIZE, locale=locale)  # type: ignore[arg-type]  # a mapping is one
            for name, locale in PICTURES.items()
        }
        for tab in tabs.values():
            tab.goto(address)
        next(iter(tabs.values())).wait_for_timeout(LIVED_MS)
        for name, tab in tabs.items():
            tab.reload()  # at sixty times the speed of life the plot lags behind what it asks for now and then
            tab.wait_for_timeout(DRAWN_MS)
            tab.screenshot(path=folder / name)
            Image.open(folder / name).quantize(COLOURS, kmeans=2).save(folder / name, optimize=True)
