"""The compiled modules: kept by their sources, and found only when they are there."""

import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from simulator import compiled


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout that holds the sources of two modules and nothing else."""
    monkeypatch.setattr(compiled, "ROOT", tmp_path)
    monkeypatch.setattr(compiled, "MODULES", ("one", "two"))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    (tmp_path / "one.py").write_text("VALUE = 1\n")
    (tmp_path / "two.py").write_text("VALUE = 2\n")
    return tmp_path


def test_every_module_to_be_compiled_is_there() -> None:
    missing = [name for name in compiled.MODULES if not Path(f"{name.replace('.', '/')}.py").is_file()]
    assert missing == []


def test_any_change_of_a_source_is_another_build(elsewhere: Path) -> None:
    before = compiled.home()
    (elsewhere / "two.py").write_text("VALUE = 3\n")
    assert compiled.home() != before


def test_without_a_build_python_runs_as_ever(elsewhere: Path) -> None:
    assert not compiled.use()
    assert not compiled.used()
    assert elsewhere.is_dir()


def test_what_was_built_is_found_before_its_source_and_nothing_else_is(elsewhere: Path) -> None:
    folder = compiled.home()
    folder.mkdir(parents=True)
    (folder / f"one{EXTENSION_SUFFIXES[0]}").write_bytes(b"")
    assert compiled.use()
    assert compiled.used()
    finder = sys.meta_path[0]
    found = finder.find_spec("one", None)
    assert found is not None
    assert found.origin == str(folder / f"one{EXTENSION_SUFFIXES[0]}")
    assert finder.find_spec("two", None) is None
    assert elsewhere in folder.parents
