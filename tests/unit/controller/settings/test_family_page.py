"""The page of supported devices is made of the templates, and is the one that is shipped."""

from pathlib import Path

import pytest

from controller.settings.families import families
from controller.settings.family_page import page

SHIPPED = Path(__file__).parents[4] / "docs" / "devices.md"


def test_the_shipped_page_is_up_to_date() -> None:
    text = SHIPPED.read_text("utf-8")
    assert text == page(families()), "print it anew with: zcw devices list --markdown > docs/devices.md"


@pytest.mark.parametrize("family", sorted(families()))
def test_every_family_is_on_the_page_with_every_parameter(family: str) -> None:
    section = page(families()).split(f"\n## {family}\n")[1].split("\n## ")[0]
    for one in families()[family].parameters:
        assert f"| `{one.name}` |" in section
