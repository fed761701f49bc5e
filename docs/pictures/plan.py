"""The picture of the page Plan: a small house drawn up, and the advice on it."""

from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser

from docs.pictures.page import COLOURS, demo

WITHIN_MS: Final = 600_000
"""The advice is worked out with what CPU nobody else wants."""
SIZE: Final = {"width": 820, "height": 1200}
HOUSE: Final = """
const tree = {name: "small", defaults: {size: "Cu 15x1"}, heater: {setpoint_c: 55}, fixtures: ["basin", "shower"],
  hot: [{from: "heater", to: "tee", length_m: 6}, {from: "tee", to: "basin", length_m: 1}, {from: "tee", to: "shower", length_m: 3}]};
sessionStorage.setItem("zcw-plan", JSON.stringify(tree));
"""


def plan(browser: Browser, folder: Path) -> None:
    """Write ``plan.png``; takes minutes."""
    with demo() as address:
        tab = browser.new_page(viewport=SIZE, locale="en-GB")  # type: ignore[arg-type]  # a mapping is one
        tab.goto(address)
        tab.evaluate(HOUSE)
        tab.goto(f"{address}/#plan")
        tab.locator(".plan-drawing svg").wait_for()
        tab.get_by_label("Currency").fill("EUR")
        tab.get_by_role("button", name="Advise me").click()
        tab.get_by_role("link", name="Report").wait_for(timeout=WITHIN_MS)
        tab.screenshot(path=folder / "plan.png", full_page=True)
        Image.open(folder / "plan.png").quantize(COLOURS, kmeans=2).save(folder / "plan.png", optimize=True)
