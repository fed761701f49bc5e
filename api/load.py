"""What holds under load: a real broker flooded with messages, a real controller behind it, and a person who presses and stops.

Everything runs on this machine, on loopback. The relay is watched on a connection of its own; the flood comes from a
process of its own. What the controller says of itself is not asked, except for how many messages it dropped.
"""

import contextlib
import json
import os
import socket
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

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from api.load_house import write_house
from api.load_stage import Footprint, controller, free_port, mosquitto

FIRST_REST_S: Final = 62.0
"""No pump runs in the first minute after a start."""
LOST_AFTER_S: Final = 5.0
POOL: Final = (os.cpu_count() or 1) + 4
"""Threads that Python keeps for what would hold up an event loop; it makes them when they are first needed."""
STOP_EVERY: Final = 4
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
    api_s: list[float] = field(default_factory=list)
    stop_s: list[float] = field(default_factory=list)
    refused: int = 0
    asked: int = 0
    surprises: int = 0


class Plugs:
    """Every plug of the house on one connection: notes each order and confirms it, as a real one does."""

    def __init__(self, port: int) -> None:
        self.orders: dict[tuple[int, str], float] = {}
        self.starts = 0
        self._news = threading.Condition()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="zcw-bench-plugs")
        self._client.on_message = self._hear
        self._client.on_socket_open = _no_delay
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("cmnd/+/POWER", 1)
        self._client.loop_start()

    def tell(self, topic: str, payload: object) -> None:
        """Publish something as a device of the house."""
        self._client.publish(topic, json.dumps(payload))

    def _hear(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        now, order = time.monotonic(), message.payload.decode("utf-8", "replace")
        plug = message.topic.split("/")[1]
        if order not in ("ON", "OFF"):
            return
        with self._news:
            number = int(plug.removeprefix("plug"))
            if order == "ON" and (number, "ON") not in self.orders:
                self.starts += 1
            self.orders.setdefault((number, order), now)
            self._news.notify_all()
        self.tell(f"stat/{plug}/RESULT", {"POWER": order})

    def forget(self, order: str) -> None:
        """Forget when an order was heard, so that the next one counts."""
        with self._news:
            self.orders = {key: at for key, at in self.orders.items() if key[1] != order}

    def heard(self, number: int, order: str, within_s: float = LOST_AFTER_S) -> float | None:
        """Wait for an order and return when it was heard; None when it was not."""
        with self._news:
            self._news.wait_for(lambda: (number, order) in self.orders, within_s)
            return self.orders.get((number, order))

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()


def measured(load: Load, tell: Callable[[str], None]) -> list[Row]:
    """Run everything and return what was seen.

    Args:
        load: How much.
        tell: Told what happens next.

    Raises:
        ZcwError: There is no Mosquitto on this machine, or the controller did not start.
    """
    with tempfile.TemporaryDirectory(prefix="zcw-load-") as folder, mosquitto(Path(folder)) as port:
        api_port = free_port()
        config = write_house(Path(folder), port, api_port, load.loops)
        with controller(config, api_port) as process:
            plugs = Plugs(port)
            try:
                tell(f"resting {FIRST_REST_S:.0f} s after the start, as always")
                _rest(plugs, load.loops)
                return _under_load(load, plugs, port, f"http://127.0.0.1:{api_port}", process, tell)
            finally:
                plugs.close()


def _under_load(
    load: Load,
    plugs: Plugs,
    port: int,
    url: str,
    process: subprocess.Popen[bytes],
    tell: Callable[[str], None],
) -> list[Row]:
    before, began = Footprint.of(process.pid), time.monotonic()
    tell(f"{load.rate_hz:g} messages/s for {load.seconds:g} s")
    numbers = [f"{port}", f"{load.loops}", f"{load.rate_hz}", f"{load.seconds}"]
    words = [sys.executable, "-m", "api.load_flood", *numbers]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as flood:
        seen, highest = _press_and_stop(load, plugs, url, process.pid)
        sent = int(flood.communicate(timeout=load.seconds + 60)[0] or 0)
    took_s = time.monotonic() - began
    after = Footprint.of(process.pid)
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
        Row("stop over REST, answer, p99", _quantile(seen.stop_s, ALMOST_ALL), "s", 2.0),
        Row("state over REST, p99", _quantile(seen.api_s, ALMOST_ALL) * 1000, "ms"),
        Row("starts that nobody asked for", seen.surprises, "", 0),
        Row("memory before", before.rss_mb, "MB"),
        Row("memory more, at most", highest - before.rss_mb, "MB", 50.0),
        Row("memory more, afterwards", after.rss_mb - before.rss_mb, "MB", 50.0),
        Row("open files more, afterwards", after.files - before.files, "", 2),
        Row("threads more, afterwards", after.threads - before.threads, "", POOL),
        Row("processor", (after.cpu_s - before.cpu_s) / took_s * 100, "% of a core"),
    ]


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
    plugs.forget("OFF")
    stopped = time.monotonic()
    _post(f"{url}/api/v1/stop", {})
    seen.stop_s.append(time.monotonic() - stopped)
    for number in running:
        at = plugs.heard(number, "OFF")
        seen.off_s.append(LOST_AFTER_S if at is None else at - stopped)


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


def _no_delay(_client: Client, _data: object, wire: object) -> None:
    if isinstance(wire, socket.socket):
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
