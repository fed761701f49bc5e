"""What a service tells systemd: that it is ready, that it is alive, that it ends.

The watchdog is fed from the control step only: each beat wakes every loop, and systemd is told only when every
loop has decided. A page that still answers while the control hangs must not keep the process alive.

Source: sd_notify(3), sd_watchdog_enabled(3).
"""

import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from controller.runtime import Timer, Timers

BEATS_PER_WATCHDOG: Final = 3
"""Beats within the time that systemd waits: one may be late without harm."""


class Systemd:
    """The notification socket; without one, everything is said to nobody.

    Args:
        environment: The process's environment: ``NOTIFY_SOCKET``, ``WATCHDOG_USEC``, ``WATCHDOG_PID``.
        timers: The event loop.
    """

    def __init__(self, environment: Mapping[str, str], timers: Timers) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._timers = timers
        self._timer: Timer | None = None
        self._beat_s = _watchdog_s(environment) / BEATS_PER_WATCHDOG

    def ready(self, status: str, alive: Callable[[], bool]) -> None:
        """Say that the service works, and begin to feed the watchdog if there is one.

        Args:
            status: One line for ``systemctl status``.
            alive: Makes every loop decide now; False when one of them does not any more.
        """
        self._tell(f"READY=1\nSTATUS={status}")
        if self._beat_s:
            self._beat(alive)

    def stopping(self) -> None:
        """Say that the service ends; the watchdog is no longer fed."""
        if self._timer is not None:
            self._timer.cancel()
        self._tell("STOPPING=1")

    def _beat(self, alive: Callable[[], bool]) -> None:
        if alive():
            self._tell("WATCHDOG=1")
        self._timer = self._timers.call_later(self._beat_s, lambda: self._beat(alive))

    def _tell(self, message: str) -> None:
        if not self._address:
            return
        # An abstract socket's name begins with a zero byte, which systemd writes as @.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with (
            suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line,
        ):
            line.setblocking(False)
            line.sendto(message.encode(), address)


def _watchdog_s(environment: Mapping[str, str]) -> float:
    """Return the time within which systemd wants to hear from this process; 0 when it does not."""
    meant_for = environment.get("WATCHDOG_PID", "")
    if meant_for and meant_for != str(os.getpid()):
        return 0.0
    text = environment.get("WATCHDOG_USEC", "")
    return int(text) / 1e6 if text.isascii() and text.isdigit() else 0.0
