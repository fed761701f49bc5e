"""A Home Assistant on the same broker: announces the controller, shows its state, takes commands.

Everything announced and shown is kept by the broker, because Home Assistant creates an entity before it listens
to its state. All of it is sent again when the broker is back, for it may have lost what it kept, and when Home
Assistant has started. What the broker has kept of entities that are no more is taken back.
"""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final

from controller.broker import HomeAssistantSettings
from controller.core.clock import Instant
from controller.core.events import Mode
from controller.devices.message import Message, Subscription
from controller.devices.rejects import Rejected, RejectReason, Rejects
from controller.devices.router import SAME_PRESS_MS
from controller.mqtt.dating import Sequence, dated
from controller.mqtt.discovery import Places, announcements, leftovers
from controller.mqtt.entities import OFF, ON, PRESS, THRESHOLDS_C, Entity, Target
from controller.mqtt.letters import Later, Letters, Timer
from controller.strategies.predictive import Comfort

JITTER_S: Final = 5.0
"""Longest wait after Home Assistant's start, so that not every device answers in the same moment."""
ERASE_STATE_AFTER_S: Final = 3.0
"""So long after its announcement was taken back an entity is surely gone."""
BIRTH: Final = b"online"


class Wanted(StrEnum):
    """What a command asks for."""

    PREHEAT = "preheat"
    STOP = "stop"
    MODE = "mode"
    SETTING = "setting"


@dataclass(frozen=True, slots=True)
class Order:
    """A command, understood.

    Args:
        wanted: What it asks for.
        loop: Name of the loop; empty for the whole house.
        fixture: Name of the fixture; None for the whole loop.
        mode: The mode to choose, with ``Wanted.MODE``.
        setting: What to set, with ``Wanted.SETTING``: as the page writes it into the configuration.
    """

    wanted: Wanted
    loop: str = ""
    fixture: str | None = None
    mode: Mode | None = None
    setting: Mapping[str, object] | None = None


class HomeAssistant:
    """Everything between the controller and Home Assistant. All in the event loop's thread.

    Args:
        entities: What it shall see; none when that is switched off.
        places: Where everything stands.
        settings: How to be seen.
        version: Version of the product.
        publish: Sends a message; never waits, never raises.
        later: Calls back after so many seconds.
        obey: Carries out an order.
        jitter: Returns a share from 0 to 1, at random.
    """

    def __init__(
        self,
        entities: tuple[Entity, ...],
        places: Places,
        settings: HomeAssistantSettings,
        version: str,
        *,
        publish: Callable[[Message], None],
        later: Later,
        obey: Callable[[Order], None],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._entities = entities
        self._places = places
        self._settings = settings
        self._obey = obey
        self._later = later
        self._jitter = jitter
        self._publish = publish
        self._letters = Letters(publish, later)
        self._to_erase: set[str] = set()
        self._announcements = announcements(entities, places, settings, version)
        self._commands = {places.command(entity): entity.target for entity in entities if entity.takes}
        self._own = {places.state(entity) for entity in entities if entity.shows}
        self._own |= {places.attributes(entity) for entity in entities if entity.explains}
        self._states: dict[str, str] = {}
        self._said: dict[str, str] = {}
        self._last: dict[str, tuple[bytes, Instant]] = {}
        self._sequence = Sequence()
        self._connected = False
        self._birth: Timer | None = None
        self.rejects = Rejects()

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return what to listen to; commands and births of the past are not asked for."""
        if not self._entities:
            return (self._places.announcements,)
        birth = Subscription(self._settings.birth_topic, replay=False)
        commands = (Subscription(topic, replay=False) for topic in self._commands)
        return (self._places.announcements, birth, *commands)

    def connected(self) -> None:
        """Announce and show everything: the broker is there, and may have lost what it had kept."""
        self._connected = True
        self._introduce()

    def disconnected(self) -> None:
        """Say nothing any more."""
        self._connected = False
        self._letters.clear()
        self._forget_birth()

    def leave(self) -> None:
        """Say nothing any more, because the controller ends; what is still to be erased is erased now."""
        if self._connected:
            for topic in self._to_erase:
                self._publish(Message(topic, b"", retain=True))
        self.disconnected()

    def show(self, states: Mapping[str, str]) -> None:
        """Show these payloads, by topic, as far as they are new; those of other topics stay."""
        self._states.update(states)
        if not self._connected:
            return
        for topic, payload in states.items():
            if self._said.get(topic) != payload:
                self._said[topic] = payload
                self._letters.put(Message(topic, payload.encode(), retain=True))

    def hear(
        self, topic: str, payload: bytes, retained: bool, at: Instant, utc_ms: int | None = None
    ) -> bool:
        """Take a message; return whether it was for here.

        Args:
            topic: Where it came.
            payload: What it holds; anything at all.
            retained: The broker had kept it.
            at: When it was received.
            utc_ms: What the wall clock said then, in ms since 1970; None while it is not trusted.
        """
        target = self._commands.get(topic)
        if target is not None:
            try:
                self._command(topic, target, payload, retained, at, utc_ms)
            except Rejected as rejected:
                self.rejects.count(rejected.reason)
        elif self._places.is_announcement(topic):
            self._check_kept(topic, payload, retained)
        elif topic == self._settings.birth_topic and self._entities:
            self._born(payload, retained)
        else:
            return False
        return True

    # -- announcing -----------------------------------------------------------------------------------------

    def _introduce(self) -> None:
        self._forget_birth()
        self._said = {}
        for message in self._announcements.values():
            self._letters.put(message)
        self.show(dict(self._states))

    def _born(self, payload: bytes, retained: bool) -> None:
        if payload == BIRTH and not retained and self._birth is None:
            self._birth = self._later(JITTER_S * self._jitter(), self._introduce)

    def _forget_birth(self) -> None:
        if self._birth is not None:
            self._birth.cancel()
            self._birth = None

    def _check_kept(self, topic: str, payload: bytes, retained: bool) -> None:
        """Take back an announcement that the broker has kept of an entity that is no more, with its states."""
        if not retained or not payload or topic in self._announcements:
            return
        topics = leftovers(payload, self._places)
        if topics is None:
            return
        self._erase(topic)
        for one in topics:
            if one not in self._own:
                # Not at once: an entity that still listens would complain about the empty state.
                self._to_erase.add(one)
                self._later(ERASE_STATE_AFTER_S, partial(self._erase, one))

    def _erase(self, topic: str) -> None:
        self._to_erase.discard(topic)
        self._letters.put(Message(topic, b"", retain=True))

    # -- commands -------------------------------------------------------------------------------------------

    def _command(
        self, topic: str, target: Target, payload: bytes, retained: bool, at: Instant, utc_ms: int | None
    ) -> None:
        word, given_ms = dated(payload)
        order = understood(target, word)
        last, last_at = self._last.get(topic, (b"", 0))
        if retained:
            raise Rejected(RejectReason.RETAINED)
        if order is None:
            raise Rejected(RejectReason.UNKNOWN_VALUE)
        # A stop is obeyed however late it comes: it harms nobody.
        stop = order.wanted is Wanted.STOP
        if not stop and self._sequence.is_late(topic, given_ms, utc_ms):
            raise Rejected(RejectReason.LATE)
        if order.wanted is Wanted.PREHEAT and payload == last and at - last_at < SAME_PRESS_MS:
            raise Rejected(RejectReason.DUPLICATE)
        self._last[topic] = (payload, at)
        self._sequence.obeyed(topic, given_ms, stop=stop)
        self._obey(order)


def understood(target: Target, payload: bytes) -> Order | None:
    """Return the order that a command means; None when it means nothing."""
    text = payload.decode("ascii", "replace")
    if target.what == "mode":
        return Order(Wanted.MODE, mode=Mode(text)) if text in set(Mode) else None
    if target.what == "comfort":
        known = text in set(Comfort)
        return Order(Wanted.SETTING, target.loop, setting={"comfort": text}) if known else None
    if target.what in THRESHOLDS_C:
        value_c = _number_c(text, *THRESHOLDS_C[target.what])
        setting = {"threshold": {target.what: value_c}}
        return None if value_c is None else Order(Wanted.SETTING, target.loop, setting=setting)
    if target.what == "circulation" and text in (ON, OFF):
        return Order(Wanted.PREHEAT if text == ON else Wanted.STOP, target.loop)
    if target.what == "stop" and text == PRESS:
        return Order(Wanted.STOP)
    if target.what == "preheat" and text == PRESS:
        return Order(Wanted.PREHEAT, target.loop, target.fixture or None)
    return None


def _number_c(text: str, least_c: float, most_c: float) -> float | None:
    """Return a temperature in C within its range, to a tenth; None when the text is none."""
    if re.fullmatch(r"[0-9]{1,3}([.][0-9]{1,6})?", text, re.ASCII) is None:
        return None
    value_c = round(float(text), 1)
    return value_c if least_c <= value_c <= most_c else None
