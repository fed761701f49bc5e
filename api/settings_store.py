"""The part of the configuration that people change on the page: schedules, comfort, threshold, quiet hours, days away.

The YAML file stays the one truth: what is changed is written into it, comments and all else stay, the file before is kept
beside it, and only a file that passes every check takes its place. Then the loops go on by it at once. Nothing else of the
file is taken up: limits, devices and addresses hold from one start to the next, so that nothing here can loosen a limit.
"""

import hashlib
import io
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from api import config_file
from controller.core.civil import Window
from controller.core.contracts import Strategy
from controller.service import answering
from controller.settings import LoopSettings, Settings

WINDOWED: Final = ("timed", "check_valve")
"""Strategies that have weekly windows."""
DATED: Final = ("timed",)
"""Those of them that have dates with windows of their own."""
THRESHOLD: Final = {"on_below_c": 38.0, "off_above_c": 40.5}
"""The temperatures of an aquastat that says none."""

Plan = dict[str, tuple[tuple[Strategy, ...], tuple[Window, ...]]]
"""By the loop's name: what starts its pump, and when only people do."""


class SettingsStale(Exception):
    """The file has changed since it was read."""


class SettingsStore:
    """The configuration file as the page sees and changes it.

    Args:
        path: The file.
        apply: Lets the loops go on by what was changed.
    """

    def __init__(self, path: Path, apply: Callable[[Plan, str], None]) -> None:
        self._path = path
        self._apply = apply
        self._next: Plan = {}
        self._writing = threading.Lock()

    def read(self) -> tuple[str, dict[str, Any]]:
        """Return the file's ETag, and what can be changed of it.

        Raises:
            OSError: The file cannot be read.
        """
        content = self._path.read_bytes()
        return _etag(content), self._told(content)

    @staticmethod
    def _told(content: bytes) -> dict[str, Any]:
        document = _yaml().load(content.decode("utf-8"))
        return {"loops": [_loop(loop) for loop in document["loops"]], "heat": _heat(document)}

    def write(self, loop: str, wish: Mapping[str, Any], etag: str) -> tuple[str, dict[str, Any]]:
        """Write a loop's wish into the file; return as ``read`` does. It takes effect with ``apply``.

        Args:
            loop: Name of the loop.
            wish: ``schedules`` (a list of windows for each strategy that has some), ``exceptions`` (of each of the same
                strategies), ``comfort``, ``threshold``, ``quiet``, ``away``; what is left out stays.
            etag: Of the file that the wish was made for.

        Raises:
            SettingsStale: The file is another one by now; nothing was changed.
            KeyError: There is no such loop.
            ConfigError: It would not be a sound configuration; nothing was changed.
            ZcwError: The file cannot be written; nothing was changed.
        """
        with self._writing:
            content = self._path.read_bytes()
            if _etag(content) != etag:
                raise SettingsStale
            self._write(loop, wish, content)
            return self.read()

    def change(self, loop: str, wish: Mapping[str, object]) -> bool:
        """Write a wish into the file as it is now; return whether it changes anything. Otherwise as ``write``."""
        with self._writing:
            content = self._path.read_bytes()
            before = next(one for one in self._told(content)["loops"] if one["name"] == loop)
            if all(_holds(before.get(key), value) for key, value in wish.items()):
                return False
            self._write(loop, wish, content)
            return True

    def _write(self, loop: str, wish: Mapping[str, Any], content: bytes) -> None:
        yaml = _yaml()
        document = yaml.load(content.decode("utf-8"))
        _edit(next(each for each in document["loops"] if each.get("name", "main") == loop), wish)
        text = io.StringIO()
        yaml.dump(document, text)
        settings = config_file.write(self._path, text.getvalue())
        self._next = plan(settings)

    def apply(self, who: str) -> None:
        """Let the loops go on by what was written last; in the event loop's thread, unlike ``write``."""
        self._apply(self._next, who)


def plan(settings: Settings) -> Plan:
    """Return what takes effect of settings without a restart."""
    return {loop.name: _live(loop) for loop in settings.loops}


def _live(loop: LoopSettings) -> tuple[tuple[Strategy, ...], tuple[Window, ...]]:
    return answering(loop.strategies), loop.quiet


def _heat(document: Mapping[str, Any]) -> dict[str, Any] | None:
    energy = document.get("energy") or {}
    price = energy.get("heat_price")
    return None if price is None else {"price": float(price), "currency": str(energy.get("currency", "EUR"))}


def _loop(loop: Mapping[str, Any]) -> dict[str, Any]:
    strategies = loop.get("strategies") or []
    predictive = next((one for one in strategies if one["type"] == "predictive"), None)
    aquastat = next((one for one in strategies if one["type"] == "aquastat"), None)
    return {
        "name": loop.get("name", "main"),
        "schedules": [
            {
                "type": one["type"],
                "windows": _plain(one.get("windows") or []),
                "exceptions": _exceptions(one) if one["type"] in DATED else None,
            }
            for one in strategies
            if one["type"] in WINDOWED
        ],
        "comfort": None if predictive is None else predictive.get("comfort", "balanced"),
        "threshold": None
        if aquastat is None
        else {key: float(aquastat.get(key, usual)) for key, usual in THRESHOLD.items()},
        "quiet": _plain(loop.get("quiet") or []),
        "away": [
            {"from": str(one["from"]), "to": str(one.get("to", one["from"]))}
            for one in loop.get("away") or []
        ],
    }


def _exceptions(strategy: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "from": str(one["from"]),
            "to": str(one.get("to") or one["from"]),
            "windows": _plain(one.get("windows") or []),
        }
        for one in strategy.get("exceptions") or []
    ]


def _edit(loop: Any, wish: Mapping[str, Any]) -> None:
    strategies = loop.get("strategies") or []
    windowed = [one for one in strategies if one["type"] in WINDOWED]
    for one, windows in zip(windowed, wish.get("schedules") or (), strict=False):
        one["windows"] = _kept(one.get("windows"), windows)
    for one, exceptions in zip(windowed, wish.get("exceptions") or (), strict=False):
        if exceptions is not None and exceptions != _exceptions(one):
            one["exceptions"] = _kept(one.get("exceptions"), exceptions)
    for key in ("quiet", "away"):
        if wish.get(key) is None:
            continue
        if wish[key]:
            loop[key] = _kept(loop.get(key), wish[key])
        else:
            loop.pop(key, None)
    if wish.get("comfort") is not None:
        for one in strategies:
            if one["type"] == "predictive":
                one["comfort"] = wish["comfort"]
    if wish.get("threshold") is not None:
        for one in [one for one in strategies if one["type"] == "aquastat"][:1]:
            one.update(wish["threshold"])


def _holds(before: Any, after: Any) -> bool:
    """Return whether a wish is fulfilled already; one for some values of several says nothing of the others."""
    if isinstance(after, Mapping) and isinstance(before, Mapping):
        return all(before.get(key) == value for key, value in after.items())
    return bool(before == after)


def _kept(before: Any, after: Sequence[Mapping[str, Any]]) -> CommentedSeq:
    """Return a list that says ``after``; what was there before stays in its place, with its comments, new ones follow."""
    nodes = before if isinstance(before, CommentedSeq) else CommentedSeq()
    for index in reversed(range(len(nodes))):
        if _plain(nodes[index]) not in after:
            del nodes[index]
    there = [_plain(node) for node in nodes]
    for entry in after:
        if entry not in there:
            nodes.append(_node(entry))
    return nodes


def _node(entry: Mapping[str, Any]) -> CommentedMap:
    node = CommentedMap(entry)
    node.fa.set_flow_style()
    return node


def _plain(node: Any) -> Any:
    """Return a node as plain values: dates and quoted words as text."""
    if isinstance(node, Mapping):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return str(node)


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:20]}"'


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
