import asyncio
import time

import pytest

from controller.devices.message import Message
from controller.mqtt import boxes
from controller.mqtt.boxes import DELIVERED_FOR_S, LATE_AFTER_S, Inbox, Outbox, call_in

Got = list[tuple[str, bytes, bool]]


async def settled() -> None:
    """Let everything run that is due in the event loop."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_messages_are_delivered_in_order() -> None:
    got: Got = []
    inbox = Inbox(asyncio.get_running_loop(), lambda *message: got.append(message))
    sent = [("t", str(number).encode(), number % 2 == 0) for number in range(500)]
    for message in sent:
        inbox.put(message)
    assert got == []
    inbox.drain()
    await settled()
    assert got == sent
    assert inbox.dropped == 0


async def test_a_full_inbox_drops_the_oldest_and_counts_it() -> None:
    got: Got = []
    inbox = Inbox(asyncio.get_running_loop(), lambda *message: got.append(message), most=10)
    for number in range(25):
        inbox.put(("t", b"%d" % number, False))
    inbox.drain()
    assert [payload for _, payload, _ in got] == [b"%d" % number for number in range(15, 25)]
    assert inbox.dropped == 15


async def test_a_flood_of_one_topic_pushes_out_nothing_of_another() -> None:
    got: Got = []
    inbox = Inbox(asyncio.get_running_loop(), lambda *message: got.append(message), most=10)
    inbox.put(("button", b"early", False))
    for number in range(25):
        inbox.put(("sensor", b"%d" % number, False))
    inbox.put(("button", b"late", False))
    for number in range(25, 50):
        inbox.put(("sensor", b"%d" % number, False))
    inbox.drain()
    assert [payload for topic, payload, _ in got if topic == "button"] == [b"late"]
    assert [payload for topic, payload, _ in got if topic == "sensor"] == [
        b"%d" % number for number in range(41, 50)
    ]
    assert inbox.dropped == 52 - 10


async def test_a_message_on_a_new_topic_takes_the_place_of_the_oldest_of_all() -> None:
    got: Got = []
    inbox = Inbox(asyncio.get_running_loop(), lambda *message: got.append(message), most=3)
    for topic in "abcd":
        inbox.put((topic, b"", False))
    inbox.drain()
    assert [topic for topic, _, _ in got] == ["b", "c", "d"]


async def test_large_messages_are_dropped_before_they_fill_the_memory() -> None:
    got: Got = []
    inbox = Inbox(asyncio.get_running_loop(), lambda *message: got.append(message), most_bytes=100)
    for number in range(9):
        inbox.put(("t", b"%d" % number * 30, False))
    inbox.put(("t", b"x" * 101, False))
    inbox.put(("t", b"small", False))
    inbox.drain()
    assert [payload for _, payload, _ in got] == [b"small"]
    assert inbox.dropped == 10
    inbox.put(("t", b"y" * 100, False))
    inbox.drain()
    assert len(got) == 2


async def test_a_closed_inbox_delivers_nothing_more() -> None:
    got: Got = []
    inbox = Inbox(asyncio.get_running_loop(), lambda *message: got.append(message))
    inbox.put(("t", b"", False))
    inbox.close()
    inbox.drain()
    assert got == []
    assert inbox.dropped == 1


async def test_a_flood_leaves_room_for_others_in_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    delivered = 0
    delivered_when_others_ran: list[int] = []
    now_s = 1_000.0
    monkeypatch.setattr(time, "monotonic", lambda: now_s)

    def deliver(*_: object) -> None:
        nonlocal delivered, now_s
        delivered += 1
        now_s += DELIVERED_FOR_S / 10

    inbox = Inbox(asyncio.get_running_loop(), deliver)
    for _ in range(35):
        inbox.put(("t", b"", False))
    asyncio.get_running_loop().call_soon(lambda: delivered_when_others_ran.append(delivered))
    inbox.drain()
    assert delivered <= 11
    await settled()
    assert delivered == 35
    assert delivered_when_others_ran[0] <= 11


async def test_a_receiver_that_fails_does_not_stop_the_messages_behind() -> None:
    got: Got = []

    def deliver(topic: str, payload: bytes, retained: bool) -> None:
        if payload == b"0":
            raise ZeroDivisionError
        got.append((topic, payload, retained))

    inbox = Inbox(asyncio.get_running_loop(), deliver)
    inbox.put(("t", b"0", False))
    inbox.put(("t", b"1", False))
    with pytest.raises(ZeroDivisionError):
        inbox.drain()
    await settled()
    assert got == [("t", b"1", False)]


def test_a_full_outbox_drops_the_oldest_so_the_newest_order_gets_through() -> None:
    outbox = Outbox(most=2)
    for payload in (b"ON", b"ON", b"OFF"):
        outbox.put(Message("t", payload))
    assert [outbox.take(), outbox.take(), outbox.take()] == [Message("t", b"ON"), Message("t", b"OFF"), None]
    assert outbox.dropped == 1


def test_clearing_drops_what_waits_and_counts_it() -> None:
    outbox = Outbox()
    outbox.put(Message("t", b"ON"))
    outbox.clear()
    outbox.refuse()
    assert outbox.take() is None
    assert outbox.dropped == 2


def test_a_closed_event_loop_does_not_mind_being_called() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    call_in(loop, print)


async def test_what_waited_for_an_event_loop_that_stood_still_is_not_delivered_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[str] = []
    now_s = 1_000.0
    monkeypatch.setattr(boxes, "boot_s", lambda: now_s)
    inbox = Inbox(asyncio.get_running_loop(), lambda topic, *_: heard.append(topic))
    inbox.put(("old press", b"", False))
    now_s += 0.001
    inbox.put(("press", b"", False))
    now_s += LATE_AFTER_S
    inbox.drain()
    assert heard == ["press"] and inbox.dropped == 1
