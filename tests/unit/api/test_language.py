import re
from pathlib import Path

import pytest

from api.language import NAMES_ZH, negotiate, sentence
from controller.core.reason import Reason, ReasonCode


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("zh", "zh"),
        ("ZH-hans-cn", "zh"),
        ("en-GB,zh;q=0.5", "en"),
        ("de,zh;q=0.5,en;q=0.4", "zh"),
        ("zh;q=0,en;q=0.1", "en"),
        ("zh;q=nonsense", "en"),
        ("fr", "en"),
        (";;;,,,q=", "en"),
        ("*", "en"),
    ],
)
def test_the_best_liked_language_we_speak_is_chosen(header: str | None, language: str) -> None:
    assert negotiate(header) == language


def test_a_sensor_is_called_by_its_name_and_not_its_key() -> None:
    reason = Reason.of(ReasonCode.HOT_ARRIVED, sensor="far_end", temperature_c=41.0)
    assert sentence(reason, "en") == "hot water has arrived: the far end sensor reads 41.0 °C"


def test_a_name_that_is_nobodys_word_stays_as_it_is() -> None:
    reason = Reason.of(ReasonCode.REQUESTED, who="Oma")
    assert sentence(reason, "zh") == "Oma 请求热水"


def test_a_button_named_in_common_words_is_called_by_them_in_chinese() -> None:
    reason = Reason.of(ReasonCode.REQUESTED, who="Guest_shower button")
    assert sentence(reason, "zh") == "客房淋浴按钮请求热水"
    assert sentence(reason, "en") == "Guest_shower button asked for hot water"


def test_strategies_and_modes_are_called_by_their_names() -> None:
    assert (
        sentence(Reason.of(ReasonCode.RUN_OF_ANOTHER, by="on_demand"), "en")
        == "the pump runs for on demand already"
    )
    assert "“检修”" in sentence(Reason.of(ReasonCode.MODE_CHOSEN, who="anna", mode="service"), "zh")


def test_the_page_knows_the_same_common_words() -> None:
    page = Path(__file__).parents[3].joinpath("api/web/src/text.ts").read_text("utf-8")
    table = page.partition("FIXTURES_ZH")[2].partition("};")[0]
    assert dict(re.findall(r'(\w+): "(.+)"', table)) == NAMES_ZH


def test_no_chinese_sentence_mixes_in_the_half_width_signs_of_english() -> None:
    chinese = re.compile(r"[\u4e00-\u9fff][,;:?!(]|[,;:?!)][\u4e00-\u9fff]")
    folder = Path(__file__).parents[3]
    files = [
        *folder.glob("controller/core/said_by_*.py"),
        *folder.glob("api/web/src/text/*.ts"),
        folder / "api/phrases.zh.json",
        *folder.glob("simulator/*_report.py"),
        folder / "simulator/report_words.py",
    ]
    assert [found for file in files for found in chinese.findall(file.read_text("utf-8"))] == []
