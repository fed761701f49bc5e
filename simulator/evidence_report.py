"""The report of an evaluation: one HTML file that needs nothing else, in English and Chinese.

Sections of pictures and tables under one another; what they show is the business of those who give them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.report import Picture, filled, inlined, save, translated


@dataclass(frozen=True, slots=True)
class Both:
    """A text in both languages.

    Args:
        en: In English.
        zh: In Chinese.
    """

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Args:
        title: What it is of.
        head: Headings of its columns.
        rows: Its cells; the first of each row names it.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page.

    Args:
        title: Its heading, in English, with a translation in ``report_words``.
        note: What is shown.
        pictures: Pictures as SVG texts, with their titles.
        tables: Tables.
    """

    title: str
    note: Both
    pictures: Sequence[Picture] = ()
    tables: Sequence[Table] = ()


def write_evidence(
    path: Path, title: str, sections: Sequence[Section], *, command: str, version: str, language: str = "en"
) -> int:
    """Write a report and return its size in bytes.

    Args:
        path: Where to.
        title: Heading of the page, in English, with a translation in ``report_words``.
        sections: Its parts.
        command: The command that repeats it.
        version: Version of the product.
        language: ``en`` or ``zh``, in which it opens.

    Raises:
        MissingExtra: The libraries that draw it are not installed.
        ZcwError: The file cannot be written.
    """
    content = {
        "title": title,
        "sections": [_named(section, number) for number, section in enumerate(sections)],
        "command": command,
        "version": version,
        "zh": lambda text: translated(text) or text,
    }
    return save(path, filled("evidence.html", content, language))


def _named(section: Section, number: int) -> Section:
    """Return a section whose pictures have names of their own and their words in both languages."""
    pictures = [
        Picture(one.title, inlined(one.svg, f"picture{number}-{index}", f"{section.title}: {one.title}"))
        for index, one in enumerate(section.pictures)
    ]
    return Section(section.title, section.note, pictures, section.tables)
