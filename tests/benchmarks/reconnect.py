"""How long the controller is without its broker: after a broker's death, and when a broker falls silent."""

import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.houses import HEAD, house, line
from tests.support.brokers import Mosquitto, free_port
from tests.support.programs import Wire, call, controller, until

DOWN_S = 1.5
SILENCES = 3


def reconnect(folder: Path, deaths: int) -> None:
    """Print how long it takes to be back after so many deaths of the broker, and to notice a silent one."""
    print(
        f"\nBroker killed and started again after {DOWN_S:g} s, {deaths} times; then frozen {SILENCES} times"
    )
    broker, port = Mosquitto(folder), free_port()
    broker.start()
    back, announced, noticed = [], [], []
    try:
        with controller(house(folder, broker.port, port, 1), within_s=60):

            def connected() -> bool:
                return bool(call(f"http://127.0.0.1:{port}/api/v1/state")[1]["broker_connected"])

            until(connected, within_s=10, what="connected")
            for _ in range(deaths):
                broker.kill()
                time.sleep(DOWN_S)
                broker.start()
                began = time.monotonic()
                with Wire(broker.port).listening("homeassistant/#") as heard:
                    back.append(_ms(began, connected))
                    announced.append(_ms(began, lambda: bool(heard.seen)))
                time.sleep(6)  # a connection that has lived so long counts as one
            for _ in range(SILENCES):
                broker.freeze()
                noticed.append(_ms(time.monotonic(), lambda: not connected()))
                broker.thaw()
                until(connected, within_s=15, what="connected")
                time.sleep(1)
    finally:
        broker.stop()
    print(HEAD)
    print(line("broker listens again -> connected", back))
    print(line("broker listens again -> announced anew", announced))
    print(line("broker silent -> noticed", noticed))


def _ms(began: float, condition: Callable[[], bool]) -> float:
    until(condition, within_s=40, what="it came true")
    return (time.monotonic() - began) * 1000
