"""Files that are wrong as files, and lines that are right."""

import os
from pathlib import Path

import pytest

from controller.core.errors import ConfigError
from controller.settings import load_settings
from controller.settings.yaml_source import MOST_BYTES, parse_document
from tests.unit.controller.settings.builders import problems_in

SOUND = """\
site:
  time_zone: UTC
devices:
  plug: {family: tasmota, topic: tasmota_A1}
loops:
  - topology: dedicated_return
    pump: {device: plug}
    strategies:
      - type: timed
        windows:
          - {from: 06:00, to: "07:00"}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "zcw.yaml"


def test_a_sound_file_is_read_and_times_need_no_quotes(file: Path) -> None:
    file.write_text(SOUND)
    assert load_settings(file).loops[0].strategies[0].name == "timed"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode())
    assert load_settings(file).site.time_zone == "UTC"


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        (b"", "is empty", None),
        (b"# only a comment\n", "is empty", None),
        (b"- a\n- b\n", "must hold keys and values", 1),
        (b"just words\n", "must hold keys and values", 1),
        (b"a: 1\nb: [1, 2\nc: 3\n", "is not valid YAML", 3),
        (b"a: 1\nb: c: d\n", "mapping values are not allowed", 2),
        (b"a:\n\tb: 1\n", "is not valid YAML", 2),
        (b"a: 1\nb: 'x\n", "is not valid YAML", 3),
        (b"a: 1\nb: \xff\xfe\n", "is not a UTF-8 text file", 2),
        (b"a: 1\nb: \x00\x01\n", "characters that no text has", 2),
        (bytes(range(256)) * 16, "is not a UTF-8 text file", 2),
        (b"a: 1\n" * 60_000, "is larger than 256 KiB", None),
        (b"a: " + b"[" * 5_000 + b"]" * 5_000, "nested more than 16 levels deep", 1),
        (b"a: " + b"{a: " * 500, "nested more than 16 levels deep", 1),
        (b"".join(b" " * n + b"a:\n" for n in range(300)), "nested more than 16 levels deep", 18),
    ],
)
def test_what_is_no_configuration_gets_one_clear_message(
    file: Path, content: bytes, message: str, line: int | None
) -> None:
    file.write_bytes(content)
    [problem] = problems_in(file)
    assert message in problem.message
    assert problem.line == line


def test_a_missing_file_a_folder_and_a_forbidden_file_get_one_clear_message(
    tmp_path: Path, file: Path
) -> None:
    assert problems_in(file)[0].message == "no such file"
    assert problems_in(tmp_path)[0].message == "is a folder"
    assert "cannot be read" in problems_in(tmp_path / ("x" * 300))[0].message
    if os.geteuid() != 0:
        file.write_text(SOUND)
        file.chmod(0)
        assert "may not be read" in problems_in(file)[0].message


def test_duplicate_keys_are_told_with_both_lines(file: Path) -> None:
    file.write_text(SOUND + "site:\n  time_zone: Nowhere\n")
    [problem] = problems_in(file)
    assert (problem.where, problem.line) == ("site", 12)
    assert "first on line 1" in problem.message


def test_a_bomb_of_aliases_is_refused_before_it_grows(file: Path) -> None:
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    file.write_text("\n".join(layers))
    problems = problems_in(file)
    assert any("aliases" in problem.message and problem.line == 2 for problem in problems)


def test_tags_and_merge_keys_and_second_documents_are_refused(file: Path) -> None:
    file.write_text(SOUND.replace("UTC", "!!python/object:os.system UTC") + "---\na: 1\n")
    problems = problems_in(file)
    assert [(problem.where, problem.line) for problem in problems] == [("site.time_zone", 2), ("", 12)]
    assert "tags" in problems[0].message
    assert "second document" in problems[1].message


def test_keys_that_are_no_words_are_told(file: Path) -> None:
    file.write_text("? [a, b]\n: 1\n" + SOUND)
    assert any("plain word" in problem.message and problem.line == 1 for problem in problems_in(file))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("-5", -5),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".inf", float("inf")),
        ("-.inf", -float("inf")),
        ("true", True),
        ("~", None),
        ("", None),
        ("yes", "yes"),
        ("on", "on"),
        ("06:30", "06:30"),
        ("2024-01-01", "2024-01-01"),
        ("1_000", "1_000"),
        ("٣", "٣"),
        ("9" * 5_000, float("inf")),
        ('"5"', "5"),
    ],
)
def test_scalars_are_read_as_yaml_1_2_and_nothing_becomes_a_date(text: str, value: object) -> None:
    read = parse_document(f"a: {text}\n".encode(), "x").values["a"]
    assert (type(read), read) == (type(value), value)


def test_every_problem_has_its_line(file: Path) -> None:
    file.write_text(
        SOUND.replace("06:00", "6").replace("UTC", "UTCC").replace("device: plug", "device: plgu")
    )
    problems = problems_in(file)
    assert [(problem.line, problem.where) for problem in problems] == [
        (2, "site.time_zone"),
        (7, "loops[0].pump"),
        (11, "loops[0].strategies[0].windows[0].from"),
    ]
    with pytest.raises(
        ConfigError, match=rf"{file}:7: loops\[0\]\.pump: unknown device 'plgu' \(did you mean plug\?\)"
    ):
        load_settings(file)


def test_what_is_missing_is_told_at_the_line_around_it(file: Path) -> None:
    file.write_text(SOUND.replace("    pump: {device: plug}\n", ""))
    [problem] = problems_in(file)
    assert (problem.where, problem.line) == ("loops[0].pump", 6)


def test_the_largest_file_is_read_in_reasonable_time(file: Path) -> None:
    rows = "".join(f"  d{n}: {{family: tasmota, topic: t{n}}}\n" for n in range(2_000))
    text = SOUND.replace("devices:\n", f"devices:\n{rows}")
    assert len(text) < MOST_BYTES
    file.write_text(text)
    assert len(load_settings(file).devices) == 2_001
