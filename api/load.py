"""What holds under load: a real broker flooded with messages, a real controller behind it, and a person who presses and stops.

Everything runs on this machine, on loopback. The relay is watched on a connection of its own; the flood comes from a
process of its own. What the controller says of itself is not asked, except for how many messages it dropped.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from api.load_house import write_house
from api.load_plugs import LOST_AFTER_S, Plugs
from api.load_stage import Footprint, busy_s, controller, free_port, mosquitto
from controller.broker import BrokerSettings
from controller.mqtt.entities import PRESS

FIRST_REST_S: Final = 62.0
"""No pump runs in the first minute after a start."""
POOL: Final = (os.cpu_count() or 1) + 4
"""Threads that Python keeps for what would hold up an event loop; it makes them when they are first needed."""
STOP_TOPIC: Final = f"{BrokerSettings().base_topic}/stop/set"
"""Where Home Assistant's button says it."""
STOP_EVERY: Final = 2
"""A stop follows so many presses."""
API_EVERY_S: Final = 0.25
ALMOST_ALL: Final = 0.99


class Row(NamedTuple):
    """One line of the result.

    Args:
        what: What was measured.
        value: The number.
        unit: Its unit.
        promise: The most that is promised; None where nothing is.
    """

    what: str
    value: float
    unit: str
    promise: float | None = None

    @property
    def holds(self) -> bool:
        """Return whether the promise held."""
        return self.promise is None or self.value <= self.promise


@dataclass
class Load:
    """How much.

    Args:
        rate_hz: MQTT messages a second.
        seconds: For how long.
        loops: Loops, each with its sensor; a press needs one that has rested.
    """

    rate_hz: float
    seconds: float
    loops: int


@dataclass
class Seen:
    """What was measured while the flood was on."""

    on_s: list[float] = field(default_factory=list)
    off_s: list[float] = field(default_factory=list)
    mqtt_off_s: list[float] = field(default_factory=list)
    api_s: list[float] = field(default_factory=list)
    stop_s: list[float] = field(default_factory=list)
    refused: int = 0
    asked: int = 0
    surprises: int = 0


def measured(load: Load, tell: Callable[[str], None]) -> list[Row]:
    """Run everything and return what was seen.

    Args:
        load: How much.
        tell: Told what happens next.

    Raises:
        ZcwError: There is no Mosquitto on this machine, or the controller did not start.
    """
    with tempfile.TemporaryDirectory(prefix="zcw-load-") as folder, mosquitto(Path(folder)) as (broker, port):
        api_port = free_port()
        config = write_house(Path(folder), port, api_port, load.loops)
        with controller(config, api_port) as process:
            plugs = Plugs(port)
            try:
                tell(f"resting {FIRST_REST_S:.0f} s after the start, as always")
                _rest(plugs, load.loops)
                return _under_load(
                    load, plugs, port, f"http://127.0.0.1:{api_port}", (process.pid, broker), tell
                )
            finally:
                plugs.close()


def _under_load(
    load: Load,
    plugs: Plugs,
    port: int,
    url: str,
    pids: tuple[int, int],
    tell: Callable[[str], None],
) -> list[Row]:
    pid, broker = pids
    before, began = Footprint.of(pid), time.monotonic()
    broker_before_s, busy_before_s = Footprint.of(broker).cpu_s, busy_s()
    tell(f"{load.rate_hz:g} messages/s for {load.seconds:g} s")
    numbers = [f"{port}", f"{load.loops}", f"{load.rate_hz}", f"{load.seconds}"]
    words = [sys.executable, "-m", "api.load_flood", *numbers]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as flood:
        seen, highest = _press_and_stop(load, plugs, url, pid)
        sent, flood_s = _told_by(flood, load.seconds + 60)
    took_s = time.monotonic() - began
    after = Footprint.of(pid)
    broker_s = Footprint.of(broker).cpu_s - broker_before_s
    own_s = after.cpu_s - before.cpu_s
    others_s = busy_s() - busy_before_s - own_s - broker_s - flood_s
    dropped = _dropped(url)
    promised = _promised_ms(load)
    return [
        Row("messages sent to the broker", sent / took_s, "1/s"),
        Row("messages dropped by the controller, oldest of their topic first", dropped, ""),
        Row("presses answered", len(seen.on_s), ""),
        Row("presses not answered, asked again over REST", seen.refused, "", promised and 0),
        Row("button to relay, p50", _quantile(seen.on_s, 0.5) * 1000, "ms"),
        Row("button to relay, p99", _quantile(seen.on_s, ALMOST_ALL) * 1000, "ms", promised),
        Row("stop over REST to the relay's OFF, p99", _quantile(seen.off_s, ALMOST_ALL), "s", 2.0),
        Row("stop over MQTT to the relay's OFF, p99", _quantile(seen.mqtt_off_s, ALMOST_ALL), "s", 2.0),
        Row("stop over REST, answer, p99", _quantile(seen.stop_s, ALMOST_ALL), "s", 2.0),
        Row("state over REST, p99", _quantile(seen.api_s, ALMOST_ALL) * 1000, "ms"),
        Row("starts that nobody asked for", seen.surprises, "", 0),
        Row("memory before", before.rss_mb, "MB"),
        Row("memory more, at most", highest - before.rss_mb, "MB", 50.0),
        Row("memory more, afterwards", after.rss_mb - before.rss_mb, "MB", 50.0),
        Row("open files more, afterwards", after.files - before.files, "", 2),
        Row("threads more, afterwards", after.threads - before.threads, "", POOL),
        Row("processor: the controller", own_s / took_s * 100, "% of a core"),
        Row("processor: the broker", broker_s / took_s * 100, "% of a core"),
        Row("processor: the flood", flood_s / took_s * 100, "% of a core"),
        Row("processor: everybody else, this measurement too", others_s / took_s * 100, "% of a core"),
    ]


def _told_by(flood: subprocess.Popen[str], within_s: float) -> tuple[int, float]:
    """Return how many messages the flood has sent, and how much processor time it took, in seconds."""
    sent, _, cpu_s = (flood.communicate(timeout=within_s)[0] or "0 0").partition(" ")
    return int(sent), float(cpu_s)


def _promised_ms(load: Load) -> float | None:
    """Return the promise about presses: it is given for 1 000 messages a second."""
    return 100.0 if load.rate_hz <= 1_000 else None


def _press_and_stop(load: Load, plugs: Plugs, url: str, pid: int) -> tuple[Seen, float]:
    seen, over = Seen(), threading.Event()
    asker = threading.Thread(target=_ask, args=(url, seen, over), daemon=True)
    asker.start()
    running: list[int] = []
    began, highest = time.monotonic(), 0.0
    plugs.forget("ON")
    plugs.starts = 0
    pause_s = max(0.2, load.seconds / (load.loops + load.loops // STOP_EVERY + 2))
    for number in range(load.loops):
        if time.monotonic() - began > load.seconds - LOST_AFTER_S:
            break
        time.sleep(pause_s)
        _press(plugs, url, number, seen, running)
        highest = max(highest, Footprint.of(pid).rss_mb)
        if len(running) >= STOP_EVERY:
            time.sleep(pause_s)
            _stop(plugs, url, seen, running)
            running = []
    while time.monotonic() - began < load.seconds:
        time.sleep(0.5)
        highest = max(highest, Footprint.of(pid).rss_mb)
    over.set()
    asker.join(LOST_AFTER_S)
    seen.surprises = max(0, plugs.starts - len(seen.on_s) - seen.asked)
    return seen, highest


def _press(plugs: Plugs, url: str, number: int, seen: Seen, running: list[int]) -> None:
    pressed = time.monotonic()
    plugs.tell(f"zigbee2mqtt/button{number}", {"action": "single"})
    at = plugs.heard(number, "ON")
    if at is not None:
        seen.on_s.append(at - pressed)
    else:
        seen.refused += 1
        # The broker may have dropped the press; there is to be something to stop all the same.
        _post(f"{url}/api/v1/preheat", {"fixture": f"tap {number}"})
        at = plugs.heard(number, "ON")
        seen.asked += 1
    if at is not None:
        running.append(number)


def _stop(plugs: Plugs, url: str, seen: Seen, running: list[int]) -> None:
    """Stop everything, by turns over REST and over MQTT."""
    plugs.forget("OFF")
    over_rest = len(seen.off_s) <= len(seen.mqtt_off_s)
    stopped = time.monotonic()
    if over_rest:
        _post(f"{url}/api/v1/stop", {})
        seen.stop_s.append(time.monotonic() - stopped)
    else:
        plugs.say(STOP_TOPIC, PRESS)
    took_s = seen.off_s if over_rest else seen.mqtt_off_s
    for number in running:
        at = plugs.heard(number, "OFF")
        took_s.append(LOST_AFTER_S if at is None else at - stopped)


def _ask(url: str, seen: Seen, over: threading.Event) -> None:
    while not over.wait(API_EVERY_S):
        began = time.monotonic()
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"{url}/api/v1/state", timeout=10) as answer,
        ):
            answer.read()
        seen.api_s.append(time.monotonic() - began)


def _post(url: str, body: object) -> None:
    data = json.dumps(body).encode()
    wanted = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method="POST")
    with contextlib.suppress(OSError), urllib.request.urlopen(wanted, timeout=10) as answer:
        answer.read()


def _dropped(url: str) -> int:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=30) as answer:
            body = answer.read()
    except urllib.error.HTTPError as error:
        with error:
            body = error.read()
    said = str(json.loads(body).get("parts", {}).get("messages", "0"))
    return int(said.split()[0])


def _rest(plugs: Plugs, loops: int) -> None:
    ends = time.monotonic() + FIRST_REST_S
    while time.monotonic() < ends:
        for number in range(loops):
            plugs.tell(f"zigbee2mqtt/sensor{number}", {"temperature": 20.0})
        time.sleep(10)


def _quantile(values: list[float], share: float) -> float:
    """Return the nearest-rank quantile; nan of nothing."""
    ordered = sorted(values)
    return (
        ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))] if ordered else float("nan")
    )
