import re
import sys
from pathlib import Path

import pytest

from controller.core.errors import ZcwError
from simulator.compare import Comparison, Plan, compare
from simulator.draws import Draw
from simulator.layout_file import load_layout
from simulator.records import MissingExtra
from simulator.report import check_installed, render, write_report
from simulator.study import draws_hash, layout_hash

pytest.importorskip("matplotlib")
pytest.importorskip("jinja2")

DRAWS = (
    Draw(25_000.0, 30.0, "basin", 4.0),
    Draw(25_900.0, 200.0, "shower", 8.0),
    Draw(70_000.0, 40.0, "kitchen", 5.0),
)
COMMAND = "zcw compare --layout house --household 'my <draws>.csv' --seed 4"


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(
        Plan(load_layout("house"), {"my <draws>.csv": DRAWS}, ["timed", "aquastat"], days=1, seed=4)
    )


@pytest.fixture(scope="module")
def page(comparison: Comparison) -> str:
    return render(comparison, command=COMMAND, version="9.8.7")


def test_the_page_asks_nothing_of_anybody(page: str) -> None:
    assert not re.findall(r'(?:src|href|action|srcset)="(?!#|data:,)', page)
    assert not re.findall(r"@import|url\((?!#)", page)
    addresses = set(re.findall(r"https?://[^\s\"'<>]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_the_page_says_how_to_repeat_it(page: str, comparison: Comparison) -> None:
    assert "--household &#39;my &lt;draws&gt;.csv&#39; --seed 4" in page
    assert "zcw 9.8.7" in page
    assert layout_hash(comparison.plan.layout) in page and draws_hash(list(DRAWS)) in page


def test_the_page_has_a_picture_for_everything_it_promises(page: str) -> None:
    labels = re.findall(r'aria-label="([^"]+)"', page)
    for start in ("Comfort against heat", "Waits at kitchen", "Waits at basin", "Waits at shower", "Day 1 under none",
                  "Day 1 under timed", "Day 1 under aquastat", "house"):  # fmt: skip
        assert any(label.startswith(start) for label in labels), start


def test_no_two_elements_share_a_name(page: str) -> None:
    names = re.findall(r'\sid="([^"]+)"', page)
    assert len(names) == len(set(names)) > 100


def test_every_number_of_the_table_is_the_comparisons(page: str, comparison: Comparison) -> None:
    for row in comparison.rows:
        assert f"{100 * row.summary.hot_within_10s:.1f} %" in page
        assert f"{row.summary.extra_heat_kwh:.2f} kWh" in page


def test_what_is_said_in_english_is_said_in_chinese(page: str) -> None:
    assert page.count('class="en"') == page.count('class="zh"') > 50
    assert "10 秒内出热水" in page and "厨房" in page and "温控" in page


@pytest.mark.slow
def test_the_same_comparison_gives_the_same_page_to_the_last_byte(page: str, comparison: Comparison) -> None:
    assert render(comparison, command=COMMAND, version="9.8.7") == page


@pytest.mark.parametrize("library", ["jinja2", "matplotlib"])
def test_what_is_not_installed_is_told_with_the_cure(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=r'pip install "zero-cold-water\[report\]"'):
        check_installed()


@pytest.mark.slow
def test_a_page_that_cannot_be_written_is_told(tmp_path: Path, comparison: Comparison) -> None:
    with pytest.raises(ZcwError, match="choose another place"):
        write_report(tmp_path, comparison, command=COMMAND, version="1")
