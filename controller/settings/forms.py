"""What a user writes, section by section. The texts below the fields are shown to users in the JSON Schema."""

import re
from typing import Annotated, Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from controller.core.civil import Window
from controller.core.clock import to_ms
from controller.core.plumbing import DRAW_FLOW, LOOP_FLOW, FixtureUse, Topology
from controller.safety.limits import CEILINGS, Limits
from controller.settings.central_form import CentralForm
from controller.settings.energy_form import EnergyForm
from controller.settings.form import Form, complain, plain_name
from controller.settings.heater_form import HeaterForm
from controller.settings.home_form import HomeAssistantForm
from controller.settings.host_names import THIS_MACHINE, Address, HostName
from controller.settings.strategy_form import SensorRole
from controller.settings.strategy_forms import StrategyForm
from controller.settings.window_forms import DatesForm, WindowForm
from controller.settings.zones import zone_problem

Name: TypeAlias = Annotated[str, AfterValidator(plain_name)]


def _empty_section(value: object) -> object:
    return {} if value is None else value


_Section: Final = BeforeValidator(_empty_section)
"""A section whose keys are all commented out is a section of defaults."""


class SiteForm(Form):
    """The house."""

    name: Annotated[str, Field(min_length=1, max_length=80)] = "Home"
    """Name of the house, shown on the page."""
    time_zone: str
    """IANA name of the time zone that its windows are meant in, such as Europe/Berlin."""
    language: Literal["en", "zh"] = "en"
    """Language of reasons and page."""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        problem = zone_problem(name)
        if problem:
            raise complain(*problem)
        return name

    def zone(self) -> ZoneInfo:
        """Return the time zone."""
        return ZoneInfo(self.time_zone)


class TlsForm(Form):
    """Encryption of the connection to the broker; an empty section trusts the system's certificates."""

    ca_file: str | None = Field(default=None, min_length=1)
    """Certificates to trust, in PEM format; by default the system's."""
    cert_file: str | None = Field(default=None, min_length=1)
    """Own certificate, where the broker asks for one."""
    key_file: str | None = Field(default=None, min_length=1)
    """Key of the own certificate, where it stands in a file of its own."""

    @model_validator(mode="after")
    def _key_with_certificate(self) -> "TlsForm":
        if self.key_file is not None and self.cert_file is None:
            raise complain("key_file needs a cert_file", "give both or none")
        return self


def _protocol(value: object) -> object:
    return "5" if value == 5 and not isinstance(value, bool) else value


def _tls(value: object) -> object:
    # The bare key, left over from commented-out files, is a wish for encryption too, and never for none.
    if value is None or value is True:
        return {}
    return None if value is False else value


class BrokerForm(Form):
    """The MQTT broker."""

    host: Annotated[str, Field(min_length=1, max_length=253)] = "localhost"
    """Its name or address."""
    port: int | None = Field(default=None, ge=1, le=65_535)
    """Its port; 1883 by default, 8883 with tls."""
    username: str | None = Field(default=None, min_length=1, max_length=256)
    """User name, where the broker asks for one."""
    password_file: str | None = Field(default=None, min_length=1)
    """File that holds the password and nothing else."""
    password_env: str | None = Field(default=None, json_schema_extra={"pattern": r"^[A-Za-z_][A-Za-z0-9_]*$"})
    """Environment variable that holds the password."""
    client_id: Name = "zcw"
    """Name at the broker, and in our own topics; must be its own for every client."""
    protocol: Annotated[
        Literal["5", "3.1.1"], BeforeValidator(_protocol, json_schema_input_type=Literal["5", "3.1.1", 5])
    ] = "5"
    """Version of MQTT."""
    tls: Annotated[TlsForm | None, BeforeValidator(_tls, json_schema_input_type=TlsForm | bool | None)] = None
    """Encrypts the connection; true trusts the system's certificates."""

    @field_validator("host")
    @classmethod
    def _host_only(cls, host: str) -> str:
        if "://" in host or "/" in host or any(sign.isspace() or ord(sign) < 32 for sign in host):
            raise complain(
                f"must be a name or an address, not {host!r:.80}",
                "such as localhost or 192.168.1.10; port and tls have keys of their own",
            )
        return host

    @field_validator("password_env")
    @classmethod
    def _variable(cls, name: str | None) -> str | None:
        # It may be the password itself, which must not get into a log.
        if name is not None and not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
            raise complain("must be the name of an environment variable", "such as ZCW_MQTT_PASSWORD")
        return name

    @model_validator(mode="after")
    def _one_password(self) -> "BrokerForm":
        if self.password_file and self.password_env:
            raise complain("password_file and password_env exclude each other", "keep one of the two")
        if (self.password_file or self.password_env) and self.username is None:
            raise complain("a password needs a username", "add username")
        return self


class StorageForm(Form):
    """Where history and state are kept."""

    path: Annotated[str, Field(min_length=1, max_length=4_096)] = "zcw.sqlite"
    """The data file, relative to the folder of this configuration."""
    central: CentralForm | None = None
    """A database that gets a copy of the history."""

    @field_validator("path")
    @classmethod
    def _no_nul(cls, path: str) -> str:
        if "\0" in path:
            raise complain("holds a NUL character")
        return path


class ApiForm(Form):
    """The page and the REST service."""

    host: Annotated[str, Field(min_length=1, max_length=253)] = "127.0.0.1"
    """Address to listen on; 127.0.0.1 is this machine only, 0.0.0.0 the whole network."""
    port: int = Field(default=8377, ge=1, le=65_535)
    """Port to listen on."""
    hosts: list[HostName] = Field(default_factory=list, max_length=50)
    """Further names that it is reached by, such as a proxy's; '*.example.org' for all below one. Addresses at home,
    this machine's name and names that end in .local are known."""
    accounts: bool = False
    """Whoever asks must have an account or a token; the first is made with the code printed at the start."""
    without_accounts: bool = False
    """Consent to let everybody in who reaches an address other than this machine's own."""
    trusted_proxies: list[Address] = Field(default_factory=list, max_length=50)
    """Addresses of proxies that let nobody through whom they do not know, such as Home Assistant's ingress
    (172.30.32.2): they may use any host name, and show the page inside their own."""

    @model_validator(mode="after")
    def _not_open_unawares(self) -> "ApiForm":
        asked = self.accounts or self.without_accounts or self.trusted_proxies
        if self.host not in THIS_MACHINE and not asked:
            raise complain(
                f"host {self.host} lets the network in, and there are no accounts",
                "write accounts: true, or without_accounts: true if everybody there may run the pump",
            )
        return self


class DeviceForm(Form):
    """A device: its family, and what the family asks for."""

    model_config = ConfigDict(extra="allow")

    family: Annotated[str, Field(min_length=1)]
    """Name of the family."""


class PumpForm(Form):
    """The switch of the pump."""

    device: str
    """Name of the device."""
    by_hand: Literal["reverse", "adopt"] = "reverse"
    """What to do when somebody switches it on at the device: switch it off, or take it as a wish for hot water."""
    allow_without_auto_off: bool = False
    """Consent to automatic runs of a switch that has no auto-off of its own: should the controller die in a run, the
    pump runs on until somebody notices."""


class SensorForm(Form):
    """A temperature sensor."""

    device: str
    """Name of the device."""
    channel: str | None = Field(default=None, min_length=1)
    """Which of its sensors, where it has several."""


class SensorsForm(Form):
    """The temperature sensors of a loop, by where they sit."""

    supply: SensorForm | None = None
    """On the hot pipe at the heater's outlet."""
    return_: SensorForm | None = Field(default=None, alias="return")
    """On the return line, close to the heater."""
    far_end: SensorForm | None = None
    """On the hot pipe at the far end."""
    cold_line: SensorForm | None = None
    """On the cold pipe, just behind the crossover valve."""

    def by_role(self) -> dict[SensorRole, SensorForm]:
        """Return the sensors that exist."""
        every: dict[SensorRole, SensorForm | None] = {
            "supply": self.supply,
            "return": self.return_,
            "far_end": self.far_end,
            "cold_line": self.cold_line,
        }
        return {role: form for role, form in every.items() if form is not None}


class ButtonForm(Form):
    """A button that asks for hot water."""

    device: str
    """Name of the device."""
    channel: str | None = Field(default=None, min_length=1)
    """Which of its buttons, where it has several."""
    action: Literal["single", "double", "hold"] | None = None
    """How it must be pressed; by default any press counts."""
    fixture: str | None = None
    """Where hot water is wanted; by default at the whole loop."""


class FlowsForm(Form):
    """The flow sensors of a loop, by where they sit."""

    draw: SensorForm | None = None
    """In the heater's cold inlet: tells what people draw."""
    loop: SensorForm | None = None
    """In the loop: tells what the pump moves."""

    def by_role(self) -> dict[str, SensorForm]:
        """Return the sensors that exist."""
        return {
            role: form for role, form in ((DRAW_FLOW, self.draw), (LOOP_FLOW, self.loop)) if form is not None
        }


class CueForm(Form):
    """Something that may announce a draw: motion, a door, a light."""

    device: str
    """Name of the device."""
    channel: str | None = Field(default=None, min_length=1)
    """Which of its sensors, where it has several."""
    kind: Literal["motion", "contact", "light"]
    """What it notices: somebody moves, a door was opened, a light was switched on."""
    place: Name
    """Where: a fixture, or a room."""


def _limit(name: str, description: str) -> float:
    """Return a field for a limit in ms, to be written in s."""
    least_ms, most_ms = CEILINGS[name]
    value: float = Field(
        default=getattr(Limits(), name) / 1000, ge=least_ms / 1000, le=most_ms / 1000, description=description
    )
    return value


class LimitsForm(Form):
    """Safety limits; a configuration may only make them stricter."""

    demand_cap_s: float = _limit("demand_cap_ms", "Longest run that a person asked for, in s.")
    run_cap_s: float = _limit("run_cap_ms", "Longest run of any kind, in s.")
    min_run_s: float = _limit("min_run_ms", "Shortest run, in s; safety and people stop it all the same.")
    min_rest_s: float = _limit("min_rest_ms", "Shortest rest between two runs, in s.")
    starts_per_hour: int = Field(
        default=Limits().starts_per_hour,
        ge=int(CEILINGS["starts_per_hour"][0]),
        le=int(CEILINGS["starts_per_hour"][1]),
        description="Most starts within any hour.",
    )
    daily_cap_s: float = _limit("daily_cap_ms", "Most pump time within any 24 h, in s.")
    blind_run_s: float = _limit("blind_run_ms", "Longest run without a trusted sensor, in s.")
    blind_pause_s: float = _limit("blind_pause_ms", "Rest after such a run, in s.")
    cold_line_c: float = Field(
        default=Limits().cold_line_c,
        ge=CEILINGS["cold_line_c"][0],
        le=CEILINGS["cold_line_c"][1],
        description="With cold_return: no run at or above this reading of the cold line, in C.",
    )
    stop_lockout_s: float = _limit(
        "stop_lockout_ms", "After a person's stop automatic runs wait so long, in s."
    )

    @model_validator(mode="after")
    def _shortest_below_longest(self) -> "LimitsForm":
        for name in ("demand_cap_s", "run_cap_s", "blind_run_s"):
            if self.min_run_s > getattr(self, name):
                raise complain(
                    f"min_run_s {self.min_run_s:g} is above {name} {getattr(self, name):g}", "lower min_run_s"
                )
        return self

    def limits(self) -> Limits:
        """Return the limits as the core knows them."""
        return Limits(
            demand_cap_ms=to_ms(self.demand_cap_s),
            run_cap_ms=to_ms(self.run_cap_s),
            min_run_ms=to_ms(self.min_run_s),
            min_rest_ms=to_ms(self.min_rest_s),
            starts_per_hour=self.starts_per_hour,
            daily_cap_ms=to_ms(self.daily_cap_s),
            blind_run_ms=to_ms(self.blind_run_s),
            blind_pause_ms=to_ms(self.blind_pause_s),
            cold_line_c=self.cold_line_c,
            stop_lockout_ms=to_ms(self.stop_lockout_s),
        )


class FixturePipeForm(Form):
    """The pipes on the way to a fixture, as litres of water in them."""

    loop_l: float | None = Field(default=None, gt=0, le=200)
    """In the loop's hot pipe from the heater to where the fixture branches off, in l."""
    twig_l: float | None = Field(default=None, ge=0, le=20)
    """In the fixture's own pipe, which no pump keeps hot, in l."""
    use: FixtureUse | None = Field(default=None, strict=False)
    """How the fixture is used: tap (often and briefly, hot or not) or shower (seldom, long and hot, also a bath); by its name
    when not given."""


class LoopForm(Form):
    """A loop of hot water with its pump."""

    name: Name = "main"
    """Its name."""
    topology: Literal["dedicated_return", "cold_return"]
    """The way back of the water: a return line of its own, or the cold pipe."""
    pump: PumpForm
    """What switches its pump."""
    sensors: Annotated[SensorsForm, _Section] = Field(default_factory=SensorsForm)
    """Its temperature sensors."""
    buttons: list[ButtonForm] = Field(default_factory=list, max_length=100)
    """Buttons that ask for hot water."""
    flows: Annotated[FlowsForm, _Section] = Field(default_factory=FlowsForm)
    """Its flow sensors."""
    cues: list[CueForm] = Field(default_factory=list, max_length=100)
    """What may announce that somebody will want hot water."""
    fixtures: list[Name] = Field(default_factory=list, max_length=100)
    """Its taps and showers, near to far."""
    pipes: dict[Name, FixturePipeForm] = Field(default_factory=dict, max_length=100)
    """What is known of the pipes to its fixtures, by their names: the estimate of how hot it is there gets better by it.
    A metre of pipe holds 0.13 l (12 mm inside), 0.2 l (16 mm) or 0.31 l (20 mm)."""
    strategies: list[StrategyForm] = Field(default_factory=list, max_length=20)
    """What starts the pump, the most important first."""
    quiet: list[WindowForm] = Field(default_factory=list, max_length=50)
    """When only people start the pump; frost protection and exercise go on."""
    away: list[DatesForm] = Field(default_factory=list, max_length=100)
    """Days away from home, from midnight to midnight: the same holds."""
    limits: Annotated[LimitsForm, _Section] = Field(default_factory=LimitsForm)
    """Safety limits; only stricter ones are taken."""

    def hush(self) -> tuple[Window, ...]:
        """Return when only people start the pump."""
        away = tuple(one.dates() for one in self.away)
        days = (Window(0, 24 * 60, only=away),) if away else ()
        return (*(one.window() for one in self.quiet), *days)

    @property
    def way_back(self) -> Topology:
        """Return the topology as the core knows it."""
        return Topology(self.topology)


class ConfigForm(Form):
    """The whole file."""

    site: SiteForm
    """The house."""
    broker: Annotated[BrokerForm, _Section] = Field(default_factory=BrokerForm)
    """The MQTT broker."""
    storage: Annotated[StorageForm, _Section] = Field(default_factory=StorageForm)
    """Where history and state are kept."""
    api: Annotated[ApiForm, _Section] = Field(default_factory=ApiForm)
    """The page and the REST service."""
    home_assistant: Annotated[HomeAssistantForm, _Section] = Field(default_factory=HomeAssistantForm)
    """Home Assistant on the same broker."""
    energy: Annotated[EnergyForm, _Section] = Field(default_factory=EnergyForm)
    """Price of energy, and power to give away: when automatic runs may start."""
    heater: Annotated[HeaterForm, _Section] = Field(default_factory=HeaterForm)
    """The heater: a tankless one or a combi needs watching."""
    devices: dict[Name, DeviceForm] = Field(min_length=1)
    """Every device by a name of your own."""
    loops: list[LoopForm] = Field(min_length=1, max_length=300)
    """Every loop; most houses have one."""
