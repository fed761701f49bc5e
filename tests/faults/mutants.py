"""Teeth: each fault of the list names a mistake that its tests must notice. Here the mistake is made, in a copy, and the tests are run.

The table in ``mutants/`` has one entry for each row of the list of faults: what is changed in which file, and, where not
all of the row's tests are needed, which of them must turn red. A change that no longer applies is an error of the
table and never a pass; so is one after which the tests cannot even be collected.
"""

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ruamel.yaml import YAML

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
TABLE = HERE / "mutants"
LEFT_OUT = (
    ".venv",
    ".git",
    "node_modules",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".cache",
)
WEB = "api/web"
OURS = ("controller", "simulator", "api", "tests")
LIBRARIES = (
    "pytest", "hypothesis.strategies", "pydantic", "fastapi", "httpx", "uvicorn", "ruamel.yaml",
    "paho.mqtt.client", "jsonpath", "simpy", "typer.testing", "prometheus_client", "sqlite3", "asyncio",
)  # fmt: skip
"""Loaded once, not by every child: none of them is ours, and none is a plugin that rewrites tests."""


class TableError(Exception):
    """The table of mutants does not fit the source any more. The message says where and what to do."""


class Outcome(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    BROKEN = "broken"
    """The tests could not be run, so that nothing was shown."""


@dataclass(frozen=True)
class Edit:
    """One change of a file.

    Args:
        file: Path below the repository.
        old: Text that occurs there exactly once.
        new: What stands there instead.
    """

    file: str
    old: str
    new: str

    def applied(self, text: str) -> str:
        """Return the changed text; TableError when the old one is not there exactly once."""
        found = text.count(self.old)
        if found != 1:
            raise TableError(
                f"{self.file}: the text to be changed occurs {found} times, not once: {self.old!r}; "
                "bring tests/faults/mutants up to the source"
            )
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Mutant:
    """One mistake.

    Args:
        row: Row of the list of faults.
        edits: The changes that make it.
        tests: Tests of which at least one must turn red.
    """

    row: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]


def load(answers: dict[str, list[str]]) -> dict[str, Mutant]:
    """Return the mutants by row.

    Args:
        answers: Which tests answer for which row; they are used where the table names none.
    """
    mutants: dict[str, Mutant] = {}
    for file in sorted(TABLE.glob("*.yaml")):
        for row, entry in (YAML(typ="safe").load(file.read_text("utf-8")) or {}).items():
            tests = entry.get("by", answers.get(row, ()))
            if row in mutants or not tests:
                raise TableError(f"{file.name}: {row} is there twice, or has no tests")
            mutants[row] = Mutant(row, tuple(Edit(**edit) for edit in entry["edits"]), tuple(tests))
    return mutants


def changed_files(mutant: Mutant, root: Path) -> dict[Path, str]:
    """Return the texts of the files that a mutant changes, after the change; TableError when it does not apply."""
    texts: dict[Path, str] = {}
    for edit in mutant.edits:
        path = root / edit.file
        if not path.is_file():
            raise TableError(f"{mutant.row}: there is no {edit.file}")
        texts[path] = edit.applied(texts.get(path) or path.read_text("utf-8"))
        if path.suffix == ".py":
            compile(texts[path], edit.file, "exec")
    return texts


class Workshop:
    """A copy of the repository in which mistakes are made one after the other.

    Args:
        root: The copy.
        timeout_s: A single test may take so long; one that hangs has noticed something.
    """

    def __init__(self, root: Path, timeout_s: float = 60.0) -> None:
        self.root = root
        self.timeout_s = timeout_s
        self.output = root.parent / "output.txt"

    def judge(self, mutant: Mutant) -> Outcome:
        """Make the mistake, run the tests that must notice it, and take it back."""
        with self._made(mutant):
            code = self._tests(mutant.tests)
        return {0: Outcome.SURVIVED, 1: Outcome.KILLED}.get(code, Outcome.BROKEN)

    @contextmanager
    def _made(self, mutant: Mutant) -> Iterator[None]:
        right: dict[Path, tuple[bytes, os.stat_result]] = {}
        try:
            for path, text in changed_files(mutant, self.root).items():
                right[path] = (path.read_bytes(), path.stat())
                path.write_text(text, "utf-8")
                # Compiled files are recognised by time and length, and a changed letter changes neither.
                os.utime(path, (right[path][1].st_atime, right[path][1].st_mtime + 10.0))
            self._build_page(right)
            yield
        finally:
            for path, (content, before) in right.items():
                path.write_bytes(content)
                os.utime(path, (before.st_atime, before.st_mtime))
            self._build_page(right)

    def _build_page(self, changed: Iterable[Path]) -> None:
        """Build the web page anew when one of its sources has changed."""
        web = self.root / WEB
        if not any(path.is_relative_to(web) for path in changed):
            return
        if not (web / "node_modules").exists():
            (web / "node_modules").symlink_to(REPOSITORY / WEB / "node_modules")
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
        subprocess.run(
            ["npm", "run", "--silent", "build"],
            cwd=web,
            env={**os.environ, "PATH": path},
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def _tests(self, tests: Sequence[str]) -> int:
        """Run tests in a child of this process, which has loaded the libraries already; return pytest's code."""
        child = os.fork()
        if child == 0:
            self._be_the_child(tests)
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)

    def _be_the_child(self, tests: Sequence[str]) -> None:
        code = 3
        try:
            os.setpgid(0, 0)
            output = os.open(self.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.chdir(self.root)
            os.environ["PYTHONPATH"] = str(self.root)
            os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
            sys.dont_write_bytecode = True
            sys.path[:] = [
                str(self.root),
                *(place for place in sys.path if Path(place).resolve() != REPOSITORY),
            ]
            for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
                del sys.modules[name]
            code = int(self._pytest(tests))
        except BaseException:  # noqa: BLE001 - the child ends here, whatever happened
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _pytest(self, tests: Sequence[str]) -> int:
        import pytest

        # Hypothesis and the like are in memory already; that is no reason to warn.
        options = [
            "-W",
            "ignore::pytest.PytestAssertRewriteWarning",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "--tb=short",
            f"--timeout={self.timeout_s:g}",
        ]
        return pytest.main([*options, *(f"tests/{name}" for name in tests)])


@contextmanager
def workshop() -> Iterator[Workshop]:
    """Yield a workshop: a copy of this repository, without what is only for development."""
    for library in LIBRARIES:
        importlib.import_module(library)
    with tempfile.TemporaryDirectory(prefix="zcw-mutants-") as folder:
        root = Path(folder) / "tree"
        shutil.copytree(REPOSITORY, root, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        yield Workshop(root)


def judge_all(mutants: Sequence[Mutant]) -> dict[str, Outcome]:
    """Judge mutants one after the other, tell about each, and return what became of them."""
    outcomes: dict[str, Outcome] = {}
    if not mutants:
        return outcomes
    with workshop() as shop:
        for mutant in mutants:
            began = time.monotonic()
            outcomes[mutant.row] = outcome = shop.judge(mutant)
            print(f"  {mutant.row:4} {outcome.value:9} {time.monotonic() - began:5.1f} s", flush=True)
            if outcome is Outcome.BROKEN:
                print(shop.output.read_text("utf-8", "replace")[-2_000:], flush=True)
    return outcomes
