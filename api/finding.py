"""Finding devices: listen, recognise, ask those that were recognised, listen again."""

from collections.abc import Mapping, Sequence
from typing import Final

from api.ear import Ear
from controller.devices.build import build_codec
from controller.devices.codec import DeviceCodec
from controller.devices.message import Message
from controller.devices.recognise import Found, questions, recognise
from controller.settings.families import families

PARTS: Final = (0.4, 0.3, 0.3)
"""Shares of the time. After each but the last, devices that were recognised by then are asked for what they have not told
by themselves: some say their first word late."""
SHELLIES: Final = (
    Message("shellies/command", b"announce"),
    Message("shellies/command", b"update"),
)
"""The one question to all that is harmless: devices of the first Shelly generation say who they are."""


async def found_by(ear: Ear, seconds: float) -> Sequence[Found]:
    """Return the devices that are recognised within so many seconds, those likest to be the pump first."""
    ear.say(SHELLIES)
    asked: set[Message] = set()
    for share in PARTS[:-1]:
        await ear.listen(seconds * share)
        news = [one for one in questions(ear.heard, families()) if one not in asked]
        ear.say(news)
        asked.update(news)
    await ear.listen(seconds * PARTS[-1])
    return recognise(ear.heard, families())


def codec_of(one: Found, more: Mapping[str, bool] | None = None) -> DeviceCodec:
    """Return the codec of a device that was found, for everything that it can be used for."""
    codec, _ = build_codec(families()[one.family], {**one.parameters, **(more or {})}, one.use)
    return codec
