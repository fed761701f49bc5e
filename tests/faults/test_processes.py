"""Faults that need real processes: a real Mosquitto, the controller as a process of its own, and the system between them."""

import contextlib
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.load import Load, measured
from api.load_flood import HOSTILE, connect, packet, publish, text
from api.load_plugs import LOST_AFTER_S
from controller.storage import Storage
from tests.benchmarks.houses import house
from tests.support.brokers import Mosquitto, free_port, mosquitto
from tests.support.programs import Program, Wire, call, controller, until

pytestmark = pytest.mark.mosquitto
LEFT_BEHIND = 10_000
BIG = b"x" * 1_000_000
NEARLY_TOO_BIG = b"x" * 250_000


def kept(topic: str, payload: bytes) -> bytes:
    """Return the packet of a message that the broker is to keep."""
    return packet(0x31, text(topic) + payload)


def send(port: int, packets: Iterator[bytes]) -> None:
    """Send packets to a broker in one go, and wait until it has taken all of them."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        wire.sendall(connect("tests-sender") + b"".join(packets) + packet(0xC0, b""))
        answers = b""
        while not answers.endswith(b"\xd0\x00"):
            some = wire.recv(4_096)
            assert some, "the broker hung up"
            answers += some


@contextlib.contextmanager
def at_work(folder: Path, broker: Mosquitto, loops: int = 1) -> Iterator[tuple[Program, str]]:
    """Run the controller until it is connected; gives it and its address."""
    port = free_port()
    with controller(house(folder, broker.port, port, loops)) as running:
        url = f"http://127.0.0.1:{port}"
        until(lambda: call(f"{url}/api/v1/state")[1]["broker_connected"], within_s=10, what="connected")
        yield running, url


def sockets(pid: int, kind: str) -> list[str]:
    """Return the local addresses on which a process listens (tcp) or is bound (udp), as Linux writes them."""
    own = {os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir() if file.is_symlink()}
    rows = [line.split() for line in Path(f"/proc/net/{kind}").read_text("utf-8").splitlines()[1:]]
    listens = "0A" if kind.startswith("tcp") else "07"
    return [row[1] for row in rows if f"socket:[{row[9]}]" in own and row[3] == listens]


def test_only_the_page_listens_and_only_on_this_machine(tmp_path: Path) -> None:
    port = free_port()
    config = house(tmp_path, free_port(), port, 1)
    values = json.loads(config.read_text("utf-8"))
    del values["api"]["host"]
    config.write_text(json.dumps(values), "utf-8")
    with controller(config) as running:
        found = {kind: sockets(running.process.pid, kind) for kind in ("tcp", "tcp6", "udp", "udp6")}
    assert found == {"tcp": [f"0100007F:{port:04X}"], "tcp6": [], "udp": [], "udp6": []}


@pytest.mark.slow
def test_ten_thousand_kept_messages_start_nothing_and_hold_nothing_up(tmp_path: Path) -> None:
    """Announcements that somebody left under our name, and a press and a temperature that the broker had kept."""
    with mosquitto() as broker:
        announced = (
            kept(f"homeassistant/button/zcw/{n}/config", b'{"name": "x"}') for n in range(LEFT_BEHIND)
        )
        send(broker.port, announced)
        send(
            broker.port,
            iter(
                [
                    kept("zigbee2mqtt/button0", b'{"action": "single"}'),
                    kept("zigbee2mqtt/sensor0", b'{"temperature": 5.0}'),
                ]
            ),
        )
        wire = Wire(broker.port)
        with wire.listening("cmnd/#") as orders, at_work(tmp_path, broker) as (running, url):
            until(
                lambda: call(f"{url}/api/v1/state")[1]["loops"][0]["temperatures"][0]["value_c"] == 5.0,
                within_s=10,
                what="what was kept is read",
            )
            state = call(f"{url}/api/v1/state")[1]["loops"][0]
            assert state["waiting"] == [] and not state["temperatures"][0]["fresh"]
            assert running.rss_mb() <= 120.0
            assert "Traceback" not in running.err.text
        assert not any("POWER ON" in line for _, line in orders.seen)


@pytest.mark.slow
def test_large_messages_cost_bounded_memory_and_a_kill_under_them_no_file(tmp_path: Path) -> None:
    with mosquitto() as broker:
        with at_work(tmp_path, broker) as (running, url):
            before_mb = running.rss_mb()
            for payload in (BIG, NEARLY_TOO_BIG):
                send(broker.port, (publish("zigbee2mqtt/sensor0", payload) for _ in range(200)))
            send(broker.port, iter([publish("zigbee2mqtt/sensor0", b'{"temperature": 31.5}')]))
            until(
                lambda: call(f"{url}/api/v1/state")[1]["loops"][0]["temperatures"][0]["value_c"] == 31.5,
                within_s=10,
                what="the next good value",
            )
            assert running.rss_mb() - before_mb <= 60.0
            running.kill()
            running.ended()
        with contextlib.closing(sqlite3.connect(tmp_path / "zcw.sqlite")) as data:
            assert data.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        with at_work(tmp_path, broker):
            pass


@pytest.mark.slow
def test_a_busy_machine_makes_no_decision_late_by_more_than_two_seconds(tmp_path: Path) -> None:
    """Four programs that want every core all the time, and are not nice about it."""
    with contextlib.ExitStack() as stack:
        broker = stack.enter_context(mosquitto())
        _, url = stack.enter_context(at_work(tmp_path, broker))
        for _ in range(4):
            hog = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            stack.callback(hog.wait)
            stack.callback(hog.kill)
        time.sleep(8)
        text_ = _text(f"{url}/metrics")
    late_s = float(
        next(line for line in text_.splitlines() if line.startswith("zcw_control_lag_seconds")).split()[1]
    )
    assert 0.0 < late_s <= 2.0


@pytest.mark.slow
def test_a_million_rows_hardly_delay_the_start(tmp_path: Path) -> None:
    file = tmp_path / "zcw.sqlite"
    few_s = opened_s(file)
    with contextlib.closing(sqlite3.connect(file)) as data, data:
        fill(data, 1_000_000)
    many_s = opened_s(file)
    assert many_s <= few_s + 1.0, "looking through the rows takes longer than that"


def opened_s(file: Path) -> float:
    """Open a data file as the controller does, and return how long that took."""
    began = time.monotonic()
    storage = Storage(file, lambda _: None)
    took_s = time.monotonic() - began
    storage.close()
    return took_s


def fill(data: sqlite3.Connection, rows: int) -> None:
    """Write so many readings of the last weeks, two seconds apart."""
    data.execute("INSERT OR IGNORE INTO series (loop, sensor) VALUES ('loop 0', 'return')")
    data.execute("INSERT OR IGNORE INTO sessions (id) VALUES (1)")
    data.execute(
        "INSERT INTO readings (session, series, at_ms, utc_ms, value_c)"
        " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        " SELECT 1, (SELECT min(id) FROM series), 2000 * i, ? + 2000 * i, 20 + i % 30 FROM n",
        (rows, time.time_ns() // 1_000_000 - 2_000 * rows),
    )


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_a_flood_starts_nothing_hides_no_stop_and_costs_no_memory() -> None:
    """One message in ten is nonsense, the others are a stranger's temperatures. How fast things go is for ``zcw bench load``."""
    rows = {row.what: row for row in measured(Load(rate_hz=1_000, seconds=20, loops=16), lambda _: None)}
    for what in ("starts that nobody asked for", "memory more, at most", "open files more, afterwards"):
        assert rows[what].holds, rows[what]
    assert rows["presses answered"].value >= 4
    assert rows["stop over REST to the relay's OFF, p99"].value < LOST_AFTER_S


def test_what_a_flood_sends_is_what_the_broker_hears() -> None:
    with mosquitto() as broker, Wire(broker.port).listening("a/#") as heard:
        send(broker.port, (publish("a/b", payload) for payload in (b"1", b"2" * 200, b"3")))
        until(lambda: len(heard.seen) == 3, within_s=5, what="all of it")
    assert [line for _, line in heard.seen] == ["a/b 1", "a/b " + "2" * 200, "a/b 3"]
    assert all(isinstance(payload, bytes) for payload in HOSTILE)


def _text(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())
