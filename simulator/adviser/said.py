"""A sentence in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence.

    Args:
        en: In English.
        zh: In Chinese.
    """

    en: str
    zh: str

    def as_json(self) -> dict[str, str]:
        """Return both."""
        return {"en": self.en, "zh": self.zh}
