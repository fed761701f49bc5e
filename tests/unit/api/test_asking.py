"""Questions on the terminal, asked while the connection to the broker lives on."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from api.commands.asking import Asker


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


@pytest.mark.parametrize(
    ("word", "meant"), [("y", True), ("YES", True), ("是", True), ("n", False), ("否", False)]
)
async def test_a_word_is_understood_in_both_languages(pipe: tuple[int, int], word: str, meant: bool) -> None:
    os.write(pipe[1], f"{word}\n".encode())
    assert await Asker(yes=False, number=pipe[0]).agrees("Well?", default=not meant) is meant


async def test_no_word_is_the_default_and_another_word_is_asked_again(
    pipe: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    os.write(pipe[1], "\nperhaps\n\xff\ny\n".encode("latin-1"))
    asker = Asker(yes=False, number=pipe[0])
    assert await asker.agrees("First?", default=True)
    assert await asker.agrees("Second?")
    assert "'perhaps' is neither y nor n." in capsys.readouterr().err


async def test_the_event_loop_goes_on_while_nobody_answers(pipe: tuple[int, int]) -> None:
    asking = asyncio.create_task(Asker(yes=False, number=pipe[0]).agrees("Well?"))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not asking.done()
    os.write(pipe[1], b"y\n")
    assert await asyncio.wait_for(asking, 5)


async def test_the_end_of_the_input_breaks_off_and_a_file_can_answer(tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    answers.write_text("n\n", "utf-8")
    number = os.open(answers, os.O_RDONLY)
    try:
        asker = Asker(yes=False, number=number)
        assert not await asker.agrees("Well?")
        with pytest.raises(typer.Abort):
            await asker.agrees("And?")
    finally:
        os.close(number)


async def test_yes_to_all_asks_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    assert await Asker(yes=True, number=-1).agrees("Well?")
    assert "Well? yes" in capsys.readouterr().err
