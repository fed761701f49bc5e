"""``zcw run`` with a clock that runs faster: configuration, then speed. Commits come at the pace of that clock."""

import asyncio
import sys
from pathlib import Path

from api.commands.console import start_logging
from api.control import control, stop_signal
from controller.runtime import PacedClock
from controller.settings import load_settings
from controller.storage import outbox

BEGINS_UTC_MS = 1_767_571_200_000
"""5 January 2026, a Monday."""


async def live(config: Path, speed: float) -> int:
    """Control, with the page, until told to stop."""
    # How long rows wait for company is counted by the machine's clock, which does not know that it is to hurry.
    setattr(outbox, "READINGS_WAIT_S", outbox.READINGS_WAIT_S / speed)  # noqa: B010 - a constant to everybody else
    clock = PacedClock(speed, BEGINS_UTC_MS)
    return await control(
        load_settings(config),
        "0",
        clock,
        ready=lambda _: print("controlling", flush=True),
        stopped=stop_signal(),
        config=config,
    )


if __name__ == "__main__":
    start_logging(verbose=False)
    raise SystemExit(asyncio.run(live(Path(sys.argv[1]), float(sys.argv[2]))))
