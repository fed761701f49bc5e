"""The limits in numbers, written down a second time: whoever moves a ceiling must do it in two places."""

import pytest

from controller.core.clock import HOUR_MS
from controller.safety.limits import CEILINGS, Limits
from tests.builders import minutes, seconds

TABLE = [
    # limit, lowest, default, highest
    ("demand_cap_ms", seconds(30), seconds(300), seconds(300)),
    ("run_cap_ms", seconds(30), minutes(30), minutes(30)),
    ("min_run_ms", 0, seconds(30), seconds(60)),
    ("min_rest_ms", seconds(60), seconds(60), HOUR_MS),
    ("starts_per_hour", 1, 10, 10),
    ("daily_cap_ms", minutes(1), 4 * HOUR_MS, 4 * HOUR_MS),
    ("blind_run_ms", seconds(10), seconds(120), seconds(120)),
    ("blind_pause_ms", minutes(10), minutes(10), 24 * HOUR_MS),
    ("cold_line_c", 20.0, 38.0, 38.0),
    ("stop_lockout_ms", seconds(60), minutes(15), 24 * HOUR_MS),
]


def test_the_table_names_every_limit() -> None:
    assert [name for name, *_ in TABLE] == list(CEILINGS)


@pytest.mark.parametrize(("name", "low", "default", "high"), TABLE)
def test_a_limit_has_its_default_and_may_be_chosen_up_to_its_ceilings(
    name: str, low: float, default: float, high: float
) -> None:
    assert getattr(Limits(), name) == default
    Limits(**{name: low})  # type: ignore[arg-type]  # ints and floats by name
    Limits(**{name: high})  # type: ignore[arg-type]  # ints and floats by name
    step = 0.0625 if name == "cold_line_c" else 1
    for beyond in (low - step, high + step):
        with pytest.raises(ValueError, match=f"{name} {beyond} is outside {low}..{high}"):
            Limits(**{name: beyond})  # type: ignore[arg-type]  # ints and floats by name
