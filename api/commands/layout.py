"""``zcw layout``: look at houses before they are simulated."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import print_json, say
from controller.core.errors import ZcwError

if TYPE_CHECKING:
    from simulator.layout import Layout, Loop

app = typer.Typer(help="List, check and draw the layouts of houses.", no_args_is_help=True)

File = Annotated[
    str, typer.Argument(help="Layout file, or the name of a layout that comes with the product.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


class Labels(StrEnum):
    """Language of a drawing."""

    EN = "en"
    ZH = "zh"


@app.command("list")
def list_layouts(as_json: AsJson = False) -> None:
    """List the layouts that come with the product."""
    from simulator.layout_file import load_layout, shipped_layouts

    layouts = [load_layout(name) for name in shipped_layouts()]
    if as_json:
        print_json([_facts(layout) for layout in layouts])
        return
    width = max(len(layout.name) for layout in layouts) + 2
    typer.echo("\n".join(f"{layout.name:<{width}}{layout.description}" for layout in layouts))


@app.command("check")
def check(file: File, as_json: AsJson = False) -> None:
    """Say what was understood of a layout, or everything that is wrong with it (exit code 2)."""
    from simulator.layout_file import load_layout

    layout = load_layout(file)
    if as_json:
        print_json(_facts(layout))
        return
    typer.echo("\n".join(_lines(file, layout)))


@app.command("draw")
def draw(
    file: File,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="SVG file; standard output without it.")
    ] = None,
    labels: Annotated[Labels, typer.Option(help="Language of what is written on it.")] = Labels.EN,
) -> None:
    """Draw a layout as an SVG picture.

    Example: zcw layout draw villa -o villa.svg
    """
    from simulator.drawing import draw_layout
    from simulator.layout_file import load_layout

    svg = draw_layout(load_layout(file), language=labels.value)
    if out is None:
        typer.echo(svg, nl=False)
        return
    try:
        out.write_text(svg, encoding="utf-8")
    except OSError as error:
        raise ZcwError(f"{out}: cannot be written: {error.strerror}; choose another --out") from error
    say(f"{out}: drawn")


@app.command("schema")
def schema() -> None:
    """Print the JSON schema of layout files, for editors that complete and check."""
    from simulator.layout_file import layout_schema

    print_json(layout_schema())


def _facts(layout: "Layout") -> dict[str, object]:
    return {
        "name": layout.name,
        "description": layout.description,
        "fixtures": list(layout.fixtures),
        "pipes": len(layout.pipes),
        "water_litres": round(sum(run.water_l for run in layout.hot + layout.return_line), 2),
        "loss_w": round(_hot_loss_w(layout), 1),
        "loops": [
            {"name": loop.name, "way_back": _way_back(loop), "pump": _pump(loop)} for loop in layout.loops
        ],
        "sensors": [spot.label for spot in layout.sensors],
    }


def _hot_loss_w(layout: "Layout") -> float:
    """Return what the hot pipes and return lines lose while all of them are at the set point, in W."""
    loss_w_k = sum(run.loss_w_k for run in layout.hot + layout.return_line)
    return loss_w_k * (layout.setpoint_c - layout.ambient_c)


def _lines(file: str, layout: "Layout") -> Iterator[str]:
    facts = _facts(layout)
    yield f"{file} is fine."
    yield f"  house     {layout.name}: {layout.description}"
    yield f"  fixtures  {', '.join(layout.fixtures)}"
    yield f"  pipes     {facts['pipes']}, {facts['water_litres']} l of hot water, {facts['loss_w']} W lost when all are hot"
    for loop in layout.loops:
        yield f"  loop      {loop.name}: {_way_back(loop)}, pump {_pump(loop)}"
    if not layout.loops:
        yield "  loop      none: water waits in the pipes"
    yield f"  sensors   {', '.join(spot.label for spot in layout.sensors) or 'none'}"


def _way_back(loop: "Loop") -> str:
    if loop.crossovers:
        return f"cold pipe as return at {', '.join(crossover.fixture for crossover in loop.crossovers)}"
    return f"return line of {sum(run.length_m for run in loop.return_line):g} m"


def _pump(loop: "Loop") -> str:
    spec = loop.pump
    return (
        f"{spec.flow_lpm:g} l/min"
        if spec.flow_lpm is not None
        else f"with a curve up to {spec.curve[0][1]:g} m"
    )
