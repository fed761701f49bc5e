"""The machinery of mutants: whoever judges must be judged first."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.faults.mutants import REPOSITORY, Edit, Mutant, Outcome, TableError, changed_files, load, workshop

ANSWERS: dict[str, list[str]] = YAML(typ="safe").load(
    (Path(__file__).parent / "rows.yaml").read_text("utf-8")
)
MUTANTS = load(ANSWERS)
KEPT = "controller/core/kept.py"


def mutant(old: str, new: str, file: str = KEPT) -> Mutant:
    return Mutant("X99", (Edit(file, old, new),), ("unit/controller/core/test_kept.py",))


@pytest.mark.parametrize("row", sorted(MUTANTS))
def test_every_mutant_fits_the_source_and_changes_it(row: str) -> None:
    for path, text in changed_files(MUTANTS[row], REPOSITORY).items():
        assert text != path.read_text("utf-8")


def test_no_mistake_is_noticed_only_because_it_names_what_is_not_there(tmp_path: Path) -> None:
    for row, one in MUTANTS.items():
        for path, text in changed_files(one, REPOSITORY).items():
            if path.suffix == ".py":
                (tmp_path / f"{row}_{path.stem}.py").write_text(text, "utf-8")
    ruff = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--select",
        "F821",
        "--output-format",
        "concise",
    ]
    told = subprocess.run([*ruff, str(tmp_path)], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_every_test_that_a_row_names_is_there() -> None:
    names = {name for tests in ANSWERS.values() for name in tests}
    names |= {name for one in MUTANTS.values() for name in one.tests}
    missing = []
    for name in sorted(names):
        file, _, test = name.partition("::")
        path = REPOSITORY / "tests" / file
        if not path.exists() or (test and not re.search(rf"def {test}\b", path.read_text("utf-8"))):
            missing.append(name)
    assert missing == []


@pytest.mark.parametrize("old", ["no such text", "return None"])
def test_a_text_that_is_not_there_exactly_once_is_an_error_and_no_pass(old: str) -> None:
    with pytest.raises(TableError, match=r"occurs \d+ times, not once"):
        changed_files(mutant(old, "x"), REPOSITORY)


def test_a_file_that_is_gone_is_an_error_and_no_pass() -> None:
    with pytest.raises(TableError, match="there is no"):
        changed_files(mutant("a", "b", "controller/gone.py"), REPOSITORY)


@pytest.mark.slow
def test_a_mistake_is_noticed_a_harmless_change_is_not_and_a_broken_module_is_neither() -> None:
    before = (REPOSITORY / KEPT).read_bytes()
    with workshop() as shop:
        assert shop.judge(mutant("math.isfinite(kept)", "True")) is Outcome.KILLED
        assert shop.judge(mutant("it is no age.", "it is not any age.")) is Outcome.SURVIVED
        assert shop.judge(mutant("import math\n", "import mathematics\n")) is Outcome.BROKEN
        assert (shop.root / KEPT).read_bytes() == before
    assert (REPOSITORY / KEPT).read_bytes() == before
