from collections.abc import AsyncIterator

import httpx
import pytest

from api.app import WebApp
from tests.support.fake_service import FakeService


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
async def client(service: FakeService) -> AsyncIterator[httpx.AsyncClient]:
    """The whole application, without a socket."""
    transport = httpx.ASGITransport(WebApp(service), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost/") as client:
        yield client
