"""Whatever stands in a configuration, the answer is settings or sentences."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from controller.core.errors import ConfigError
from controller.settings import parse_settings
from controller.settings.yaml_source import parse_document
from tests.unit.controller.settings.builders import cold_return, sound

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(inner for step, below in steps for inner in _places(below, (*place, step)))]


@given(st.sampled_from([sound, cold_return]), st.data())
@settings(max_examples=300, deadline=None)
def test_anything_in_any_place_is_taken_or_told(make: Any, data: st.DataObject) -> None:
    values = make()
    place = data.draw(st.sampled_from(_places(values)[1:]))
    around = values
    for step in place[:-1]:
        around = around[step]
    if data.draw(st.booleans()) and isinstance(around, dict):
        del around[place[-1]]
    else:
        around[place[-1]] = data.draw(_ANYTHING)
    _taken_or_told(values)


@given(
    st.dictionaries(
        st.text(max_size=10) | st.sampled_from(["site", "devices", "loops"]), _ANYTHING, max_size=4
    )
)
@settings(max_examples=200, deadline=None)
def test_any_values_are_taken_or_told(values: dict[str, Any]) -> None:
    _taken_or_told(values)


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_told(content: bytes) -> None:
    try:
        document = parse_document(content, "file")
    except ConfigError as error:
        assert error.problems
    else:
        assert isinstance(document.values, dict)


@given(st.text(alphabet="ab:-[]{}?&*!|>'\"%@#,. \n\t0123456789", max_size=60))
@settings(max_examples=500, deadline=None)
def test_any_yaml_like_text_is_read_or_told(text: str) -> None:
    try:
        parse_document(text.encode(), "file")
    except ConfigError as error:
        assert all(problem.message for problem in error.problems)


def _taken_or_told(values: dict[str, Any]) -> None:
    try:
        parse_settings(values, "values")
    except ConfigError as error:
        assert error.problems
        assert len({(problem.where, problem.message) for problem in error.problems}) == len(error.problems)
        assert "\n" not in "".join(problem.message for problem in error.problems)
