"""The application: routes, errors and the fence around them, put together."""

import shutil
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from api import errors
from api.auth_gate import Gate
from api.auth_guard import OPEN, Guard
from api.deps import Facade
from api.examples import exemplify
from api.hosts import HostRule
from api.interpreter import Interpreter
from api.repeats import Repeats, describe_repeats
from api.routes import (
    accounts,
    habits,
    health,
    history,
    metrics,
    plan,
    plant,
    session,
    settings,
    state,
    wishes,
)
from api.routes.page import page_router
from api.security import Fence
from api.settings_store import SettingsStore
from api.stream import Streams
from api.turns import Turns
from controller.settings import Settings

API: Final = "/api/v1"

DESCRIPTION: Final = """
Hot water at the tap before it opens. Ask for it, stop it, and see what the pump does and why.

Every error is `application/problem+json` with a `cure`. Every decision carries a `reason`: a code for machines,
its values, and a sentence in English or Chinese (`Accept-Language`, or `?lang=zh`).
Units are in the names: `_c` degrees Celsius, `_s` seconds.
"""


class _Api(FastAPI):
    """FastAPI that documents its errors under the media type they really have."""

    def openapi(self) -> dict[str, Any]:
        document = describe_repeats(errors.describe(super().openapi()))
        guarded = document if self.state.gate is None else errors.describe_access(document, OPEN)
        return exemplify(guarded)


class WebApp:
    """The whole web side of the service, an ASGI application.

    Args:
        facade: The service behind it.
        hosts: Further host names to answer to, such as a proxy's; ``*.example.org`` for all below one.
        proxies: Addresses of trusted proxies, which may use any host name and frame the page.
        gate: Knows who is asking; None where everybody who reaches the service may do everything.
        store: The configuration file that people change on the page; None where there is none.
    """

    def __init__(
        self,
        facade: Facade,
        *,
        hosts: Iterable[str] = (),
        proxies: Iterable[str] = (),
        gate: Gate | None = None,
        store: SettingsStore | None = None,
    ) -> None:
        self.api = _build(facade, gate)
        self.api.state.store = store
        self.api.state.planner, self.api.state.plans = None, None
        self.api.state.settings, self.api.state.config, self.api.state.examining = None, None, False
        once = Repeats(self.api, serves=self._serves)
        guarded = once if gate is None else Guard(once, gate, frozenset(proxies))
        self._streams: Streams = self.api.state.streams
        fence = Fence(guarded, HostRule.of(socket.gethostname(), hosts), frozenset(proxies))
        self._outside = Interpreter(fence)

    def house(self, settings: Settings, config: Path | None = None) -> None:
        """Tell the API what the house is made of: for its devices, the doctor and backups."""
        self.api.state.settings, self.api.state.config = settings, config

    def _serves(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self.api.routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._outside(scope, receive, send)

    def close(self) -> None:
        """End the open event streams and what is being planned, so that the server can shut down at once."""
        self._streams.close()
        if self.api.state.planner is not None:
            self.api.state.planner.end()
        if self.api.state.plans is not None:
            shutil.rmtree(self.api.state.plans, ignore_errors=True)


def _build(facade: Facade, gate: Gate | None) -> FastAPI:
    # The interactive documents would load their script from another host, which the page's rules forbid.
    api = _Api(
        title="zero-cold-water",
        version=facade.view().version,
        description=DESCRIPTION,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    api.state.facade = facade
    api.state.gate = gate
    api.state.streams = Streams()
    api.state.turns = Turns()
    for module in (state, wishes, history, habits, settings, plant, plan):
        api.include_router(module.router, prefix=API)
    api.include_router(session.open_router, prefix=API)
    if gate is not None:
        api.include_router(session.router, prefix=API)
        api.include_router(accounts.router, prefix=API)
    api.include_router(health.router)
    api.include_router(metrics.router)
    api.include_router(page_router())
    errors.install(api)
    return api
