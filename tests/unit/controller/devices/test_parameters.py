import pytest

from controller.devices.parameters import MOST_TEXT, fill, resolve
from controller.devices.shape import Kind, Parameter

TOPIC = Parameter("topic", Kind.TOPIC, "the topic", required=True)
RELAY = Parameter("relay", Kind.INTEGER, "the relay", least=1, most=8)
TEXT = Parameter("payload", Kind.TEXT, "the payload", default="ON")
FLAG = Parameter("auto_off", Kind.BOOLEAN, "has a timer")
UNIT = Parameter("unit", Kind.CHOICE, "the unit", default="C", choices=("C", "F"))
PATH = Parameter("path", Kind.PATH, "the path")
CODE = Parameter("code", Kind.NAME, "the code", pattern="[A-F0-9]{6}")
ALL = (TOPIC, RELAY, TEXT, FLAG, UNIT, PATH, CODE)


def test_what_is_not_given_takes_its_default_or_is_empty() -> None:
    values, problems = resolve(ALL, {"topic": "plug"})
    assert problems == ()
    assert values == {
        "topic": "plug",
        "relay": "",
        "payload": "ON",
        "auto_off": "",
        "unit": "C",
        "path": "",
        "code": "",
    }


def test_what_is_given_is_kept_as_text() -> None:
    given = {
        "topic": "a/b",
        "relay": 2,
        "payload": True,
        "auto_off": True,
        "unit": "F",
        "path": "$.a",
        "code": "A1B2C3",
    }
    values, problems = resolve(ALL, given)
    assert problems == ()
    assert values == {**given, "relay": "2", "payload": "true", "auto_off": "true"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("topic", ""),
        ("topic", "a/#"),
        ("topic", 1.5),
        ("topic", None),
        ("topic", ["a"]),
        ("topic", True),
        ("relay", 0),
        ("relay", 9),
        ("relay", "two"),
        ("relay", True),
        ("relay", 1.0),
        ("payload", "x" * (MOST_TEXT + 1)),
        ("payload", "\0"),
        ("payload", "\ud800"),
        ("auto_off", "yes"),
        ("auto_off", 1),
        ("unit", "K"),
        ("path", "a.b"),
        ("code", "xyz"),
    ],
)
def test_a_wrong_value_names_the_parameter_and_its_meaning(name: str, value: object) -> None:
    _, problems = resolve(ALL, {"topic": "plug", name: value})
    (problem,) = problems
    assert problem.where == name
    assert problem.cure


def test_every_problem_is_reported_at_once() -> None:
    _, problems = resolve(ALL, {"relay": 9, "unit": "K", "topc": "plug"})
    assert [problem.where for problem in problems] == ["topc", "topic", "relay", "unit"]
    assert problems[0].cure == "did you mean topic?"


def test_filling_is_done_once_so_a_value_cannot_bring_placeholders_of_its_own() -> None:
    assert fill("{a}/{b}", {"a": "{b}", "b": "x"}) == "{b}/x"


def test_a_json_payload_is_no_placeholder() -> None:
    assert fill('{"{key}":{"on":{lease}}}', {"key": "state"}) == '{"state":{"on":{lease}}}'
