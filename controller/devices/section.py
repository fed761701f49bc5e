"""Reading one mapping of a template key by key, collecting everything that is wrong with it."""

from collections.abc import Iterator, Mapping

from controller.core.errors import Problem


class Section:
    """One mapping of a template. Hands out its keys and remembers which were asked for.

    A key of the wrong type is reported once and answered with the default, so reading goes on.

    Args:
        raw: What the file holds at this place.
        where: Key path of the place.
        problems: Collects what is wrong; shared by all sections of a file.
    """

    def __init__(self, raw: object, where: str, problems: list[Problem]) -> None:
        self._where = where
        self._problems = problems
        self._asked: set[str] = set()
        self._raw: Mapping[object, object] = raw if isinstance(raw, Mapping) else {}
        if not isinstance(raw, Mapping):
            self._complain("", f"must be a mapping, not {_kind(raw)}")

    def complain(self, key: str, message: str, cure: str = "") -> None:
        """Report a problem of one key; an empty key means the section itself."""
        self._complain(key, message, cure)

    def has(self, key: str) -> bool:
        """Return whether the key is there."""
        return key in self._raw

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default the key is required. Integers count as texts, booleans do not."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, str | int):
            if value is not None:
                self._complain(key, f"must be a text, not {_kind(value)}", "put it in quotes")
            return default or ""
        return str(value)

    def flag(self, key: str) -> bool:
        """Return a boolean, false when absent."""
        value = self._take(key, False)
        if not isinstance(value, bool):
            self._complain(key, f"must be true or false, not {value!r}")
        return value is True

    def integer(self, key: str, default: int | None, *, least: int, most: int) -> int | None:
        """Return an integer within the bounds."""
        value = self._take(key, default) if default is not None or key in self._raw else None
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self._complain(key, f"must be an integer from {least} to {most}, not {value!r}")
            return default
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts; booleans are taken as ``true`` and ``false``, as they stand in a payload."""
        value = self._take(key, default)
        if isinstance(value, tuple):
            return value
        if not isinstance(value, list) or not value:
            if value is not None:
                kind = "an empty one" if value == [] else _kind(value)
                self._complain(key, f"must be a list of texts, not {kind}")
            return default or ()
        return tuple(self._word(key, item) for item in value)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return a mapping of texts to texts, as pairs."""
        value = self._take(key, None)
        if not isinstance(value, Mapping) or not value:
            if value is not None:
                self._complain(key, f"must be a mapping of texts, not {_kind(value)}")
            return ()
        return tuple((self._word(key, left), self._word(key, right)) for left, right in value.items())

    def section(self, key: str) -> "Section | None":
        """Return the section below a key, or None when absent."""
        if key not in self._raw:
            return None
        return Section(self._take(key, None), self._path(key), self._problems)

    def sections(self, key: str, *, required: bool = False) -> list["Section"]:
        """Return the sections in the list below a key."""
        value = self._take(key, None if required else [])
        if not isinstance(value, list) or (required and not value):
            if value is not None:
                self._complain(key, f"must be a list of mappings, not {_kind(value)}")
            return []
        return [
            Section(item, f"{self._path(key)}[{index}]", self._problems) for index, item in enumerate(value)
        ]

    def named_sections(self, key: str) -> Iterator[tuple[str, "Section"]]:
        """Yield name and section of each entry of the mapping below a key."""
        below = self.section(key)
        if below is not None:
            for name in below._raw:
                if isinstance(name, str):
                    yield name, Section(below._raw[name], below._path(name), self._problems)
                else:
                    below._complain("", f"the name {name!r} must be a text", "put it in quotes")

    def close(self) -> None:
        """Report every key that nobody asked for."""
        for key in self._raw:
            if key not in self._asked:
                known = ", ".join(sorted(self._asked))
                self._complain(str(key), "unknown key", f"known here: {known}")

    def _take(self, key: str, default: object) -> object:
        self._asked.add(key)
        if key in self._raw:
            value = self._raw[key]
            if value is None:
                self._complain(key, "is empty")
            return value
        if default is None:
            self._complain(key, "is missing")
        return default

    def _word(self, key: str, item: object) -> str:
        if isinstance(item, bool):
            return "true" if item else "false"
        if not isinstance(item, str | int):
            self._complain(key, f"may hold texts only, not {_kind(item)}")
            return ""
        return str(item)

    def _path(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where and key else self._where or key

    def _complain(self, key: str, message: str, cure: str = "") -> None:
        self._problems.append(Problem(self._path(key), message, cure=cure))


def _kind(value: object) -> str:
    names = {"CommentedMap": "a mapping", "dict": "a mapping", "list": "a list", "CommentedSeq": "a list"}
    return names.get(type(value).__name__, repr(value))
