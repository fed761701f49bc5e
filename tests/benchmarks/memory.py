"""Resident memory of ``zcw run`` under normal traffic: four messages a second, a page open, a run now and then."""

import json
import threading
import time
import urllib.request
from pathlib import Path

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
        with controller(config) as running:
            probe = Probe(broker.port)
            reader = threading.Thread(target=_read_events, args=(port,), daemon=True)
            reader.start()
            began, printed, sent = time.monotonic(), 0.0, 0
            highest = 0.0
            while (elapsed := time.monotonic() - began) < minutes * 60:
                _traffic(probe, sent)
                sent += 1
                if elapsed - printed >= PRINT_EVERY_S:
                    printed = elapsed
                    highest = max(highest, running.rss_mb())
                    print(f"  {elapsed / 60:6.1f} min  {running.rss_mb():6.1f} MB", flush=True)
                    call(f"http://127.0.0.1:{port}/api/v1/runs")
                time.sleep(0.25)
            runs = call(f"http://127.0.0.1:{port}/api/v1/runs")[1]["runs"]
            print(
                f"highest {highest:.1f} MB, now {running.rss_mb():.1f} MB; {sent} messages, {len(runs)} runs"
            )
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


def _read_events(port: int) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/events", timeout=30) as stream:
        for _ in stream:
            pass
