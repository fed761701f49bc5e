"""A house of many loops for measuring: each with a plug, a sensor and a button of its own."""

import json
from pathlib import Path
from typing import Any


def write_house(folder: Path, broker_port: int, api_port: int, loops: int) -> Path:
    """Write a configuration with so many loops into a folder and return the file; JSON is YAML."""
    devices: dict[str, Any] = {}
    for number in range(loops):
        devices |= {
            f"plug {number}": {"family": "tasmota", "topic": f"plug{number}"},
            f"sensor {number}": {"family": "zigbee2mqtt", "name": f"sensor{number}"},
            f"button {number}": {"family": "zigbee2mqtt", "name": f"button{number}"},
        }
    config = folder / "zcw.yaml"
    values = {
        "site": {"name": "Benchmark", "time_zone": "UTC"},
        "broker": {"host": "127.0.0.1", "port": broker_port},
        "api": {"host": "127.0.0.1", "port": api_port},
        "devices": devices,
        "loops": [_loop(number) for number in range(loops)],
    }
    config.write_text(json.dumps(values, indent=1), "utf-8")
    return config


def _loop(number: int) -> dict[str, Any]:
    return {
        "name": f"loop {number}",
        "topology": "dedicated_return",
        "pump": {"device": f"plug {number}"},
        "sensors": {"return": {"device": f"sensor {number}"}},
        "fixtures": [f"tap {number}"],
        "buttons": [{"device": f"button {number}", "fixture": f"tap {number}"}],
        "strategies": [{"type": "on_demand"}],
    }
