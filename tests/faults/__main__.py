"""Prints what the list of faults looks like from here: families, rows, tests, mutants, gaps. Run with: make faults."""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from tests.faults.mutants import Mutant, Outcome, TableError, changed_files, judge_all, load

HERE = Path(__file__).parent
TESTS = HERE.parent
FAULTS = (
    Path(os.environ.get("ZCW_REFERENCE_DATA", str(TESTS.parents[1] / "shared" / "data"))).parent
    / "faults.csv"
)
OWN_FAULTS = HERE / "own_faults.csv"
"""Faults beyond the published list, in the same columns."""
ENOUGH = 0.95
"""A family counts as tested when so many of its mutants are noticed. Source: the teeth rule of the list."""


@dataclass(frozen=True)
class Row:
    """A fault of the list: its family, and whether it names a mistake that tests must notice."""

    family: str
    names_mutant: bool


def main() -> int:
    """Run every test that answers for a row, then every mutant, and print the table; 1 when something is wrong."""
    asked = _asked()
    if not FAULTS.is_file():
        print(f"no list of faults at {FAULTS}; set ZCW_REFERENCE_DATA to the folder data beside it")
        return 2
    rows = {**_rows(FAULTS), **_rows(OWN_FAULTS)}
    answers: dict[str, list[str]] = YAML(typ="safe").load((HERE / "rows.yaml").read_text("utf-8"))
    unknown = sorted((set(asked.rows) | set(answers)) - set(rows))
    if unknown:
        print(f"not in the list of faults: {' '.join(unknown)}")
        return 2
    chosen = set(asked.rows or rows)
    try:
        mutants = [mutant for row, mutant in load(answers).items() if row in chosen]
        for mutant in mutants:
            changed_files(mutant, TESTS.parent)
    except (TableError, SyntaxError) as error:
        print(f"the table of mutants is wrong: {error}")
        return 2
    asked_tests = {row: names for row, names in answers.items() if row in chosen}
    verdicts = {} if asked.mutants_only else _verdicts(asked_tests)
    outcomes = {} if asked.tests_only else _judged(mutants, verdicts, asked.share)
    report = Report({row: rows[row] for row in rows if row in chosen}, verdicts, outcomes, set(asked_tests))
    report.print()
    return report.code


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("rows", nargs="*", help="only these rows, such as T02 A05")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--mutants-only", action="store_true", help="the tests have been run already")
    only.add_argument("--tests-only", action="store_true", help="make no mistakes")
    parser.add_argument("--share", default="1/1", help="only every so-manieth mutant, such as 1/3, 2/3, 3/3")
    return parser.parse_args()


def _rows(file: Path) -> dict[str, Row]:
    with file.open(encoding="utf-8", newline="") as lines:
        return {
            row["id"]: Row(row["area"], bool(row["mutant_it_must_catch"].strip()))
            for row in csv.DictReader(lines)
        }


def _verdicts(answers: dict[str, list[str]]) -> dict[str, str]:
    """Return for each row ``passed``, ``failed`` or ``skipped``."""
    results = _run(sorted({f"tests/{name}" for names in answers.values() for name in names}))
    return {row: _verdict(results, names) for row, names in answers.items()}


def _run(wanted: list[str]) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "--timeout", "900", f"--junitxml={report}", *wanted]
        subprocess.run(command, cwd=TESTS.parent, check=False)
        found: dict[str, str] = {}
        for case in ElementTree.parse(report).iter("testcase"):
            place = case.attrib["classname"].replace(".", "/").removeprefix("tests/")
            name = f"{place}.py::{case.attrib['name']}"
            wrong = case.find("failure") is not None or case.find("error") is not None
            skipped = case.find("skipped") is not None
            if found.get(name) != "failed":  # several cases may have one name: the worst of them counts
                found[name] = "failed" if wrong else "skipped" if skipped else "passed"
    return found


def _verdict(results: dict[str, str], names: list[str]) -> str:
    """Judge the tests of a row; a name without tests is no answer."""
    worst = "passed"
    for name in names:
        mine = {verdict for test, verdict in results.items() if test.startswith(name)}
        if not mine or "failed" in mine:
            return "failed"
        if mine == {"skipped"}:
            worst = "skipped"
    return worst


def _judged(mutants: Iterable[Mutant], verdicts: dict[str, str], share: str) -> dict[str, Outcome]:
    """Judge the mutants of rows whose tests pass without them: a test that is red already notices nothing."""
    part, parts = (int(number) for number in share.split("/"))
    worth = [mutant for mutant in mutants if verdicts.get(mutant.row, "passed") == "passed"]
    return judge_all(worth[part - 1 :: parts])


@dataclass(frozen=True)
class Report:
    """What was seen.

    Args:
        rows: The list of faults.
        verdicts: What the tests of each row said; empty when they were not asked.
        outcomes: What became of each mutant that was made.
        answered: Rows that have tests.
    """

    rows: dict[str, Row]
    verdicts: dict[str, str]
    outcomes: dict[str, Outcome]
    answered: set[str]

    @property
    def code(self) -> int:
        """Return 1 when a test failed or a mutant went unnoticed."""
        wrong = "failed" in self.verdicts.values() or set(self.outcomes.values()) - {Outcome.KILLED}
        return 1 if wrong else 0

    def print(self) -> None:
        """Print one line for each family, then the rows by name for which something is missing."""
        families: dict[str, list[str]] = defaultdict(list)
        for name, row in self.rows.items():
            families[row.family].append(name)
        print(f"\n{'family':24} {'faults':>6} {'passed':>6} {'mutants':>8} {'killed':>6}  teeth")
        for family, names in families.items():
            self._line(family, names)
        self._line("together", list(self.rows))
        self._names("no test", [row for row in self.rows if row not in self.answered])
        self._names("failed", self._with("failed"))
        self._names("not run on this machine", self._with("skipped"))
        if self.outcomes:
            toothless = [
                name for name, row in self.rows.items() if row.names_mutant and name not in self.outcomes
            ]
            self._names("no mutant, or not made", toothless)
        for outcome in (Outcome.SURVIVED, Outcome.BROKEN):
            self._names(
                f"mutants {outcome.value}", [row for row, one in self.outcomes.items() if one is outcome]
            )

    def _line(self, family: str, names: list[str]) -> None:
        passed = [name for name in names if self.verdicts.get(name) == "passed"]
        made = [name for name in names if name in self.outcomes]
        due = [name for name in names if name in self.outcomes or self.rows[name].names_mutant]
        killed = [name for name in made if self.outcomes[name] is Outcome.KILLED]
        teeth = "-" if not made or not due else "yes" if len(killed) >= ENOUGH * len(due) else "not enough"
        print(f"{family:24} {len(names):6} {len(passed):6} {len(due):8} {len(killed):6}  {teeth}")

    def _with(self, verdict: str) -> list[str]:
        return [row for row, one in self.verdicts.items() if one == verdict]

    def _names(self, what: str, rows: list[str]) -> None:
        if rows:
            print(f"{what}: {' '.join(rows)}")


if __name__ == "__main__":
    sys.exit(main())
