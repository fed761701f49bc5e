"""Every parameter of the reliability design, written down a second time: what is not in ``Limits`` nobody can choose."""

import pytest

from controller.actuation import ALARM_MS, OFF_RETRIES_MS
from controller.broker import BrokerSettings
from controller.core.clock import DAY_MS, HOUR_MS
from controller.core.errors import ConfigError
from controller.core.leases import COLD_LEASE_MS, LEASE_MS, RENEWALS
from controller.core.observation import SLOWEST_INTERVAL_MS, STALE_AFTER_MS
from controller.devices.readers import LEAST_C, MOST_C
from controller.estimation import plausibility
from controller.evidence import IDLE_FOR_MS
from controller.mqtt.dating import LATE_AFTER_MS
from controller.safety import dry_run, response
from controller.safety.limits import CEILINGS, Limits
from controller.settings import parse_settings
from controller.storage.outbox import READINGS_WAIT_S
from controller.strategies.exercise import Exercise
from controller.strategies.freeze import Freeze
from controller.wishes import REQUEST_WAITS_MS
from tests.builders import minutes, seconds

LIMITS = Limits()
TABLE = [
    ("demand run cap", LIMITS.demand_cap_ms, seconds(300)),
    ("absolute run cap", LIMITS.run_cap_ms, seconds(1_800)),
    ("lease", LEASE_MS, seconds(120)),
    ("lease on a cold-pipe return", COLD_LEASE_MS, seconds(40)),
    ("renewed at most every", LEASE_MS // RENEWALS, seconds(40)),
    ("sensor stale", STALE_AFTER_MS, seconds(60)),
    ("slowest sensor that closes the loop", SLOWEST_INTERVAL_MS, seconds(120)),
    ("run without a trusted sensor", LIMITS.blind_run_ms, seconds(120)),
    ("and at most once in", LIMITS.blind_pause_ms, minutes(10)),
    ("temperature range", (LEAST_C, MOST_C), (-10.0, 110.0)),
    ("rate", (plausibility.STEEPEST_K_S, plausibility.HIGHEST_STEP_K), (10, 30.0)),
    ("bad samples in a row", plausibility.OUT_AT // plausibility.BAD_WEIGHT, 4),
    ("no response", (response.RESPONSE_K, response.RESPONSE_MS), (0.5, seconds(300))),
    ("when started below the target by", response.EXPECTED_BELOW_K, 5.0),
    ("shortest run", LIMITS.min_run_ms, seconds(30)),
    ("shortest rest", LIMITS.min_rest_ms, seconds(60)),
    ("starts an hour", LIMITS.starts_per_hour, 10),
    ("dry run is proven by", IDLE_FOR_MS, seconds(30)),
    ("dry run: tries, pauses", (dry_run.TRIES, dry_run.PAUSE_MS, dry_run.LONG_PAUSE_MS), (3, 60_000, minutes(10))),
    ("OFF is repeated after", OFF_RETRIES_MS, (1_000, 2_000, 4_000, 8_000, 15_000)),
    ("alarm", ALARM_MS, seconds(10)),
    ("keepalive", BrokerSettings().keepalive_s, 10),
    ("commands are late after", LATE_AFTER_MS, seconds(10)),
    ("wishes wait for", REQUEST_WAITS_MS, minutes(2)),
    ("cold-pipe return", LIMITS.cold_line_c, 38.0),
    ("exercise", (Exercise().run_ms, Exercise().still_ms), (seconds(10), 7 * DAY_MS)),
    ("frost", (Freeze().deadband.on_below_c, Freeze().deadband.off_above_c), (3.0, 8.0)),
    ("frost: longest run, every", (Freeze().most_ms, Freeze().every_ms), (minutes(30), HOUR_MS)),
    ("daily cap", LIMITS.daily_cap_ms, 4 * HOUR_MS),
    ("telemetry waits for", READINGS_WAIT_S, 60.0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "designed"), TABLE, ids=[name for name, *_ in TABLE])
def test_a_parameter_is_as_designed(name: str, value: object, designed: object) -> None:
    assert value == designed


def parse(limits: dict[str, object] | None = None, strategy: dict[str, object] | None = None) -> object:
    return parse_settings(
        {
            "site": {"time_zone": "UTC"},
            "devices": {
                "plug": {"family": "tasmota", "topic": "plug"},
                "pipe": {"family": "zigbee2mqtt", "name": "p"},
            },
            "loops": [
                {
                    "topology": "dedicated_return",
                    "pump": {"device": "plug"},
                    "sensors": {"return": {"device": "pipe"}},
                    "strategies": [strategy or {"type": "on_demand"}],
                    **({"limits": limits} if limits else {}),
                }
            ],
        }
    )


@pytest.mark.parametrize("name", CEILINGS)
def test_a_configuration_may_choose_a_limit_up_to_its_ceilings_and_not_beyond(name: str) -> None:
    key, unit = (f"{name.removesuffix('_ms')}_s", 1_000) if name.endswith("_ms") else (name, 1)
    low, high = CEILINGS[name]
    # The shortest run must fit into the longest ones.
    shortest = {} if name == "min_run_ms" else {"min_run_s": 0}
    for value in (low, high):
        assert parse(limits={key: value / unit if unit > 1 else value, **shortest})
    step = 1 if unit == 1 else 0.001
    for value in (low / unit - step, high / unit + step):
        with pytest.raises(ConfigError, match=key):
            parse(limits={key: value, **shortest})


@pytest.mark.parametrize(
    ("strategy", "key", "beyond"),
    [
        ({"type": "freeze"}, "most_s", 1_801),
        ({"type": "freeze"}, "every_s", 3_599),
        ({"type": "exercise"}, "run_s", 16),
    ],
)
def test_upkeep_cannot_be_made_longer_or_more_frequent(
    strategy: dict[str, object], key: str, beyond: float
) -> None:
    with pytest.raises(ConfigError, match=key):
        parse(strategy={**strategy, key: beyond})
