"""What a flooded connection brings, thinned before the MQTT library sees it.

The library takes a tenth of a millisecond for each packet, which no gateway has at 10 000 a second; looking over a
packet's topic takes a hundredth of that. So a piece that holds a crowd of messages loses the older ones of each topic
here. Whatever is no plain message (anything confirmed, kept by the broker, or between broker and client) passes.

Source: MQTT 5 and 3.1.1, sections 2.1 (fixed header) and 3.3 (PUBLISH).
"""

from collections.abc import Collection
from typing import Final, NamedTuple

CROWD: Final = 200
"""Messages in one piece that are no flood yet: so many come when the interpreter was busy for a moment."""
NEWEST: Final = 4
"""Messages of one topic that stay of a crowd: buttons say that they were let go right after they were pressed."""
_LIVE_AT_MOST_ONCE: Final = 0x30
"""First byte of a message that is neither confirmed nor repeated nor kept by the broker."""
_LONGEST_HEADER: Final = 5


class Packet(NamedTuple):
    """Where a packet stands.

    Args:
        begins: First byte.
        body: First byte after its header.
        ends: First byte after it; may be beyond what has arrived.
    """

    begins: int
    body: int
    ends: int


class Sieve:
    """Follows a connection's packets and thins crowds.

    Args:
        topics: What is listened to by its full name. All that comes otherwise, by a wildcard, counts as one topic, or
            whoever floods it under ever new names would not be thinned.

    Attributes:
        crowded: The last piece held a crowd.
    """

    def __init__(self, topics: Collection[bytes]) -> None:
        self._topics = frozenset(topics)
        self._dropped = 0
        self.crowded = False
        self._owed = 0
        """Bytes still to come of a packet whose beginning has passed."""
        self._begun = b""
        """A header of which only the first bytes have come."""

    def thinned(self, piece: bytes) -> bytes:
        """Return what stays of the next piece of the connection; nothing when more is needed to tell."""
        piece, self._begun = self._begun + piece, b""
        at = min(self._owed, len(piece))
        self._owed -= at
        by_topic: dict[bytes, list[Packet]] = {}
        live = 0
        ends = len(piece)
        while at < ends:
            packet = _packet(piece, at)
            if packet is None:
                self._begun, piece = piece[at:], piece[:at]
                break
            if packet.ends > ends:
                self._owed = packet.ends - ends
                break
            if piece[at] == _LIVE_AT_MOST_ONCE:
                live += 1
                topic = _topic(piece, packet)
                by_topic.setdefault(topic if topic in self._topics else b"", []).append(packet)
            at = packet.ends
        self.crowded = live > CROWD
        return self._without_the_old(piece, by_topic) if self.crowded else piece

    def dropped(self) -> int:
        """Return how many messages were taken out since the last time this was asked."""
        dropped, self._dropped = self._dropped, 0
        return dropped

    def _without_the_old(self, piece: bytes, by_topic: dict[bytes, list[Packet]]) -> bytes:
        old = sorted(one for packets in by_topic.values() for one in packets[:-NEWEST])
        self._dropped += len(old)
        kept, at = [], 0
        for packet in old:
            kept.append(piece[at : packet.begins])
            at = packet.ends
        return b"".join([*kept, piece[at:]])


def _packet(piece: bytes, at: int) -> Packet | None:
    """Return the packet that begins here; None when its header has not come in full.

    A length that cannot be is passed on with the rest: the library ends the connection then.
    """
    length = shift = 0
    body = at + 1
    while body < len(piece):
        digit = piece[body]
        body += 1
        length |= (digit & 0x7F) << shift
        if digit < 0x80 or body - at == _LONGEST_HEADER:
            return Packet(at, body, body + length)
        shift += 7
    return None


def _topic(piece: bytes, packet: Packet) -> bytes:
    length = int.from_bytes(piece[packet.body : packet.body + 2])
    return piece[packet.body + 2 : packet.body + 2 + length]
