"""``zcw setup``: find the devices, try the pump, see which sensor sits where, and write the configuration."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.console import say
from api.commands.devices import CaFile, Host, MqttVersion, PasswordFile, Port, Username, broker_of

if TYPE_CHECKING:
    from api.ear import Ear
    from api.trial import Trial
    from controller.broker import BrokerSettings
    from controller.devices.recognise import Found


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
    time_zone: Annotated[str | None, typer.Option(help="IANA name, such as Europe/Berlin.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Answer every question with yes.")] = False,
) -> None:
    """Find your devices, try the pump for a moment, see which sensor sits where, and write the configuration.

    Nothing is switched and nothing is written without your yes. A file that is there is completed: its comments stay,
    and the one before is kept beside it.
    """
    broker = broker_of(host, port, username, password_file, ca_file, protocol)
    changes = asyncio.run(_guided(broker, seconds, test_s, run_s, yes))
    section = {"host": host, "port": port}
    section |= {"username": username} if username else {}
    section |= {"protocol": protocol} if protocol else {}
    section |= {"password_file": str(password_file.resolve())} if password_file else {}
    changes["broker"] = section | ({"tls": {"ca_file": str(ca_file.resolve())}} if ca_file else {})
    _write(file, changes, time_zone, yes)


async def _guided(
    broker: "BrokerSettings", seconds: float, test_s: float, run_s: float, yes: bool
) -> dict[str, Any]:
    from api.ear import Ear
    from api.finding import found_by
    from controller.core.errors import ZcwError

    say(f"Listening on {broker.address} for {seconds:g} s; press each of your buttons once meanwhile.")
    async with Ear(broker, "setup") as ear:
        found = await found_by(ear, seconds)
        for one in found:
            say(f"  found {one.name} ({one.family})")
        pump, trial = await _pump(ear, found, test_s, yes)
        if pump is None or trial is None:
            raise ZcwError(
                "no switch was confirmed as the pump's; nothing was written (zcw devices scan lists all)"
            )
        pump = _known_better(ear, pump)
        roles = await _roles(ear, pump, found, run_s, yes)
    return _changes(pump, trial, found, roles)


async def _pump(
    ear: "Ear", found: "Sequence[Found]", test_s: float, yes: bool
) -> "tuple[Found | None, Trial | None]":
    from api.trial import Bench

    for one in found:
        if one.pump_likeness < 0 or not _asked(f"May {one.name} be switched on for {test_s:g} s?", yes):
            continue
        trial = await Bench(ear, one).moment(test_s)
        for line in _told(one, trial, test_s):
            say(f"  {line}")
        if trial.said_on and trial.runs is not False and _asked("Did the pump run?", yes):
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


async def _roles(
    ear: "Ear", pump: "Found", found: "Sequence[Found]", run_s: float, yes: bool
) -> Mapping[str, Mapping[str, str]]:
    from api.trial import Bench, Watched
    from controller.devices.placement import places

    watched = [Watched(ear, one, channel) for one in found for channel in one.temperatures]
    if not watched or not run_s or not _asked(_run_question(run_s, len(watched)), yes):
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
    pump: "Found", trial: "Trial", found: "Sequence[Found]", roles: Mapping[str, Mapping[str, str]]
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
    loop: dict[str, Any] = {"pump": {"device": pump.name}, "sensors": dict(roles)}
    buttons = [_sensor(one, channel) for one in found for channel in one.buttons]
    return {"devices": devices, "loops": [loop | ({"buttons": buttons} if buttons else {})]}


def _write(file: Path, changes: dict[str, Any], time_zone: str | None, yes: bool) -> None:
    from api.config_file import merged, write

    if time_zone or not file.exists():
        changes["site"] = {"time_zone": time_zone or _time_zone()}
    text = merged(file, changes)
    typer.echo(text)
    question = f"{file} is there. Write these changes?" if file.exists() else f"Write this to {file}?"
    if not _asked(question, yes):
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


def _asked(question: str, yes: bool) -> bool:
    if yes:
        say(f"{question} yes")
        return True
    return typer.confirm(question, default=False, err=True)
