"""kill -9 at any moment loses nothing that was acknowledged."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

KILLS = int(os.environ.get("ZCW_KILLS", "100"))


@pytest.mark.slow
def test_no_kill_loses_an_acknowledged_row(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.durability.kills", str(tmp_path / "zcw.sqlite"), str(KILLS), "1"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, timeout=600, check=False)
    print(f"\n{done.stdout}{done.stderr}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith(f"{KILLS} kills, ")
    assert done.stdout.endswith(" 0 lives in which something was lost\n")
