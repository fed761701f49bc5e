"""What the documentation says exists: files it links to, commands and options it shows, configurations, REST paths."""

import re
import shlex
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pytest
import typer.main
from fastapi import APIRouter
from ruamel.yaml import YAML

from api.cli import app
from api.routes import (
    accounts,
    habits,
    health,
    history,
    metrics,
    plan,
    plant,
    session,
    settings,
    state,
    wishes,
)
from controller.safety.limits import CEILINGS
from controller.settings import EXAMPLE, parse_settings, settings_schema
from controller.strategies.registry import STRATEGIES
from tests.conftest import REPOSITORY

PAGES: Final = tuple(
    sorted(
        page
        for pattern in ("*.md", "docs/**/*.md", "controller/**/*.md", "simulator/**/*.md")
        for page in REPOSITORY.glob(pattern)
    )
)
IDS: Final = [str(page.relative_to(REPOSITORY)) for page in PAGES]
LINK: Final = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE: Final = re.compile(r"^[ \t]*```(\w*)\n(.*?)^[ \t]*```[ \t]*$", re.MULTILINE | re.DOTALL)
INLINE: Final = re.compile(r"`(zcw(?: [^`]+)?)`")
COMMAND: Final = re.compile(r"^\s*(?:sudo )?(?:[\w./-]*/)?(zcw(?: .*)?)$", re.MULTILINE)
REST_PATH: Final = re.compile(r"/(?:api/v1/[a-z/]+|healthz|metrics)\b")
TOP_KEY: Final = re.compile(r"^(\w+):", re.MULTILINE)


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def prose(text: str) -> str:
    return FENCE.sub("", text)


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ +(.+)$", prose(text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def broken(page: Path, text: str) -> Iterator[str]:
    for target in LINK.findall(prose(text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            yield target


def commands(text: str) -> list[str]:
    """Return every command line of ours that is shown, without what the shell does with its output."""
    blocks = [body.replace("\\\n", " ") for language, body in FENCE.findall(text) if language in ("", "sh")]
    lines = [line for block in blocks for line in COMMAND.findall(block)]
    return lines + INLINE.findall(prose(text))


def complaint(line: str) -> str | None:
    """Return what is wrong with a command line, or with the first alternative that it shows, without running it."""
    one = re.sub(r"\[[^\]]*\]|\|\w+", "", line)
    words = [word for word in shlex.split(re.split(r" [>|&]| #", one)[0])[1:] if word != "..."]
    command: Any = typer.main.get_command(app)
    try:
        while hasattr(command, "commands") and words and not words[0].startswith("-"):
            if words[0] not in command.commands:
                return f"no command {words[0]}"
            command = command.commands[words.pop(0)]
        context = command.context_class(command, info_name="zcw")
        _, extra, _ = command.make_parser(context).parse_args(words)
    except Exception as error:  # noqa: BLE001 - typer's own usage errors, of whichever click it brings
        return str(error)
    return f"too many words: {extra}" if extra and not hasattr(command, "commands") else None


def rest_paths() -> set[str]:
    routers = (
        state.router, wishes.router, history.router, session.router, session.open_router,
        accounts.router, habits.router, plan.router, plant.router, settings.router,
    )  # fmt: skip
    paths = {f"/api/v1{path}" for router in routers for path in _paths(router)}
    return (
        paths | set(_paths(health.router)) | set(_paths(metrics.router)) | {"/api/v1/openapi", "/api/v1/plan"}
    )


def _paths(router: APIRouter) -> Iterator[str]:
    for route in router.routes:
        path = str(getattr(route, "path", ""))
        yield path.partition("/{")[0]
        yield path.replace("{loop}", "main")


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_link_between_files_leads_somewhere(page: Path) -> None:
    assert list(broken(page, text_of(page))) == []


def test_both_readmes_lead_to_the_same_pages() -> None:
    english, chinese = (
        set(LINK.findall(text_of(REPOSITORY / name))) for name in ("README.md", "README.zh.md")
    )
    of_their_own = {"README.md", "README.zh.md", "docs/page.png", "docs/page.zh.png"}
    of_their_own |= {"docs/schemes.svg", "docs/schemes.zh.svg"}
    assert english ^ chinese <= of_their_own


def test_a_broken_link_and_a_missing_title_are_noticed() -> None:
    page = REPOSITORY / "README.md"
    assert list(broken(page, "[a](docs/nowhere.md) [b](CONTRIBUTING.md#nothing)")) == [
        "docs/nowhere.md",
        "CONTRIBUTING.md#nothing",
    ]


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_command_shown_exists_with_its_options(page: Path) -> None:
    assert {line: wrong for line in commands(text_of(page)) if (wrong := complaint(line))} == {}


@pytest.mark.parametrize(
    "line",
    ["zcw fly", "zcw simulate --wings 2", "zcw config chek x", "zcw backup a b", "zcw layout draw --out"],
)
def test_a_command_that_does_not_exist_is_noticed(line: str) -> None:
    assert complaint(line) is not None


def test_commands_are_found_in_blocks_and_in_sentences() -> None:
    text = "```\n.venv/bin/zcw config example > zcw.yaml\n```\nthen `zcw run`"
    assert commands(text) == ["zcw config example > zcw.yaml", "zcw run"]
    assert sum(len(commands(text_of(page))) for page in PAGES) > 30


def configurations(text: str, sections: set[str]) -> list[str]:
    """Return the blocks that hold nothing but sections of a configuration, or the strategies of a loop."""
    blocks = [body for language, body in FENCE.findall(text) if language == "yaml"]
    known = sections | {"strategies"}
    return [block for block in blocks if (keys := set(TOP_KEY.findall(block))) and keys <= known]


def laid_over(example: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """Return the example with a part of a configuration in the place of its own."""
    whole = deepcopy(dict(example))
    for key, value in part.items():
        if key == "strategies":
            whole["loops"][0]["strategies"] = value
        elif isinstance(value, dict) and key in whole:
            whole[key].update(value)
        else:
            whole[key] = value
    return whole


def test_every_piece_of_configuration_shown_is_understood() -> None:
    yaml = YAML(typ="safe")
    example = yaml.load(EXAMPLE)
    sections = set(settings_schema()["properties"])
    count = 0
    for page in PAGES:
        for block in configurations(text_of(page), sections):
            part = yaml.load(block)
            whole = part if {"broker", "loops"} <= set(part) else laid_over(example, part)
            parse_settings(whole, str(page), with_secrets=False)
            count += 1
    assert count >= 6


def test_every_rest_path_shown_exists() -> None:
    known = rest_paths()
    shown = {
        found.rstrip("/")
        for page in PAGES
        for found in REST_PATH.findall(text_of(page))
        if found[-2:] != "v1"
    }
    assert shown
    assert shown - known == set()


def test_the_page_of_strategies_names_every_one_of_them_with_every_parameter() -> None:
    page = text_of(REPOSITORY / "docs" / "strategies.md")
    schema: Mapping[str, Any] = settings_schema()
    forms = [form for form in schema["$defs"].values() if "type" in form.get("properties", {})]
    assert {form["properties"]["type"]["const"] for form in forms} == set(STRATEGIES)
    keys = {key for form in forms for key in form["properties"]} - {"type"}
    assert [name for name in (*STRATEGIES, *sorted(keys)) if f"`{name}`" not in page] == []


def test_the_page_of_strategies_gives_every_limit_as_the_code_has_it() -> None:
    page = text_of(REPOSITORY / "docs" / "strategies.md")
    rows = dict(re.findall(r"^\|.*\(`(\w+)`\) \| .* \| ([^|]+) \|$", page, re.MULTILINE))
    for name, (low, high) in CEILINGS.items():
        key, scale = (name.removesuffix("_ms") + "_s", 1_000) if name.endswith("_ms") else (name, 1)
        assert key in rows
        if key != "daily_cap_s":
            found = re.findall(r"[\d ]*\d", rows[key].replace("°C", ""))
            assert [int(number.replace(" ", "")) * scale for number in found] == [low, high]
