"""The app's icons as PNG, drawn by Chromium from ``icon.svg``: phones take no SVG for their home screen."""

from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser

STATIC: Final = Path(__file__).parents[2] / "api" / "web" / "static"
SIZES: Final = {"icon-192.png": (192, 1.0), "icon-512.png": (512, 1.0), "icon-mask.png": (512, 0.7)}
"""By file: its side in pixels, and the share of it that the drop takes: systems cut a mask's outer tenth away."""
COLOURS: Final = 96
GROUND: Final = "linear-gradient(45deg, #2f80d8, #e8562a)"


def icons(browser: Browser) -> None:
    """Write every icon beside ``icon.svg``."""
    svg = (STATIC / "icon.svg").read_text("utf-8")
    for name, (side, share) in SIZES.items():
        page = browser.new_page(viewport={"width": side, "height": side})
        ground = GROUND if share < 1.0 else "transparent"
        page.set_content(
            f"<style>body {{ margin: 0; height: {side}px; display: grid; place-items: center; background: {ground} }}"
            f" svg {{ width: {side * share:.0f}px }}</style>{svg}"
        )
        drawn = Image.open(BytesIO(page.screenshot(omit_background=True)))
        drawn.quantize(COLOURS).save(STATIC / name, optimize=True)
        page.close()
