"""What every test may use, and the reasons for leaving one out."""

import os
import shutil
from pathlib import Path

import pytest

from tests.support.postgres import postgres_folder

REPOSITORY = Path(__file__).resolve().parent.parent


def reference_data() -> Path:
    """The folder of published reference data; ZCW_REFERENCE_DATA overrides its place."""
    return Path(os.environ.get("ZCW_REFERENCE_DATA", REPOSITORY.parent / "shared" / "data"))


def missing(marker: str) -> str | None:
    """Why a test with this marker cannot run here, or None."""
    if marker == "reference" and not reference_data().is_dir():
        return f"no reference data at {reference_data()}; set ZCW_REFERENCE_DATA"
    if marker == "mosquitto" and not (shutil.which("mosquitto") or Path("/usr/sbin/mosquitto").exists()):
        return "Mosquitto is not installed: apt-get install mosquitto mosquitto-clients"
    if marker == "browser" and not (shutil.which("chromium") or shutil.which("chromium-browser")):
        return "Chromium is not installed: apt-get install chromium"
    if marker == "postgres" and postgres_folder() is None:
        return "PostgreSQL is not installed: apt-get install postgresql"
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker in ("reference", "mosquitto", "browser", "postgres"):
            reason = missing(marker) if item.get_closest_marker(marker) else None
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of published reference data; tests that use it are marked ``reference``."""
    return reference_data()
