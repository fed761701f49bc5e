"""What the commands share on the terminal: results to standard output, everything else to standard error."""

import importlib.metadata
import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import typer

DISTRIBUTION = "zero-cold-water"


def product_version() -> str:
    """Return the installed version of the product."""
    return importlib.metadata.version(DISTRIBUTION)


def version(wanted: bool) -> None:
    """Print the version and leave, when asked to."""
    if wanted:
        typer.echo(f"zcw {product_version()}")
        raise typer.Exit


def print_json(value: object) -> None:
    """Print a machine-readable answer, and nothing else, on standard output."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")


def say(line: str) -> None:
    """Tell a person something, on standard error."""
    print(line, file=sys.stderr, flush=True)


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table for the terminal: the first column to the left, numbers to the right."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  " + "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]).rstrip()
        for line in lines
    )


@contextmanager
def progress(what: str) -> Iterator[Callable[[float], None]]:
    """Show a progress bar on a terminal; give a function that takes the share done, 0 to 1."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)


class _OneLine(logging.Formatter):
    """Log lines in which a message cannot forge another line or drive the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if record.exc_info:
            return text
        return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def start_logging(*, verbose: bool) -> None:
    """Send log lines to standard error; with ``verbose`` also the details."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%d %H:%M:%S"))
    logging.basicConfig(level=logging.DEBUG if verbose else logging.INFO, handlers=[handler], force=True)
    for noisy in ("amqtt", "transitions", "uvicorn", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
