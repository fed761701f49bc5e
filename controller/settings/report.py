"""What was understood of a configuration, for ``zcw config check``."""

from dataclasses import dataclass
from typing import Final

from controller.broker import BrokerSettings
from controller.core.clock import SECOND_MS
from controller.core.decision import Command
from controller.core.leases import LeaseClass
from controller.core.reason import Reason, ReasonCode
from controller.devices.router import Router
from controller.devices.wiring import wire
from controller.settings.model import LoopSettings, Settings

_ANY_LEASE_MS: Final = 60 * SECOND_MS


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """One device.

    Args:
        name: Its name in the configuration.
        family: What it is, for people.
        uses: What it is used for, such as ``main: pump``; empty when it is not used.
        advice: What its owner should set on it.
    """

    name: str
    family: str
    uses: tuple[str, ...]
    advice: str


@dataclass(frozen=True, slots=True)
class LoopReport:
    """One loop.

    Args:
        name: Its name.
        topology: The way back of the water.
        fixtures: Its fixtures, near to far.
        strategies: Names of its strategies, the most important first.
        lease_class: What its pump's switch enforces by itself.
        hears: Topics that are listened to for it.
        says: Topics that its orders go to.
    """

    name: str
    topology: str
    fixtures: tuple[str, ...]
    strategies: tuple[str, ...]
    lease_class: LeaseClass
    hears: tuple[str, ...]
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConfigReport:
    """A whole configuration; plain values throughout, so that ``dataclasses.asdict`` makes JSON of it.

    Args:
        source: Name of the file as the user wrote it.
        site: Name of the house and its time zone.
        broker: Where the broker is and how it is spoken to, without secrets.
        storage: The data file.
        page: Address of the page.
        devices: Every device.
        loops: Every loop.
        warnings: What is allowed and still worth knowing.
    """

    source: str
    site: str
    broker: str
    storage: str
    page: str
    devices: tuple[DeviceReport, ...]
    loops: tuple[LoopReport, ...]
    warnings: tuple[str, ...]


def report(settings: Settings) -> ConfigReport:
    """Return what was understood of sound settings."""
    return ConfigReport(
        source=settings.source,
        site=f"{settings.site.name}, {settings.site.time_zone}",
        broker=_broker(settings.broker),
        storage=str(settings.storage),
        page=f"http://{settings.api.host}:{settings.api.port}/",
        devices=_devices(settings),
        loops=tuple(_loop(loop, settings) for loop in settings.loops),
        warnings=settings.warnings,
    )


def _broker(broker: BrokerSettings) -> str:
    user = f"{broker.username}@" if broker.username else ""
    line = "TLS" if broker.tls is not None else "no TLS"
    return f"{user}{broker.host}:{broker.port}, MQTT {broker.protocol}, {line}, as {broker.client_id}"


def _devices(settings: Settings) -> tuple[DeviceReport, ...]:
    uses: dict[str, list[str]] = {device.name: [] for device in settings.devices}
    for loop in settings.loops:
        for where, device in loop.binding.devices():
            part = where.removeprefix(f"{loop.binding.place}.")
            uses[device].append(f"{loop.name}: {part}")
    return tuple(
        DeviceReport(
            name=device.name,
            family=settings.families[device.family].title,
            uses=tuple(uses[device.name]),
            advice=settings.families[device.family].notes,
        )
        for device in settings.devices
    )


def _loop(loop: LoopSettings, settings: Settings) -> LoopReport:
    router, _ = wire(settings.devices, [loop.binding], settings.families)
    return LoopReport(
        name=loop.name,
        topology=loop.plumbing.topology.value,
        fixtures=loop.plumbing.fixtures,
        strategies=(
            *(strategy.name for strategy in loop.strategies),
            *(f"{strategy.name} (shadow)" for strategy in loop.shadows),
        ),
        lease_class=router.lease_class(loop.name),
        hears=tuple(sorted(subscription.topic for subscription in router.subscriptions)),
        says=_orders(router, loop.name),
    )


def _orders(router: Router, loop: str) -> tuple[str, ...]:
    reason = Reason(ReasonCode.NOTHING_ASKED)
    orders = [Command(0, run, _ANY_LEASE_MS if run else 0, reason) for run in (True, False)]
    messages = [message for order in orders for message in router.commands(loop, order)]
    return tuple(sorted({message.topic for message in (*messages, *router.queries(loop))}))
