import pytest

from api.language import negotiate, sentence
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
    assert sentence(reason, "zh") == "Oma请求了热水"
