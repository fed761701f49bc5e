import pytest

from controller.devices.jsonpath import Path
from controller.devices.rejects import Rejected, RejectReason

EVENTS = {
    "events": [{"component": "input:0", "event": "single_push"}, {"component": "input:1", "event": "long"}]
}


@pytest.mark.parametrize(
    ("path", "document", "expected"),
    [
        ("$.temperature", {"temperature": 27.3}, 27.3),
        ("$['DS18B20-1'].Temperature", {"DS18B20-1": {"Temperature": 13.3}}, 13.3),
        ("$.events[?@.component=='input:0'].event", EVENTS, "single_push"),
        ("$..Temperature", {"a": {"Temperature": 1}}, 1),
        ("$", 47.69, 47.69),
        ("$", '{"a": 1}', '{"a": 1}'),
        ("$.a", {"a": None}, None),
    ],
)
def test_a_path_finds_its_one_value(path: str, document: object, expected: object) -> None:
    assert Path(path).find(document) == expected


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("$.a", {"b": 1}),
        ("$.a", []),
        ("$.a", 5),
        ("$.a", '{"a": 1}'),
        ("$.a.b", {"a": "text"}),
        ("$.a", None),
    ],
)
def test_a_path_that_finds_nothing_says_so(path: str, document: object) -> None:
    with pytest.raises(Rejected) as caught:
        Path(path).find(document)
    assert caught.value.reason is RejectReason.MISSING


def test_a_path_that_finds_two_values_chooses_none() -> None:
    with pytest.raises(Rejected) as caught:
        Path("$.events[*].event").find(EVENTS)
    assert caught.value.reason is RejectReason.AMBIGUOUS


def test_a_document_nested_too_deep_for_a_descent_is_refused() -> None:
    document: object = 1
    for _ in range(500):
        document = [document]
    with pytest.raises(Rejected) as caught:
        Path("$..a").find(document)
    assert caught.value.reason is RejectReason.TOO_DEEP


@pytest.mark.parametrize(
    "text", ["", "temperature", "$.", "$.a[", "$['a", "a.b", "$.a | $.b", "$.a[?@.b ==]"]
)
def test_a_wrong_path_is_refused_on_one_line(text: str) -> None:
    with pytest.raises(ValueError, match="no JSON path") as caught:
        Path(text)
    assert "\n" not in str(caught.value)
