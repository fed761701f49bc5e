"""Ring 3: the configuration, from YAML to the core's values, with every problem told at once."""

from pathlib import Path
from typing import Final

from controller.settings.loading import load_settings, parse_settings
from controller.settings.model import (
    ApiSettings,
    LoopSettings,
    Settings,
    SiteSettings,
)
from controller.settings.report import ConfigReport, DeviceReport, LoopReport, report
from controller.settings.schema import settings_schema

EXAMPLE: Final = Path(__file__).with_name("example.yaml")
"""A complete configuration with comments; it passes its own check."""

__all__ = [
    "EXAMPLE",
    "ApiSettings",
    "ConfigReport",
    "DeviceReport",
    "LoopReport",
    "LoopSettings",
    "Settings",
    "SiteSettings",
    "load_settings",
    "parse_settings",
    "report",
    "settings_schema",
]
