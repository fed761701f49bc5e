"""From a fresh clone with nothing cached to a page that shows a hot tap."""

import os
import re
import subprocess
import time
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.support.brokers import free_port
from tests.support.programs import call, program, until

WITHIN_S = 600


def fresh_clone(folder: Path) -> None:
    """Clone what is committed, run ``make demo`` there, and print when the page answered and when a tap was hot."""
    port = free_port()
    caches = {"PIP_NO_CACHE_DIR": "1", "npm_config_cache": str(folder / "npm"), "HOME": str(folder)}
    began = time.monotonic()
    subprocess.run(["git", "clone", "--quiet", REPOSITORY, folder / "clone"], check=True)
    print(f"\nFresh clone, no caches, {os.cpu_count()} cores: make demo")
    print(f"{time.monotonic() - began:7.1f} s  cloned")
    words = ("make", "-C", str(folder / "clone"), "demo", f"ARGS=--port {port} --speed 20")
    with program(*words, **caches) as running:

        def waits_for(condition: str) -> None:
            assert running.process.poll() is None, running.err.text
            until(
                lambda: bool(re.search(condition, running.err.text)) or running.process.poll() is not None,
                within_s=WITHIN_S,
                what=condition,
            )

        waits_for("Open the page:")
        until(
            lambda: call(f"http://127.0.0.1:{port}/healthz")[0] == 200,
            within_s=30,
            what="a page that answers",
        )
        print(f"{time.monotonic() - began:7.1f} s  the page answers")
        waits_for("opened: hot")
        print(f"{time.monotonic() - began:7.1f} s  a tap was opened and the water was hot (demo at 20 x)")
        running.terminate()  # which make hands on to what it runs
        running.ended(30)
