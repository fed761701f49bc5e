"""A flood of MQTT messages, from a process of its own so that it does not slow down who is watching.

Packets are made once and written in bunches: a client library would be the bottleneck at 10 000 messages a second.
Source: MQTT 3.1.1, sections 2.2.3, 3.1 and 3.3.
"""

import json
import socket
import sys
import time
from itertools import cycle, islice
from typing import Final

BUNCH_S: Final = 0.01
"""Time between two bunches."""
HOSTILE_EVERY: Final = 10
"""One message of so many is none that can be read."""
HOSTILE: Final = (
    b"NaN",
    b'{"temperature": 1e999}',
    b"[" * 2_000,
    b"\xff\xfe\x00",
    b'{"temperature": null}',
    b"",
)
KEEPALIVE_S: Final = 60


def packet(kind: int, body: bytes) -> bytes:
    """Return an MQTT control packet: its kind with flags, the length of what follows, and that."""
    length, left = bytearray(), len(body)
    while True:
        left, digit = divmod(left, 128)
        length.append(digit | (0x80 if left else 0))
        if not left:
            return bytes([kind]) + bytes(length) + body


def text(word: str) -> bytes:
    """Return a string as MQTT writes it: two bytes of length, then UTF-8."""
    data = word.encode()
    return len(data).to_bytes(2, "big") + data


def connect(client_id: str) -> bytes:
    """Return the packet that opens a clean session without a password."""
    return packet(0x10, text("MQTT") + b"\x04\x02" + KEEPALIVE_S.to_bytes(2, "big") + text(client_id))


def publish(topic: str, payload: bytes) -> bytes:
    """Return the packet of a message at QoS 0."""
    return packet(0x30, text(topic) + payload)


def messages(loops: int) -> list[bytes]:
    """Return one round of messages: believable temperatures of every sensor, and some that nobody can read."""
    rounds = []
    for number in range(loops * HOSTILE_EVERY):
        swing_c = 20.0 + number % 7 / 20
        good = json.dumps({"temperature": swing_c, "linkquality": number % 255}).encode()
        payload = HOSTILE[number // HOSTILE_EVERY % len(HOSTILE)] if number % HOSTILE_EVERY == 0 else good
        rounds.append(publish(f"zigbee2mqtt/sensor{number % loops}", payload))
    return rounds


def flood(port: int, loops: int, rate_hz: float, seconds: float) -> int:
    """Send so many messages a second to a broker on this machine for so long; return how many were sent."""
    coming, sent = cycle(messages(loops)), 0
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        wire.sendall(connect("zcw-bench-flood"))
        began = time.monotonic()
        while (elapsed := time.monotonic() - began) < seconds:
            due = int(elapsed * rate_hz) - sent
            wire.sendall(b"".join(islice(coming, due)))
            sent += due
            time.sleep(BUNCH_S)
        wire.sendall(packet(0xE0, b""))
    return sent


if __name__ == "__main__":
    PORT, LOOPS, RATE_HZ, SECONDS = sys.argv[1:]
    SENT = flood(int(PORT), int(LOOPS), float(RATE_HZ), float(SECONDS))
    sys.stdout.write(f"{SENT} {time.process_time()}\n")
