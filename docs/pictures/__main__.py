"""Run with: python -m docs.pictures icons page plan schemes bench --data FOLDER."""

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

from docs.pictures.bench import bench
from docs.pictures.icons import icons
from docs.pictures.page import page
from docs.pictures.plan import plan
from docs.pictures.schemes import schemes

DOCS = Path(__file__).parents[1]


def main() -> None:
    """Make the pictures that are named."""
    parser = argparse.ArgumentParser(prog="python -m docs.pictures", description=__doc__)
    parser.add_argument("names", nargs="+", choices=["icons", "page", "plan", "schemes", "bench"])
    parser.add_argument("--data", type=Path, help="folder with the measured bench's runs (bench)")
    chosen = parser.parse_args()
    if "bench" in chosen.names and chosen.data is None:
        parser.error(
            "bench needs --data FOLDER with the bench's runs; simulator/VALIDATION.md says where they are from"
        )
    if "schemes" in chosen.names:
        schemes(DOCS)
    if "bench" in chosen.names:
        bench(DOCS, chosen.data)
    if {"icons", "page", "plan"} & set(chosen.names):
        _in_browser(chosen.names)


def _in_browser(names: list[str]) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--headless", "--no-sandbox"]
        )
        if "icons" in names:
            icons(browser)
        if "page" in names:
            page(browser, DOCS)
        if "plan" in names:
            plan(browser, DOCS)
        browser.close()


if __name__ == "__main__":
    main()
