"""The reference of the command line, made from the commands themselves."""

from collections.abc import Iterator
from typing import Any

import typer.main

from api.cli import app


def commands_page() -> str:
    """Return every command with its arguments and options."""
    parts = ["# Commands\n", "Made from the commands; `zcw COMMAND --help` says the same.\n"]
    parts += _described(typer.main.get_command(app), "zcw")
    return "\n".join(parts)


def _described(command: Any, name: str) -> Iterator[str]:
    if hasattr(command, "commands"):
        for inner_name, inner in sorted(command.commands.items()):
            if not inner.hidden:
                yield from _described(inner, f"{name} {inner_name}")
        return
    yield f"## `{name}`\n"
    yield f"{' '.join((command.help or '').split())}\n"
    rows = [row for parameter in command.params if (row := _row(parameter))]
    if rows:
        yield "| Argument or option | Default | Meaning |\n|---|---|---|"
        yield from rows
        yield ""


def _row(parameter: Any) -> str | None:
    if getattr(parameter, "hidden", False) or parameter.name == "help":
        return None
    argument = parameter.param_type_name == "argument"
    name = parameter.name.upper() if argument else ", ".join((*parameter.opts, *parameter.secondary_opts))
    default = "**needed**" if parameter.required else _default(parameter)
    meaning = " ".join(str(getattr(parameter, "help", "") or "").split()).replace("|", "\\|")
    return f"| `{name}` | {default} | {meaning} |"


def _default(parameter: Any) -> str:
    value = parameter.default
    if value is None or value is False or callable(value) or value == () or "UNSET" in repr(value).upper():
        return ""
    return f"`{value}`"
