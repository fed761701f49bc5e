"""What ``zcw run`` uses under normal traffic: four messages a second, a page open, a run now and then.

Resident memory with its slope, open files, threads, and what is written to the disk: none may grow over days.
"""

import json
import threading
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from api.load_stage import Footprint
from tests.benchmarks.houses import house
from tests.benchmarks.latency import Probe
from tests.support.brokers import free_port, mosquitto
from tests.support.programs import call, controller

PRINT_EVERY_S = 60.0


def memory(folder: Path, minutes: float) -> None:
    """Print the resident memory once a minute."""
    print(f"\nResident memory of zcw run, {minutes:g} min at 4 messages/s, a page open, a press every 3 min")
    with mosquitto() as broker:
        port = free_port()
        config = house(folder, broker.port, port, 1)
        with controller(config, within_s=60) as running:
            probe = Probe(broker.port)
            reader = threading.Thread(target=read_events, args=(port,), daemon=True)
            reader.start()
            began, printed, sent = time.monotonic(), 0.0, 0
            seen: list[tuple[float, float]] = []
            first = Footprint.of(running.process.pid)
            written = written_mb(running.process.pid)
            while (elapsed := time.monotonic() - began) < minutes * 60:
                _traffic(probe, sent)
                sent += 1
                if elapsed - printed >= PRINT_EVERY_S:
                    printed = elapsed
                    seen.append((elapsed, running.rss_mb()))
                    print(f"  {elapsed / 60:6.1f} min  {seen[-1][1]:6.1f} MB", flush=True)
                    call(f"http://127.0.0.1:{port}/api/v1/runs")
                time.sleep(0.25)
            runs = call(f"http://127.0.0.1:{port}/api/v1/runs")[1]["runs"]
            last = Footprint.of(running.process.pid)
            highest_mb = max((mb for _, mb in seen), default=last.rss_mb)
            print(f"highest {highest_mb:.1f} MB, now {last.rss_mb:.1f} MB; {sent} messages, {len(runs)} runs")
            print(f"files {first.files} -> {last.files}, threads {first.threads} -> {last.threads}")
            per_day = 86_400 / (minutes * 60)
            print(
                f"written {(written_mb(running.process.pid) - written) * per_day:.1f} MB a day at this pace"
            )
            print(f"slope {slope_mb_a_day(seen[len(seen) // 4 :]):+.1f} MB a day, without the first quarter")
            probe.close()


def _traffic(probe: Probe, sent: int) -> None:
    swing_c = 20 + (sent % 720) / 40
    probe.tell(
        "zigbee2mqtt/sensor0", json.dumps({"temperature": round(swing_c, 2), "linkquality": sent % 255})
    )
    on = "cmnd/plug0/POWER ON" in probe.all_heard and sent % 720 < 200
    if sent % 8 == 0:
        probe.tell("stat/plug0/RESULT", json.dumps({"POWER": "ON" if on else "OFF"}))
    if sent % 720 == 0:
        probe.tell("zigbee2mqtt/button0", json.dumps({"action": "single"}))


def read_events(port: int) -> None:
    """Read events as a page does, until they end."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/events", timeout=30) as stream:
        for _ in stream:
            pass


def slope_mb_a_day(seen: Sequence[tuple[float, float]]) -> float:
    """Return the slope of the straight line that fits best; nan of fewer than three points."""
    if len(seen) < 3:
        return float("nan")
    mean_s, mean_mb = (sum(values) / len(seen) for values in zip(*seen, strict=True))
    spread = sum((at - mean_s) ** 2 for at, _ in seen)
    return sum((at - mean_s) * (mb - mean_mb) for at, mb in seen) / spread * 86_400


def written_mb(pid: int) -> float:
    """Return what a process has had written to the disk since its start, in MB; caches that are overwritten count once."""
    lines = Path(f"/proc/{pid}/io").read_text("utf-8").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("write_bytes"))) / 1_048_576
