"""``zcw setup``: find the devices, try the pump, see which sensor sits where, and write the configuration."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.asking import Asker
from api.commands.console import say
from api.commands.devices import CaFile, Host, MqttVersion, PasswordFile, Port, Username, broker_of

if TYPE_CHECKING:
    from api.ear import Ear
    from api.trial import Trial
    from controller.broker import BrokerSettings
    from controller.devices.recognise import Found


class WayBack(StrEnum):
    """How the water comes back to the heater."""

    DEDICATED_RETURN = "dedicated_return"
    COLD_RETURN = "cold_return"


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the guided part is to go.

    Args:
        seconds: How long to listen first.
        test_s: How long a switch is tried.
        run_s: Longest run to see which sensor warms up; 0 for none.
        way_back: How the water comes back; None to ask.
    """

    seconds: float
    test_s: float
    run_s: float
    way_back: WayBack | None


def setup(
    file: Annotated[Path, typer.Argument(help="Configuration to write, or to complete.")] = Path("zcw.yaml"),
    host: Host = "localhost",
    port: Port = 1883,
    username: Username = None,
    password_file: PasswordFile = None,
    ca_file: CaFile = None,
    protocol: MqttVersion = None,
    seconds: Annotated[float, typer.Option(min=1, max=3_600, help="How long to listen first.")] = 20.0,
    test_s: Annotated[float, typer.Option(min=1, max=60, help="How long a switch is tried.")] = 20.0,
    run_s: Annotated[
        float, typer.Option(min=0, max=300, help="Longest run to see which sensor warms up; 0 for none.")
    ] = 180.0,
    topology: Annotated[
        WayBack | None,
        typer.Option(
            help="How the water comes back: a return pipe of its own, or the cold pipe. Asked without it."
        ),
    ] = None,
    time_zone: Annotated[str | None, typer.Option(help="IANA name, such as Europe/Berlin.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Answer every question with yes.")] = False,
) -> None:
    """Find your devices, try the pump for a moment, see which sensor sits where, and write the configuration.

    Nothing is switched and nothing is written without your yes. A file that is there is completed: its comments stay,
    and the one before is kept beside it.
    """
    from api.config_file import check_place

    check_place(file)  # before anything is switched
    broker = broker_of(host, port, username, password_file, ca_file, protocol)
    wishes, asker = Wishes(seconds, test_s, run_s, topology or _declared(file)), Asker(yes=yes)
    try:
        changes = asyncio.run(_guided(broker, wishes, asker))
    except (typer.Abort, KeyboardInterrupt):
        say("Broken off: nothing was written, and what was switched on was switched off.")
        raise typer.Exit(130) from None
    section = {"host": host, "port": port}
    section |= {"username": username} if username else {}
    section |= {"protocol": protocol} if protocol else {}
    section |= {"password_file": str(password_file.resolve())} if password_file else {}
    changes["broker"] = section | ({"tls": {"ca_file": str(ca_file.resolve())}} if ca_file else {})
    try:
        asyncio.run(_write(file, changes, time_zone, asker))
    except (typer.Abort, KeyboardInterrupt):
        say("Broken off: nothing was written.")
        raise typer.Exit(130) from None


def _declared(file: Path) -> WayBack | None:
    """Return how the water comes back as a file that is there says; None when it does not."""
    from api.config_file import topology_of

    known = topology_of(file)
    return WayBack(known) if known in list(WayBack) else None


async def _guided(broker: "BrokerSettings", wishes: Wishes, asker: Asker) -> dict[str, Any]:
    from api.ear import Ear
    from api.finding import found_by
    from controller.core.errors import ZcwError

    say(f"Listening on {broker.address} for {wishes.seconds:g} s; press each of your buttons once meanwhile.")
    async with Ear(broker, "setup") as ear:
        found = await found_by(ear, wishes.seconds)
        for one in found:
            say(f"  found {one.name} ({one.family})")
        if all(one.pump_likeness < 0 for one in found):
            raise ZcwError(
                "no switch was found that could be the pump's; nothing was written. Is it on this broker, and does it "
                "report there? Any topic can be used with family: generic (docs/devices.md)"
            )
        way_back = wishes.way_back or await _way_back(asker)
        pump, trial = await _pump(ear, found, wishes.test_s, asker)
        if pump is None or trial is None:
            raise ZcwError(
                "no switch was confirmed as the pump's; nothing was written (zcw devices scan lists all)"
            )
        pump = _known_better(ear, pump)
        if way_back is WayBack.COLD_RETURN:
            roles = await _cold_line(ear, found, asker)
        else:
            roles = await _roles(ear, pump, found, wishes.run_s, asker)
    return _changes(pump, trial, found, roles, way_back)


async def _way_back(asker: Asker) -> WayBack:
    own_pipe = await asker.agrees(
        "Does the water come back through a return pipe of its own (n: through the cold pipe, by a valve at the far tap)?",
        default=True,
    )
    return WayBack.DEDICATED_RETURN if own_pipe else WayBack.COLD_RETURN


async def _pump(
    ear: "Ear", found: "Sequence[Found]", test_s: float, asker: Asker
) -> "tuple[Found | None, Trial | None]":
    from api.trial import Bench

    for one in found:
        if one.pump_likeness < 0 or not await asker.agrees(
            f"May {one.name} be switched on for {test_s:g} s?"
        ):
            continue
        trial = await Bench(ear, one).moment(test_s)
        for line in _told(one, trial, test_s):
            say(f"  {line}")
        if trial.said_on and trial.runs is not False and await asker.agrees("Did the pump run?"):
            return one, trial
    return None, None


def _told(one: "Found", trial: "Trial", test_s: float) -> Sequence[str]:
    lines = [f"{one.name} said that it is on" if trial.said_on else f"{one.name} did not say that it is on"]
    if trial.power_w is not None:
        lines.append(f"it drew {trial.power_w:.1f} W")
    if trial.off_after_s is not None:
        lines.append(f"it went off by itself after {trial.off_after_s:.0f} s: its auto-off is verified")
    elif one.lease_class == "A":
        lines.append(f"it did not go off by itself after {test_s:g} s: it is not relied on")
    if not trial.said_off:
        lines.append("it does not confirm that it is off: PLEASE LOOK AT THE PUMP")
    return lines


def _known_better(ear: "Ear", pump: "Found") -> "Found":
    """Return what is known of the pump after it was tried: some devices tell their timer only while it runs."""
    from controller.devices.recognise import recognise
    from controller.settings.families import families

    again = recognise(ear.heard, {pump.family: families()[pump.family]})
    return next((one for one in again if pump.parameters.items() <= one.parameters.items()), pump)


async def _cold_line(ear: "Ear", found: "Sequence[Found]", asker: Asker) -> Mapping[str, Mapping[str, str]]:
    """Ask for the sensor on the cold pipe. It is not tried: a run long enough to tell would warm that pipe."""
    from api.trial import Watched
    from controller.core.errors import ZcwError
    from controller.core.plumbing import COLD_LINE
    from controller.devices.placement import likest_first

    watched = {str(index): Watched(ear, *one) for index, one in enumerate(_thermometers(found))}
    for key in likest_first({key: one.trace for key, one in watched.items()}, COLD_LINE):
        one = watched[key]
        if await asker.agrees(f"Is {one.trace.name} on the cold pipe, where the water comes back into it?"):
            return {COLD_LINE: _sensor(one.device, one.channel)}
    raise ZcwError(
        "with the cold pipe as the way back a sensor on it is needed, or nothing keeps it below 40 C; nothing was written"
    )


def _thermometers(found: "Sequence[Found]") -> "Sequence[tuple[Found, str]]":
    return [(one, channel) for one in found for channel in one.temperatures]


async def _roles(
    ear: "Ear", pump: "Found", found: "Sequence[Found]", run_s: float, asker: Asker
) -> Mapping[str, Mapping[str, str]]:
    from api.trial import Bench, Watched
    from controller.devices.placement import places

    watched = [Watched(ear, *one) for one in _thermometers(found)]
    if not watched or not run_s or not await asker.agrees(_run_question(run_s, len(watched))):
        return {}
    began_s = await Bench(ear, pump).run(run_s, watched)
    traces = {str(index): one.trace for index, one in enumerate(watched)}
    roles = places(traces, began_s)
    for key, trace in traces.items():
        rise_k = trace.rise_k(began_s)
        say(f"  {trace.name}: rose by {rise_k:.1f} K, taken for {roles.get(key, 'no sensor of the loop')}")
    return {role: _sensor(watched[int(key)].device, watched[int(key)].channel) for key, role in roles.items()}


def _run_question(run_s: float, count: int) -> str:
    return f"May the pump run for up to {run_s:g} s, to see which of {count} sensors warm up?"


def _sensor(one: "Found", channel: str) -> Mapping[str, str]:
    return {"device": one.name, **({"channel": channel} if channel else {})}


def _changes(
    pump: "Found",
    trial: "Trial",
    found: "Sequence[Found]",
    roles: Mapping[str, Mapping[str, str]],
    way_back: WayBack,
) -> dict[str, Any]:
    used = {pump.name, *(sensor["device"] for sensor in roles.values())}
    used |= {one.name for one in found if one.buttons}
    devices = {
        one.name: {"family": one.family, **one.parameters}
        for one in (pump if other.name == pump.name else other for other in found)
        if one.name in used
    }
    if trial.off_after_s is None:
        # an auto-off that was not seen is not claimed
        devices[pump.name].pop("countdown", None)
    loop: dict[str, Any] = {"topology": way_back.value, "pump": {"device": pump.name}, "sensors": dict(roles)}
    buttons = [_sensor(one, channel) for one in found for channel in one.buttons]
    return {"devices": devices, "loops": [loop | ({"buttons": buttons} if buttons else {})]}


async def _write(file: Path, changes: dict[str, Any], time_zone: str | None, asker: Asker) -> None:
    from api.config_file import merged, write

    if time_zone or not file.exists():
        changes["site"] = {"time_zone": time_zone or _time_zone()}
    text = merged(file, changes)
    typer.echo(text)
    question = f"{file} is there. Write these changes?" if file.exists() else f"Write this to {file}?"
    if not await asker.agrees(question):
        say("Nothing was written.")
        raise typer.Exit(1)
    settings = write(file, text)
    say(f"{file} was written.")
    for warning in settings.warnings:
        say(f"  note: {warning}")
    say(f"Next: zcw doctor {file}, then zcw run --config {file}")


def _time_zone() -> str:
    """Return the time zone of this machine, or UTC."""
    target = Path("/etc/localtime")
    name = str(target.resolve()).partition("zoneinfo/")[2] if target.exists() else ""
    return name or "UTC"
