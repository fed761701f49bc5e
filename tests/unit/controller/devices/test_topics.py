import pytest

from controller.devices.topics import MOST_NAME_BYTES, MOST_TOPIC_BYTES, name_complaint, topic_complaint


@pytest.mark.parametrize(
    "topic",
    [
        "tasmota_A1B2C3",
        "zigbee2mqtt/Bad oben/Stecker",
        "家/厨房",
        "a.b/c-d/e_f",
        "shelly1-ab:cd/é",
        "a" * 256,
    ],
)
def test_usual_topics_are_allowed(topic: str) -> None:
    assert topic_complaint(topic) is None


@pytest.mark.parametrize(
    ("topic", "why"),
    [
        ("", "empty"),
        ("a/#", "wildcard"),
        ("+", "wildcard"),
        ("a/+/b", "wildcard"),
        ("a\0b", "U+0000"),
        ("a\nb", "U+000A"),
        ("a\x1b[31mb", "U+001B"),
        ("a\u202eb", "U+202E"),
        ("a\u2028b", "U+2028"),
        ("plug \U0001f525", "U+1F525"),
        ("\ud800", "UTF-8"),
        ("../a", "'..'"),
        ("a/./b", "'.'"),
        ("/a", "empty level"),
        ("a/", "empty level"),
        ("a//b", "empty level"),
        (" a", "blanks"),
        ("a/ b", "blanks"),
        ("$SYS/broker", "broker"),
        ("a" * (MOST_TOPIC_BYTES + 1), "bytes long"),
        ("é" * (MOST_TOPIC_BYTES // 2 + 1), "bytes long"),
    ],
)
def test_a_topic_that_could_reach_elsewhere_is_refused(topic: str, why: str) -> None:
    assert why in (topic_complaint(topic) or "")


@pytest.mark.parametrize(
    "name", ["DS18B20-1", "28-233D-9497", "state_l1", "Fühler Küche", "a" * MOST_NAME_BYTES]
)
def test_usual_names_are_allowed(name: str) -> None:
    assert name_complaint(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a/b",
        "a'b",
        'a"b',
        "a\\b",
        "{topic}",
        "a#",
        "+",
        "$a",
        "..",
        " a",
        "a\0",
        "a" * (MOST_NAME_BYTES + 1),
    ],
)
def test_a_name_that_could_break_out_of_a_json_key_or_a_level_is_refused(name: str) -> None:
    assert name_complaint(name)
