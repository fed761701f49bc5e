"""Configurations for benchmarks: many loops, each with a plug, a sensor and a button of its own."""

import json
from pathlib import Path
from typing import Any


def house(folder: Path, broker_port: int, api_port: int, loops: int) -> Path:
    """Write a configuration with so many loops; JSON is YAML."""
    devices: dict[str, Any] = {}
    sections = []
    for number in range(loops):
        devices |= {
            f"plug {number}": {"family": "tasmota", "topic": f"plug{number}"},
            f"sensor {number}": {"family": "zigbee2mqtt", "name": f"sensor{number}"},
            f"button {number}": {"family": "zigbee2mqtt", "name": f"button{number}"},
        }
        sections.append(
            {
                "name": f"loop {number}",
                "topology": "dedicated_return",
                "pump": {"device": f"plug {number}"},
                "sensors": {"return": {"device": f"sensor {number}"}},
                "fixtures": [f"tap {number}"],
                "buttons": [{"device": f"button {number}", "fixture": f"tap {number}"}],
                "strategies": [{"type": "on_demand"}],
            }
        )
    config = folder / "zcw.yaml"
    values = {
        "site": {"name": "Benchmark", "time_zone": "UTC"},
        "broker": {"host": "127.0.0.1", "port": broker_port},
        "api": {"host": "127.0.0.1", "port": api_port},
        "devices": devices,
        "loops": sections,
    }
    config.write_text(json.dumps(values, indent=1), "utf-8")
    return config


def quantile(values: list[float], share: float) -> float:
    """Return the nearest-rank quantile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def line(label: str, values_ms: list[float]) -> str:
    """Return one row of a table of milliseconds."""
    cells = "".join(f"{quantile(values_ms, share):9.2f}" for share in (0.5, 0.95, 0.99, 1.0))
    return f"{label:<42}{len(values_ms):6d}{cells}"


HEAD = f"{'':<42}{'n':>6}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}   ms"
