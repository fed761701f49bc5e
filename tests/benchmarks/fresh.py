"""From a fresh clone with nothing cached to a page that shows a hot tap, step by step."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.support.brokers import free_port
from tests.support.programs import Lines, Program, call, program, until

WITHIN_S = 600
GOAL_S = 180
STEPS = ("[1/4]", "[2/4]", "[3/4]", "[4/4]")
"""How ``make`` begins the line of each step of setting up."""


def fresh_clone(folder: Path) -> None:
    """Clone what is committed, run ``make demo`` there as a newcomer would, and print when each step was reached.

    Neither pip nor npm finds anything of earlier times: pip keeps nothing, and both look into an empty home.
    """
    port = free_port()
    caches = {"PIP_NO_CACHE_DIR": "1", "npm_config_cache": str(folder / "npm"), "HOME": str(folder)}
    print(f"\nFresh clone, no caches, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}: make demo")
    began = time.monotonic()

    def told(what: str, at: float | None = None) -> float:
        after_s = (at or time.monotonic()) - began
        print(f"{after_s:7.1f} s  {what}", flush=True)
        return after_s

    subprocess.run(["git", "clone", "--quiet", REPOSITORY, folder / "clone"], check=True)
    told("cloned")
    with program("make", "-C", str(folder / "clone"), "demo", f"ARGS=--port {port}", **caches) as running:
        for step in STEPS:
            told(*_line(running, running.out, step))
        told("set up: the demo's address is printed", _line(running, running.err, "Open the page:")[1])
        _wait(running, lambda: call(f"http://127.0.0.1:{port}/healthz")[0] == 200, "a page that answers")
        told("the page answers and all is well")
        hot_s = told(*_line(running, running.err, "opened: hot"))
        running.terminate()  # which make hands on to what it runs
        running.ended(30)
    print(f"From clone to a hot tap: {hot_s:.0f} s (goal: {GOAL_S} s)")


def _line(running: Program, lines: Lines, words: str) -> tuple[str, float]:
    """Wait for a line with these words; return it and when it came."""
    _wait(running, lambda: words in lines.text, words)
    return next((line.strip(), at) for at, line in list(lines.seen) if words in line)


def _wait(running: Program, condition: Callable[[], bool], what: str) -> None:
    until(lambda: condition() or running.process.poll() is not None, within_s=WITHIN_S, what=what)
    assert running.process.poll() is None, f"make demo ended before this came: {what}\n{running.err.text}"
