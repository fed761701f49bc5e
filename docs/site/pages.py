"""Which pages the site has, where each comes from, and how links between files become links between pages."""

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

PAGES: Final[dict[str, str]] = {
    "README.md": "index.md",
    "README.zh.md": "zh.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "ARCHITECTURE.md": "project/architecture.md",
    "CHANGELOG.md": "project/changelog.md",
    "SECURITY.md": "project/security.md",
    "controller/README.md": "project/one-press.md",
    "controller/safety/HAZARDS.md": "project/hazards.md",
    "simulator/VALIDATION.md": "project/validation.md",
    "simulator/NETWORKS.md": "project/networks.md",
}
"""Pages outside docs/, and what they are called in the site. Those in docs/ keep their names."""
MADE: Final = ("reference/configuration.md", "reference/rest.md", "reference/commands.md")
"""Pages made from the code."""
_LINK: Final = re.compile(r"(!?\[[^\]]*\]\()([^)\s#]+)(#[^)\s]*)?(\))")
_FENCE: Final = re.compile(r"(^[ \t]*```.*?^[ \t]*```[ \t]*$)", re.MULTILINE | re.DOTALL)


def sources(repository: Path) -> dict[str, str]:
    """Return every page as a path in the repository, with its path in the site."""
    docs = {f"docs/{name}": name for name in _names(repository / "docs")}
    return PAGES | docs


def _names(docs: Path) -> Iterator[str]:
    for page in sorted(docs.glob("**/*.md")):
        yield page.relative_to(docs).as_posix()


def stage(repository: Path, target: Path) -> None:
    """Write every page into one tree, with links that lead to the other pages and copies of the files they show.

    Args:
        repository: Root of the project.
        target: Folder of the tree.

    Raises:
        FileNotFoundError: A page links to a file that is not there.
    """
    pages = sources(repository)
    for source, place in pages.items():
        text = (repository / source).read_text("utf-8")
        parts = _FENCE.split(text)  # what stands in a block of code is no link
        parts[::2] = [_relinked(part, source, place, pages, repository, target) for part in parts[::2]]
        write(target / place, "".join(parts))


def write(path: Path, text: str) -> None:
    """Write a page, with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _relinked(
    text: str, source: str, place: str, pages: dict[str, str], repository: Path, target: Path
) -> str:
    def leading(match: re.Match[str]) -> str:
        opening, link, anchor, closing = match.groups()
        if re.match(r"[a-z]+:", link):
            return match.group()
        file = _joined(source, link)
        to = pages.get(file) or _copied(repository / file, file, target)
        return f"{opening}{_relative(to, place)}{anchor or ''}{closing}"

    return _LINK.sub(leading, text)


def _joined(source: str, link: str) -> str:
    return os.path.normpath(PurePosixPath(source).parent / link).replace(os.sep, "/")


def _relative(to: str, place: str) -> str:
    return os.path.relpath(to, PurePosixPath(place).parent).replace(os.sep, "/")


def _copied(file: Path, name: str, target: Path) -> str:
    """Copy a file that is no page of the site, and return its place there; a folder is shown by a list of its files."""
    if file.is_dir():
        listed = "".join(f"- `{one.name}`\n" for one in sorted(file.iterdir()) if one.is_file())
        write(target / "files" / f"{name}.md", f"# {name}\n\n{listed}")
        return f"files/{name}.md"
    # A browser shows no YAML or SQL; as a page of code it can be read.
    if file.suffix in {".yaml", ".yml", ".sql", ".conf", ".service", ".sh"}:
        text = file.read_text("utf-8")
        write(target / "files" / f"{name}.md", f"# {name}\n\n````{_language(file)}\n{text}````\n")
        return f"files/{name}.md"
    place = target / "files" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(file.read_bytes())
    return f"files/{name}"


def _language(file: Path) -> str:
    return {".yml": "yaml", ".service": "ini", ".conf": "", ".sh": "sh"}.get(file.suffix, file.suffix[1:])
