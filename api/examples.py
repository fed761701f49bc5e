"""Examples of the OpenAPI document: real requests and answers, recorded by ``python -m tests.record_examples``."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from api import errors
from api.errors import PROBLEM_JSON, Kind

FILE: Final = Path(__file__).with_name("examples.json")
STREAM: Final = "text/event-stream"


@cache
def recorded() -> Mapping[str, Mapping[str, Any]]:
    """Return request and answer by method and path, such as ``post /api/v1/preheat``."""
    content: dict[str, dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
    return content


def exemplify(openapi: dict[str, Any]) -> dict[str, Any]:
    """Return the document with an example of every request, every answer and every error."""
    for path, operations in openapi["paths"].items():
        for method, operation in operations.items():
            said = recorded().get(f"{method} {path}", {})
            if "request" in said:
                _show(operation.get("requestBody", {}), said["request"])
            for status, response in operation["responses"].items():
                if status < "300" and "answer" in said:
                    _show(response, said["answer"])
                elif status >= "400" and PROBLEM_JSON in response.get("content", {}):
                    shown = {"examples": {kind.name: _problem(kind, path) for kind in _kinds(response)}}
                    response["content"] = {PROBLEM_JSON: response["content"][PROBLEM_JSON] | shown}
    return openapi


def _show(part: dict[str, Any], value: object) -> None:
    for media_type, content in part.get("content", {}).items():
        content["example"] = f"event: state\ndata: {json.dumps(value)}\n\n" if media_type == STREAM else value


def _kinds(response: Mapping[str, Any]) -> Iterator[Kind]:
    for title in response["description"].split("; "):
        if title in errors.DESCRIBED:
            yield errors.DESCRIBED[title]


def _problem(kind: Kind, path: str) -> dict[str, Any]:
    value = {
        "type": f"urn:zcw:problem:{kind.name}",
        "title": kind.title,
        "status": kind.status,
        "detail": f"{kind.title}: here it says what was wrong this time",
        "cure": kind.cure,
        "instance": path,
    }
    return {"summary": kind.title, "value": value}
