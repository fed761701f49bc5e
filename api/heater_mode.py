"""A heater's own way to have hot water waiting: told, or set and read back."""

from dataclasses import dataclass
from typing import Self

from api.ear import Ear
from controller.broker import BrokerSettings
from controller.core.errors import ZcwError
from controller.devices.build import Use, build_codec
from controller.devices.codec import DeviceCodec
from controller.devices.facts import HeaterMode, HeaterState
from controller.settings import Settings


@dataclass(frozen=True, slots=True)
class Heater:
    """One heater of a configuration.

    Args:
        name: Its name.
        broker: Where it is.
        codec: How it is spoken to.
    """

    name: str
    broker: BrokerSettings
    codec: DeviceCodec

    @classmethod
    def of(cls, settings: Settings, name: str) -> Self:
        """Return a heater of a configuration.

        Raises:
            ZcwError: There is no such device, or it is no heater with modes of its own (the user's fault).
        """
        device = next((one for one in settings.devices if one.name == name), None)
        if device is None:
            known = ", ".join(one.name for one in settings.devices)
            raise ZcwError(f"there is no device {name!r:.80} in {settings.source}; known: {known}")
        template = settings.families[device.family]
        codec, problems = build_codec(template, device.parameters, Use(heater=True))
        if problems:
            raise ZcwError(f"{name}: {problems[0].message}; heaters with modes: zcw devices list")
        return cls(name, settings.broker, codec)

    @property
    def modes(self) -> tuple[HeaterMode, ...]:
        """Return the modes that it can be set to."""
        return tuple(self.codec.modes)

    def known(self, mode: str) -> HeaterMode:
        """Return a mode by its name.

        Raises:
            ZcwError: The heater does not have it (the user's fault).
        """
        if mode not in self.modes:
            raise ZcwError(f"{self.name} has no mode {mode!r:.40}; known: {', '.join(self.modes)}")
        return HeaterMode(mode)

    async def told(self, wanted: HeaterMode | None, seconds: float) -> HeaterMode | None:
        """Set the mode, when one is wanted, and return what the heater tells; None when it tells nothing in time."""
        modes: dict[str, HeaterMode] = {}
        async with Ear(self.broker, "mode", [one.topic for one in self.codec.subscriptions]) as ear:
            ear.say(self.codec.modes[wanted] if wanted else self.codec.queries)

            def is_told() -> bool:
                for one in ear.heard:
                    for fact in self.codec.decode(one.topic, one.payload, one.retained, 0):
                        if isinstance(fact, HeaterState):
                            modes[fact.source] = fact.mode
                return bool(modes) if wanted is None else merged(modes) is wanted

            await ear.listen(seconds, is_told)
        return merged(modes)


def merged(modes: dict[str, HeaterMode]) -> HeaterMode | None:
    """Return the mode of a heater that tells each of its modes on a topic of its own."""
    on = next((mode for mode in modes.values() if mode is not HeaterMode.OFF), None)
    return on or (HeaterMode.OFF if modes else None)
