"""Whether a device can be reached, from all that is said about it."""

from controller.devices.facts import Availability


class Reach:
    """Folds what a device's own last will and its bridge say; either of them can take it out of reach."""

    def __init__(self) -> None:
        self._online: dict[str, bool] = {}

    def update(self, fact: Availability) -> bool | None:
        """Return True when the device is found, False when it is lost, None when nothing is new.

        A live birth message counts each time: a device that restarts within moments says online twice in a row,
        and may have switched meanwhile.
        """
        known = fact.source in self._online
        was_lost = self._lost
        self._online[fact.source] = fact.online
        if self._lost:
            return None if was_lost else False
        return True if fact.live or was_lost or not known else None

    def forget(self) -> None:
        """Forget everything said so far."""
        self._online.clear()

    @property
    def _lost(self) -> bool:
        return not all(self._online.values())
