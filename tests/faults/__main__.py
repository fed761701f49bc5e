"""Prints what the list of faults looks like from here: families, rows, tests, gaps. Run with: make faults."""

import csv
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from pathlib import Path

from ruamel.yaml import YAML

HERE = Path(__file__).parent
TESTS = HERE.parent
FAULTS = (
    Path(os.environ.get("ZCW_REFERENCE_DATA", str(TESTS.parents[1] / "shared" / "data"))).parent
    / "faults.csv"
)


def main() -> int:
    """Run every test that answers for a row, and print the table; 1 when one of them failed."""
    if not FAULTS.is_file():
        print(f"no list of faults at {FAULTS}; set ZCW_REFERENCE_DATA to the folder data beside it")
        return 2
    with FAULTS.open(encoding="utf-8", newline="") as file:
        areas = {row["id"]: row["area"] for row in csv.DictReader(file)}
    answers: dict[str, list[str]] = YAML(typ="safe").load((HERE / "rows.yaml").read_text("utf-8"))
    wanted = sorted({f"tests/{name}" for names in answers.values() for name in names})
    results = _run([*wanted, "tests/faults"])
    failed_rows = {row for row, names in answers.items() if not _fine(results, names)}
    _print(areas, set(answers), failed_rows)
    mutants = {name: fine for name, fine in results.items() if "a_guard_that_is_gone" in name}
    print(f"mutants: {len(mutants)} guards taken out, {sum(mutants.values())} noticed")
    return 1 if failed_rows or not all(results.values()) else 0


def _run(wanted: list[str]) -> dict[str, bool]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "--timeout", "900", f"--junitxml={report}", *wanted]
        subprocess.run(command, cwd=TESTS.parent, check=False)
        found: dict[str, bool] = {}
        for case in ElementTree.parse(report).iter("testcase"):
            place = case.attrib["classname"].replace(".", "/").removeprefix("tests/")
            name = f"{place}.py::{case.attrib['name']}"
            found[name] = case.find("failure") is None and case.find("error") is None
    return found


def _fine(results: dict[str, bool], names: list[str]) -> bool:
    """Tell whether every test named ran and passed; a name without tests is no answer."""
    for name in names:
        mine = [fine for test, fine in results.items() if test.startswith(name)]
        if not mine or not all(mine):
            return False
    return True


def _print(areas: dict[str, str], answered: set[str], failed: set[str]) -> None:
    rows: dict[str, list[str]] = defaultdict(list)
    for row, area in areas.items():
        rows[area].append(row)
    print(f"{'family':24} {'faults':>6} {'passed':>6}  no test yet")
    for area, ids in rows.items():
        passed = [row for row in ids if row in answered and row not in failed]
        gaps = " ".join(row for row in ids if row not in answered)
        wrong = " ".join(f"{row}!" for row in ids if row in failed)
        print(f"{area:24} {len(ids):6} {len(passed):6}  {gaps} {wrong}".rstrip())
    passed = len(answered - failed)
    print(
        f"{'together':24} {len(areas):6} {passed:6}  {len(areas) - len(answered)} without a test, {len(failed)} failed"
    )


if __name__ == "__main__":
    sys.exit(main())
