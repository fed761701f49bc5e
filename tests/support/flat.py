"""The smallest layout that works, as somebody would send it."""

from typing import Any, Final

FLAT: Final[dict[str, Any]] = {
    "name": "flat",
    "defaults": {"size": "Cu 15x1"},
    "heater": {"setpoint_c": 55},
    "fixtures": ["basin", "shower"],
    "hot": [
        {"from": "heater", "to": "tee", "length_m": 6},
        {"from": "tee", "to": "basin", "length_m": 1},
        {"from": "tee", "to": "shower", "length_m": 3},
    ],
}
