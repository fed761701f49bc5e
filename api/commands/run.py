"""``zcw run``: the controller itself, on real hardware."""

import asyncio
import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import product_version, start_logging

if TYPE_CHECKING:
    from controller.settings import Settings

_log = logging.getLogger("zcw")


def run(
    config: Annotated[Path, typer.Option("--config", "-c", help="Configuration file.")] = Path("zcw.yaml"),
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log the details.")] = False,
) -> None:
    """Control the pump as the configuration says, until stopped; the pump is off before it ends.

    Check a configuration first with: zcw config check FILE
    """
    began = time.monotonic()
    start_logging(verbose=verbose)
    from controller.settings import load_settings

    settings = load_settings(config)
    for warning in settings.warnings:
        _log.warning("%s: %s", config, warning)
    raise typer.Exit(asyncio.run(_run(settings, began, config)))


async def _run(settings: "Settings", began: float, config: Path) -> int:
    from api.control import control, stop_signal
    from controller.runtime import PacedClock

    def ready(url: str) -> None:
        _log.info(
            "controlling %s (%d loop%s), ready after %.2f s; page: %s",
            settings.site.name,
            len(settings.loops),
            "" if len(settings.loops) == 1 else "s",
            time.monotonic() - began,
            url,
        )

    code = await control(
        settings, product_version(), PacedClock(), ready=ready, stopped=stop_signal(), config=config
    )
    _log.info("ended; every pump was ordered off")
    return code
