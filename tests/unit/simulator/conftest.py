import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Folder of the published reference data, which the product does not ship."""
    default = Path(__file__).parents[3].parent / "shared" / "data"
    folder = Path(os.environ.get("ZCW_REFERENCE_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"the reference data is not at {folder}; set ZCW_REFERENCE_DATA to its folder")
    return folder
