"""What every error answer must look like."""

import json

import httpx


def assert_problem(answer: httpx.Response, status: int, kind: str) -> dict[str, object]:
    """Check that ``answer`` is a well-formed problem of that kind with a cure, and return it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, object] = json.loads(answer.content)
    assert document["status"] == status
    assert document["type"] == f"urn:zcw:problem:{kind}"
    assert len(str(document["cure"])) > 10
    assert document["title"] and document["detail"]
    assert "Traceback" not in answer.text
    return document
