"""Switching with a deadband."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadband:
    """On below one value, off from another one above it.

    Args:
        on_below_c: Switches on below this value, in C.
        off_above_c: Switches off at or above this value, in C; above ``on_below_c``.

    Raises:
        ValueError: The two are not in order (a bug of the caller: settings check it for the user).
    """

    on_below_c: float
    off_above_c: float

    def __post_init__(self) -> None:
        if not self.on_below_c < self.off_above_c:
            raise ValueError(f"on_below_c {self.on_below_c} must be below off_above_c {self.off_above_c}")

    def wants_on(self, value_c: float, *, is_on: bool) -> bool:
        """Return whether to be on at ``value_c``; inside the deadband things stay as they are."""
        return value_c < (self.off_above_c if is_on else self.on_below_c)
