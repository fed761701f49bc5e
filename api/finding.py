"""Finding devices: listen, recognise, ask those that were recognised, listen again."""

from collections.abc import Mapping, Sequence
from typing import Final

from api.ear import Ear
from controller.devices.build import build_codec
from controller.devices.codec import DeviceCodec
from controller.devices.message import Message
from controller.devices.recognise import Found, questions, recognise
from controller.settings.families import families

ASK_AFTER: Final = 0.4
"""Share of the time after which devices are asked for what they have not told by themselves."""
SHELLIES: Final = (
    Message("shellies/command", b"announce"),
    Message("shellies/command", b"update"),
)
"""The one question to all that is harmless: devices of the first Shelly generation say who they are."""


async def found_by(ear: Ear, seconds: float) -> Sequence[Found]:
    """Return the devices that are recognised within so many seconds, those likest to be the pump first."""
    ear.say(SHELLIES)
    await ear.listen(seconds * ASK_AFTER)
    ear.say(questions(ear.heard, families()))
    await ear.listen(seconds * (1 - ASK_AFTER))
    return recognise(ear.heard, families())


def codec_of(one: Found, more: Mapping[str, bool] | None = None) -> DeviceCodec:
    """Return the codec of a device that was found, for everything that it can be used for."""
    codec, _ = build_codec(families()[one.family], {**one.parameters, **(more or {})}, one.use)
    return codec
