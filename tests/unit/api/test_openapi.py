import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema

from api.app import WebApp
from api.auth_book import AuthBook
from api.auth_gate import Gate
from tests.support.fake_service import FakeService

ERRORS = {"400", "403", "404", "408", "413", "415", "421", "422", "503"}


async def test_the_document_describes_every_route_with_its_errors(client: httpx.AsyncClient) -> None:
    document = (await client.get("api/v1/openapi.json")).json()
    assert set(document["paths"]) == {
        "/api/v1/state", "/api/v1/events", "/api/v1/preheat", "/api/v1/stop",
        "/api/v1/acknowledge", "/api/v1/energy", "/api/v1/mode",
        "/api/v1/runs", "/api/v1/runs.csv", "/api/v1/temperatures", "/api/v1/temperatures.csv",
        "/api/v1/timeline", "/api/v1/session",
        "/api/v1/loops/{loop}/habits", "/api/v1/loops/{loop}/learning",
        "/api/v1/loops/{loop}/days", "/api/v1/loops/{loop}/days.csv", "/api/v1/loops/{loop}/hygiene",
        "/api/v1/settings", "/api/v1/settings/loops/{loop}",
        "/api/v1/devices", "/api/v1/log", "/api/v1/doctor", "/api/v1/backup",
        "/api/v1/plan/layouts", "/api/v1/plan/layouts/{name}", "/api/v1/plan/drawing",
        "/api/v1/plan/job", "/api/v1/plan/files/{name}",
        "/healthz", "/metrics",
    }  # fmt: skip
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (path, method)
            assert operation["description"], (path, method)
            for status, answer in operation["responses"].items():
                if status in ERRORS:
                    assert list(answer["content"]) == ["application/problem+json"], (path, status)


async def test_whatever_the_fence_answers_is_documented(client: httpx.AsyncClient) -> None:
    document = (await client.get("api/v1/openapi.json")).json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            sending = {"403", "408", "415", "422"} if method in ("post", "put") else set()
            assert {"400", "413", "421"} | sending <= set(operation["responses"]), (path, method)


async def test_every_error_is_described_as_the_problem_that_it_is(client: httpx.AsyncClient) -> None:
    document = (await client.get("api/v1/openapi.json")).json()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status >= "400":
                    schema = answer["content"]["application/problem+json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/Problem"}, (path, status)


async def test_the_document_is_the_same_when_asked_twice(client: httpx.AsyncClient) -> None:
    assert (await client.get("api/v1/openapi.json")).json() == (
        await client.get("api/v1/openapi.json")
    ).json()


async def test_the_wish_has_an_example_and_its_bounds(client: httpx.AsyncClient) -> None:
    document = (await client.get("api/v1/openapi.json")).json()
    wish = document["components"]["schemas"]["PreheatIn"]
    assert wish["examples"] == [{"fixture": "shower", "minutes": 5}]
    assert wish["additionalProperties"] is False
    minutes = wish["properties"]["minutes"]["anyOf"][0]
    assert (minutes["exclusiveMinimum"], minutes["maximum"]) == (0.0, 5.0)


UNRECORDED = {("application/json", "get", "/api/v1/plan/files/{name}")}
"""A file of a report, of whatever type."""


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "components": document["components"]}


async def test_every_request_answer_and_error_has_an_example_that_fits_its_schema(tmp_path: Path) -> None:
    app = WebApp(FakeService(), gate=Gate(AuthBook(tmp_path / "accounts.json")))
    document = json.loads(json.dumps(app.api.openapi()))
    without = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parts = {"request": operation.get("requestBody", {}), **operation["responses"]}
            for where, part in parts.items():
                for media_type, content in part.get("content", {}).items():
                    shown = [content["example"]] if "example" in content else []
                    shown += [one["value"] for one in content.get("examples", {}).values()]
                    if not shown and (media_type, method, path) not in UNRECORDED:
                        without.append(f"{method} {path} {where} {media_type}")
                    for one in shown if "json" in media_type else ():
                        jsonschema.validate(one, _resolved(document, content["schema"]))
    assert without == []
