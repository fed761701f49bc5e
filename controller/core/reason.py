"""Why: a code for machines, the values behind it, and a sentence for people in their language."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from controller.core.reason_code import ReasonCode
from controller.core.said_by_guards import BY_GUARDS
from controller.core.said_by_strategies import BY_STRATEGIES

__all__ = ("SENTENCES", "Language", "Reason", "ReasonCode", "Value")

Language: TypeAlias = Literal["en", "zh"]
Value: TypeAlias = str | int | float | bool

SENTENCES: Final[Mapping[ReasonCode, tuple[str, str]]] = MappingProxyType({**BY_STRATEGIES, **BY_GUARDS})
"""The clause for each code, in English and Chinese."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason: its code and the values its sentence needs.

    Args:
        code: What kind of reason.
        values: Names and values, with units in the names.
    """

    code: ReasonCode
    values: tuple[tuple[str, Value], ...] = ()

    @classmethod
    def of(cls, code: ReasonCode, **values: Value) -> "Reason":
        """Return a reason from keyword values."""
        return cls(code, tuple(values.items()))

    def sentence(self, language: Language = "en") -> str:
        """Return the reason as a clause in ``language``, without a full stop.

        Raises:
            KeyError: A value that the sentence needs is missing (a bug of the caller).
        """
        template = SENTENCES[self.code][0 if language == "en" else 1]
        return template.format(**dict(self.values))
