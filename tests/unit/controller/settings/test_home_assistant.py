"""The section about Home Assistant: left out it works, and what is wrong in it is told."""

import pytest

from controller.broker import HomeAssistantSettings
from controller.core.errors import ConfigError
from controller.settings import parse_settings
from tests.unit.controller.settings.builders import sound


def parsed(section: object, **site: str) -> HomeAssistantSettings:
    values = sound()
    values["home_assistant"] = section
    values["site"].update(site)
    return parse_settings(values).home_assistant


def test_without_a_line_of_configuration_home_assistant_sees_us() -> None:
    assert parse_settings(sound()).home_assistant == HomeAssistantSettings()
    assert parsed(None) == HomeAssistantSettings()


def test_the_language_is_the_houses_unless_it_is_given() -> None:
    assert parsed({}, language="zh").language == "zh"
    assert parsed({"language": "en"}, language="zh").language == "en"


def test_it_can_be_switched_off_and_named() -> None:
    assert parsed({"enabled": False, "prefix": "ha", "name": "Warmwasser"}) == HomeAssistantSettings(
        enabled=False, prefix="ha", name="Warmwasser"
    )


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"prefix": "home/#"}, "wildcard '#'"),
        ({"birth_topic": ""}, "is empty"),
        ({"prefix": "a//b"}, "empty level"),
        ({"enabled": "yes"}, "true or false"),
        ({"langauge": "zh"}, "did you mean language"),
        ({"language": "de"}, "must be one of en, zh"),
    ],
)
def test_what_is_wrong_is_told(section: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parsed(section)
    assert message in str(caught.value)
    assert "home_assistant" in str(caught.value)
