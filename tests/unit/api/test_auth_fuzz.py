"""With accounts: generated requests are answered as the document promises, and nothing happens without a right one."""

import atexit
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from api.app import WebApp
from api.auth import Scope
from api.auth_book import AuthBook
from api.auth_gate import Gate
from tests.support.fake_service import FakeService

pytestmark = pytest.mark.slow
FEW, MANY = 6, int(os.environ.get("ZCW_FUZZ_CASES", "200"))
UNBOUND = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)
FOLDER = tempfile.TemporaryDirectory(prefix="zcw-fuzz-")
atexit.register(FOLDER.cleanup)
BOOK = AuthBook(Path(FOLDER.name) / "zcw.access.json")
TOKEN = BOOK.new_token("fuzz", Scope.ADMIN)[1]
SERVICE = FakeService()
SCHEMA = schemathesis.openapi.from_asgi(
    "/api/v1/openapi.json",
    WebApp(SERVICE, hosts=["testserver"], gate=Gate(BOOK)),
    headers={"Authorization": f"Bearer {TOKEN}"},
).exclude(path=["/api/v1/events", "/healthz"])


@SCHEMA.parametrize()
@settings(UNBOUND, max_examples=FEW, derandomize=True)
def test_a_stranger_changes_nothing_whatever_is_sent(case: Any) -> None:
    before = (list(SERVICE.wishes), list(SERVICE.stops), SERVICE.now.mode)
    answer = case.call(headers={"Authorization": "Bearer zcw_token_wrong"})
    assert 400 <= answer.status_code < 500, answer.text
    assert (SERVICE.wishes, SERVICE.stops, SERVICE.now.mode) == before


@SCHEMA.parametrize()
@settings(UNBOUND, max_examples=MANY)
def test_an_administrator_is_answered_as_promised(case: Any) -> None:
    answer = case.call(headers={"Authorization": f"Bearer {TOKEN}"})
    # 503: no more than so many accounts and tokens are kept.
    assert answer.status_code < 500 or answer.status_code == 503, answer.text
    promised = case.operation.definition.raw["responses"]
    # 415: the fence refuses a body that is not JSON before any operation is asked.
    assert str(answer.status_code) in {*promised, "405", "415"}, (answer.status_code, answer.text)
