"""The blocks of code of a page, in order, with what a remark before them says about how to run them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

from tests.conftest import REPOSITORY

PAGES = tuple(
    sorted(
        page
        for pattern in ("*.md", "docs/**/*.md", "controller/**/*.md", "simulator/**/*.md")
        for page in REPOSITORY.glob(pattern)
    )
)
SHELL = ("", "sh")
_FILE = re.compile(r"<!--\s*file:\s*(\S+)\s*-->")
_NOT_RUN = re.compile(r"<!--\s*not run:\s*(.+?)\s*-->", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One block of code.

    Args:
        page: The page it stands on.
        line: Its first line there, from 1.
        language: As it is written after the opening fence.
        text: What it holds.
        file: Name of the file that the reader is to make of it; empty for none.
        not_run: Why no test can run it; empty when one does.
    """

    page: Path
    line: int
    language: str
    text: str
    file: str = ""
    not_run: str = ""

    @property
    def where(self) -> str:
        return f"{self.page.relative_to(REPOSITORY)}:{self.line}"

    def commands(self) -> Iterator[str]:
        """The command lines of a block for the shell, without remarks."""
        for line in self.text.replace("\\\n", " ").splitlines():
            command = re.sub(r"(^|\s)#(?!\w*').*$", "", line).strip()
            if command:
                yield command


def blocks(page: Path) -> tuple[Block, ...]:
    """Every block of a page, those inside lists too."""
    found = []
    remark = ""
    for token in MarkdownIt("commonmark").parse(page.read_text("utf-8")):
        if token.type == "html_block":
            remark = token.content
        elif token.type == "fence":
            file, not_run = _FILE.search(remark), _NOT_RUN.search(remark)
            found.append(
                Block(
                    page,
                    (token.map or [0])[0] + 1,
                    token.info.strip(),
                    token.content,
                    file[1] if file else "",
                    " ".join(not_run[1].split()) if not_run else "",
                )
            )
            remark = ""
        elif token.content.strip():
            remark = ""
    return tuple(found)


def runnable(page: Path) -> tuple[Block, ...]:
    """The blocks of a page that a reader would run or save."""
    return tuple(
        block for block in blocks(page) if (block.language in SHELL or block.file) and not block.not_run
    )
