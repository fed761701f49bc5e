"""What is said to systemd, and when nothing is said any more."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from controller.service.systemd import Systemd


class Hand:
    """Timers that fire when the test says so."""

    def __init__(self) -> None:
        self.due: list[tuple[float, Callable[[], None]]] = []

    def call_later(self, delay: float, callback: Callable[[], None], /) -> "Hand":
        self.due.append((delay, callback))
        return self

    def cancel(self) -> None:
        self.due.clear()

    def fire(self) -> float:
        delay, callback = self.due.pop(0)
        callback()
        return delay


@pytest.fixture
def line(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.setblocking(False)
        yield listener


def said(line: socket.socket) -> list[str]:
    heard = []
    while True:
        try:
            heard.append(line.recv(1_000).decode())
        except BlockingIOError:
            return heard


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"NOTIFY_SOCKET": str(tmp_path / "notify"), **more}


def test_the_watchdog_is_fed_three_times_within_its_span(tmp_path: Path, line: socket.socket) -> None:
    hand = Hand()
    systemd = Systemd(environment(tmp_path, WATCHDOG_USEC="30000000"), hand)
    systemd.ready("fine", lambda: True)
    assert said(line) == ["READY=1\nSTATUS=fine", "WATCHDOG=1"]
    assert [hand.fire(), hand.fire()] == [10.0, 10.0]
    assert said(line) == ["WATCHDOG=1", "WATCHDOG=1"]


def test_a_loop_that_no_longer_decides_starves_the_watchdog(tmp_path: Path, line: socket.socket) -> None:
    hand = Hand()
    alive = [True, False, False]
    Systemd(environment(tmp_path, WATCHDOG_USEC="3000000"), hand).ready("fine", lambda: alive.pop(0))
    hand.fire()
    hand.fire()
    assert said(line) == ["READY=1\nSTATUS=fine", "WATCHDOG=1"]


def test_the_end_is_told_and_no_beat_follows(tmp_path: Path, line: socket.socket) -> None:
    hand = Hand()
    systemd = Systemd(environment(tmp_path, WATCHDOG_USEC="3000000"), hand)
    systemd.ready("fine", lambda: True)
    said(line)
    systemd.stopping()
    assert (said(line), hand.due) == (["STOPPING=1"], [])


@pytest.mark.parametrize(
    "more",
    [{}, {"WATCHDOG_USEC": "soon"}, {"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": str(os.getpid() + 1)}],
)
def test_without_a_watchdog_for_this_process_there_are_no_beats(
    tmp_path: Path, line: socket.socket, more: dict[str, str]
) -> None:
    hand = Hand()
    Systemd(environment(tmp_path, **more), hand).ready("fine", lambda: True)
    assert (said(line), hand.due) == (["READY=1\nSTATUS=fine"], [])


def test_an_abstract_socket_is_reached(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        name = f"zcw-test-{os.getpid()}"
        listener.bind(f"\0{name}")
        listener.settimeout(1)
        Systemd({"NOTIFY_SOCKET": f"@{name}"}, Hand()).stopping()
        assert listener.recv(100) == b"STOPPING=1"


@pytest.mark.parametrize("address", ["", "/nowhere/at/all"])
def test_without_a_listener_nothing_is_said_and_nothing_breaks(address: str) -> None:
    hand = Hand()
    systemd = Systemd({"NOTIFY_SOCKET": address}, hand)
    systemd.ready("fine", lambda: True)
    systemd.stopping()
    assert hand.due == []
