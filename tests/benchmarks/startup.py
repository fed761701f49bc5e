"""Cold start: from starting the process to controlling, with the page answering."""

import time
from pathlib import Path

from tests.benchmarks.houses import HEAD, house, line
from tests.support.brokers import free_port, mosquitto
from tests.support.programs import call, controller, until


def cold_start(folder: Path, starts: int) -> None:
    """Print how long so many starts took and how much memory each held."""
    print(f"\nCold start of zcw run, {starts} times")
    controlling, answering, memory_mb = [], [], []
    with mosquitto() as broker:
        port = free_port()
        config = house(folder, broker.port, port, 1)
        for _ in range(starts):
            began = time.monotonic()
            with controller(config) as running:
                controlling.append((time.monotonic() - began) * 1000)
                until(lambda: call(f"http://127.0.0.1:{port}/healthz")[0] == 200, within_s=10, what="healthy")
                answering.append((time.monotonic() - began) * 1000)
                memory_mb.append(running.rss_mb())
    print(HEAD)
    print(line("process start -> controlling", controlling))
    print(line("process start -> /healthz says 200", answering))
    print(f"resident memory after the start: {max(memory_mb):.1f} MB at most")
