"""JSON paths (RFC 9535), compiled once, that must find exactly one value."""

from dataclasses import dataclass, field

from jsonpath import CompoundJSONPath, JSONPath, JSONPathError
from jsonpath import compile as compile_path

from controller.devices.rejects import Rejected, RejectReason


@dataclass(frozen=True, slots=True)
class Path:
    """A JSON path.

    Args:
        text: As written, such as ``$.DS18B20.Temperature``.

    Raises:
        ValueError: The path is wrong (its author's fault); the message says how, on one line.
    """

    text: str
    _compiled: JSONPath | CompoundJSONPath = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.text.startswith("$"):
            raise ValueError(f"{self.text!r} is no JSON path: it must start with $, such as $.temperature")
        try:
            object.__setattr__(self, "_compiled", compile_path(self.text, strict=True))
        except JSONPathError as error:
            raise ValueError(f"{self.text!r} is no JSON path: {error.message}") from None

    def find(self, document: object) -> object:
        """Return the one value that the path finds.

        Raises:
            Rejected: Nothing is found, or several values between which nobody can choose.
        """
        if not isinstance(document, dict | list):
            # The library would read a text a second time, as a document.
            if self.text == "$":
                return document
            raise Rejected(RejectReason.MISSING)
        try:
            found = self._compiled.findall(document)
        except JSONPathError:
            raise Rejected(RejectReason.TOO_DEEP) from None
        if len(found) != 1:
            raise Rejected(RejectReason.AMBIGUOUS if found else RejectReason.MISSING)
        return found[0]
