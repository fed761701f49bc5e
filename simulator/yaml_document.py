"""A YAML text as plain values that still know their lines."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from controller.core.errors import ConfigError, Problem

KeyPath: TypeAlias = tuple[str | int, ...]
"""The way to a value in a document, such as ``("hot", 2, "length_m")``."""
MOST_VALUES: Final = 100_000
"""A text may say things once and mean them often (``*name``), but ten lines must not mean a thousand million."""


class YamlDocument:
    """A text whose outermost value is a mapping.

    Args:
        text: The text.
        source: What to call it in errors.

    Raises:
        ConfigError: The text is not YAML, or something else than a mapping.
    """

    def __init__(self, text: str, source: str) -> None:
        # Not the round-trip loader, which has lines too: it fails on comments in unusual places.
        loader = YAML(typ="safe", pure=True)
        try:
            self._root: Node | None = loader.compose(text)
            if self._root is not None and _values(self._root, {}) > MOST_VALUES:
                raise ConfigError(
                    source, (Problem("", "means too much", cure=f"{MOST_VALUES:,} values at most"),)
                )
            tree = _with_text_keys(loader.load(text))
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = None if mark is None else mark.line + 1
            cure = "each key may stand once; mind the indentation, colons and quotes"
            raise ConfigError(
                source, (Problem("", f"not valid YAML: {error.problem}", line, cure),)
            ) from None
        except RecursionError:
            raise ConfigError(source, (Problem("", "nested too deeply, or within itself"),)) from None
        except (YAMLError, ValueError) as error:
            message = f"not valid YAML: {error}".splitlines()[0]
            raise ConfigError(source, (Problem("", message),)) from None
        if not isinstance(tree, Mapping):
            cure = "copy one that works and change it"
            raise ConfigError(source, (Problem("", "it should be a list of keys and values", 1, cure),))
        self.tree: Mapping[str, Any] = tree
        """The values."""

    def line(self, path: KeyPath) -> int | None:
        """Return the line, counted from 1, of the deepest part of a path that the document has."""
        line, node = None, self._root
        for step in path:
            marked = _step(node, step)
            if marked is None:
                break
            key, node = marked
            line = key.start_mark.line + 1
        return line


def _step(node: Node | None, step: str | int) -> tuple[Node, Node] | None:
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _values(node: Node, known: dict[int, int]) -> int:
    """Return how many values a node means, each alias counted as often as it stands there."""
    if id(node) not in known:
        inner = node.value if isinstance(node, SequenceNode) else ()
        if isinstance(node, MappingNode):
            inner = [one for pair in node.value for one in pair]
        known[id(node)] = 1 + sum(_values(one, known) for one in inner)
    return known[id(node)]


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _with_text_keys(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_text_keys(inner) for inner in value]
    return value
