"""The reference of the configuration, made from its JSON Schema."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from controller.settings import settings_schema

_Schema: TypeAlias = Mapping[str, Any]


def configuration_page() -> str:
    """Return every section and key of the configuration with its kind, range, default and meaning."""
    schema: Mapping[str, Any] = settings_schema()
    forms: Mapping[str, _Schema] = schema["$defs"]
    parts = [
        "# Configuration reference\n",
        "Made from the schema that `zcw config schema` prints; editors that know JSON Schema check a file while it is written."
        " `zcw config example` prints a whole one to begin with, `zcw config check zcw.yaml` names every problem with its line.\n",
        "## The file\n",
        _table(schema, forms),
    ]
    for name, form in sorted(forms.items(), key=lambda item: _title(item[0])):
        if "properties" in form:
            parts += [
                f"## {_title(name)}\n",
                f"{str(form.get('description', '')).strip()}\n",
                _table(form, forms),
            ]
    return "\n".join(parts)


def _title(name: str) -> str:
    words = name.removesuffix("Form")
    return "".join(f" {sign.lower()}" if sign.isupper() and at else sign for at, sign in enumerate(words))


def _table(form: _Schema, forms: Mapping[str, _Schema]) -> str:
    rows = ["| Key | Kind | Default | Meaning |", "|---|---|---|---|"]
    needed = form.get("required", ())
    for key, field in form["properties"].items():
        default = "**needed**" if key in needed else _default(field)
        meaning = (
            str(field.get("description") or _meaning(field, forms)).replace("\n", " ").replace("|", "\\|")
        )
        rows.append(f"| `{key}` | {_kind(field, forms)} | {default} | {meaning} |")
    return "\n".join(rows) + "\n"


def _default(field: _Schema) -> str:
    if "const" in field:
        return ""
    if "default" not in field or field["default"] is None:
        return ""
    return f"`{str(field['default']).lower() if isinstance(field['default'], bool) else field['default']}`"


def _meaning(field: _Schema, forms: Mapping[str, _Schema]) -> str:
    return str(forms[_name(field["$ref"])].get("description", "")) if "$ref" in field else ""


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]


def _kind(field: _Schema, forms: Mapping[str, _Schema]) -> str:
    return " or ".join(dict.fromkeys(_kinds(field, forms))) or "anything"


def _kinds(field: _Schema, forms: Mapping[str, _Schema]) -> Iterator[str]:
    """Yield what a field may be; that it may be left out is said by its default."""
    if "$ref" in field and "properties" not in forms[_name(field["$ref"])]:
        yield from _kinds(forms[_name(field["$ref"])], forms)
    elif "$ref" in field:
        title = _title(_name(field["$ref"]))
        yield f"[{title.lower()}](#{title.lower().replace(' ', '-')})"
    elif "const" in field:
        yield f"`{field['const']}`"
    elif "enum" in field:
        yield ", ".join(f"`{value}`" for value in field["enum"])
    elif options := field.get("anyOf") or field.get("oneOf"):
        for option in options:
            if option.get("type") != "null":
                yield from _kinds(option, forms)
    elif field.get("type") == "array":
        yield f"list of {_kind(field.get('items', {}), forms)}"
    elif "type" in field:
        yield f"{_WORDS.get(field['type'], field['type'])}{_range(field)}"


_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "section"}


def _range(field: _Schema) -> str:
    least, most = field.get("minimum"), field.get("maximum")
    if least is not None and most is not None:
        return f", {least:g} to {most:g}"
    if least is not None:
        return f", at least {least:g}"
    return "" if most is None else f", at most {most:g}"
