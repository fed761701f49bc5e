"""Keeping the schedules that boilers had before us: nothing is overwritten before it is kept, all is given back."""

import asyncio
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from controller.devices.message import Message
from controller.devices.schedule import Schedule


class ScheduleKeeper:
    """Stands between the loops and the broker for boilers that obey a schedule only.

    Orders are let through when every day's plan was told since the start and is on the disk. A plan that is neither
    of ours is its owner's and is kept. So a crash loses nothing, a plan that the owner changes in the meantime is the
    one that is given back, and a plan of ours that is found after a crash is not mistaken for the owner's.

    Args:
        schedules: Schedule of each such boiler, by the device's name.
        file: Where the plans are kept.
        publish: Sends a message; never waits, never raises.
    """

    def __init__(
        self, schedules: Mapping[str, Schedule], file: Path, publish: Callable[[Message], None]
    ) -> None:
        self._schedules = dict(schedules)
        self._file = file
        self._publish = publish
        self._plans = _read(file) if schedules else {}
        self._on_disk = {name: dict(plans) for name, plans in self._plans.items()}
        self._owners = {
            day.write.topic: name for name, schedule in self._schedules.items() for day in schedule.days
        }
        self._told: dict[str, set[str]] = {name: set() for name in schedules}
        self._saving: asyncio.Task[None] | None = None

    def send(self, message: Message) -> None:
        """Send a message, unless it would overwrite a plan that is not kept yet: orders are repeated anyway."""
        owner = self._owners.get(message.topic)
        if owner is None or self.is_kept(owner):
            self._publish(message)

    def is_kept(self, device: str) -> bool:
        """Return whether every day's plan was told since the start, and what must be given back is on the disk."""
        kept, told = self._on_disk.get(device, {}), self._told[device]
        days = {day.name for day in self._schedules[device].days}
        return days <= told and days <= kept.keys() and kept == self._plans.get(device)

    def hear(self, topic: str, payload: bytes, retained: bool) -> None:
        """Take note of a plan that a boiler tells; one that the broker had kept may be of any age."""
        for name, schedule in self._schedules.items() if not retained else ():
            told = schedule.told(topic, payload)
            if told is not None:
                self._take(name, schedule, *told)

    def give_back(self) -> None:
        """Write every boiler's own plan back."""
        for name, plans in self._on_disk.items():
            if name in self._schedules:
                for message in self._schedules[name].writes(plans):
                    self._publish(message)

    async def saved(self) -> None:
        """Wait until everything heard so far is on the disk."""
        while self._saving is not None:
            await self._saving

    def _take(self, name: str, schedule: Schedule, day: str, plan: str) -> None:
        plans = self._plans.setdefault(name, {})
        self._told[name].add(day)
        ours = plan in (schedule.always, schedule.never)
        if plans.get(day) == plan or (ours and day in plans):
            return
        plans[day] = plan
        if self._saving is None:
            self._saving = asyncio.get_running_loop().create_task(self._save())

    async def _save(self) -> None:
        try:
            while self._plans != self._on_disk:
                plans = {name: dict(days) for name, days in self._plans.items()}
                await asyncio.to_thread(_write, self._file, plans)
                self._on_disk = plans
        finally:
            self._saving = None


def _read(file: Path) -> dict[str, dict[str, str]]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(name): {str(day): plan for day, plan in plans.items() if isinstance(plan, str)}
        for name, plans in found.items()
        if isinstance(plans, dict)
    }


def _write(file: Path, plans: Mapping[str, Mapping[str, str]]) -> None:
    """Put a file in place that survives a power cut at any moment: the old one or the new one, whole."""
    trial = file.with_name(f"{file.name}.new")
    with trial.open("w", encoding="utf-8") as out:
        json.dump(plans, out, ensure_ascii=False, indent=1)
        out.flush()
        os.fsync(out.fileno())
    os.replace(trial, file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
