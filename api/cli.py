"""The ``zcw`` command: the outermost ring. Each subcommand lives in its own module and is loaded when used."""

import os
import sys
from typing import Annotated, NoReturn

import typer

from api.commands import (
    accounts,
    backup,
    bench,
    compare,
    config,
    demo,
    devices,
    doctor,
    draws,
    layout,
    plan,
    run,
    setup,
    simulate,
    sweep,
    validate,
)
from api.commands.console import say, version
from controller.core.errors import ConfigError, ZcwError

app = typer.Typer(
    name="zcw",
    help="Hot water at the tap before it opens: a controller for a recirculation pump, and a simulator that proves it.",
    epilog="Start with: zcw demo. All of it works without any hardware except zcw run.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("setup")(setup.setup)
app.command("doctor")(doctor.doctor)
app.command("run")(run.run)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("simulate")(simulate.simulate_command)
app.command("compare")(compare.compare_command)
app.command("plan")(plan.plan_command)
app.command("sweep")(sweep.sweep_command)
app.add_typer(accounts.app, name="accounts")
app.add_typer(bench.app, name="bench")
app.add_typer(config.app, name="config")
app.add_typer(devices.app, name="devices")
app.add_typer(draws.app, name="draws")
app.add_typer(layout.app, name="layout")
app.add_typer(validate.app, name="validate")


@app.callback()
def root(
    show_version: Annotated[
        bool, typer.Option("--version", help="Show the version and leave.", is_eager=True, callback=version)
    ] = False,
) -> None:
    """Hot water at the tap before it opens."""


def main() -> NoReturn:
    """Run the command line; a person's mistake ends in one clear message, never in a traceback."""
    try:
        app()
    except ConfigError as error:
        count = len(error.problems)
        say(str(error))
        say(f"{count} problem{'s' if count != 1 else ''} in {error.source}.")
        sys.exit(2)
    except ZcwError as error:
        say(f"zcw: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        say("zcw: interrupted")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has left (zcw ... | head); nobody is there to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(0)
