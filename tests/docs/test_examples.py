"""What a reader does not type or save is held against what it is an example of: every block of code has a test."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from api.schemas import AnswerOut, FixtureOut, Problem
from controller.settings import settings_schema
from tests.conftest import REPOSITORY
from tests.docs.blocks import PAGES, Block, blocks, runnable
from tests.faults.mutants import Edit
from tests.unit.test_documentation import configurations

ANSWERS: dict[str, type[BaseModel]] = {"accepted": AnswerOut, "name": FixtureOut, "type": Problem}
"""By its first key, what an example of JSON on the page of REST is."""
HELD_BY = {
    "docs/client.md python from": "tests/e2e/test_client.py::test_what_the_page_about_the_client_shows_works_with_the_demo",
    "docs/client.md python async": "tests/e2e/test_client.py::test_what_the_page_about_the_client_shows_works_with_the_demo",
    "docs/devices.md yaml mqtt_statestream": "tests/docs/test_devices_page.py::test_home_assistant_carries_out_orders_tells_states_and_keeps_telling_temperatures",
    "docs/rest.md yaml scrape_configs": "tests/docs/test_examples.py::test_what_prometheus_is_to_ask_is_sound",
    "docs/rest.md yaml rest_command": "tests/e2e/test_client.py::test_what_home_assistants_rest_command_sends_is_understood",
    "CONTRIBUTING.md yaml T13": "tests/docs/test_examples.py::test_the_example_of_a_mistake_can_be_made",
}
"""Page, language and first word of a block, and the test that holds it."""


def found(page: str, language: str, word: str) -> Block:
    """The one block on a page that begins with a word."""
    (block,) = (
        one
        for one in blocks(REPOSITORY / page)
        if one.language == language and re.match(rf"\W*{word}\b", one.text)
    )
    return block


def unaccounted() -> list[str]:
    """Blocks that no test runs, reads or holds against anything, and that do not say why."""
    sections = set(settings_schema()["properties"])
    left = []
    for page in PAGES:
        run = runnable(page)
        understood = configurations(page.read_text("utf-8"), sections)
        for block in blocks(page):
            word = re.search(r"\w+", block.text)
            name = f"{page.relative_to(REPOSITORY)} {block.language} {word[0] if word else ''}"
            is_answer = name.startswith("docs/rest.md json") and word and word[0] in ANSWERS
            if block in run or block.not_run or block.language == "text" or is_answer:
                continue
            if block.text not in understood and name not in HELD_BY:
                left.append(f"{block.where}: {name}")
    return left


def test_every_block_of_code_has_a_test_or_says_why_not() -> None:
    assert unaccounted() == []


@pytest.mark.parametrize("name", sorted(set(HELD_BY.values())))
def test_the_test_that_holds_a_block_is_there(name: str) -> None:
    file, _, test = name.partition("::")
    assert re.search(rf"^(async )?def {test}\(", (REPOSITORY / file).read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("word", ANSWERS)
def test_the_examples_of_answers_are_what_the_service_answers(word: str) -> None:
    example = json.loads(found("docs/rest.md", "json", word).text)
    model = ANSWERS[word]
    model.model_validate(example)
    assert model is Problem or set(example) <= set(model.model_fields)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="apt-get install prometheus")
def test_what_prometheus_is_to_ask_is_sound(tmp_path: Path) -> None:
    (tmp_path / "prometheus.yml").write_text(found("docs/rest.md", "yaml", "scrape_configs").text, "utf-8")
    words = ["promtool", "check", "config", "prometheus.yml"]
    said = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=20)
    assert said.returncode == 0, said.stderr


def test_the_example_of_a_mistake_can_be_made() -> None:
    example = YAML(typ="safe").load(found("CONTRIBUTING.md", "yaml", "T13").text)
    for edit in example["T13"]["edits"]:
        source = (REPOSITORY / edit["file"]).read_text("utf-8")
        assert Edit(edit["file"], edit["old"], edit["new"]).applied(source) != source
