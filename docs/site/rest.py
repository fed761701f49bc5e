"""The reference of the REST service, made from its OpenAPI document."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

_Schema: TypeAlias = Mapping[str, Any]


def rest_page(openapi: _Schema) -> str:
    """Return every call with its parameters, its body and its answers."""
    parts = [
        "# REST reference\n",
        "Made from `/api/v1/openapi.json`, the document that the service gives of itself. [REST in short](../rest.md) has the examples.\n",
    ]
    for path, calls in openapi["paths"].items():
        for method, call in calls.items():
            parts += _call(method.upper(), path, call)
    parts.append("# Objects\n")
    for name, schema in sorted(openapi["components"]["schemas"].items()):
        parts += _object(name, schema)
    return "\n".join(parts)


def _call(method: str, path: str, call: _Schema) -> Iterator[str]:
    yield f"## {method} `{path}`\n"
    yield f"{call.get('summary', '')}. {call.get('description', '')}\n".replace("..", ".")
    parameters = call.get("parameters", [])
    if parameters:
        yield "| Parameter | In | Kind | Meaning |\n|---|---|---|---|"
        for one in parameters:
            meaning = str(one.get("description", "")).replace("\n", " ").replace("|", "\\|")
            yield f"| `{one['name']}` | {one['in']} | {_kind(one.get('schema', {}))} | {meaning} |"
        yield ""
    for media, body in call.get("requestBody", {}).get("content", {}).items():
        yield f"Body (`{media}`): {_kind(body.get('schema', {}))}\n"
    yield "| Answer | Meaning | Body |\n|---|---|---|"
    for status, answer in call["responses"].items():
        bodies = ", ".join(
            f"`{media}` {_kind(content.get('schema', {}))}"
            for media, content in answer.get("content", {}).items()
        )
        yield f"| {status} | {str(answer.get('description', '')).replace(chr(10), ' ')} | {bodies} |"
    yield ""


def _object(name: str, schema: _Schema) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{schema.get('description', '').strip()}\n"
    if "enum" in schema:
        yield "One of " + ", ".join(f"`{value}`" for value in schema["enum"]) + "\n"
    if "properties" in schema:
        yield "| Key | Kind | Meaning |\n|---|---|---|"
        for key, field in schema["properties"].items():
            example = "".join(f" Example: `{json.dumps(one)}`" for one in field.get("examples", [])[:1])
            meaning = f"{field.get('description', '')}{example}".replace("\n", " ").replace("|", "\\|")
            yield f"| `{key}` | {_kind(field)} | {meaning} |"
        yield ""


def _kind(field: _Schema) -> str:
    return " or ".join(dict.fromkeys(_kinds(field))) or "anything"


def _kinds(field: _Schema) -> Iterator[str]:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        yield f"[{name}](#{name.lower()})"
    elif "const" in field:
        yield f"`{field['const']}`"
    elif "enum" in field:
        yield ", ".join(f"`{value}`" for value in field["enum"])
    elif options := field.get("anyOf") or field.get("oneOf"):
        for option in options:
            yield from _kinds(option)
    elif field.get("type") == "array":
        yield f"list of {_kind(field.get('items', {}))}"
    elif "type" in field:
        yield field["type"] + (f" ({field['format']})" if "format" in field else "")
