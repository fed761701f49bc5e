"""``zcw config``: check a configuration, print an example, an access list or the JSON schema."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import print_json

if TYPE_CHECKING:
    from controller.settings import ConfigReport

app = typer.Typer(
    help="Check a configuration file, or print an example, its access list or its JSON schema.",
    no_args_is_help=True,
)


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="Configuration file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print what was understood as JSON.")] = False,
) -> None:
    """Say what was understood of a configuration, or everything that is wrong with it (exit code 2)."""
    from controller.settings import load_settings, report

    understood = report(load_settings(file, with_secrets=False))
    if as_json:
        print_json(dataclasses.asdict(understood))
    else:
        typer.echo("\n".join(_lines(understood)))


@app.command("acl")
def acl(
    file: Annotated[Path, typer.Argument(help="Configuration file.")],
) -> None:
    """Print the access list that the controller needs at Mosquitto: its topics, and no other."""
    from controller.service.access import access_list
    from controller.settings import load_settings

    typer.echo("\n".join(access_list(load_settings(file, with_secrets=False))))


@app.command("example")
def example() -> None:
    """Print an example configuration with comments, to begin with: zcw config example > zcw.yaml."""
    from controller.settings import EXAMPLE

    typer.echo(EXAMPLE.read_text("utf-8"), nl=False)


@app.command("schema")
def schema() -> None:
    """Print the JSON schema of the configuration file, for editors that complete and check."""
    from controller.settings import settings_schema

    print_json(settings_schema())


def _lines(understood: "ConfigReport") -> Iterator[str]:
    yield f"{understood.source} is fine."
    yield f"  house    {understood.site}"
    yield f"  broker   {understood.broker}"
    yield f"  history  {understood.storage}"
    yield f"  page     {understood.page}"
    for device in understood.devices:
        yield f"  device   {device.name}: {device.family}; {', '.join(device.uses) or 'not used'}"
    for loop in understood.loops:
        yield f"  loop     {loop.name}: {loop.topology}, fixtures {', '.join(loop.fixtures) or 'none named'}"
        yield f"           strategies {', '.join(loop.strategies)}; lease class {loop.lease_class}"
        yield f"           hears {', '.join(loop.hears)}"
        yield f"           says  {', '.join(loop.says)}"
    for warning in understood.warnings:
        yield f"  note     {warning}"
