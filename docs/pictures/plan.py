"""The picture of the page Plan: a small house drawn up, and the advice on it."""

from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser

from docs.pictures.page import COLOURS, demo

WITHIN_MS: Final = 600_000
"""The advice is worked out with what CPU nobody else wants."""
WIDE: Final = 1180
HOUSE: Final = """
const tree = {name: "small", defaults: {size: "Cu 15x1"}, heater: {setpoint_c: 55}, fixtures: ["basin", "shower"],
  hot: [{from: "heater", to: "tee", length_m: 6}, {from: "tee", to: "basin", length_m: 1}, {from: "tee", to: "shower", length_m: 3}]};
sessionStorage.setItem("zcw-plan", JSON.stringify(tree));
"""


def plan(browser: Browser, folder: Path) -> None:
    """Write ``plan.png``; takes minutes."""
    with demo() as address:
        tab = browser.new_page(viewport={"width": WIDE, "height": 900}, locale="en-GB")
        tab.goto(address)
        tab.evaluate(HOUSE)
        tab.goto(f"{address}/#plan")
        tab.locator(".plan-drawing svg").wait_for()
        tab.get_by_label("Currency").fill("EUR")
        tab.get_by_role("button", name="Advise me").click()
        tab.get_by_role("link", name="Report").wait_for(timeout=WITHIN_MS)
        # As high as all of it: what sticks to the window's lower edge would else lie across the picture.
        tab.set_viewport_size(
            {"width": WIDE, "height": tab.evaluate("document.documentElement.scrollHeight")}
        )
        tab.screenshot(path=folder / "plan.png")
        Image.open(folder / "plan.png").quantize(COLOURS, kmeans=2).save(folder / "plan.png", optimize=True)
