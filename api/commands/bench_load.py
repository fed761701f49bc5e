"""``zcw bench load``: floods a broker and the REST service of this machine, and says what held."""

import math
import signal
import sys
from typing import Annotated

import typer

from api.commands.console import print_json, say


def load(
    rate: Annotated[
        float, typer.Option("--rate", min=1, max=50_000, help="MQTT messages a second.")
    ] = 10_000,
    seconds: Annotated[float, typer.Option("--seconds", min=10, max=3_600, help="For how long.")] = 60,
    loops: Annotated[int, typer.Option("--loops", min=1, max=200, help="Loops, each with a sensor.")] = 40,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Flood a controller of its own behind a Mosquitto of its own, press and stop meanwhile, and print what held.

    Nothing outside this machine is touched. Ends with 1 when a promise did not hold.

    Example: zcw bench load --rate 1000 --seconds 600
    """
    from api.load import Load, measured

    # Whoever ends this is to leave neither broker nor controller behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    rows = measured(Load(rate, seconds, loops), say)
    if as_json:
        print_json([{**row._asdict(), "holds": row.holds} for row in rows])
    else:
        for row in rows:
            promise = (
                ""
                if row.promise is None
                else f"promised {row.promise:g}: {'held' if row.holds else 'NOT HELD'}"
            )
            value = "-" if math.isnan(row.value) else f"{row.value:.4g}"
            typer.echo(f"{value:>10} {row.unit:<12} {row.what:<62} {promise}".rstrip())
    if not all(row.holds for row in rows):
        raise typer.Exit(1)
