"""Builds the site: ``python -m docs.site.build``. Ends with an error where a link or a title leads nowhere."""

import argparse
import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from api.app import WebApp
from api.auth_book import AuthBook
from api.auth_gate import Gate
from api.commands.console import product_version
from controller.runtime import PacedClock
from controller.service.compose import compose
from controller.settings import EXAMPLE, load_settings
from docs.site.commands import commands_page
from docs.site.configuration import configuration_page
from docs.site.pages import stage, write
from docs.site.rest import rest_page

REPOSITORY: Final = Path(__file__).resolve().parents[2]
CONFIG: Final = Path(__file__).with_name("zensical.toml")
ZENSICAL: Final = Path(sys.executable).with_name("zensical")
_FOREIGN: Final = re.compile(r'<script src="https://unpkg\.com/iframe-worker/shim"[^>]*></script>')
"""What the generator would have every reader's browser ask another host for; ``style/worker.js`` stands in for it."""
_COLOUR: Final = re.compile(r"\x1b\[[\d;]*m")


def main() -> int:
    """Build the site and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=REPOSITORY / "build" / "site", help="Folder of the site.")
    out: Path = parser.parse_args().out
    code = build(out.resolve())
    if code == 0:
        print(f"The documentation is in {out}/index.html")
    return code


def build(out: Path) -> int:
    """Build the site into a folder, whose content is replaced; return 0, or another number where something is wrong."""
    with tempfile.TemporaryDirectory(prefix="zcw-site-") as scratch:
        folder = Path(scratch)
        stage(REPOSITORY, folder / "docs")
        write(folder / "docs/reference/configuration.md", configuration_page())
        write(folder / "docs/reference/commands.md", commands_page())
        write(folder / "docs/reference/rest.md", rest_page(asyncio.run(openapi(folder))))
        shutil.copy(CONFIG, folder / CONFIG.name)
        shutil.copytree(Path(__file__).with_name("style"), folder / "docs/style")
        done = subprocess.run(
            [ZENSICAL, "build", "--strict"],
            cwd=folder,
            env={**os.environ, "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        print(_COLOUR.sub("", done.stdout.partition("Traceback")[0]).strip())
        if done.returncode == 0:
            _ask_nobody(folder / "site")
            shutil.rmtree(out, ignore_errors=True)
            shutil.copytree(folder / "site", out)
    return done.returncode


def _ask_nobody(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        ours = os.path.relpath(site / "style" / "worker.js", page.parent).replace(os.sep, "/")
        page.write_text(_FOREIGN.sub(f'<script src="{ours}"></script>', text), "utf-8")


async def openapi(folder: Path) -> Mapping[str, Any]:
    """Return the document that a service with accounts gives of itself.

    Args:
        folder: Where it may keep its files.
    """
    configuration = folder / "zcw.yaml"
    shutil.copy(EXAMPLE, configuration)
    service = compose(load_settings(configuration), product_version(), PacedClock())
    try:
        return WebApp(service, gate=Gate(AuthBook(folder / "access.json"))).api.openapi()
    finally:
        await service.close()


if __name__ == "__main__":
    sys.exit(main())
