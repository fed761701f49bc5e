from pathlib import Path

import pytest

from simulator import fast


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch) -> Path:
    pytest.importorskip("numba")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    return tmp_path


def test_who_uses_the_compiled_pipes_for_the_first_time_is_told_that_it_takes_a_while() -> None:
    said: list[str] = []
    fast.announce(said.append)
    assert len(said) == 1
    fast.kept_in().mkdir(parents=True)
    fast.announce(said.append)
    assert len(said) == 1


def test_the_machine_code_is_kept_where_the_machine_says(own_folder: Path) -> None:
    assert own_folder in fast.kept_in().parents
