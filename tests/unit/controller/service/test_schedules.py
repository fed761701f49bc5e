"""What a boiler had in its schedule is kept before it is overwritten, and given back, whatever happens in between."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from controller.core.decision import Command
from controller.core.reason import Reason, ReasonCode
from controller.devices.bindings import DeviceDeclaration, LoopBinding
from controller.devices.message import Message
from controller.devices.wiring import wire
from controller.service.schedules import ScheduleKeeper
from simulator.fake_devices.ebusd import DAYS, FACTORY, PREFIX, EbusdBoiler
from tests.support.families import shipped_families

MIDNIGHT = datetime(2026, 1, 5, tzinfo=UTC)
ALWAYS = "00:00;24:00;-:-;-:-;-:-;-:-;selected"


class House:
    """A boiler that outlives its controllers, and the wire between them."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._keeper: ScheduleKeeper | None = None
        self.boiler = EbusdBoiler(self._tell, lambda: MIDNIGHT)
        self.boiler.power_up()
        self.written: list[Message] = []

    def controller(self) -> "House":
        """A controller starts; the one before is gone without a word."""
        device = DeviceDeclaration("boiler", "ebusd", {"circuit": "700"})
        self._router, problems = wire([device], [LoopBinding("house", "boiler")], shipped_families())
        assert problems == ()
        self._keeper = ScheduleKeeper(self._router.schedules, self.file, self._send)
        return self

    def leave(self) -> None:
        """The controller is gone and hears nothing."""
        self._keeper = None

    @property
    def keeper(self) -> ScheduleKeeper:
        assert self._keeper is not None
        return self._keeper

    def order(self, on: bool) -> None:
        reason = Reason(ReasonCode.NOTHING_ASKED)
        for message in self._router.commands("house", Command(0, on, 120_000 if on else 0, reason)):
            self.keeper.send(message)

    def ask(self) -> None:
        for message in self._router.queries():
            self.keeper.send(message)

    def _send(self, message: Message) -> None:
        if message.topic.endswith("/set"):
            self.written.append(message)
        self.boiler.receive(message.topic, message.payload.decode())

    def _tell(self, topic: str, payload: str, retain: bool) -> None:
        if self._keeper is not None:
            self._keeper.hear(topic, payload.encode(), False)


async def test_nothing_is_written_before_every_day_is_kept(tmp_path: Path) -> None:
    house = House(tmp_path / "plans.json").controller()
    house.order(True)
    house.order(False)
    assert house.written == [] and set(house.boiler.plans.values()) == {FACTORY}
    house.ask()
    house.order(True)
    assert house.written == [], "told, and not on the disk yet"
    await house.keeper.saved()
    house.order(True)
    assert house.boiler.on and len(house.written) == 7


async def test_a_day_that_was_not_told_holds_everything_back(tmp_path: Path) -> None:
    house = House(tmp_path / "plans.json").controller()
    for day in DAYS[:-1]:
        house.boiler.receive(f"{PREFIX}{day}/get", "")
    await house.keeper.saved()
    house.order(True)
    assert house.written == []


async def test_on_leaving_the_boiler_has_its_own_schedule_back(tmp_path: Path) -> None:
    house = House(tmp_path / "plans.json").controller()
    house.ask()
    await house.keeper.saved()
    house.order(True)
    house.order(False)
    house.keeper.give_back()
    assert set(house.boiler.plans.values()) == {FACTORY}


async def test_after_a_crash_our_plans_are_not_taken_for_the_owners(tmp_path: Path) -> None:
    house = House(tmp_path / "plans.json").controller()
    house.ask()
    await house.keeper.saved()
    house.order(True)
    assert set(house.boiler.plans.values()) == {ALWAYS}
    house.controller()  # the one before was killed
    house.order(False)
    assert house.boiler.on, "asked first: the owner may have changed the plans in between"
    house.ask()
    await house.keeper.saved()
    house.order(False)
    assert not house.boiler.on
    house.keeper.give_back()
    assert set(house.boiler.plans.values()) == {FACTORY}


async def test_what_the_owner_changes_in_the_meantime_is_given_back(tmp_path: Path) -> None:
    house = House(tmp_path / "plans.json").controller()
    house.ask()
    await house.keeper.saved()
    house.order(True)
    changed = "05:00;09:00;-:-;-:-;-:-;-:-;selected"
    house.boiler.receive(f"{PREFIX}Monday/set", changed)
    await house.keeper.saved()
    house.order(False)
    house.keeper.give_back()
    assert house.boiler.plans["Monday"] == changed and house.boiler.plans["Sunday"] == FACTORY


async def test_what_was_changed_while_no_controller_ran_is_kept_too(tmp_path: Path) -> None:
    house = House(tmp_path / "plans.json").controller()
    house.ask()
    await house.keeper.saved()
    house.order(True)
    house.keeper.give_back()
    house.leave()
    changed = "05:00;09:00;-:-;-:-;-:-;-:-;selected"
    house.boiler.receive(f"{PREFIX}Friday/set", changed)
    house.controller()
    house.ask()
    await house.keeper.saved()
    house.order(True)
    house.keeper.give_back()
    assert house.boiler.plans["Friday"] == changed


async def test_a_damaged_file_is_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "plans.json"
    file.write_text('{"boiler": [', "utf-8")
    house = House(file).controller()
    house.ask()
    await house.keeper.saved()
    house.order(True)
    house.keeper.give_back()
    assert set(house.boiler.plans.values()) == {FACTORY}
    assert FACTORY in file.read_text("utf-8")


async def test_a_plan_that_the_broker_had_kept_is_of_no_known_age(tmp_path: Path) -> None:
    house = House(tmp_path / "plans.json").controller()
    for day in DAYS:
        house.keeper.hear(f"{PREFIX}{day}", b"old", True)
    await asyncio.sleep(0)
    assert not house.keeper.is_kept("boiler") and not house.file.exists()
