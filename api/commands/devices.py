"""``zcw devices``: what is supported, and what is there."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.commands.console import print_json, say

if TYPE_CHECKING:
    from controller.broker import BrokerSettings
    from controller.devices.recognise import Found

app = typer.Typer(help="What devices are supported, and which ones are there.", no_args_is_help=True)

Host = Annotated[str, typer.Option(help="Name or address of the MQTT broker.")]
Port = Annotated[int, typer.Option(min=1, max=65_535, help="Port of the MQTT broker.")]
Username = Annotated[str | None, typer.Option(help="User name at the broker.")]
PasswordFile = Annotated[Path | None, typer.Option(help="File that holds the password and nothing else.")]
CaFile = Annotated[Path | None, typer.Option(help="Certificates to trust; the connection is encrypted then.")]
MqttVersion = Annotated[
    Literal["5", "3.1.1"] | None,
    typer.Option(help="Version of MQTT: 5, unless the broker is an old one."),
]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", "-c", help="Take the broker from this configuration.")
]


@app.command("list")
def list_command(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the page of supported devices.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the families as JSON.")] = False,
) -> None:
    """Say which families of devices are supported."""
    from controller.settings.families import families
    from controller.settings.family_page import classes, page

    known = families()
    if markdown:
        typer.echo(page(known), nl=False)
    elif as_json:
        print_json(
            {
                name: {"title": one.title, "capabilities": list(one.capabilities)}
                for name, one in known.items()
            }
        )
    else:
        for name, one in sorted(known.items()):
            typer.echo(f"{name:<14} {one.title}")
            typer.echo(f"{'':<14}   {', '.join(one.capabilities)}")
            if classes(one):
                typer.echo(f"{'':<14}   class of the switch: {classes(one)}")


@app.command("scan")
def scan(
    host: Host = "localhost",
    port: Port = 1883,
    username: Username = None,
    password_file: PasswordFile = None,
    ca_file: CaFile = None,
    protocol: MqttVersion = None,
    config: ConfigFile = None,
    seconds: Annotated[float, typer.Option(min=1, max=3_600, help="How long to listen.")] = 20.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Listen on the broker and say which devices are there, and what their configuration would be.

    Nothing is switched; devices are only asked for their state. Press your buttons meanwhile, they show themselves.
    """
    broker = broker_of(host, port, username, password_file, ca_file, protocol, config)
    say(f"Listening on {broker.address} for {seconds:g} s; press each of your buttons once meanwhile.")
    found = asyncio.run(_scan(broker, seconds))
    if as_json:
        print_json([_as_json(one) for one in found])
        return
    if not found:
        typer.echo(
            "No device was recognised. Are they on this broker? Any topic can be used with family: generic."
        )
    typer.echo("\n".join(_proposal(found)))


@app.command("mode")
def mode_command(
    config: Annotated[Path, typer.Argument(help="Configuration file.")],
    device: Annotated[str, typer.Argument(help="Name of the heater in it.")],
    mode: Annotated[
        str | None, typer.Argument(help="off, all_day, timed, tap_flick or single_shot; left out: tell it.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.5, max=600, help="How long to wait for an answer.")] = 10.0,
) -> None:
    """Tell or set the mode in which a heater has hot water waiting by itself. Exit code 1 when it does not confirm."""
    from api.heater_mode import Heater
    from controller.settings import load_settings

    heater = Heater.of(load_settings(config), device)
    wanted = heater.known(mode) if mode is not None else None
    told = asyncio.run(heater.told(wanted, seconds))
    typer.echo(f"{device}: {told or 'does not tell its mode'} (it can be set to: {', '.join(heater.modes)})")
    raise typer.Exit(0 if told and wanted in (None, told) else 1)


async def _scan(broker: "BrokerSettings", seconds: float) -> "Sequence[Found]":
    from api.ear import Ear
    from api.finding import found_by

    async with Ear(broker, "scan") as ear:
        return await found_by(ear, seconds)


def broker_of(
    host: str,
    port: int,
    username: str | None,
    password_file: Path | None,
    ca_file: Path | None,
    protocol: str | None,
    config: Path | None = None,
) -> "BrokerSettings":
    """Return the broker that a person means.

    Raises:
        ConfigError: The configuration or one of the files cannot be read (the user's fault).
    """
    from controller.settings import load_settings, parse_settings

    if config is not None:
        return load_settings(config).broker
    broker: dict[str, Any] = {"host": host, "port": port}
    broker |= {"username": username} if username else {}
    broker |= {"password_file": str(password_file)} if password_file else {}
    broker |= {"tls": {"ca_file": str(ca_file)}} if ca_file else {}
    broker |= {"protocol": protocol} if protocol else {}
    values = {
        "site": {"time_zone": "UTC"},
        "broker": broker,
        "devices": {"pump": {"family": "tasmota", "topic": "pump"}},
        "loops": [{"topology": "dedicated_return", "pump": {"device": "pump"}}],
    }
    return parse_settings(values, "the command line", folder=Path.cwd()).broker


def _proposal(found: "Sequence[Found]") -> Iterator[str]:
    if not found:
        return
    yield "devices:"
    for one in found:
        yield f"  {_scalar(one.name)}:{_remark(one)}"
        yield f"    family: {one.family}"
        for name, value in one.parameters.items():
            yield f"    {name}: {_scalar(value)}"
    pumps = [one for one in found if one.pump_likeness >= 0]
    if pumps:
        yield f"# The pump is probably {pumps[0].name}; zcw setup switches it on for a moment to make sure."


def _remark(one: "Found") -> str:
    parts = [f"switch, class {one.lease_class}" if one.lease_class else ""]
    parts += [f"{one.power_w:g} W" if one.power_w is not None else ""]
    parts += [f"{channel or 'temperature'} {value:.1f} C" for channel, value in one.temperatures.items()]
    parts += [f"button {channel}".strip() for channel in one.buttons]
    parts += [f"flow {channel}".strip() for channel in one.flows]
    parts += ["offline" if one.online is False else ""]
    return f"    # {', '.join(part for part in parts if part)}" if any(parts) else ""


def _scalar(value: str | bool) -> str:
    """Return a value as YAML: as it is where that is a plain word, else in quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    plain = re.fullmatch(r"[^\W\d][\w-]*", value) and value.lower() not in _NO_WORDS
    return value if plain else json.dumps(value, ensure_ascii=False)


_NO_WORDS = {"true", "false", "null"}


def _as_json(one: "Found") -> Mapping[str, object]:
    return {
        "name": one.name,
        "family": one.family,
        "parameters": dict(one.parameters),
        "lease_class": one.lease_class,
        "on": one.on,
        "power_w": one.power_w,
        "temperatures": dict(one.temperatures),
        "flows": list(one.flows),
        "buttons": list(one.buttons),
        "cues": [{"kind": kind.value, "channel": channel} for kind, channel in one.cues],
        "online": one.online,
    }
