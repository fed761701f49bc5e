import json

import pytest

from controller.devices.payload import MOST_BYTES, Payload, number, word
from controller.devices.rejects import Rejected, RejectReason


def refusal_of(raw: bytes) -> RejectReason:
    with pytest.raises(Rejected) as caught:
        _ = Payload(raw).document
    return caught.value.reason


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\xff\xfe\x00", RejectReason.NOT_UTF8),
        ('{"a":1}'.encode("utf-16"), RejectReason.NOT_UTF8),
        (b"", RejectReason.NOT_JSON),
        (b'{"a":1', RejectReason.NOT_JSON),
        (b"\xef\xbb\xbf{}", RejectReason.NOT_JSON),
        (b'{"t":' + b"9" * 5_000 + b"}", RejectReason.NOT_JSON),
        (b'{"t":NaN}', RejectReason.NOT_FINITE),
        (b'{"t":-Infinity}', RejectReason.NOT_FINITE),
        (b'{"t":30,"t":90}', RejectReason.DUPLICATE_KEY),
        (b'{"x":{"t":30,"t":30}}', RejectReason.DUPLICATE_KEY),
        (b"[" * 60_000, RejectReason.TOO_DEEP),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, RejectReason.TOO_DEEP),
        (b" " * 1_000_000, RejectReason.TOO_LARGE),
    ],
)
def test_a_hostile_document_is_refused_by_its_reason(raw: bytes, reason: RejectReason) -> None:
    assert refusal_of(raw) is reason


def test_the_largest_payload_allowed_is_read_and_one_byte_more_is_not() -> None:
    fits = json.dumps("x" * (MOST_BYTES - 2)).encode()
    assert len(fits) == MOST_BYTES
    assert Payload(fits).document == "x" * (MOST_BYTES - 2)
    assert refusal_of(fits + b" ") is RejectReason.TOO_LARGE


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (49.7, 49.7),
        (50, 50.0),
        ("47.69", 47.69),
        (" 47.69\r\n", 47.69),
        ("-0.5", -0.5),
        ("+3.", 3.0),
        (".5", 0.5),
        ("4e1", 40.0),
    ],
)
def test_numbers_are_read_from_json_and_from_plain_text(value: object, expected: float) -> None:
    assert number(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        *(
            "nan",
            "NaN",
            "inf",
            "Infinity",
            "-Infinity",
            "",
            " ",
            "unavailable",
            "unknown",
            "None",
            "true",
            "null",
        ),
        *("٤٣", "4_3", "0x2B", "4,3", "43 C", "43\0", "4 3", "\xa043", "--4", "1e", "1" * 21),
        *(None, True, False, [], {}, [43.0], {"t": 43.0}),
    ],
)
def test_what_is_no_number_is_never_made_one(value: object) -> None:
    with pytest.raises(Rejected) as caught:
        number(value)
    assert caught.value.reason is RejectReason.NOT_A_NUMBER


@pytest.mark.parametrize("value", ["1e999", "-1e999", 1e999, float("nan"), 10**400])
def test_a_number_that_is_not_finite_is_refused(value: object) -> None:
    with pytest.raises(Rejected) as caught:
        number(value)
    assert caught.value.reason is RejectReason.NOT_FINITE


@pytest.mark.parametrize(
    ("value", "expected"), [("ON", "ON"), (True, "true"), (False, "false"), (1, "1"), (0, "0"), ("", "")]
)
def test_a_scalar_is_the_word_it_is_written_with(value: object, expected: str) -> None:
    assert word(value) == expected


@pytest.mark.parametrize("value", [None, [], {}, 1.0, 2**31, 10**400])
def test_what_is_no_word_is_refused(value: object) -> None:
    with pytest.raises(Rejected) as caught:
        word(value)
    assert caught.value.reason is RejectReason.UNKNOWN_VALUE
