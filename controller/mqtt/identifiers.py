"""From names that people gave to identifiers that Home Assistant takes: a-z, 0-9 and _, stable, each its own."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

_HASH_SIGNS: Final = 6


def identifiers(names: Iterable[str]) -> Mapping[str, str]:
    """Return an identifier for each name; where two would share one, the later gets a mark of its own."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in dict.fromkeys(names):
        plain = own = identifier(name)
        while own in taken:
            own = f"{plain}_{_mark(name if own == plain else own)}"
        found[name] = own
        taken.add(own)
    return found


def identifier(name: str) -> str:
    """Return the identifier of one name; a name without a letter of the alphabet becomes a mark."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub("[^a-z0-9]+", "_", ascii_only.lower()).strip("_")
    return plain or f"x{_mark(name)}"


def exact_identifier(name: str) -> str:
    """Return an identifier that no other name has: one that is none already gets a mark."""
    plain = identifier(name)
    return plain if plain == name else f"{plain}_{_mark(name)}"


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:_HASH_SIGNS]
