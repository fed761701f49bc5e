"""``zcw doctor``: what is wrong with a configuration, its broker and its devices, and what to do about it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import print_json, say

if TYPE_CHECKING:
    from api.checkup import Finding


def doctor(
    file: Annotated[Path, typer.Argument(help="Configuration file.")] = Path("zcw.yaml"),
    seconds: Annotated[
        float, typer.Option(min=1, max=3_600, help="How long to listen on the broker.")
    ] = 20.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check broker, clock, devices, leases, sensors and data folder, and say the cure for each finding.

    Nothing is switched. Exit code 0: all is well; 1: warnings; 2: something does not work.
    """
    findings = _findings(file, seconds)
    worst = max(finding.severity for finding in findings)
    if as_json:
        print_json(
            [
                {
                    "check": one.check,
                    "severity": one.severity.name.lower(),
                    "message": one.message,
                    "cure": one.cure,
                }
                for one in findings
            ]
        )
    else:
        for one in findings:
            typer.echo(f"{_SIGNS[one.severity.name]} {one.check}: {one.message}")
            if one.cure and one.severity:
                typer.echo(f"     {one.cure}")
    raise typer.Exit(int(worst))


_SIGNS = {"FINE": "  ok", "WARNING": "warn", "ERROR": " bad"}


def _findings(file: Path, seconds: float) -> "Sequence[Finding]":
    from api.checkup import Finding, Severity, examine
    from controller.core.errors import ConfigError
    from controller.settings import load_settings

    try:
        settings = load_settings(file)
    except ConfigError as error:
        return [
            Finding(
                "configuration", Severity.ERROR, f"{problem.where or file}: {problem.message}", problem.cure
            )
            for problem in error.problems
        ]
    say(f"Listening on {settings.broker.address} for {seconds:g} s.")
    return asyncio.run(examine(settings, seconds))
