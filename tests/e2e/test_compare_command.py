"""``zcw compare`` as a shell uses it, and its report as a browser without a network opens it."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from tests.support.programs import zcw

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the report and the CSV file of one comparison, and what was printed."""
    folder = tmp_path_factory.mktemp("compare")
    answer = zcw(
        "compare", "--household", "people-1", "--strategy", "timed", "--days", "1", "--jobs", "1",
        "--csv", str(folder / "table.csv"), "--report", str(folder / "report.html"), "--language", "zh",
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    (folder / "printed.txt").write_text(answer.stdout, "utf-8")
    return folder


def test_the_table_the_file_and_the_report_are_of_one_comparison(folder: Path) -> None:
    printed = (folder / "printed.txt").read_text("utf-8")
    with (folder / "table.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["strategy"] for row in rows] == ["none", "timed"]
    for row in rows:
        hot = f"{float(row['hot_within_10s']):.1%}"
        assert hot in printed
        assert hot.replace("%", " %") in (folder / "report.html").read_text("utf-8")


def test_the_rows_may_be_json() -> None:
    answer = zcw(
        "compare", "--household", "eu-s", "--strategy", "none", "--days", "1", "--jobs", "1", "--json"
    )
    (row,) = json.loads(answer.stdout)
    assert (row["household"], row["strategy"], row["extra_heat_kwh"]) == ("eu-s", "none", 0.0)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--household", "people-9"), 2, ["people-9", "name a CSV file", "eu-m"]),
        (("--strategy", "magic"), 2, ["magic", "known strategies", "aquastat"]),
        (("--layout", "flat", "--strategy", "timed"), 2, ["flat has no loop"]),
        (("--prices", "gas=3"), 2, ["gas: there is no such price", "heat, electricity"]),
        (("--day", "9"), 2, ["day 9 is not among the 7"]),
    ],
)
def test_what_cannot_be_compared_is_told_with_the_cure(
    words: tuple[str, ...], code: int, said: list[str]
) -> None:
    answer = zcw("compare", *words)
    assert answer.returncode == code and answer.stdout == ""
    assert "Traceback" not in answer.stderr
    told = " ".join(answer.stderr.replace("│", " ").split())
    assert all(each in told for each in said), told


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
async def test_the_report_opens_offline_on_a_phone_and_on_a_desk(folder: Path, width: int) -> None:
    from playwright.async_api import async_playwright

    asked: list[str] = []
    told: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": width, "height": 800}, offline=True)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        await page.goto((folder / "report.html").as_uri())
        assert await page.locator("h2:visible").all_inner_texts() == [
            "舒适与热量", "数据", "等待时间分布", "一天", "房屋", "如何重现"
        ]  # fmt: skip
        await page.get_by_role("button", name="English").click()
        assert "Comfort against heat" in await page.locator("h2:visible").all_inner_texts()
        assert await page.locator("svg text.zh:visible").count() == 0
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await browser.close()
    assert asked == [(folder / "report.html").as_uri()]
    assert told == []
