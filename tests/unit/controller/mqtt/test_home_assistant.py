"""The exchange with Home Assistant: what is said when, and which commands count."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from controller.broker import BrokerSettings, HomeAssistantSettings
from controller.core.events import Mode
from controller.core.plumbing import Plumbing, Topology
from controller.devices.message import Message
from controller.devices.rejects import RejectReason
from controller.mqtt.discovery import Places
from controller.mqtt.entities import Features, Target, entities
from controller.mqtt.home_assistant import ERASE_STATE_AFTER_S, HomeAssistant, Order, Wanted, understood
from controller.mqtt.letters import BATCH, Letters, Timer

MAIN = Plumbing("main", Topology.DEDICATED_RETURN, ("shower",), frozenset({"return"}))
ENTITIES = entities([MAIN], {"main": Features(comfort=True, threshold=True)}, "en")
PREHEAT = "zcw/zcw/loop/main/preheat/set"
ON_BELOW = "zcw/zcw/loop/main/on_below_c/set"
BIRTH = "homeassistant/status"
UTC_MS = 1_764_255_600_000


class Clock:
    """Calls back when it is moved on."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._due: list[Due] = []

    def later(self, delay_s: float, callback: Callable[[], None]) -> Timer:
        due = Due(self.now_s + delay_s, callback)
        self._due.append(due)
        return due

    def advance(self, by_s: float) -> None:
        ends_s = self.now_s + by_s
        while due := min(
            (one for one in self._due if one.at_s <= ends_s and not one.over),
            key=lambda one: one.at_s,
            default=None,
        ):
            self.now_s, due.over = due.at_s, True
            due.callback()
        self.now_s = ends_s


class Due:
    def __init__(self, at_s: float, callback: Callable[[], None]) -> None:
        self.at_s, self.callback, self.over = at_s, callback, False

    def cancel(self) -> None:
        self.over = True


class Desk:
    """A Home Assistant exchange with everything around it in hand."""

    def __init__(self, *, enabled: bool = True) -> None:
        settings = HomeAssistantSettings(enabled=enabled)
        self.clock = Clock()
        self.sent: list[Message] = []
        self.orders: list[Order] = []
        self.home = HomeAssistant(
            ENTITIES if enabled else (),
            Places.of(BrokerSettings(), settings),
            settings,
            "1",
            publish=self.sent.append,
            later=self.clock.later,
            obey=self.orders.append,
            jitter=lambda: 0.5,
        )

    def hear(self, topic: str, payload: bytes, *, retained: bool = False, at: int = 0) -> bool:
        return self.home.hear(topic, payload, retained, at)

    def told(self) -> list[str]:
        """Topics sent since the last call."""
        self.clock.advance(1)
        topics = [message.topic for message in self.sent]
        self.sent.clear()
        return topics


def test_everything_is_announced_before_it_is_shown_and_shown_once() -> None:
    desk = Desk()
    desk.home.show({"zcw/zcw/mode": "auto"})
    assert desk.told() == [], "there is no broker yet"
    desk.home.connected()
    told = desk.told()
    assert told[-1] == "zcw/zcw/mode" and len(told) == len(ENTITIES) + 1
    desk.home.show({"zcw/zcw/mode": "auto"})
    assert desk.told() == []
    desk.home.show({"zcw/zcw/mode": "off"})
    assert desk.told() == ["zcw/zcw/mode"]


def test_everything_is_told_again_when_the_broker_is_back() -> None:
    desk = Desk()
    desk.home.connected()
    desk.home.show({"zcw/zcw/mode": "auto"})
    first = desk.told()
    desk.home.disconnected()
    assert desk.told() == []
    desk.home.connected()
    assert desk.told() == first


def test_a_birth_is_answered_once_after_a_jitter_and_an_old_one_not_at_all() -> None:
    desk = Desk()
    desk.home.connected()
    desk.told()
    assert desk.hear(BIRTH, b"online", retained=True)
    assert desk.hear(BIRTH, b"offline")
    desk.clock.advance(10)
    assert desk.told() == []
    desk.hear(BIRTH, b"online")
    desk.hear(BIRTH, b"online")
    desk.clock.advance(2.4)
    assert desk.sent == []
    desk.clock.advance(0.2)
    assert len(desk.told()) == len(ENTITIES)
    desk.clock.advance(10)
    assert desk.told() == []


def test_a_birth_is_forgotten_when_the_line_goes() -> None:
    desk = Desk()
    desk.home.connected()
    desk.told()
    desk.hear(BIRTH, b"online")
    desk.home.disconnected()
    desk.clock.advance(10)
    assert desk.told() == []


def kept(unique_id: str, state_topic: str) -> bytes:
    return json.dumps({"unique_id": unique_id, "state_topic": state_topic}).encode()


def test_kept_announcements_of_what_is_no_more_are_taken_back_first_and_their_states_later() -> None:
    desk = Desk()
    desk.home.connected()
    desk.told()
    gone = "homeassistant/sensor/zcw/old-reason/config"
    assert desk.hear(gone, kept("zcw-old-reason", "zcw/zcw/loop/old/reason"), retained=True)
    desk.clock.advance(0.1)
    assert desk.sent == [Message(gone, b"", retain=True)]
    desk.sent.clear()
    desk.clock.advance(ERASE_STATE_AFTER_S)
    assert desk.sent == [Message("zcw/zcw/loop/old/reason", b"", retain=True)]


def test_a_controller_that_ends_meanwhile_erases_the_states_before_it_goes() -> None:
    desk = Desk()
    desk.home.connected()
    desk.told()
    gone = "homeassistant/sensor/zcw/old-reason/config"
    desk.hear(gone, kept("zcw-old-reason", "zcw/zcw/loop/old/reason"), retained=True)
    desk.clock.advance(0.1)
    desk.home.leave()
    assert desk.sent == [Message(topic, b"", retain=True) for topic in (gone, "zcw/zcw/loop/old/reason")]
    desk.home.leave()
    assert len(desk.sent) == 2, "once is enough"


@pytest.mark.parametrize(
    ("topic", "payload", "retained"),
    [
        ("homeassistant/button/zcw/stop/config", kept("zcw-stop", "zcw/zcw/mode"), True),  # ours and present
        ("homeassistant/sensor/zcw/old/config", b"", True),
        ("homeassistant/sensor/zcw/old/config", kept("zcw-old", "zcw/zcw/old"), False),  # our own echo
        ("homeassistant/sensor/zcw/old/config", kept("other", "zcw/zcw/old"), True),
    ],
)
def test_other_announcements_are_left_as_they_are(topic: str, payload: bytes, retained: bool) -> None:
    desk = Desk()
    desk.home.connected()
    desk.told()
    assert desk.hear(topic, payload, retained=retained)
    desk.clock.advance(10)
    assert desk.told() == []


def test_a_state_that_is_still_shown_is_not_erased_with_an_old_announcement() -> None:
    desk = Desk()
    desk.home.connected()
    desk.told()
    gone = "homeassistant/sensor/zcw/old/config"
    desk.hear(gone, kept("zcw-old", "zcw/zcw/mode"), retained=True)
    desk.clock.advance(10)
    assert desk.told() == [gone]


def test_switched_off_it_listens_for_what_was_announced_and_takes_it_back() -> None:
    desk = Desk(enabled=False)
    assert [one.topic for one in desk.home.subscriptions] == ["homeassistant/+/zcw/+/config"]
    desk.home.connected()
    assert desk.told() == []
    gone = "homeassistant/button/zcw/stop/config"
    desk.hear(gone, kept("zcw-stop", ""), retained=True)
    assert desk.told() == [gone]
    assert not desk.hear(BIRTH, b"online")
    assert not desk.hear(PREHEAT, b"PRESS")


def test_commands_and_births_of_the_past_are_not_asked_for() -> None:
    by_topic = {one.topic: one for one in Desk().home.subscriptions}
    assert not by_topic[PREHEAT].replay and not by_topic[BIRTH].replay
    assert by_topic["homeassistant/+/zcw/+/config"].replay


# -- commands -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "payload", "order"),
    [
        (PREHEAT, b"PRESS", Order(Wanted.PREHEAT, "main")),
        ("zcw/zcw/loop/main/preheat/shower/set", b"PRESS", Order(Wanted.PREHEAT, "main", "shower")),
        ("zcw/zcw/loop/main/circulation/set", b"ON", Order(Wanted.PREHEAT, "main")),
        ("zcw/zcw/loop/main/circulation/set", b"OFF", Order(Wanted.STOP, "main")),
        ("zcw/zcw/stop/set", b"PRESS", Order(Wanted.STOP)),
        ("zcw/zcw/mode/set", b"manual", Order(Wanted.MODE, mode=Mode.MANUAL)),
        (
            "zcw/zcw/loop/main/comfort/set",
            b"lavish",
            Order(Wanted.SETTING, "main", setting={"comfort": "lavish"}),
        ),
        (ON_BELOW, b"39", Order(Wanted.SETTING, "main", setting={"threshold": {"on_below_c": 39.0}})),
        (ON_BELOW, b"60.0", Order(Wanted.SETTING, "main", setting={"threshold": {"on_below_c": 60.0}})),
        (
            "zcw/zcw/loop/main/off_above_c/set",
            b"16",
            Order(Wanted.SETTING, "main", setting={"threshold": {"off_above_c": 16.0}}),
        ),
    ],
)
def test_each_command_is_understood(topic: str, payload: bytes, order: Order) -> None:
    desk = Desk()
    assert desk.hear(topic, payload)
    assert desk.orders == [order] and desk.home.rejects.total == 0


@pytest.mark.parametrize("payload", [b"", b"press", b"PRESS ", b"ON", b"\xff\x00", b"P" * 128, b"NaN"])
def test_a_malformed_command_is_refused_and_counted(payload: bytes) -> None:
    desk = Desk()
    assert desk.hear(PREHEAT, payload)
    assert desk.orders == [] and desk.home.rejects.by_reason() == {RejectReason.UNKNOWN_VALUE: 1}


@pytest.mark.parametrize(
    "payload", [b"60.1", b"14.9", b"-20", b"4e1", b"NaN", b"inf", b"0x20", "٣٩".encode(), b" 39", b"3_9", b""]
)
def test_a_number_out_of_its_range_or_that_is_none_is_refused_and_counted(payload: bytes) -> None:
    desk = Desk()
    assert desk.hear(ON_BELOW, payload)
    assert desk.orders == [] and desk.home.rejects.by_reason() == {RejectReason.UNKNOWN_VALUE: 1}


def test_a_comfort_that_is_none_of_the_five_is_refused() -> None:
    desk = Desk()
    desk.hear("zcw/zcw/loop/main/comfort/set", b"Lavish")
    assert desk.orders == [] and desk.home.rejects.total == 1


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"P" * 129, RejectReason.TOO_LARGE),
        (b"{" * 100, RejectReason.NOT_JSON),
        (b'{"order":"PRESS"}', RejectReason.UNKNOWN_VALUE),
        (b'{"order":"PRESS","at":"yesterday"}', RejectReason.UNKNOWN_VALUE),
        (b'{"order":"PRESS","at":1e999}', RejectReason.UNKNOWN_VALUE),
        (b'{"order":"PRESS","at":NaN}', RejectReason.NOT_FINITE),
        (b'{"order":"PRESS","at":true}', RejectReason.UNKNOWN_VALUE),
        (b'{"order":"PRESS","at":1764255600000,"x":1}', RejectReason.UNKNOWN_VALUE),
        (b'{"order":"press","at":1764255600000}', RejectReason.UNKNOWN_VALUE),
    ],
)
def test_a_malformed_dated_command_is_refused_and_counted(payload: bytes, why: RejectReason) -> None:
    desk = Desk()
    desk.hear(PREHEAT, payload)
    assert desk.orders == [] and desk.home.rejects.by_reason() == {why: 1}


def dated(order: str, at_ms: int) -> bytes:
    return f'{{"order":"{order}","at":{at_ms}}}'.encode()


@pytest.mark.parametrize(("late_ms", "obeyed"), [(9_999, 1), (10_000, 1), (10_001, 0), (-10_001, 0)])
def test_a_command_that_was_on_its_way_for_more_than_ten_seconds_starts_nothing(
    late_ms: int, obeyed: int
) -> None:
    desk = Desk()
    desk.home.hear(PREHEAT, dated("PRESS", UTC_MS), False, 5_000, UTC_MS + late_ms)
    assert len(desk.orders) == obeyed
    assert desk.home.rejects.by_reason() == ({} if obeyed else {RejectReason.LATE: 1})


def test_an_iso_date_with_its_offset_is_a_time_too() -> None:
    desk = Desk()
    text = datetime.fromtimestamp(UTC_MS / 1_000, UTC).isoformat()
    desk.home.hear(PREHEAT, f'{{"order":"PRESS","at":"{text}"}}'.encode(), False, 5_000, UTC_MS)
    assert [order.wanted for order in desk.orders] == [Wanted.PREHEAT]


@pytest.mark.parametrize("utc_ms", [None, UTC_MS])
def test_an_on_that_an_off_has_overtaken_starts_nothing_and_a_later_one_does(utc_ms: int | None) -> None:
    desk = Desk()
    switch = "zcw/zcw/loop/main/circulation/set"
    for word, given_ms in [("OFF", UTC_MS), ("ON", UTC_MS - 1), ("ON", UTC_MS), ("ON", UTC_MS + 1)]:
        desk.home.hear(switch, dated(word, given_ms), False, 5_000, utc_ms)
    assert [order.wanted for order in desk.orders] == [Wanted.STOP, Wanted.PREHEAT]
    assert desk.home.rejects.by_reason() == {RejectReason.LATE: 2}


def test_a_stop_counts_for_every_topic_and_is_obeyed_however_late() -> None:
    desk = Desk()
    desk.home.hear("zcw/zcw/stop/set", dated("PRESS", UTC_MS), False, 5_000, UTC_MS + 3_600_000)
    desk.home.hear(PREHEAT, dated("PRESS", UTC_MS - 5), False, 5_000, UTC_MS)
    desk.home.hear("zcw/zcw/mode/set", dated("auto", UTC_MS - 4), False, 5_000, UTC_MS)
    assert [order.wanted for order in desk.orders] == [Wanted.STOP]


def test_a_retained_command_is_refused_and_counted() -> None:
    desk = Desk()
    desk.hear(PREHEAT, b"PRESS", retained=True)
    assert desk.orders == [] and desk.home.rejects.by_reason() == {RejectReason.RETAINED: 1}


def test_the_same_press_within_two_seconds_is_one_wish_and_a_stop_is_never_one_too_many() -> None:
    desk = Desk()
    for at in (5_000, 6_999, 7_000):
        desk.hear(PREHEAT, b"PRESS", at=at)
    assert len(desk.orders) == 2 and desk.home.rejects.by_reason() == {RejectReason.DUPLICATE: 1}
    for payload in (b"ON", b"OFF", b"OFF", b"ON"):
        desk.hear("zcw/zcw/loop/main/circulation/set", payload, at=7_000)
    assert [order.wanted for order in desk.orders[2:]] == ["preheat", "stop", "stop", "preheat"]


def test_what_is_for_somebody_else_is_not_taken() -> None:
    assert not Desk().hear("zigbee2mqtt/pipe", b"{}")


def test_no_text_at_all_is_an_order_for_what_only_shows() -> None:
    assert understood(Target("main", "pump"), b"ON") is None


# -- letters ------------------------------------------------------------------------------------------------


def test_letters_go_a_few_at_a_time_and_only_the_newest_for_a_topic() -> None:
    clock, sent = Clock(), list[Message]()
    letters = Letters(sent.append, clock.later)
    for number in range(BATCH + 5):
        letters.put(Message(f"t{number}", b"old"))
    letters.put(Message("t0", b"new"))
    clock.advance(0)
    assert len(sent) == BATCH and sent[0] == Message("t0", b"new")
    clock.advance(1)
    assert len(sent) == BATCH + 5
    letters.put(Message("t0", b"newer"))
    letters.clear()
    clock.advance(1)
    assert len(sent) == BATCH + 5
