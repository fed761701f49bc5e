"""The folder of one simulation: summary.json, draws.csv, runs.csv and the temperatures."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Literal, TypeAlias

from controller.core.errors import ZcwError
from controller.core.reason import Reason
from simulator.pump_record import PumpRun
from simulator.results import DrawResult
from simulator.study import Outcome
from simulator.tariff import Costs
from simulator.thermograph import Temperature

TableKind: TypeAlias = Literal["csv", "parquet"]

DRAW_COLUMNS: Final = (
    "start_s", "duration_s", "fixture", "flow_lpm", "use_c", "useful",
    "wait_s", "cold_litres", "hot_litres", "mean_c",
)  # fmt: skip
RUN_COLUMNS: Final = (
    "start_s", "end_s", "duration_s", "started", "started_because", "stopped", "stopped_because", "loop"
)  # fmt: skip
TEMPERATURE_COLUMNS: Final = ("at_s", "place", "temperature_c")


class MissingExtra(ZcwError):
    """Something optional is needed that is not installed.

    Args:
        what: What was to be done.
        extra: The extra of the product that brings it.
    """

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f'{what} needs more libraries; install them with: pip install "zero-cold-water[{extra}]"'
        )


def write_record(
    folder: Path, outcome: Outcome, *, temperatures: TableKind = "csv", costs: Costs | None = None
) -> list[Path]:
    """Write everything about a run into a folder, which is made when it is not there; return the files.

    Args:
        folder: Where to.
        outcome: What came of the run.
        temperatures: How to write the temperatures.
        costs: What it costs, for the summary; None to leave that out.

    Raises:
        MissingExtra: Parquet was asked for and cannot be written here.
        ZcwError: The folder cannot be written.
    """
    files = [
        folder / name for name in ("summary.json", "draws.csv", "runs.csv", f"temperatures.{temperatures}")
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        summary = outcome.summary.as_json() | ({} if costs is None else costs.as_json())
        text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False)
        files[0].write_text(text + "\n", "utf-8")
        _write_csv(files[1], DRAW_COLUMNS, map(_draw_row, outcome.results))
        _write_csv(files[2], RUN_COLUMNS, map(_run_row, outcome.runs))
        _write_temperatures(files[3], outcome.temperatures, temperatures)
    except OSError as error:
        raise ZcwError(f"{folder}: cannot be written: {error.strerror}; choose another --out") from error
    return files


def _draw_row(result: DrawResult) -> Sequence[object]:
    draw = result.draw
    return (
        draw.start_s, draw.duration_s, draw.fixture, draw.flow_lpm, draw.use_c, int(draw.useful),
        "" if result.wait_s is None else round(result.wait_s, 3),
        round(result.cold_litres, 4), round(result.hot_litres, 4), round(result.mean_c, 3),
    )  # fmt: skip


def _run_row(run: PumpRun) -> Sequence[object]:
    ended = run.end_s is not None
    return (
        round(run.start_s, 3), round(run.end_s, 3) if run.end_s is not None else "",
        round(run.end_s - run.start_s, 3) if run.end_s is not None else "",
        *_told(run.started), *(_told(run.stopped) if ended else ("", "")), run.loop,
    )  # fmt: skip


def _told(reason: Reason | None) -> tuple[str, str]:
    """Return a reason's code and sentence."""
    return ("", "the switch dropped by itself") if reason is None else (reason.code.value, reason.sentence())


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _write_temperatures(path: Path, readings: Sequence[Temperature], kind: TableKind) -> None:
    if kind == "csv":
        _write_csv(
            path, TEMPERATURE_COLUMNS, ((one.at_s, one.place, round(one.value_c, 3)) for one in readings)
        )
        return
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtra("writing Parquet", "parquet") from None
    columns = {
        "at_s": pa.array([one.at_s for one in readings], pa.float64()),
        "place": pa.array([one.place for one in readings], pa.dictionary(pa.int32(), pa.string())),
        "temperature_c": pa.array([one.value_c for one in readings], pa.float32()),
    }
    pq.write_table(pa.table(columns), path)
