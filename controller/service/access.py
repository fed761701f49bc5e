"""The access list that a controller needs at its broker: every topic that it hears or says, and no other."""

from collections.abc import Iterator

from controller.core.decision import Command
from controller.core.leases import LEASE_MS
from controller.core.reason import Reason, ReasonCode
from controller.devices.router import Router
from controller.devices.wiring import wire
from controller.mqtt.discovery import Places
from controller.mqtt.entities import THRESHOLDS_C
from controller.service.outlook import comfort_of, threshold_of
from controller.settings import Settings


def access_list(settings: Settings) -> tuple[str, ...]:
    """Return the lines of Mosquitto's ``acl_file`` for the controller of a sound configuration."""
    router, _ = wire(settings.devices, [loop.binding for loop in settings.loops], settings.families)
    return (
        f"# What the controller of {settings.source} needs, and nothing else.",
        f"user {settings.broker.username or settings.broker.client_id}",
        "",
        "# its own topics",
        *_own(settings),
        "",
        "# what its devices tell",
        *(f"topic read {topic}" for topic in sorted(_heard(router, settings))),
        "",
        "# what it tells its devices",
        *(f"topic write {topic}" for topic in sorted(set(orders(router, settings)))),
    )


def _heard(router: Router, settings: Settings) -> set[str]:
    return {one.topic for one in (*router.subscriptions, *settings.energy.subscriptions)}


def _own(settings: Settings) -> Iterator[str]:
    home = settings.home_assistant
    places = Places.of(settings.broker, home)
    yield f"topic write {places.base}/#"
    yield f"topic read {settings.broker.status_topic}"
    if home.enabled:
        yield from (f"topic read {places.base}/{wish}/set" for wish in _wishes(settings))
        yield f"topic readwrite {places.announcements.topic}"
        yield f"topic read {home.birth_topic}"


def _wishes(settings: Settings) -> Iterator[str]:
    """Yield where Home Assistant's wishes come in, below our own topic; a sign stands for one loop or fixture."""
    yield from ("mode", "stop", "loop/+/preheat")
    if any(loop.plumbing.fixtures for loop in settings.loops):
        yield "loop/+/preheat/+"
    yield "loop/+/circulation"
    if any(comfort_of(loop.strategies) is not None for loop in settings.loops):
        yield "loop/+/comfort"
    if any(threshold_of(loop.strategies) is not None for loop in settings.loops):
        yield from (f"loop/+/{what}" for what in THRESHOLDS_C)


def orders(router: Router, settings: Settings) -> Iterator[str]:
    """Yield every topic that orders and questions to devices go to."""
    reason = Reason(ReasonCode.NOTHING_ASKED)
    for loop in settings.loops:
        for order in (Command(0, True, LEASE_MS, reason), Command(0, False, 0, reason)):
            yield from (message.topic for message in router.commands(loop.name, order))
    yield from (message.topic for message in router.queries())
    for device in settings.devices:
        for mode in router.heater_modes(device.name):
            yield from (message.topic for message in router.choose(device.name, mode))
