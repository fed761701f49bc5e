"""The ``zcw layout`` commands as a shell uses them."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree


def zcw(*words: str) -> "subprocess.CompletedProcess[str]":
    code = "from api.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "layout", *words], check=False, capture_output=True, text=True
    )


def test_layouts_are_listed_checked_and_drawn(tmp_path: Path) -> None:
    listed = json.loads(zcw("list", "--json").stdout)
    assert len(listed) >= 8
    assert [len(layout["loops"]) for layout in listed if layout["name"] == "villa"] == [2]
    checked = zcw("check", "ranch")
    assert checked.returncode == 0
    assert "cold pipe as return at hall basin, master basin" in checked.stdout
    file = tmp_path / "villa.svg"
    assert zcw("draw", "villa", "-o", str(file), "--labels", "zh").returncode == 0
    assert ElementTree.parse(file).getroot().tag.endswith("svg")
    assert "主卫淋浴" in file.read_text("utf-8")


def test_a_wrong_layout_ends_with_2_and_names_file_line_and_cure(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "name: mine\nheater: {setpoint_c: 55}\nfixtures: [tap]\nhot:\n  - {from: heater, to: tap, length_m: -3, size: Cu 15x1}\n"
        "pump: {flow_lpm: 6}\n",
        "utf-8",
    )
    for command in ("check", "draw"):
        refused = zcw(command, str(file))
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr
        assert f"{file}:5: hot[0].length_m: -3 is out of range (more than 0)" in refused.stderr
        assert f"{file}:6: pump: open loop" in refused.stderr


def test_the_schema_is_json() -> None:
    assert json.loads(zcw("schema").stdout)["title"] == "Layout of a house"
