"""The composition root: from settings to a service, the only place where everything meets."""

from controller.core.clock import Instant
from controller.core.errors import ConfigError
from controller.core.leases import SwitchTerms
from controller.devices.router import Router
from controller.devices.wiring import wire
from controller.engine import Engine
from controller.runtime import PacedClock
from controller.safety.supervisor import LimitSupervisor
from controller.service.operation import Identity
from controller.service.service import Service
from controller.service.wall import WallClock
from controller.settings import LoopSettings, Settings
from controller.storage import Storage
from controller.strategies.on_demand import OnDemand
from controller.strategies.registry import ANSWER_REQUESTS, AnyStrategy


def compose(settings: Settings, version: str, clock: PacedClock) -> Service:
    """Return a service that is ready to start. Must be called in the event loop.

    Args:
        settings: What the configuration says.
        version: Version of the product.
        clock: What time it is.

    Raises:
        ConfigError: A device cannot be used as the configuration says.
        StorageError: The data file is in use by another controller, or is not ours.
    """
    router = _router(settings)
    wall = WallClock(clock, settings.site.zone)
    identity = Identity(settings.site.name, version, clock.speed)
    storage = Storage(settings.storage, wall.utc_ms, central=settings.central)
    service = Service(identity, settings.broker, router, storage, clock, wall, settings.home_assistant)
    service.listen_for_energy(settings.energy)
    if router.schedules:
        service.keep_schedules(settings.storage.with_name(f"{settings.storage.name}.schedules.json"))
    for loop in settings.loops:
        terms = SwitchTerms(router.lease_class(loop.name), loop.by_hand, loop.consent)
        service.add(_engine(loop, settings, clock.now(), terms))
    return service


def answering(strategies: tuple[AnyStrategy, ...]) -> tuple[AnyStrategy, ...]:
    """Return the strategies with one that answers a person's wish in front, unless there is one: people come first."""
    if any(strategy.name in ANSWER_REQUESTS for strategy in strategies):
        return strategies
    return (OnDemand(), *strategies)


def _router(settings: Settings) -> Router:
    router, problems = wire(settings.devices, [loop.binding for loop in settings.loops], settings.families)
    if problems:
        raise ConfigError(settings.source, problems)
    return router


def _engine(loop: LoopSettings, settings: Settings, now: Instant, terms: SwitchTerms) -> Engine:
    return Engine(
        loop.plumbing,
        answering(loop.strategies),
        LimitSupervisor(loop.limits, now, settings.burner),
        zone=settings.site.zone,
        started_at=now,
        terms=terms,
        shadows=loop.shadows,
        quiet=loop.quiet,
        gate=settings.gate,
    )
