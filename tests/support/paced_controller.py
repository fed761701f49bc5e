"""The real controller as a process of its own, with a clock that runs faster: configuration, then speed."""

import asyncio
import sys
from pathlib import Path

from controller.runtime import PacedClock
from controller.service.compose import compose
from controller.settings import load_settings


async def live(config: Path, speed: float, started_utc_ms: int) -> None:
    """Control until the process is ended."""
    service = compose(load_settings(config), "0", PacedClock(speed, started_utc_ms))
    service.start()
    print("controlling", flush=True)
    try:
        raise await service.failure
    finally:
        await service.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
