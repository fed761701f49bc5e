"""What is allowed and still worth knowing."""

from collections.abc import Iterator

from controller.core.leases import LeaseClass
from controller.core.plumbing import LOOP_FLOW, SUPPLY
from controller.devices.wiring import wire
from controller.settings.host_names import THIS_MACHINE
from controller.settings.model import LoopSettings, Settings
from controller.strategies.registry import ANSWER_REQUESTS


def warnings(settings: Settings) -> tuple[str, ...]:
    """Return the warnings about sound settings, as sentences."""
    return (*_about_the_network(settings), *_about_devices(settings), *_about_loops(settings))


def _about_the_network(settings: Settings) -> Iterator[str]:
    broker = settings.broker
    if settings.api.host not in THIS_MACHINE and not settings.api.accounts:
        yield f"api.host {settings.api.host}: everyone in that network can run the pump"
    if broker.username is not None and broker.tls is None and broker.host not in THIS_MACHINE:
        yield f"broker: the password goes to {broker.host} unencrypted; add tls"


def _about_devices(settings: Settings) -> Iterator[str]:
    used = {device for loop in settings.loops for _, device in loop.binding.devices()}
    for device in settings.devices:
        if device.name not in used:
            yield f"devices.{device.name}: not used by any loop"


def _about_loops(settings: Settings) -> Iterator[str]:
    router, _ = wire(settings.devices, [loop.binding for loop in settings.loops], settings.families)
    for loop in settings.loops:
        yield from _about_loop(loop, router.lease_class(loop.name))
        if settings.burner is not None:
            yield from _about_burner(loop)


def _about_burner(loop: LoopSettings) -> Iterator[str]:
    flows = {flow.role for flow in loop.binding.flows}
    if SUPPLY not in loop.plumbing.sensors:
        yield f"loop {loop.name}: without a sensor supply at the heater's outlet nobody sees whether its burner lights"
    if LOOP_FLOW not in flows:
        yield f"loop {loop.name}: without a flow sensor in the loop nobody sees whether the pump wakes the burner"


def _about_loop(loop: LoopSettings, lease_class: LeaseClass) -> Iterator[str]:
    pump = loop.binding.pump
    if lease_class is LeaseClass.C:
        yield f"loop {loop.name}: {pump} has no auto-off of its own (class C), so it stays on if the controller dies in a run"
        if not loop.consent and {strategy.name for strategy in loop.strategies} - ANSWER_REQUESTS:
            yield f"loop {loop.name}: without an auto-off only people start the pump; pump.allow_without_auto_off: true allows automatic runs"
    if lease_class is LeaseClass.B:
        yield f"loop {loop.name}: {pump} has a fixed auto-off (class B); set it on the device to a little more than the longest run"
    if not loop.plumbing.sensors:
        yield f"loop {loop.name}: without a sensor nobody knows when it is hot; runs end after {loop.limits.blind_run_ms // 1000} s"
    elif loop.plumbing.guard_sensor not in loop.plumbing.sensors:
        yield f"loop {loop.name}: without a sensor return or far_end runs end after {loop.limits.blind_run_ms // 1000} s"
    if not loop.strategies:
        yield f"loop {loop.name}: without strategies the pump never runs"
    elif not ANSWER_REQUESTS & {strategy.name for strategy in loop.strategies}:
        yield f"loop {loop.name}: no strategy answers buttons, page and REST; add on_demand"
