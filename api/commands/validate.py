"""``zcw validate``: the simulator's pipes against analytic cases, exact solutions, an independent solver and measurements."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.console import print_json, say

app = typer.Typer(
    help="Check the simulator's pipes against solutions and measurements of others.", no_args_is_help=True
)

Data = Annotated[Path, typer.Option(help="Folder with the data.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the results as JSON and nothing else.")]


@app.command("analytic")
def analytic() -> None:
    """Cool-down, step, tee, reversal and a month's energy against closed forms: 1e-6 relative."""
    from simulator.validation.analytic import PROMISED, checks

    found = checks()
    for check in found:
        typer.echo(f"  {check.name:<36}{check.error:.1e}")
    _verdict(all(check.passed for check in found), f"all within {PROMISED:.0e} relative")


@app.command("reference")
def reference(
    case: Annotated[
        Path, typer.Option(help="Folder with a case.json (and exact_reference.csv, if there is one).")
    ],
    out: Annotated[
        Path | None, typer.Option(help="CSV to write: t_s,outlet,T_C for each second while an outlet flows.")
    ] = None,
) -> None:
    """Run a reference case and compare it with its exact solution.

    Example: zcw validate reference --case ../shared/data/reference_case --out temperatures.csv
    """
    from simulator.validation.case_file import read_case
    from simulator.validation.reference import EXACT_FILE, compare, run, write_rows

    told = read_case(case)
    if told.ignored:
        say(f"not understood and passed over: {', '.join(told.ignored)}")
    rows = list(run(told))
    if out is not None:
        write_rows(rows, out)
        say(f"{out}: {len(rows)} rows")
    exact = (case if case.is_dir() else case.parent) / EXACT_FILE
    if not exact.is_file():
        typer.echo(f"{told.name}: {len(rows)} rows; no {EXACT_FILE} to compare with")
        return
    match = compare(rows, exact)
    typer.echo(f"{told.name}: {match.rows} rows compared, {match.missing} of the exact ones not found")
    typer.echo(f"  clear of fronts  worst {match.clear_worst_k:.1e} K  RMS {match.clear_rmse_k:.1e} K")
    typer.echo(f"  all              worst {match.worst_k:.1e} K  RMS {match.rmse_k:.1e} K")


@app.command("epanet")
def epanet(
    case: Annotated[
        Path | None, typer.Option(help="Folder with a case.json: EPANET's toolkit runs it too.")
    ] = None,
    inp: Annotated[
        Path | None,
        typer.Option(
            help="EPANET network (.inp) or a folder with some; a .csv of the same name is compared too."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run the same network with EPANET too: within 0.05 K away from fronts, fronts within 1 s.

    Example: zcw validate epanet --inp ../shared/data/epanet
    """
    if (case is None) is (inp is None):
        raise typer.BadParameter("give one of them", param_hint="'--case' / '--inp'")
    from dataclasses import asdict

    from simulator.validation.case_file import read_case
    from simulator.validation.epanet import PROMISED_K, refereed
    from simulator.validation.epanet_file import agreements

    found = [*agreements(inp)] if inp is not None else [refereed(read_case(case))] if case is not None else []
    if as_json:
        print_json([asdict(one) for one in found])
    for one in found:
        if not as_json:
            typer.echo(one.sentence)
    passed = all(one.passed for one in found)
    if not as_json:
        _verdict(passed, f"within {PROMISED_K} K away from fronts, fronts within 1 s")
    elif not passed:
        raise typer.Exit(1)


@app.command("pipe")
def pipe(
    data: Data,
    as_json: AsJson = False,
    ambient_c: Annotated[float, typer.Option(help="Temperature of the room, in C.")] = 18.0,
    length_m: Annotated[float, typer.Option(min=0.1, help="Length of the pipe, in m.")] = 39.0,
    inner_mm: Annotated[float, typer.Option(min=1.0, help="Inner diameter, in mm.")] = 52.48,
    outer_mm: Annotated[float, typer.Option(min=1.0, help="Outer diameter, in mm.")] = 60.3,
    foam_mm: Annotated[float, typer.Option(min=0.0, help="Thickness of the foam, in mm.")] = 13.0,
) -> None:
    """Predict measured step responses of a pipe: every CSV in a folder, with nothing fitted.

    Example: zcw validate pipe --data ../shared/data/ulg_pipe --json
    """
    from simulator.validation.measured import BenchPipe, fit, read_runs

    if outer_mm <= inner_mm:
        raise typer.BadParameter(
            "the outer diameter has to be greater than the inner one", param_hint="'--outer-mm'"
        )
    bench = BenchPipe(
        length_m=length_m,
        inner_m=inner_mm / 1000.0,
        outer_m=outer_mm / 1000.0,
        foam_m=foam_mm / 1000.0,
        ambient_c=ambient_c,
    )
    fits = [fit(run, bench) for run in read_runs(data)]
    if as_json:
        print_json([one.as_json() for one in fits])
        return
    for one in fits:
        typer.echo(
            f"  {one.file:<24}RMSE {one.rmse_k:.3f} K  worst {one.max_abs_k:.2f} K  t50 {one.t50_error_s:+.1f} s"
        )


@app.command("loop")
def loop(data: Data, as_json: AsJson = False) -> None:
    """Losses of a circulation loop's segments against another program's: 0.5 %.

    Example: zcw validate loop --data ../shared/data/cse_loop
    """
    from dataclasses import asdict

    from simulator.validation.loop import PROMISED, segment_losses

    losses = segment_losses(data)
    if as_json:
        print_json([{**asdict(one), "error": one.error} for one in losses])
        return
    for one in losses:
        typer.echo(
            f"  {one.element:<8}with flow {one.flowing_btu:9.1f} of {one.flowing_theirs_btu:9.1f} Btu, at rest "
            f"{one.resting_btu:9.1f} of {one.resting_theirs_btu:9.1f} Btu: {one.error:.4%}"
        )
    _verdict(all(one.error <= PROMISED for one in losses), f"all within {PROMISED:.1%}")


@app.command("fixtures")
def fixtures(
    layout: Annotated[list[str] | None, typer.Option(help="House, by name or file; repeat for more.")] = None,
    strategy: Annotated[list[str] | None, typer.Option(help="What runs the pump; repeat for more.")] = None,
    household: Annotated[str, typer.Option(help="Whose draws.")] = "people-3",
    days: Annotated[int, typer.Option(min=3, max=60, help="Days; the first two are not counted.")] = 6,
    seed: Annotated[int, typer.Option(help="Decides about people and sensors.")] = 4,
) -> None:
    """The controller's "is it hot yet?" against the true temperatures at the fixtures of simulated houses.

    Example: zcw validate fixtures --layout house --layout flat-return --strategy timed
    """
    from simulator.households import draws_of
    from simulator.layout_file import load_layout
    from simulator.validation.fixtures import check

    typer.echo(
        "  house             strategy   pipes  1 sd  2 sd   RMS  hot ok  cold ok  unsaid  waits in  error"
    )
    for name in layout or ["house", "house-cold-return"]:
        house = load_layout(name)
        draws = draws_of(household, house, days=days, seed=seed)
        for runs in strategy or ["none", "on_demand", "timed"]:
            for pipes in (False, True):
                found = check(house, draws, runs, days=days, train_days=2, seed=seed, pipes=pipes)
                typer.echo(
                    f"  {house.name:<18}{runs:<11}{'given' if pipes else '-':<6}{found.within(1):5.0%}{found.within(2):6.0%}"
                    f"{found.rms_k:5.1f} K{found.right(True):7.0%}{found.right(False):9.0%}{found.silence:8.0%}"
                    f"{found.waits_within:10.0%}{found.wait_error_s:6.1f} s"
                )


def _verdict(passed: bool, promise: str) -> None:
    typer.echo(promise if passed else f"NOT {promise}")
    if not passed:
        raise typer.Exit(1)
