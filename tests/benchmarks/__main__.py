"""Run with: make bench ARGS="latency startup memory --minutes 60"."""

import argparse
import tempfile
from pathlib import Path

from tests.benchmarks.days import days
from tests.benchmarks.fresh import fresh_clone
from tests.benchmarks.latency import button_to_relay
from tests.benchmarks.memory import memory
from tests.benchmarks.page import page
from tests.benchmarks.reconnect import reconnect
from tests.benchmarks.startup import cold_start
from tests.benchmarks.year import year

NAMES = ("startup", "latency", "memory", "days", "page", "fresh", "reconnect", "year")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    parser.add_argument(
        "names", nargs="*", default=["startup", "latency"], help=f"any of: {', '.join(NAMES)}"
    )
    parser.add_argument(
        "--presses", type=int, default=150, help="button presses of each kind (latency), 150 at most"
    )
    parser.add_argument("--alone", action="store_true", help="without Home Assistant and Node-RED (latency)")
    parser.add_argument("--rate", type=float, default=20.0, help="presses per second of one kind (latency)")
    parser.add_argument(
        "--starts", type=int, default=10, help="cold starts (startup), deaths of the broker (reconnect)"
    )
    parser.add_argument("--minutes", type=float, default=2.0, help="how long to watch (memory, page)")
    parser.add_argument("--speed", type=float, help="how fast time passes (page: 20, days: 120)")
    parser.add_argument("--days", type=int, help="length of the history (year: 365, days: 2)")
    chosen = parser.parse_args()
    for name in chosen.names:
        if name not in NAMES:
            parser.error(f"unknown benchmark {name!r}; known: {', '.join(NAMES)}")
        with tempfile.TemporaryDirectory() as folder:
            if name == "startup":
                cold_start(Path(folder), chosen.starts)
            elif name == "reconnect":
                reconnect(Path(folder), chosen.starts)
            elif name == "latency":
                button_to_relay(Path(folder), chosen.presses, alone=chosen.alone, rate=chosen.rate)
            elif name == "fresh":
                fresh_clone(Path(folder))
            elif name == "year":
                year(Path(folder), chosen.days or 365)
            elif name == "page":
                page(chosen.minutes, chosen.speed or 20.0)
            elif name == "days":
                days(Path(folder), chosen.days or 2, chosen.speed or 120.0)
            else:
                memory(Path(folder), chosen.minutes)


if __name__ == "__main__":
    main()
