"""Layouts on the page: read, checked, drawn and kept; nothing here simulates."""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from controller.core.errors import ConfigError, Problem, ZcwError
from simulator.drawing import draw_layout
from simulator.drawing_words import Language
from simulator.layout import Layout
from simulator.layout_file import layout_text, parse_layout, shipped_layouts
from simulator.yaml_document import YamlDocument

NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9 _-]{0,39}$"
"""Names of own layouts: they become file names."""
MOST: Final = 50
"""Own layouts kept."""
MOST_PIPES: Final = 60
MOST_FIXTURES: Final = 15
MOST_VALUES: Final = 1_000
"""Values of a layout, at every depth: twice what the largest that is planned needs. Reading is what costs."""
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_INLINE: Final = re.compile(r' style="fill:(#[0-9a-f]+)"')


class NoSuchLayout(ZcwError):
    """Somebody asked for a layout that is neither shipped nor kept.

    Args:
        name: Its name.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no layout {name!r}")


def text_of(tree: Mapping[str, Any]) -> str:
    """Return the values of a layout as the text of a file."""
    writer, text = YAML(typ="safe", pure=True), io.StringIO()
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    writer.allow_unicode, writer.width = True, 160
    try:
        writer.dump(dict(tree), text)
    except (RecursionError, YAMLError, ValueError):
        raise ConfigError(
            "layout", (Problem("", "this cannot be written as a file", cure="nest it less deeply"),)
        ) from None
    return text.getvalue()


def checked(tree: Mapping[str, Any]) -> Layout:
    """Return the layout that values describe.

    Raises:
        ConfigError: Something is wrong, or it is larger than the page plans; names every problem with its place.
    """
    if _values(tree, MOST_VALUES) > MOST_VALUES:
        raise ConfigError("layout", (Problem("", "this is too much", cure=f"{MOST_VALUES} values at most"),))
    layout = parse_layout(text_of(tree), "layout")
    problems = []
    if len(layout.pipes) > MOST_PIPES:
        problems.append(
            Problem(
                "hot", f"{len(layout.pipes)} pipes are too many", cure=f"{MOST_PIPES} at most, cold ones too"
            )
        )
    if len(layout.fixtures) > MOST_FIXTURES:
        problems.append(
            Problem("fixtures", f"{len(layout.fixtures)} are too many", cure=f"{MOST_FIXTURES} at most")
        )
    if problems:
        raise ConfigError("layout", tuple(problems))
    return layout


def _values(tree: object, enough: int) -> int:
    """Return how many keys and values there are; counting ends when there are more than enough."""
    waiting, found = [tree], 0
    while waiting and found <= enough:
        one = waiting.pop()
        if isinstance(one, Mapping):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        found += 1
    return found


def drawn(layout: Layout, language: Language) -> tuple[str, str]:
    """Return a drawing and its style apart: pages that allow no style within can still use both."""
    svg = _INLINE.sub(r' fill="\1"', draw_layout(layout, language=language))
    found = _STYLE.search(svg)
    return _STYLE.sub("", svg), "" if found is None else found.group(1)


class Houses:
    """The layouts that come with the product, and those that people have kept.

    Args:
        folder: Where the latter are kept; made when needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> dict[str, list[str]]:
        """Return the names: ``shipped`` and ``own``."""
        own = sorted(path.stem for path in self._folder.glob("*.yaml") if re.match(NAME, path.stem))
        return {"shipped": list(shipped_layouts()), "own": own}

    def tree(self, name: str) -> dict[str, Any]:
        """Return the values of a layout, an own one before a shipped one.

        Raises:
            NoSuchLayout: There is none of that name.
            ConfigError: Its file is damaged.
        """
        names = self.names()
        if name in names["own"]:
            return dict(YamlDocument((self._folder / f"{name}.yaml").read_text("utf-8"), name).tree)
        if name in names["shipped"]:
            return dict(YamlDocument(*layout_text(name)).tree)
        raise NoSuchLayout(name)

    def keep(self, name: str, tree: Mapping[str, Any]) -> None:
        """Keep a layout that is whole.

        Raises:
            ConfigError: It is not.
            ZcwError: There are too many, or the disk does not take it.
        """
        checked(tree)
        own = self.names()["own"]
        if name not in own and len(own) >= MOST:
            raise ZcwError(f"{MOST} layouts are kept already")
        path = self._folder / f"{name}.yaml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.write_text(text_of(tree), "utf-8")
            new.replace(path)
        except OSError as error:
            raise ZcwError(f"the layout cannot be kept: {error.strerror}") from error

    def forget(self, name: str) -> None:
        """Forget an own layout.

        Raises:
            NoSuchLayout: There is none of that name.
        """
        if name not in self.names()["own"]:
            raise NoSuchLayout(name)
        (self._folder / f"{name}.yaml").unlink(missing_ok=True)
