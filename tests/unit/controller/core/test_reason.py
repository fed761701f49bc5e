"""Every reason can be said, in both languages, with the values that the code gives it."""

import string

import pytest

from controller.core.reason import SENTENCES, Reason, ReasonCode


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_has_a_sentence_in_both_languages_with_the_same_values(code: ReasonCode) -> None:
    fields = [
        {name for _, name, _, _ in string.Formatter().parse(template) if name} for template in SENTENCES[code]
    ]
    assert fields[0] == fields[1]


def test_a_sentence_carries_its_values() -> None:
    reason = Reason.of(ReasonCode.ROSE, sensor="return", rise_k=5.06)
    assert reason.sentence() == "hot water has arrived: the return sensor rose by 5.1 K"
    assert "5.1 K" in reason.sentence("zh")
