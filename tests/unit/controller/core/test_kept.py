"""What may be read back from a file, at its very edges."""

import math

import pytest

from controller.core.kept import age_ms, instant, temperature_c, within


@pytest.mark.parametrize(
    ("kept", "value_c"),
    [
        (-10, -10.0),
        (-10.0625, None),
        (110, 110.0),
        (110.0625, None),
        (0, 0.0),
        (math.nan, None),
        (math.inf, None),
        (True, None),
        ("20", None),
        (None, None),
    ],
)
def test_a_temperature_is_kept_only_when_a_house_can_have_it(kept: object, value_c: float | None) -> None:
    assert temperature_c(kept) == value_c


@pytest.mark.parametrize(
    ("kept", "age"),
    [(0, 0), (5, 5), (5.9, 5), (-1, 0), (10**400, 10**400), (-math.inf, None), (False, None), ([], None)],
)
def test_an_age_is_a_whole_number_of_milliseconds_and_never_negative(kept: object, age: int | None) -> None:
    assert age_ms(kept) == age
    assert instant(kept, 7) == (None if age is None else 7 - age)


@pytest.mark.parametrize(
    ("kept", "value"), [(1, 1.0), (5.0, 5.0), (0.9375, None), (5.0625, None), (math.nan, None), (True, None)]
)
def test_a_number_is_kept_only_within_its_range(kept: object, value: float | None) -> None:
    assert within(kept, 1.0, 5.0) == value
