"""Days of a house in minutes: the real controller with its page, a real broker, and a clock that runs faster.

Ten loops with three sensors and a plug each say four things a second, which wander as real ones do; on every loop somebody
draws and asks 20 times a day, and prediction learns. What is printed must not grow from day to day.
"""

import json
import random
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from api.load_plugs import Plugs
from api.load_stage import Footprint
from tests.benchmarks.houses import house
from tests.benchmarks.memory import read_events, slope_mb_a_day, written_mb
from tests.support.brokers import free_port, mosquitto
from tests.support.programs import call, program, until

LOOPS = 10
SENSORS = ("return", "supply", "far_end")
EVERY_S = 10.0
"""Each of the 40 entities speaks so often: four messages a second."""
DRAWS_EVERY_S = 4_320.0
"""Twenty a day on each loop."""
DAY_S = 86_400.0
LOOK_S = 3_600.0
ROOM_C, HOT_C = 21.0, 52.0


@dataclass
class Pipe:
    """Three temperatures of one loop, in C: hot water comes when the pump runs or somebody draws, and cools."""

    rng: random.Random
    value_c: dict[str, float] = field(default_factory=lambda: dict.fromkeys(SENSORS, ROOM_C))

    def pass_time(self, *, flows: bool) -> None:
        """Live through ``EVERY_S``."""
        for lag, sensor in enumerate(("supply", "far_end", "return"), 1):
            target_c, share = (HOT_C, 0.5 / lag) if flows else (ROOM_C, 0.006)
            noise_c = self.rng.choice((-0.0625, 0.0, 0.0, 0.0625))
            self.value_c[sensor] += (target_c - self.value_c[sensor]) * share + noise_c


def days(folder: Path, count: float, speed: float) -> None:
    """Print memory, files, threads and what is written, each hour of so many days."""
    print(f"\n{count:g} days of {LOOPS} loops at 4 messages/s, {speed:g} times as fast, a page open")
    with mosquitto() as broker:
        port = free_port()
        config = _house(folder, broker.port, port)
        child = program(sys.executable, "-m", "tests.benchmarks.fast", str(config), str(speed))
        with child as running:
            until(lambda: "controlling" in running.out.text, within_s=60, what="it controls")
            threading.Thread(target=read_events, args=(port,), daemon=True).start()
            plugs = Plugs(broker.port)
            seen = list(_live(running.process.pid, port, plugs, count * DAY_S, speed))
            state = call(f"http://127.0.0.1:{port}/api/v1/state")[1]
            plugs.close()
            assert running.process.poll() is None and state["broker_connected"], running.err.text
    _tell(seen)


@dataclass(frozen=True)
class Look:
    """What the process used at a moment, in s of its own clock."""

    at_s: float
    use: Footprint
    written_mb: float


def _live(pid: int, port: int, plugs: Plugs, ends_s: float, speed: float) -> Iterator[Look]:
    rng, began, turn, looked_s = random.Random("days"), time.monotonic(), 0, 0.0
    pipes = [Pipe(rng) for _ in range(LOOPS)]
    drawn_until = [0.0] * LOOPS
    next_draw = [rng.uniform(0, DRAWS_EVERY_S) for _ in range(LOOPS)]
    while (now_s := (time.monotonic() - began) * speed) < ends_s:
        # What is due by now, one loop after the other.
        while turn * EVERY_S / LOOPS <= now_s:
            loop, at_s = turn % LOOPS, turn * EVERY_S / LOOPS
            if at_s >= next_draw[loop]:
                next_draw[loop] = at_s + rng.uniform(0.5, 1.5) * DRAWS_EVERY_S
                drawn_until[loop] = at_s + 120.0
                plugs.tell(f"zigbee2mqtt/button{loop}", {"action": "single"})
            _speak(plugs, loop, pipes[loop], draws=at_s < drawn_until[loop])
            turn += 1
        if now_s - looked_s >= LOOK_S:
            looked_s = now_s
            call(f"http://127.0.0.1:{port}/api/v1/runs")
            look = Look(now_s, Footprint.of(pid), written_mb(pid))
            print(
                f"  day {now_s / DAY_S:5.2f}  {look.use.rss_mb:6.1f} MB, files {look.use.files}, threads "
                f"{look.use.threads}, written {look.written_mb:7.1f} MB, {look.use.cpu_s:.0f} s of a core",
                flush=True,
            )
            yield look
        time.sleep(0.005)


def _speak(plugs: Plugs, loop: int, pipe: Pipe, *, draws: bool) -> None:
    pipe.pass_time(flows=draws or loop in plugs.on)
    for sensor, value_c in pipe.value_c.items():
        plugs.tell(f"zigbee2mqtt/{sensor}{loop}", {"temperature": round(value_c * 16) / 16})
    plugs.tell(f"stat/plug{loop}/RESULT", {"POWER": "ON" if loop in plugs.on else "OFF"})


def _house(folder: Path, broker_port: int, port: int) -> Path:
    config = house(folder, broker_port, port, LOOPS)
    values = json.loads(config.read_text("utf-8"))
    for number, loop in enumerate(values["loops"]):
        for sensor in SENSORS:
            name = f"{sensor} {number}"
            values["devices"][name] = {"family": "zigbee2mqtt", "name": f"{sensor}{number}"}
            loop["sensors"][sensor] = {"device": name}
        loop["strategies"] = [{"type": "on_demand"}, {"type": "predictive"}]
    config.write_text(json.dumps(values), "utf-8")
    return config


def _tell(seen: list[Look]) -> None:
    half = seen[len(seen) // 2 :]
    first, last = seen[0], seen[-1]
    grown = slope_mb_a_day([(one.at_s, one.use.rss_mb) for one in half])
    print(
        f"memory: {last.use.rss_mb:.1f} MB now, in the second half {grown:+.2f} MB a day (line that fits best)"
    )
    print(f"files {first.use.files} -> {last.use.files}, threads {first.use.threads} -> {last.use.threads}")
    written = (last.written_mb - first.written_mb) / max(1.0, last.at_s - first.at_s) * DAY_S
    print(f"written to the disk: {written:.1f} MB a day (promised: 100)")
