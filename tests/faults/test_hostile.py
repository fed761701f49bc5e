"""A hundred thousand messages that mean no wish: none starts the pump, and none is waited for."""

import json
import os
import random
from collections.abc import Callable

import pytest

from tests.faults.rig import Rig

FEW, MANY = 2_000, int(os.environ.get("ZCW_HOSTILE", "100000"))
EVERY_S = 0.01
PRESS = '{"action": "single"}'
PRESSES = ("single", "double", "hold")
"""What a button says that was pressed, in any way. Source: controller/devices/templates/zigbee2mqtt.yaml."""
BUTTON = "zigbee2mqtt/button"
TOPICS = (
    BUTTON, "zigbee2mqtt/pipe", "zigbee2mqtt/meter", "stat/plug/POWER", "stat/plug/RESULT", "tele/plug/LWT",
    "cmnd/plug/POWER", f"{BUTTON}/set", f"{BUTTON}/action", f"{BUTTON.upper()}", f"/{BUTTON}", "#", "zcw/zcw/stop/set",
)  # fmt: skip
SOUND = (
    PRESS, '{"temperature": 31.5}', '{"flow": 5.5}', '{"POWER": "ON"}', '{"POWER": "OFF"}', "ON", "OFF", "Online",
    "Offline", '{"action": ""}', '{"action": "double"}', "PRESS", "true", "1", "single",
)  # fmt: skip


def cut(text: str, rng: random.Random) -> str:
    return text[: rng.randrange(len(text) + 1)]


def flipped(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text))
    return text[:at] + chr(ord(text[at]) ^ 1 << rng.randrange(7)) + text[at + 1 :]


def stuffed(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return (
        text[:at] + rng.choice(("\x00", "\ufeff", "\n", " ", "\u202e", "٣", "NaN", "1e999", '"')) + text[at:]
    )


def nested(text: str, rng: random.Random) -> str:
    depth = rng.choice((1, 2, 50, 3_000))
    return "[" * depth + text + "]" * depth


def wrapped(text: str, rng: random.Random) -> str:
    return f'{{"{rng.choice(("action", "temperature", "POWER", "x"))}": {text}}}'


def twice(text: str, _: random.Random) -> str:
    return text + text


def recased(text: str, _: random.Random) -> str:
    return text.swapcase()


def huge(text: str, rng: random.Random) -> str:
    return text.replace("single", "single" * 500) if rng.random() < 0.5 else "9" * 5_000


def as_it_is(text: str, _: random.Random) -> str:
    return text


TRICKS: tuple[Callable[[str, random.Random], str], ...] = (
    cut, flipped, stuffed, nested, wrapped, twice, recased, huge, as_it_is,
)  # fmt: skip


def is_a_press(topic: str, payload: str, retained: bool) -> bool:
    """Tell whether a message is what the button really says, so that it would rightly start the pump."""
    if topic == f"{BUTTON}/action" and payload in PRESSES and not retained:
        return True
    if topic != BUTTON or retained:
        return False
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("action") in PRESSES


def hostile(rng: random.Random) -> tuple[str, str, bool]:
    while True:
        topic, retained = rng.choice(TOPICS), rng.random() < 0.2
        payload = rng.choice(TRICKS)(rng.choice(SOUND), rng)
        if not is_a_press(topic, payload, retained):
            return topic, payload, retained


def told(count: int) -> Rig:
    """Return the rig after so many hostile messages, the last one old enough to have had its effect."""
    rig, rng = Rig(), random.Random(100_000)
    for number in range(count):
        topic, payload, retained = hostile(rng)
        rig.at(
            70.0 + number * EVERY_S,
            lambda topic=topic, payload=payload, retained=retained: rig.to_controller(  # type: ignore[misc]
                topic, payload, retained=retained
            ),
        )
    rig.run(70.0 + count * EVERY_S + 30.0)
    return rig


def check(rig: Rig) -> None:
    orders = [payload for _, topic, payload in rig.sent if topic == "cmnd/plug/POWER"]
    assert "ON" not in orders
    assert rig.plug.spans == []
    assert sum(rejects.total for rejects in rig.router.rejects.values()) > 0, "some were for our own topics"


def test_no_message_that_means_no_wish_starts_the_pump() -> None:
    check(told(FEW))


@pytest.mark.slow
def test_of_many_messages_that_mean_no_wish_none_starts_the_pump_and_a_press_still_does() -> None:
    rig = told(MANY)
    check(rig)
    rig.press()
    rig.run(rig.now_s + 5.0)
    assert rig.plug.on
