"""A network that loses three packets in ten, between the controller and everything else: a network of Linux's own."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.houses import house
from tests.support.brokers import free_port, mosquitto_program
from tests.support.programs import Lines, program, until
from tests.support.rig import BEGINNING

IP = shutil.which("ip")
NFT = shutil.which("nft") or shutil.which("/usr/sbin/nft")
PLACE = f"zcw{os.getpid()}"
OURS, THEIRS = "198.18.77.1", "198.18.77.2"
"""Source: RFC 2544 keeps 198.18.0.0/15 for tests of networks."""
PORT = 1883
SPEED = 10.0
LOSSY_S = 15.0
ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.mosquitto,
    pytest.mark.skipif(
        not (IP and NFT and os.geteuid() == 0),
        reason="needs root, ip and nft: apt-get install iproute2 nftables",
    ),
]


def run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, text=True, timeout=10)


def there(*words: str) -> tuple[str, ...]:
    """Return the words that run a program in the other network."""
    return (str(IP), "netns", "exec", PLACE, *words)


@contextlib.contextmanager
def network() -> Iterator[None]:
    """Make a network that only this test uses, with one cable to ours."""
    cable, end = f"{PLACE}a", f"{PLACE}b"
    try:
        run(str(IP), "netns", "add", PLACE)
        run(str(IP), "link", "add", cable, "type", "veth", "peer", "name", end, "netns", PLACE)
    except subprocess.CalledProcessError as error:
        subprocess.run([str(IP), "netns", "del", PLACE], check=False, capture_output=True)
        pytest.skip(f"no network can be made here: {error.stderr.strip()}")
    try:
        run(str(IP), "addr", "add", f"{OURS}/30", "dev", cable)
        run(str(IP), "link", "set", cable, "up")
        run(*there(str(IP), "addr", "add", f"{THEIRS}/30", "dev", end))
        run(*there(str(IP), "link", "set", end, "up"))
        run(*there(str(IP), "link", "set", "lo", "up"))
        yield
    finally:
        subprocess.run([str(IP), "netns", "del", PLACE], check=False, capture_output=True)


@contextlib.contextmanager
def losing(percent: int) -> Iterator[None]:
    """Lose so many packets of each hundred, in both directions, loopback left alone."""
    rules = f"""
    table inet loss {{
        chain in {{ type filter hook input priority 0; iifname != "lo" numgen random mod 100 < {percent} drop; }}
        chain out {{ type filter hook output priority 0; oifname != "lo" numgen random mod 100 < {percent} drop; }}
    }}"""
    run(*there(str(NFT), rules))
    try:
        yield
    finally:
        run(*there(str(NFT), "delete table inet loss"))


def publish(topic: str, payload: object) -> None:
    run(*there("mosquitto_pub", "-h", "127.0.0.1", "-p", str(PORT), "-t", topic, "-m", json.dumps(payload)))


def answering(orders: Lines, answered: int) -> int:
    """Confirm each order as the plug would; return how many were confirmed so far."""
    for _, order in orders.seen[answered:]:
        publish("stat/plug0/RESULT", {"POWER": order.split()[-1]})
        answered += 1
    return answered


def test_lost_packets_cost_neither_orders_nor_the_connection(tmp_path: Path) -> None:
    conf = tmp_path / "mosquitto.conf"
    conf.write_text(f"listener {PORT}\nallow_anonymous true\npersistence false\nuser root\n", "utf-8")
    config = house(tmp_path, PORT, free_port(), 1)
    config.write_text(
        config.read_text("utf-8").replace(
            '"host": "127.0.0.1",\n  "port": 1883', f'"host": "{THEIRS}",\n  "port": 1883'
        ),
        "utf-8",
    )
    assert THEIRS in config.read_text("utf-8")
    script = str(ROOT / "tests" / "support" / "paced_controller.py")
    began_utc_ms = str(round(BEGINNING.timestamp() * 1000))
    with contextlib.ExitStack() as stack:
        stack.enter_context(network())
        broker = stack.enter_context(program(*there(str(mosquitto_program()), "-v", "-c", str(conf))))
        until(lambda: "running" in broker.err.text, within_s=10, what="the broker runs")
        plug = stack.enter_context(
            program(
                *there("mosquitto_sub", "-h", "127.0.0.1", "-p", str(PORT), "-v", "-t", "cmnd/plug0/POWER")
            )
        )
        words = (sys.executable, script, str(config), str(SPEED), began_utc_ms)
        one = stack.enter_context(program(*words, PYTHONPATH=str(ROOT)))
        until(lambda: "OFF" in plug.out.text, within_s=20, what=f"OFF first\n{one.err.text}")
        answered = answering(plug.out, 0)
        lossy = stack.enter_context(contextlib.ExitStack())
        lossy.enter_context(losing(30))
        ends, pressed = time.monotonic() + LOSSY_S, False
        while time.monotonic() < ends:
            publish("zigbee2mqtt/sensor0", {"temperature": 20.0})
            if not pressed and time.monotonic() > ends - LOSSY_S + 7.0:
                publish("zigbee2mqtt/button0", {"action": "single"})
                pressed = True
            answered = answering(plug.out, answered)
            time.sleep(0.2)
        lossy.close()
        assert one.process.poll() is None, one.err.text
        connections = broker.err.text.count("New client connected from 198.18.77.1")
    orders = [line.split()[-1] for _, line in plug.out.seen]
    assert "ON" in orders, "the press came through"
    assert orders[0] == "OFF" and connections <= 4, "reconnects, at most one in ten seconds"
