"""The controller with its page, from start to a clean end; shared by ``zcw run`` and ``zcw demo``."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Final

from api.app import WebApp
from api.audit import start_audit
from api.auth_book import AuthBook, book_path
from api.auth_gate import Gate
from api.commands.console import say
from api.server import bind, serve
from api.settings_store import SettingsStore
from controller.runtime import PacedClock
from controller.service import compose
from controller.service.systemd import Systemd
from controller.settings import Settings

SETTLED_AFTER_S: Final = 30.0
"""By then connections and caches are made too, and no pump may run yet."""

_log = logging.getLogger("zcw")


async def control(
    settings: Settings,
    version: str,
    clock: PacedClock,
    *,
    ready: Callable[[str], None],
    stopped: "asyncio.Future[None]",
    config: Path | None = None,
) -> int:
    """Run the service with its page until it is stopped or fails; return the exit code.

    Args:
        settings: What the configuration says.
        version: Version of the product.
        clock: What time it is.
        ready: Told the page's address once the page is there and the controller controls.
        stopped: Ends it when done.
        config: The file that the settings come from, so that people can change it on the page.

    Raises:
        ConfigError: A device cannot be used as the configuration says.
        ZcwError: The port or the data file is in use.
    """
    bind(settings.api.host, settings.api.port).close()  # told before anything is switched or locked
    service = compose(settings, version, clock)
    gate = open_gate(settings) if settings.api.accounts else None
    store = None if config is None else SettingsStore(config, lambda plan, who: service.adopt(plan, who=who))
    if store is not None:
        service.keep_settings(store)
    app = WebApp(
        service, hosts=settings.api.hosts, proxies=settings.api.trusted_proxies, gate=gate, store=store
    )
    app.house(settings, config)
    systemd = Systemd(os.environ, asyncio.get_running_loop())

    def told(url: str) -> None:
        settle()
        asyncio.get_running_loop().call_later(SETTLED_AFTER_S, settle)
        ready(url)
        systemd.ready(f"controlling {settings.site.name}, page {url}", service.beat)

    page = asyncio.create_task(serve(app, settings.api.host, settings.api.port, told))
    try:
        service.start()
        await asyncio.wait((stopped, service.failure, page), return_when=asyncio.FIRST_COMPLETED)
    finally:
        systemd.stopping()
        page.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await page
        await service.close()
    return 1 if service.failure.done() else 0


def settle() -> None:
    """Leave what is there now out of every later look for garbage: each would hold up a button press."""
    gc.collect()
    gc.freeze()


def open_gate(settings: Settings) -> Gate:
    """Return what knows who is asking; where nobody has an account yet, print the code that makes the first.

    Raises:
        ZcwError: The accounts cannot be read.
    """
    gate = Gate(AuthBook(book_path(settings.storage)))
    start_audit(settings.storage)
    if gate.setup_code:
        say(
            "There is no account yet. Make the first on the page with this code, or with: zcw accounts add NAME"
        )
        say(f"Set-up code: {gate.setup_code}")
    return gate


def stop_signal() -> "asyncio.Future[None]":
    """Return a future that is done when the process is asked to end (Ctrl-C or SIGTERM)."""
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[None] = loop.create_future()

    def stop() -> None:
        if not stopped.done():
            stopped.set_result(None)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    return stopped
