from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api.app import WebApp
from api.settings_store import Plan, SettingsStore
from controller.core.civil import Window
from controller.core.errors import ConfigError
from controller.core.hysteresis import Deadband
from controller.settings import load_settings
from controller.strategies.aquastat import Aquastat
from controller.strategies.predictive import Comfort, Predictive
from controller.strategies.timed import Timed
from tests.support.fake_service import FakeService
from tests.support.problems import assert_problem

YAML = """\
# My house
site:
  time_zone: Europe/Berlin   # where it stands
devices:
  plug: {family: tasmota, topic: plug}
  pipe: {family: zigbee2mqtt, name: pipe}
loops:
  - name: house
    topology: dedicated_return
    pump: {device: plug}
    sensors: {return: {device: pipe}}
    strategies:
      - type: on_demand
      - type: timed          # by the clock
        windows:
          # the early shift
          - {days: weekdays, from: "06:00", to: "08:30"}   # before work
          - {days: weekend, from: "07:30", to: "10:00"}
      - type: predictive
    limits:
      starts_per_hour: 4
"""
EARLY = {"days": "weekdays", "from": "06:00", "to": "08:30"}
LATE = {"days": ["fri", "sat"], "from": "22:00", "to": "01:00"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "zcw.yaml"
    path.write_text(YAML, "utf-8")
    return path


@pytest.fixture
def applied() -> list[tuple[Plan, str]]:
    return []


@pytest.fixture
async def client(file: Path, applied: list[tuple[Plan, str]]) -> AsyncIterator[httpx.AsyncClient]:
    store = SettingsStore(file, lambda plan, who: applied.append((plan, who)))
    transport = httpx.ASGITransport(WebApp(FakeService(), store=store), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost/") as client:
        yield client


async def put(client: httpx.AsyncClient, wish: dict[str, object], etag: str | None = None) -> httpx.Response:
    etag = etag or (await client.get("api/v1/settings")).headers["etag"]
    return await client.put("api/v1/settings/loops/house", json=wish, headers={"If-Match": etag})


async def test_the_settings_are_told_with_an_etag(client: httpx.AsyncClient) -> None:
    (loop,) = (await client.get("api/v1/settings")).json()["loops"]
    assert loop["schedules"][0]["windows"][0] == EARLY
    assert loop["comfort"] == "balanced"
    assert loop["quiet"] == loop["away"] == []


async def test_a_change_is_written_with_every_comment_kept_and_takes_effect(
    client: httpx.AsyncClient, file: Path, applied: list[tuple[Plan, str]]
) -> None:
    answer = await put(client, {"schedules": [[EARLY, LATE]], "comfort": "lavish"})
    assert answer.status_code == 200, answer.text
    text = file.read_text("utf-8")
    for comment in ("# My house", "# where it stands", "# by the clock", "# before work"):
        assert comment in text
    assert "07:30" not in text
    assert answer.headers["etag"] == (await client.get("api/v1/settings")).headers["etag"]
    ((plan, who),) = applied
    assert who == "REST call"
    strategies, _ = plan["house"]
    timed = next(one for one in strategies if isinstance(one, Timed))
    assert timed.windows[1] == Window(22 * 60, 60, frozenset((4, 5)))
    assert Predictive(Comfort.LAVISH) in strategies
    assert load_settings(file).loops[0].limits.starts_per_hour == 4
    assert file.with_name("zcw.yaml.before").read_text("utf-8") == YAML


async def test_quiet_hours_and_days_away_come_and_go(client: httpx.AsyncClient, file: Path) -> None:
    away = [{"from": "2026-07-01", "to": "2026-07-14"}]
    quiet = [{"days": "every_day", "from": "22:00", "to": "06:00"}]
    (loop,) = (await put(client, {"quiet": quiet, "away": away})).json()["loops"]
    assert (loop["quiet"], loop["away"]) == (quiet, away)
    assert len(load_settings(file).loops[0].quiet) == 2
    (loop,) = (await put(client, {"quiet": [], "away": []})).json()["loops"]
    assert loop["quiet"] == loop["away"] == []
    assert "quiet" not in file.read_text("utf-8")


async def test_a_change_to_another_state_of_the_file_is_refused(
    client: httpx.AsyncClient, file: Path
) -> None:
    etag = (await client.get("api/v1/settings")).headers["etag"]
    file.write_text(YAML.replace("weekend", "every_day"), "utf-8")
    assert_problem(await put(client, {"comfort": "lavish"}, etag), 412, "changed-meanwhile")
    assert "lavish" not in file.read_text("utf-8")


async def test_without_if_match_nothing_is_changed(client: httpx.AsyncClient) -> None:
    answer = await client.put("api/v1/settings/loops/house", json={"comfort": "lavish"})
    assert_problem(answer, 428, "no-match")


async def test_a_mistake_is_told_at_its_field_and_changes_nothing(
    client: httpx.AsyncClient, file: Path, applied: list[tuple[Plan, str]]
) -> None:
    wrong = {"days": "weekdays", "from": "25:00", "to": "08:30"}
    told = assert_problem(await put(client, {"schedules": [[EARLY, wrong]]}), 422, "invalid")
    assert told["errors"][0]["where"] == "loops[0].strategies[1].windows[1].from"
    assert file.read_text("utf-8") == YAML
    assert applied == []


@pytest.mark.parametrize("wish", [{"limits": {}}, {"comfort": "warm"}, {"quiet": "always"}])
async def test_nothing_else_can_be_changed(client: httpx.AsyncClient, wish: dict[str, object]) -> None:
    assert_problem(await put(client, wish), 422, "invalid")


async def test_a_loop_that_is_none_is_named(client: httpx.AsyncClient) -> None:
    answer = await client.put("api/v1/settings/loops/attic", json={}, headers={"If-Match": '"x"'})
    assert_problem(answer, 404, "unknown-loop")


async def test_without_a_file_the_page_is_told_so() -> None:
    transport = httpx.ASGITransport(WebApp(FakeService()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost/") as client:
        assert_problem(await client.get("api/v1/settings"), 409, "no-file")


# -- as Home Assistant changes it ---------------------------------------------------------------------------

WITH_THRESHOLD = YAML.replace(
    "      - type: predictive\n",
    "      - type: aquastat   # dear\n        on_below_c: 39\n      - type: predictive\n",
)


async def test_the_threshold_is_told_and_set_and_one_value_leaves_the_other(
    client: httpx.AsyncClient, file: Path
) -> None:
    file.write_text(WITH_THRESHOLD, "utf-8")
    (loop,) = (await client.get("api/v1/settings")).json()["loops"]
    assert loop["threshold"] == {"on_below_c": 39.0, "off_above_c": 40.5}
    answer = await put(client, {"threshold": {"on_below_c": 36.0, "off_above_c": 41.0}})
    assert answer.status_code == 200 and "# dear" in file.read_text("utf-8")
    assert load_settings(file).loops[0].strategies[2] == Aquastat(Deadband(on_below_c=36.0, off_above_c=41.0))
    store = SettingsStore(file, lambda *_: None)
    assert store.change("house", {"threshold": {"on_below_c": 37.5}})
    assert load_settings(file).loops[0].strategies[2] == Aquastat(Deadband(on_below_c=37.5, off_above_c=41.0))


async def test_a_wish_that_is_fulfilled_already_writes_nothing(file: Path) -> None:
    store = SettingsStore(file, lambda *_: None)
    assert not store.change("house", {"comfort": "balanced"})
    assert not file.with_name("zcw.yaml.before").exists()


async def test_a_threshold_without_a_deadband_is_refused_and_changes_nothing(file: Path) -> None:
    file.write_text(WITH_THRESHOLD, "utf-8")
    with pytest.raises(ConfigError, match="below off_above_c"):
        SettingsStore(file, lambda *_: None).change("house", {"threshold": {"on_below_c": 40.4}})
    assert file.read_text("utf-8") == WITH_THRESHOLD


HOLIDAY = {
    "from": "2026-12-24",
    "to": "2026-12-26",
    "windows": [{"days": "every_day", "from": "09:00", "to": "11:00"}],
}
DAY_OFF = {"from": "2026-05-01", "to": "2026-05-01", "windows": []}


async def test_dated_exceptions_are_written_and_taken_away(
    client: httpx.AsyncClient, file: Path, applied: list[tuple[Plan, str]]
) -> None:
    first = await client.get("api/v1/settings")
    assert [one["exceptions"] for one in first.json()["loops"][0]["schedules"]] == [[]]
    answer = await client.put(
        "api/v1/settings/loops/house",
        json={"exceptions": [[HOLIDAY, DAY_OFF]]},
        headers={"If-Match": first.headers["ETag"]},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["loops"][0]["schedules"][0]["exceptions"] == [HOLIDAY, DAY_OFF]
    assert "the early shift" in file.read_text("utf-8")
    [timed] = [one for one in load_settings(file).loops[0].strategies if isinstance(one, Timed)]
    assert any(window.only for window in timed.windows)
    assert len(applied) == 1
    again = await client.put(
        "api/v1/settings/loops/house",
        json={"exceptions": [[DAY_OFF]]},
        headers={"If-Match": answer.headers["ETag"]},
    )
    assert again.json()["loops"][0]["schedules"][0]["exceptions"] == [DAY_OFF]


async def test_an_exception_that_ends_before_it_begins_is_refused_and_named(
    client: httpx.AsyncClient,
) -> None:
    etag = (await client.get("api/v1/settings")).headers["ETag"]
    wrong = {"from": "2026-12-26", "to": "2026-12-24", "windows": []}
    answer = await client.put(
        "api/v1/settings/loops/house", json={"exceptions": [[wrong]]}, headers={"If-Match": etag}
    )
    problem = assert_problem(answer, 422, "invalid")
    assert "exceptions" in str(problem["errors"])
