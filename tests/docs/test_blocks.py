"""Every command and every block of code of the documentation works: it is run here, in the order of its page."""

import json
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.docs.blocks import PAGES, SHELL, Block, blocks, runnable
from tests.docs.reader import reader

LANGUAGES = (*SHELL, "yaml", "json", "csv", "text", "python")
"""``text`` is for pictures and formulas; everything else is run, saved or read."""


def ids(page: Path) -> str:
    return str(page.relative_to(REPOSITORY))


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_block_says_what_it_is(page: Path) -> None:
    assert [block.where for block in blocks(page) if block.language not in LANGUAGES] == []


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(b.language == "json" for b in blocks(page))], ids=ids
)
def test_every_block_of_json_is_json(page: Path) -> None:
    for block in blocks(page):
        if block.language == "json":
            json.loads(block.text)


def test_what_no_test_can_run_says_why_and_is_little() -> None:
    reasons = {block.where: block.not_run for page in PAGES for block in blocks(page) if block.not_run}
    assert all(len(reason) > 20 for reason in reasons.values()), reasons
    assert len(reasons) <= 12, reasons


def test_a_command_that_fails_is_noticed() -> None:
    bad = Block(REPOSITORY / "README.md", 1, "sh", "zcw simulate --layout nowhere --days 1\n")
    with (
        reader() as reading,
        pytest.raises(AssertionError, match=r"README\.md:1: zcw simulate --layout nowhere"),
    ):
        reading.follow(bad)


@pytest.mark.slow
@pytest.mark.mosquitto
@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", [page for page in PAGES if runnable(page)], ids=ids)
def test_a_reader_who_follows_the_page_gets_what_it_says(page: Path) -> None:
    with reader() as reading:
        for block in runnable(page):
            reading.follow(block)
