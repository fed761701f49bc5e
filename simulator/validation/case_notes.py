"""What is wrong in a case's file, each with its line, and what nobody understood."""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from controller.core.errors import ConfigError, Problem
from simulator.yaml_document import KeyPath, YamlDocument


class Notes:
    """Takes down problems and keys that are passed over.

    Args:
        source: Name of the file.
        text: What it holds.
    """

    def __init__(self, source: str, text: str) -> None:
        self.problems: list[Problem] = []
        self.ignored: list[str] = []
        self._source, self._text = source, text
        self._document: YamlDocument | None = None

    def no_json(self, error: json.JSONDecodeError) -> ConfigError:
        """Return the error for a text that is no JSON."""
        cure = "compare with a case that works"
        return ConfigError(self._source, (Problem("", f"this is no JSON: {error.msg}", error.lineno, cure),))

    def refused(self, where: str, message: str, cure: str) -> ConfigError:
        """Return the error for a file that is something else altogether."""
        return ConfigError(self._source, (Problem(where, message, 1, cure),))

    def refuse(self) -> None:
        """Raise what was wrong, if anything was.

        Raises:
            ConfigError: Something was.
        """
        if self.problems:
            raise ConfigError(self._source, tuple(self.problems))

    def wrong(self, path: KeyPath, message: str, cure: str) -> None:
        """Take down a problem."""
        self.problems.append(Problem(_named(path), message, self._line(path), cure))

    def pass_over(self, row: Mapping[str, Any], known: Iterable[str], path: KeyPath) -> None:
        """Take down the keys that are not known."""
        for key in sorted(set(row) - set(known)):
            line = self._line((*path, key))
            self.ignored.append(_named((*path, key)) + ("" if line is None else f" (line {line})"))

    def number(
        self,
        row: Mapping[str, Any],
        key: str,
        path: KeyPath,
        *,
        least: float | None = None,
        above: float | None = None,
    ) -> float:
        """Return a number of a mapping; one that will do when it is missing or wrong, which is taken down."""
        if key not in row:
            self.wrong((*path, key), "it is missing", f'give a number, such as "{key}": 1.0')
            return 1.0
        return self.value(row[key], (*path, key), least=least, above=above)

    def value(
        self, value: Any, path: KeyPath, *, least: float | None = None, above: float | None = None
    ) -> float:
        """Return a value as a number; see ``number``."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.wrong(path, f"{str(value)[:40]!r} is no number", "give a finite number")
            return 1.0
        if least is not None and value < least:
            self.wrong(path, f"{value} is less than {least:g}", f"give {least:g} or more")
            return max(least, 1.0)
        if above is not None and value <= above:
            self.wrong(path, f"{value} is not more than {above:g}", f"give more than {above:g}")
            return 1.0
        return float(value)

    def _line(self, path: KeyPath) -> int | None:
        # JSON tells no lines, but is nearly YAML, which does; read a second time only when there is something to tell.
        try:
            self._document = self._document or YamlDocument(self._text.replace("\t", "  "), self._source)
        except ConfigError:
            return None
        return self._document.line(path)


def _named(path: KeyPath) -> str:
    name = ""
    for step in path:
        name += f"[{step}]" if isinstance(step, int) else f".{step}" if name else step
    return name
