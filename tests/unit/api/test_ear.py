"""What a visit to the broker may cost."""

from api.ear import MOST_BYTES, MOST_MESSAGES, MOST_TOGETHER, Ear
from controller.broker import BrokerSettings


async def test_whoever_floods_the_broker_does_not_fill_the_memory_of_who_listens() -> None:
    ear = Ear(BrokerSettings(host="127.0.0.1"), "doctor")
    for number in range(1_000):
        ear._on_message(f"camera/{number}", bytes(MOST_BYTES), False)
        ear._on_message(f"map/{number}", bytes(MOST_BYTES + 1), False)
    assert sum(len(one.payload) for one in ear.heard) == MOST_TOGETHER
    for number in range(2 * MOST_MESSAGES):
        ear._on_message(f"empty/{number}", b"", False)
    assert len(ear.heard) == len(ear.times) == MOST_MESSAGES
