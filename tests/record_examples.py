"""Records the examples of the OpenAPI document from a real application: ``python -m tests.record_examples``."""

import asyncio
import json
import re
import tempfile
from pathlib import Path
from typing import Any, Final

import httpx

from api.app import WebApp
from api.auth import Scope
from api.auth_book import AuthBook
from api.auth_gate import Gate
from api.examples import FILE
from api.settings_store import SettingsStore
from controller.core.reason import Reason, ReasonCode
from controller.settings import load_settings
from controller.storage.history import NoteRecord
from controller.storage.timeline import DrawsMark
from tests.support.fake_service import NOON, FakeService, record
from tests.support.flat import FLAT
from tests.support.habits import days, learned

PASSWORD: Final = "four words are enough"
YAML: Final = """\
site: {time_zone: Europe/Berlin}
devices:
  plug: {family: tasmota, topic: plug}
  pipe: {family: zigbee2mqtt, name: pipe}
  outlet: {family: zigbee2mqtt, name: outlet}
loops:
  - name: house
    topology: dedicated_return
    pump: {device: plug}
    sensors: {return: {device: pipe}, supply: {device: outlet}}
    fixtures: [kitchen, basin, shower]
    strategies:
      - type: on_demand
      - type: timed
        windows: [{days: weekdays, from: "06:00", to: "08:30"}]
        exceptions: [{from: 2026-12-24, to: 2026-12-26}]
      - type: predictive
"""
WITHIN: Final = {"loop": "house", "name": "flat", "token_id": "x"}
SENT: Final[dict[str, Any]] = {
    "post /api/v1/preheat": {"fixture": "shower"},
    "post /api/v1/stop": None,
    "put /api/v1/mode": {"mode": "auto"},
    "put /api/v1/energy": {"price": 0.31},
    "post /api/v1/energy": {"price": 0.31},
    "put /api/v1/loops/{loop}/learning": {"paused": False},
    "put /api/v1/settings/loops/{loop}": {"comfort": "comfortable"},
    "put /api/v1/plan/layouts/{name}": FLAT,
    "post /api/v1/plan/drawing": FLAT,
    "post /api/v1/session": {"name": "anna", "password": PASSWORD},
    "post /api/v1/tokens": {"name": "kitchen display", "scope": "control"},
    "put /api/v1/accounts/{name}": {"scope": "control", "password": PASSWORD},
    "post /api/v1/setup": {"code": "as printed at the start", "name": "anna", "password": PASSWORD},
    "post /api/v1/plan/job": {"layout": FLAT, "prices": {"energy_kwh": 0.12}},
}
FINDING: Final = {
    "check": "broker",
    "severity": "warning",
    "message": "the broker lets in everybody",
    "cure": "give it passwords; see docs/start.md",
}
NOT_CALLED: Final = {
    "get /api/v1/events",  # its example is the state
    "post /api/v1/doctor",  # listens for seconds
    "get /api/v1/backup",
    "post /api/v1/setup",
    "delete /api/v1/session",
    "post /api/v1/plan/job",
    "delete /api/v1/plan/job",
}


def service() -> FakeService:
    made = FakeService()
    made.learned, made.past_days = learned(), days(2)
    made.history = [record(1), record(2)]
    made.readings = [(NOON, "supply", 54.5), (NOON, "return", 24.0)]
    made.drawn = [DrawsMark(round(NOON.timestamp() * 1000), 1, 0.93, 3.1)]
    made.noted = [
        NoteRecord(7, "house", NOON, "drawn", Reason(ReasonCode.DRAWN), {"hot": 0.93, "wait_s": 3.1})
    ]
    return made


async def record_all() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        file = folder / "zcw.yaml"
        file.write_text(YAML, "utf-8")
        gate = Gate(AuthBook(folder / "accounts.json"))
        gate.book.put_account("anna", PASSWORD, Scope.ADMIN)
        app = WebApp(service(), gate=gate, store=SettingsStore(file, lambda *_: None))
        app.house(load_settings(file), file)
        _, secret = gate.book.new_token("examples", Scope.ADMIN)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {secret}"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost", headers=headers
        ) as client:
            found = await _record(client, app)
        app.close()
    found["get /api/v1/events"] = found["get /api/v1/state"]
    going = {"state": "running", "share": 0.4, "error": "", "result": {}}
    found["post /api/v1/plan/job"]["answer"] = going | {"share": 0.0}
    found["get /api/v1/plan/job"] = {"answer": going}
    found["delete /api/v1/plan/job"] = {"answer": going | {"state": "cancelled"}}
    found["post /api/v1/doctor"] = {"answer": [FINDING]}
    return found


async def _record(client: httpx.AsyncClient, app: WebApp) -> dict[str, Any]:
    found: dict[str, Any] = {}
    order = ("put", "post", "get", "delete")
    paths = app.api.openapi()["paths"]
    calls = sorted(
        ((method, path) for path in paths for method in paths[path]), key=lambda one: order.index(one[0])
    )
    for method, path in calls:
        key = f"{method} {path}"
        kept: dict[str, Any] = {} if SENT.get(key) is None else {"request": SENT[key]}
        if key not in NOT_CALLED and not (method == "delete" and "{" in path):
            etag = (await client.get("/api/v1/settings")).headers["ETag"]
            answer = await client.request(
                method, path.format(**WITHIN), json=SENT.get(key), headers={"If-Match": etag}
            )
            if (
                answer.is_success
                and answer.content
                and answer.headers.get("content-type") == "application/json"
            ):
                kept["answer"] = _short(answer.json())
            elif not answer.is_success:
                print(f"no answer for {key}: {answer.status_code} {answer.text[:200]}")
        if kept:
            found[key] = kept
    return found


def _short(value: Any) -> Any:
    """Leave out what is the same again: long lists keep two elements, long texts their beginning."""
    if isinstance(value, list):
        return [_short(one) for one in (value if len(value) <= 3 else value[:2])]
    if isinstance(value, dict):
        return {name: _short(one) for name, one in value.items()}
    return f"{value[:60]} ..." if isinstance(value, str) and len(value) > 200 else value


if __name__ == "__main__":
    text = json.dumps(asyncio.run(record_all()), indent=1, ensure_ascii=False)
    # What looks like a token is refused by the check for secrets, even one that no house knows.
    FILE.write_text(re.sub(r"zcw_token_[\w-]+", "zcw_token_is_shown_once", text) + "\n", "utf-8")
