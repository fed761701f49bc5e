"""``zcw bench``: what the product costs, measured on this machine."""

from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from api.commands.bench_cold_pipe import cold_pipe
from api.commands.bench_control import control
from api.commands.bench_habits import habits
from api.commands.bench_load import load
from api.commands.console import print_json, progress, say

app = typer.Typer(help="Measure what the product costs on this machine.", no_args_is_help=True)
app.command("control")(control)
app.command("cold-pipe")(cold_pipe)
app.command("habits")(habits)
app.command("load")(load)


@app.command("simulator")
def simulator(
    days: Annotated[int, typer.Option("--days", min=6, help="Length of each run, in days.")] = 365,
    case: Annotated[
        Path | None,
        typer.Option(help="Folder of a reference case: also time the pipes alone, beside EPANET."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Time the closed loop: the real engine against simulated houses, on one core.

    Example: zcw bench simulator --case ../shared/data/reference_case
    """
    from simulator import fast
    from simulator.bench_kernel import kernel_rows
    from simulator.bench_loop import loop_rows
    from simulator.bench_physics import physics_rows

    if case is not None:
        say(fast.NOT_THERE) if not fast.available() else fast.announce(say)
    rows = []
    with progress("simulating") as tell:
        # The closed loop first: what the others load would count as its memory.
        for row in chain(loop_rows(days, tell), *((physics_rows(case), kernel_rows(case)) if case else ())):
            rows.append(row._asdict())
            if not as_json:
                typer.echo(f"{row.value:12.4g} {row.unit:<7} {row.what}")
    if as_json:
        print_json(rows)


@app.command("decision")
def decision(
    days: Annotated[int, typer.Option("--days", min=1, help="Length of the household's life, in days.")] = 14,
    layout: Annotated[str, typer.Option(help="A shipped layout or a layout file, with a loop.")] = "house",
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Time each decision as a gateway makes it, from readings as bought sensors send them, and weigh what the engine remembers.

    Example: zcw bench decision --days 14
    """
    from simulator.bench_decision import decision_rows

    rows = []
    with progress(f"deciding for {days} days") as tell:
        for row in decision_rows(days, layout, tell):
            rows.append(row._asdict())
            if not as_json:
                typer.echo(f"{row.value:12.4g} {row.unit:<7} {row.what}")
    if as_json:
        print_json(rows)
