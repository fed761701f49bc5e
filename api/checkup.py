"""The checks of ``zcw doctor``: each finding says what is wrong and what to do about it."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Final

from api.ear import Ear
from controller.core.errors import ZcwError
from controller.core.leases import LeaseClass
from controller.core.plumbing import COLD_LINE, RETURN, SUPPLY
from controller.devices.build import build_codec
from controller.devices.codec import DeviceCodec
from controller.devices.facts import Availability, Fact, Lease, SwitchState, Temperature
from controller.devices.recognise import Heard
from controller.devices.rejects import RejectReason
from controller.devices.wiring import uses, wire
from controller.runtime import PLAUSIBLE_UTC
from controller.service.access import orders
from controller.settings import LoopSettings, Settings

LEAST_FREE_MB: Final = 100
POWER_UP_C: Final = 85.0
"""What a DS18B20 says before its first measurement, to the tenth."""
SWAPPED_K: Final = 3.0
"""A return pipe that is hotter than the supply by more sits where the other should."""
WARM_COLD_LINE_C: Final = 35.0


class Severity(IntEnum):
    """How bad a finding is; also the exit code."""

    FINE = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Args:
        check: What was looked at.
        severity: How bad it is.
        message: What was found.
        cure: What to do about it; empty when nothing is to be done.
    """

    check: str
    severity: Severity
    message: str
    cure: str = ""


async def examine(settings: Settings, seconds: float) -> list[Finding]:
    """Return the findings about a sound configuration, its machine, its broker and its devices.

    Args:
        settings: The configuration.
        seconds: How long to listen on the broker.
    """
    findings = [Finding("configuration", Severity.WARNING, warning) for warning in settings.warnings]
    findings = findings or [Finding("configuration", Severity.FINE, f"{settings.source} is fine")]
    findings += [*_storage(settings.storage), *_clock()]
    try:
        async with Ear(settings.broker, "doctor", _topics(settings)) as ear:
            findings.append(Finding("broker", Severity.FINE, f"{settings.broker.address} lets us in"))
            await ear.listen(seconds * 0.3)
            codecs = _codecs(settings)
            for codec in codecs.values():
                ear.say(codec.queries)
            await ear.listen(seconds * 0.7)
            findings += _wire(settings, ear, codecs, seconds)
    except ZcwError as error:
        findings.append(
            Finding("broker", Severity.ERROR, str(error), "start the broker, or correct the section broker")
        )
    return findings


# -- the machine --------------------------------------------------------------------------------------------


def _storage(path: Path) -> Iterator[Finding]:
    folder = path.parent
    if not folder.is_dir():
        yield Finding(
            "storage", Severity.ERROR, f"there is no folder {folder}", "make it, or change storage.path"
        )
        return
    writable = os.access(folder, os.W_OK | os.X_OK) and (not path.exists() or os.access(path, os.W_OK))
    if not writable:
        cure = "give the folder to the user that runs the controller"
        yield Finding("storage", Severity.ERROR, f"{path} cannot be written", cure)
        return
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < LEAST_FREE_MB:
        yield Finding("storage", Severity.WARNING, f"only {free_mb} MB are free in {folder}", "make room")
    else:
        yield Finding("storage", Severity.FINE, f"{path} can be written, {free_mb} MB are free")


def _clock() -> Iterator[Finding]:
    now = datetime.now(UTC)
    cure = "let the system keep its time: timedatectl set-ntp true"
    synced = Path("/run/systemd/timesync")
    if now < PLAUSIBLE_UTC:
        yield Finding("clock", Severity.ERROR, f"it says {now:%Y-%m-%d}, so schedules wait", cure)
    elif synced.is_dir() and not (synced / "synchronized").exists():
        yield Finding("clock", Severity.WARNING, "it is not synchronised with any time server", cure)
    else:
        yield Finding("clock", Severity.FINE, f"it says {now:%Y-%m-%d %H:%M} UTC")


# -- the wire -----------------------------------------------------------------------------------------------


def _topics(settings: Settings) -> list[str]:
    router, _ = wire(settings.devices, [loop.binding for loop in settings.loops], settings.families)
    heard = [one.topic for one in router.subscriptions]
    return sorted({*heard, *orders(router, settings), settings.broker.status_topic})


def _codecs(settings: Settings) -> Mapping[str, DeviceCodec]:
    used = uses([loop.binding for loop in settings.loops])
    return {
        device.name: build_codec(settings.families[device.family], device.parameters, used[device.name])[0]
        for device in settings.devices
        if device.name in used
    }


def _wire(
    settings: Settings, ear: Ear, codecs: Mapping[str, DeviceCodec], seconds: float
) -> Iterator[Finding]:
    for topic, why in ear.refused.items():
        cure = "print the access list that is needed: zcw config acl FILE"
        yield Finding("broker", Severity.ERROR, f"it does not let us listen to {topic}: {why}", cure)
    yield from _kept_orders(settings, ear.heard)
    facts = {name: list(_facts(codec, ear.heard)) for name, codec in codecs.items()}
    for name, codec in codecs.items():
        yield from _device(f"device {name}", codec, facts[name], ear.heard, seconds)
    for loop in settings.loops:
        yield from _lease(loop, codecs[loop.binding.pump], facts[loop.binding.pump])
        yield from _sensors(loop, facts, seconds)


def _facts(codec: DeviceCodec, heard: Sequence[Heard]) -> Iterator[Fact]:
    for one in heard:
        yield from codec.decode(one.topic, one.payload, one.retained, 0)


def _kept_orders(settings: Settings, heard: Sequence[Heard]) -> Iterator[Finding]:
    router, _ = wire(settings.devices, [loop.binding for loop in settings.loops], settings.families)
    ours = set(orders(router, settings))
    for topic in sorted({one.topic for one in heard if one.retained and one.payload and one.topic in ours}):
        message = f"it keeps an order on {topic}, which switches the device whenever it connects"
        yield Finding("broker", Severity.ERROR, message, f"delete it: mosquitto_pub -r -n -t '{topic}'")
    status = settings.broker.status_topic
    if any(one.topic == status and one.payload == b"online" for one in heard):
        yield Finding("controller", Severity.FINE, "it is running on this broker")


def _device(
    check: str, codec: DeviceCodec, facts: Sequence[Fact], heard: Sequence[Heard], seconds: float
) -> Iterator[Finding]:
    topics = {one.topic for one in codec.subscriptions}
    said = [one for one in heard if one.topic in topics]
    reach = {fact.source: fact.online for fact in facts if isinstance(fact, Availability)}
    if not said:
        cure = "check its power, its network and its topics: zcw devices scan shows what is there"
        yield Finding(check, Severity.ERROR, f"nothing was heard of it within {seconds:g} s", cure)
    elif not all(reach.values()):
        gone = next(topic for topic, online in reach.items() if not online)
        yield Finding(check, Severity.ERROR, f"it is offline, says {gone}", "check its power and its network")
    elif all(one.retained for one in said):
        cure = "ask it for its state, or wait for its next report"
        yield Finding(check, Severity.WARNING, "only what the broker had kept was heard of it", cure)
    else:
        yield Finding(check, Severity.FINE, f"{len(said)} messages within {seconds:g} s")
    refused = codec.rejects.by_reason()
    if refused:
        counts = ", ".join(f"{count} {reason.value}" for reason, count in refused.items())
        sensor = refused.keys() & {RejectReason.OUT_OF_RANGE, RejectReason.NOT_FINITE}
        cure = (
            "look at the sensor and its cable: -127 is one that is unplugged"
            if sensor
            else "check its parameters"
        )
        yield Finding(check, Severity.WARNING, f"messages were refused: {counts}", cure)


def _lease(loop: LoopSettings, codec: DeviceCodec, facts: Sequence[Fact]) -> Iterator[Finding]:
    check, pump = f"lease of {loop.name}", loop.binding.pump
    if codec.lease_class is LeaseClass.C:
        allowed = "automatic runs are allowed all the same" if loop.consent else "only people start the pump"
        cure = "use a switch that takes a timer (zcw devices list), or set one on it and declare it"
        yield Finding(check, Severity.WARNING, f"{pump} has no auto-off (class C): {allowed}", cure)
        return
    told = [fact.lease_ms for fact in facts if isinstance(fact, Lease) and fact.live]
    on = [fact.on for fact in facts if isinstance(fact, SwitchState)][-1:] == [True]
    if on and told[-1:] == [0]:
        cure = "set the auto-off on the device, or update its firmware"
        yield Finding(check, Severity.ERROR, f"{pump} is on and says that it has no timer", cure)
    else:
        how = (
            "told back in every run" if codec.tells_lease else "not told back; zcw setup lets it run out once"
        )
        yield Finding(check, Severity.FINE, f"{pump} goes off by itself (class {codec.lease_class}), {how}")


def _sensors(loop: LoopSettings, facts: Mapping[str, Sequence[Fact]], seconds: float) -> Iterator[Finding]:
    last: dict[str, float] = {}
    for sensor in loop.binding.sensors:
        check = f"sensor {sensor.role} of {loop.name}"
        told = [
            fact
            for fact in facts[sensor.device]
            if isinstance(fact, Temperature) and fact.channel == sensor.channel
        ]
        live = [fact.value_c for fact in told if fact.live]
        if not live:
            cure = "let it report every 10 s (Tasmota: TelePeriod 10); slower than 60 s is too slow to stop a run"
            yield Finding(check, Severity.WARNING, f"no live reading within {seconds:g} s", cure)
            continue
        last[sensor.role] = live[-1]
        if all(abs(value_c - POWER_UP_C) < 0.05 for value_c in live):
            cure = "a DS18B20 says 85.0 when it could not measure: check its cable and its power"
            yield Finding(check, Severity.WARNING, "it says 85.0 C and nothing else", cure)
        else:
            yield Finding(
                check, Severity.FINE, f"{live[-1]:.1f} C, {len(live)} readings within {seconds:g} s"
            )
    yield from _placement(loop, last)


def _placement(loop: LoopSettings, last: Mapping[str, float]) -> Iterator[Finding]:
    check = f"placement in {loop.name}"
    if SUPPLY in last and RETURN in last and last[RETURN] > last[SUPPLY] + SWAPPED_K:
        message = f"return reads {last[RETURN]:.1f} C and supply {last[SUPPLY]:.1f} C: they may be swapped"
        yield Finding(check, Severity.WARNING, message, "exchange the two in the section sensors")
    if last.get(COLD_LINE, 0.0) > WARM_COLD_LINE_C:
        message = f"the cold line reads {last[COLD_LINE]:.1f} C"
        cure = "strap it on the cold pipe behind the crossover valve, away from the hot pipe"
        yield Finding(check, Severity.WARNING, message, cure)
