"""How often somebody may guess: after five wrong guesses each takes longer to be heard, for everybody up to a cap."""

import ipaddress
from collections import OrderedDict, deque
from typing import Final

FREE: Final = 5
"""Wrong guesses before the first delay: people mistype."""
LONGEST_DELAY_S: Final = 300.0
"""Doubling from 1 s to this keeps an address below 30 guesses an hour, and never locks anybody out for good."""
FORGOTTEN_AFTER_S: Final = 3_600.0
MOST_PER_HOUR: Final = 300
"""Wrong guesses of all addresses together, so that a hundred of them are no better than a few."""
MOST_ADDRESSES: Final = 4_096


class Guesses:
    """Counts wrong guesses by address. Told the time; holds a bounded number of addresses."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._recent_s: deque[float] = deque(maxlen=MOST_PER_HOUR)

    def wait_s(self, address: str, now_s: float) -> float:
        """Return for how many seconds no guess from an address is heard; 0 when it may guess."""
        wrong, last_s = self._wrong.get(_place(address), (0, now_s))
        own_s = 0.0
        if wrong >= FREE and now_s - last_s < FORGOTTEN_AFTER_S:
            own_s = last_s + min(LONGEST_DELAY_S, 2.0 ** min(wrong - FREE, 30)) - now_s
        full = len(self._recent_s) == MOST_PER_HOUR
        everybodys_s = self._recent_s[0] + FORGOTTEN_AFTER_S - now_s if full else 0.0
        return max(0.0, own_s, everybodys_s)

    def wrong(self, address: str, now_s: float) -> None:
        """Count a wrong guess that was heard."""
        place = _place(address)
        wrong, last_s = self._wrong.pop(place, (0, now_s))
        self._wrong[place] = (1 if now_s - last_s >= FORGOTTEN_AFTER_S else wrong + 1, now_s)
        self._recent_s.append(now_s)
        if len(self._wrong) > MOST_ADDRESSES:
            self._wrong.popitem(last=False)

    def right(self, address: str) -> None:
        """Forget what an address got wrong."""
        self._wrong.pop(_place(address), None)


def _place(address: str) -> str:
    """Return what counts as one address: of IPv6 the network, for a house has 2**64 of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
