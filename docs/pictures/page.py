"""Pictures of the page, taken from a real demo by Chromium."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser

ZCW: Final = Path(sys.executable).with_name("zcw")
COLOURS: Final = 256
LIVED_MS: Final = 45_000
"""The demo lives so long before a picture: 45 minutes of a morning."""
PICTURES: Final = {"page.png": "en-GB", "page.zh.png": "zh-CN"}
SIZE: Final = {"width": 1180, "height": 900}


def page(browser: Browser, folder: Path) -> None:
    """Write ``page.png`` and ``page.zh.png``."""
    command = [str(ZCW), "demo", "--port", "0", "--speed", "60"]
    demo = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert demo.stdout is not None
    try:
        address = next(found[0] for line in demo.stdout if (found := re.search(r"http://\S+", line)))
        tabs = {
            name: browser.new_page(viewport=SIZE, locale=locale)  # type: ignore[arg-type]  # a mapping is one
            for name, locale in PICTURES.items()
        }
        for tab in tabs.values():
            tab.goto(address)
        next(iter(tabs.values())).wait_for_timeout(LIVED_MS)
        for name, tab in tabs.items():
            tab.screenshot(path=folder / name)
            Image.open(folder / name).quantize(COLOURS, kmeans=2).save(folder / name, optimize=True)
    finally:
        demo.terminate()
        demo.communicate(timeout=20)
