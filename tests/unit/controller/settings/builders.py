"""A sound configuration that a test can bend, and the problems that bending it makes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from controller.core.errors import ConfigError, Problem
from controller.settings import Settings, load_settings, parse_settings

Values = dict[str, Any]


def sound() -> Values:
    """A dedicated return with a plug, a sensor and a button."""
    return {
        "site": {"time_zone": "Europe/Berlin"},
        "devices": {
            "plug": {"family": "tasmota", "topic": "tasmota_A1"},
            "pipe": {"family": "zigbee2mqtt", "name": "return_pipe"},
            "button": {"family": "zigbee2mqtt", "name": "kitchen_button"},
        },
        "loops": [
            {
                "topology": "dedicated_return",
                "pump": {"device": "plug"},
                "sensors": {"return": {"device": "pipe"}},
                "fixtures": ["kitchen", "shower"],
                "buttons": [{"device": "button", "fixture": "kitchen"}],
                "strategies": [{"type": "on_demand"}],
            }
        ],
    }


def with_strategies(*strategies: Values) -> Values:
    values = sound()
    values["loops"][0]["strategies"] = list(strategies)
    return values


def with_limits(**limits: object) -> Values:
    values = sound()
    values["loops"][0]["limits"] = limits
    return values


def cold_return() -> Values:
    values = sound()
    values["loops"][0].update(topology="cold_return", sensors={"cold_line": {"device": "pipe"}})
    values["loops"][0]["strategies"] = [{"type": "check_valve"}]
    return values


def parsed(values: Values) -> Settings:
    return parse_settings(values, "test.yaml")


def problems_of(values: Values) -> list[Problem]:
    with pytest.raises(ConfigError) as caught:
        parsed(values)
    return list(caught.value.problems)


def the_problem(values: Values) -> Problem:
    [problem] = problems_of(values)
    return problem


def problems_in(path: Path, read: Callable[[Path], object] = load_settings) -> list[Problem]:
    with pytest.raises(ConfigError) as caught:
        read(path)
    assert caught.value.source == str(path)
    return list(caught.value.problems)
