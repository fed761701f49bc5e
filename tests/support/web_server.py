"""The real server over a fake service, on this machine, for tests."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress

from api.app import WebApp
from api.auth_gate import Gate
from api.server import serve
from api.settings_store import SettingsStore
from tests.support.fake_service import FakeService


@asynccontextmanager
async def web_server(
    service: FakeService,
    port: int = 0,
    gate: Gate | None = None,
    store: SettingsStore | None = None,
    proxies: Sequence[str] = (),
) -> AsyncGenerator[str]:
    """Serve the application while the block runs; yields its address, ending in a slash."""
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.ensure_future(
        serve(WebApp(service, gate=gate, store=store, proxies=proxies), "127.0.0.1", port, address.set_result)
    )
    try:
        await asyncio.wait({address, serving}, return_when=asyncio.FIRST_COMPLETED)
        yield await address if address.done() else await serving or ""
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
