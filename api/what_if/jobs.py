"""One advice at a time, in a process of its own: the controller never waits for it and never shares its memory."""

import asyncio
import contextlib
import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

LONGEST_S: Final = 1_200.0
"""Longest time for an advice."""
_LONGEST_LINE: Final = 4 * 1024 * 1024
"""Longest line of the worker: its result has the layouts and commands in it."""
WORKER: Final = "api.what_if.worker"
FILES: Final = {"report.html": "text/html", "parts.csv": "text/csv", "plan.json": "application/json"}
"""What can be fetched when it is done."""

State = Literal["idle", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Status:
    """How an advice is going.

    Args:
        state: What it is about.
        share: Share done, 0..1.
        error: What went wrong.
        result: What came of it.
    """

    state: State = "idle"
    share: float = 0.0
    error: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)


class Busy(Exception):
    """An advice is being worked out already."""


class Planner:
    """Works out advices, one after the other.

    Args:
        folder: Where requests and results lie; made when needed. The last result is found again after a restart.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._task: asyncio.Task[None] | None = None
        self._status = Status()
        self._looked = False

    def status(self) -> Status:
        """Return how it is going."""
        if not self._looked and self._status.state == "idle":
            self._looked = True
            with contextlib.suppress(OSError, ValueError):
                result = json.loads((self._folder / "plan.json").read_text("utf-8"))
                self._status = Status("done", 1.0, result=result)
        return self._status

    def start(self, request: Mapping[str, Any]) -> Status:
        """Begin an advice.

        Raises:
            Busy: Another one is going on.
        """
        if self._task is not None and not self._task.done():
            raise Busy
        self._status = Status("running")
        self._task = asyncio.get_running_loop().create_task(self._work(dict(request)))
        return self._status

    async def cancel(self) -> Status:
        """Give up the advice that is being worked out, if there is one; its process is gone then."""
        task = self._task
        if self.end() and task is not None:
            await asyncio.wait([task])
        return self._status

    def end(self) -> bool:
        """Tell the advice that is being worked out to end; tell whether there is one."""
        if self._task is None or self._task.done():
            return False
        self._status = Status("cancelled")
        self._task.cancel()
        return True

    def file(self, name: str) -> Path | None:
        """Return a file of the last advice that is done; None when there is none."""
        path = self._folder / name
        return path if self.status().state == "done" and path.is_file() else None

    async def _work(self, request: Mapping[str, Any]) -> None:
        try:
            async with asyncio.timeout(LONGEST_S):
                await self._run(request)
        except TimeoutError:
            self._status = Status("failed", error=f"it took longer than {LONGEST_S / 60:.0f} min")
        except OSError as error:
            self._status = Status("failed", error=f"it cannot be started: {error.strerror or error}")
        except ValueError:  # a line without end, or none of ours
            self._status = Status("failed", error="the process said what nobody understands")

    async def _run(self, request: Mapping[str, Any]) -> None:
        await asyncio.to_thread(self._prepare, request)
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", WORKER, str(self._folder),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            limit=_LONGEST_LINE,
        )  # fmt: skip
        try:
            assert worker.stdout is not None
            async for line in worker.stdout:
                self._hear(json.loads(line))
            code = await worker.wait()
            if self._status.state == "running":
                self._status = Status(
                    "failed", error=f"the process ended with {code}, out of memory or time perhaps"
                )
        finally:
            if worker.returncode is None:
                worker.kill()
                await worker.wait()

    def _prepare(self, request: Mapping[str, Any]) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "request.json").write_text(json.dumps(request), "utf-8")

    def _hear(self, said: Mapping[str, Any]) -> None:
        if "share" in said:
            self._status = replace(self._status, share=float(said["share"]))
        elif "result" in said:
            self._status = Status("done", 1.0, result=said["result"])
        elif "error" in said:
            self._status = Status("failed", error=str(said["error"]))
