"""The JSON Schema of the configuration, for editors and for the reference."""

from collections.abc import Mapping
from typing import Final

from controller.devices.shape import Kind, Parameter, Template
from controller.settings.families import families
from controller.settings.forms import ConfigForm

_TYPES: Final[Mapping[Kind, str | list[str]]] = {
    Kind.TOPIC: "string",
    Kind.NAME: ["string", "integer"],
    Kind.PATH: "string",
    Kind.TEXT: ["string", "integer", "boolean"],
    Kind.INTEGER: "integer",
    Kind.BOOLEAN: "boolean",
    Kind.CHOICE: "string",
}


def settings_schema() -> dict[str, object]:
    """Return the JSON Schema (draft 2020-12) of the whole file, with a variant for each strategy and family."""
    schema: dict[str, object] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_untitled(ConfigForm.model_json_schema(by_alias=True)),
        "title": "Configuration of zero-cold-water",
    }
    parts = schema["$defs"]
    assert isinstance(parts, dict), "pydantic keeps the sections there"
    parts["DeviceForm"] = {
        "description": "A device: its family, and what the family asks for.",
        "oneOf": [_family(template) for template in families().values()],
    }
    return schema


def _untitled(part: dict[str, object]) -> dict[str, object]:
    """Return a part of the schema without the titles that pydantic makes of class names."""
    return {
        key: _each(value) for key, value in part.items() if not (key == "title" and isinstance(value, str))
    }


def _each(value: object) -> object:
    if isinstance(value, dict):
        return _untitled(value)
    return [_each(item) for item in value] if isinstance(value, list) else value


def _family(template: Template) -> dict[str, object]:
    required = [parameter.name for parameter in template.parameters if parameter.required]
    return {
        "title": template.title,
        "description": template.notes,
        "type": "object",
        "properties": {
            "family": {"const": template.family},
            **{parameter.name: _parameter(parameter) for parameter in template.parameters},
        },
        "required": ["family", *required],
        "additionalProperties": False,
    }


def _parameter(parameter: Parameter) -> dict[str, object]:
    schema: dict[str, object] = {"type": _TYPES[parameter.kind], "description": parameter.help}
    if parameter.default:
        schema["default"] = int(parameter.default) if parameter.kind is Kind.INTEGER else parameter.default
    if parameter.kind is Kind.CHOICE:
        schema["enum"] = list(parameter.choices)
    if parameter.kind is Kind.INTEGER:
        schema |= {"minimum": parameter.least, "maximum": parameter.most}
    if parameter.pattern:
        schema["pattern"] = f"^(?:{parameter.pattern})$"
    return schema
