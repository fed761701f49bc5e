"""Writing a configuration: what is there keeps its comments and its order, and the file before is kept beside it."""

import io
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from controller.core.errors import ZcwError
from controller.settings import Settings, load_settings

_NEW: Final = """\
# Configuration of zero-cold-water, written by zcw setup. Every key: zcw config schema; checking it: zcw config check FILE

site:
  time_zone: UTC                # the windows below are meant in this zone

broker:
  host: localhost
  port: 1883

# Every device by a name of your own. `family` says how it speaks: zcw devices list
devices: {}

loops:
  - name: main
    # The way back of the water: dedicated_return, or cold_return (through a valve at the far tap; needs a sensor cold_line)
    topology: dedicated_return

    pump: {}

    # Where the temperature sensors sit: supply, return, far_end, cold_line
    sensors: {}

    # What starts the pump, the most important first. A person's wish always goes before a timer.
    strategies:
      - type: on_demand         # button, page and REST: runs until hot water has come round
"""


def merged(path: Path, changes: Mapping[str, Any]) -> str:
    """Return the text of a configuration, or of a new one, with changes: mappings are merged, all else is replaced.

    Args:
        path: The file, which need not exist.
        changes: What to change; in a list the entries are merged one by one.

    Raises:
        ZcwError: The file cannot be read as YAML (the user's fault).
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        document = yaml.load(path.read_text("utf-8") if path.exists() else _NEW)
    except Exception as error:  # whatever the library finds, the answer is the same
        raise ZcwError(
            f"{path}: cannot be changed, for it is no sound YAML; zcw config check says where"
        ) from error
    _merge(document, changes)
    text = io.StringIO()
    yaml.dump(document, text)
    return text.getvalue()


def check_place(path: Path) -> None:
    """Make sure that a configuration can be written there, before time is spent on finding out what to write.

    Raises:
        ZcwError: It cannot, or what is there is no sound YAML (the user's fault).
    """
    folder = path.parent
    if not folder.is_dir():
        raise ZcwError(
            f"{path}: cannot be written: there is no folder {folder}; make it, or choose another file"
        )
    if path.is_dir():
        raise ZcwError(f"{path}: cannot be written: it is a folder; name a file in it")
    if not os.access(folder, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.R_OK | os.W_OK)):
        raise ZcwError(f"{path}: cannot be written: permission denied; choose another file")
    if path.exists():
        merged(path, {})


def topology_of(path: Path) -> str | None:
    """Return the topology of the first loop in a file; None when there is no such file, or it does not say."""
    if not path.exists():
        return None
    document = YAML(typ="safe").load(path.read_text("utf-8"))
    try:
        return str(document["loops"][0]["topology"])
    except (TypeError, KeyError, IndexError):
        return None


def _merge(document: Any, changes: Mapping[str, Any]) -> None:
    for key, value in changes.items():
        there = document.get(key)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            if not there and hasattr(there, "fa"):
                there.fa.set_block_style()
            _merge(there, value)
        elif isinstance(value, list) and isinstance(there, list):
            for index, entry in enumerate(value):
                if index < len(there) and isinstance(entry, Mapping):
                    _merge(there[index], entry)
                elif index >= len(there):
                    there.append(entry)
        else:
            document[key] = value


def write(path: Path, text: str) -> Settings:
    """Check a configuration and put it in place at once; the one before is kept as ``NAME.before``.

    Raises:
        ConfigError: It would not be a sound configuration; nothing was changed.
        ZcwError: It cannot be written (the user's environment).
    """
    trial = path.with_name(f".{path.name}.new")
    try:
        trial.write_text(text, "utf-8")
        settings = load_settings(trial, with_secrets=False)
        if path.exists():
            shutil.copy2(path, path.with_name(f"{path.name}.before"))
        os.replace(trial, path)
    except OSError as error:
        raise ZcwError(f"{path}: cannot be written: {error.strerror}; choose another file") from error
    finally:
        trial.unlink(missing_ok=True)
    return settings
