"""The shipped device families, read once."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from controller.devices.shape import Template
from controller.devices.template import parse_template
from controller.settings.yaml_source import parse_document


@cache
def families() -> Mapping[str, Template]:
    """Return every family's template by its name.

    Raises:
        ConfigError: A shipped template is wrong (a bug of the build).
    """
    folder = resources.files("controller.devices.templates")
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name
    )
    documents = [parse_document(file.read_bytes(), file.name) for file in files]
    templates = [parse_template(document.values, document.source) for document in documents]
    return MappingProxyType({template.family: template for template in templates})
