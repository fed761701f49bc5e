import pytest

from controller.devices.shape import Template
from tests.support.families import shipped_families


@pytest.fixture(scope="session")
def families() -> dict[str, Template]:
    """The shipped templates by family."""
    return shipped_families()
