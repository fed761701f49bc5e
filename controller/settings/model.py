"""The configuration as the rest of the controller knows it: checked, complete, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from controller.broker import BrokerSettings, HomeAssistantSettings
from controller.central import CentralSettings
from controller.core.civil import Window
from controller.core.energy import EnergyGate
from controller.core.leases import ByHand
from controller.core.plumbing import Plumbing
from controller.core.reason import Language
from controller.devices.bindings import DeviceDeclaration, LoopBinding
from controller.devices.energy import EnergyFeed
from controller.devices.shape import Template
from controller.safety.limits import Limits
from controller.safety.tankless import BurnerTerms
from controller.strategies.registry import AnyStrategy


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """The house.

    Args:
        name: Its name.
        time_zone: IANA name of its time zone.
        language: Language of reasons and page.
    """

    name: str
    time_zone: str
    language: Language = "en"

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Where the page and the REST service listen.

    Args:
        host: Address.
        port: Port.
        hosts: Further names that they are reached by, lower case; ``*.example.org`` stands for every name below it.
        accounts: Whoever asks must have an account or a token.
        trusted_proxies: Addresses of proxies that have checked who asks.
    """

    host: str = "127.0.0.1"
    port: int = 8377
    hosts: tuple[str, ...] = ()
    accounts: bool = False
    trusted_proxies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoopSettings:
    """One loop.

    Args:
        plumbing: The loop as declared.
        binding: What it uses the devices for.
        strategies: What starts its pump, the most important first.
        limits: Its safety limits.
        by_hand: What to do when somebody switches its pump on at the device.
        consent: Automatic runs are allowed though its pump's switch has no auto-off.
        shadows: Strategies that decide and are noted, and never act.
        quiet: When only people start the pump.
    """

    plumbing: Plumbing
    binding: LoopBinding
    strategies: tuple[AnyStrategy, ...]
    limits: Limits
    by_hand: ByHand = ByHand.REVERSE
    consent: bool = False
    shadows: tuple[AnyStrategy, ...] = ()
    quiet: tuple[Window, ...] = ()

    @property
    def name(self) -> str:
        """Return the name of the loop."""
        return self.plumbing.name


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a configuration says.

    Args:
        source: Name of the file as the user wrote it.
        site: The house.
        broker: The MQTT broker.
        storage: The data file.
        api: The page and the REST service.
        devices: Every declared device.
        loops: Every loop, at least one.
        families: Every known family of devices.
        warnings: What is allowed and still worth knowing, as sentences.
        home_assistant: How to be seen by Home Assistant.
        gate: When energy allows automatic runs for comfort to start; None for always.
        energy: What tells about energy.
        central: Database that gets a copy of the history; None for none.
        burner: What is declared of the heater's burner; None for a heater with a store.
    """

    source: str
    site: SiteSettings
    broker: BrokerSettings
    storage: Path
    api: ApiSettings
    devices: tuple[DeviceDeclaration, ...]
    loops: tuple[LoopSettings, ...]
    families: Mapping[str, Template]
    warnings: tuple[str, ...] = ()
    home_assistant: HomeAssistantSettings = field(default_factory=HomeAssistantSettings)
    central: CentralSettings | None = None
    gate: EnergyGate | None = None
    energy: EnergyFeed = field(default_factory=EnergyFeed)
    burner: BurnerTerms | None = None
