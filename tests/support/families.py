"""The shipped device families, read the way the settings read them."""

from functools import cache
from importlib import resources

from ruamel.yaml import YAML

from controller.devices.shape import Template
from controller.devices.template import parse_template


@cache
def shipped_families() -> dict[str, Template]:
    """Return every shipped template by its family's name."""
    folder = resources.files("controller.devices.templates")
    files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".yaml"))
    templates = [parse_template(YAML().load((folder / name).read_text("utf-8")), name) for name in files]
    return {template.family: template for template in templates}
