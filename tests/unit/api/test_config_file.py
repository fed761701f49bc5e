"""A configuration is completed without losing what its owner wrote."""

from pathlib import Path

import pytest

from api.config_file import check_place, merged, topology_of, write
from controller.core.errors import ConfigError, ZcwError

CHANGES = {
    "site": {"time_zone": "Europe/Berlin"},
    "devices": {"plug": {"family": "tasmota", "topic": "plug"}},
    "loops": [{"pump": {"device": "plug"}, "sensors": {"return": {"device": "plug"}}}],
}


def test_a_new_file_is_sound_and_explained(tmp_path: Path) -> None:
    file = tmp_path / "zcw.yaml"
    text = merged(file, CHANGES)
    settings = write(file, text)
    assert settings.loops[0].binding.pump == "plug"
    assert "# The way back of the water" in text and file.read_text("utf-8") == text
    assert not (tmp_path / "zcw.yaml.before").exists()


def test_comments_and_other_loops_stay(tmp_path: Path) -> None:
    file = tmp_path / "zcw.yaml"
    write(file, merged(file, CHANGES))
    file.write_text(file.read_text("utf-8") + "    fixtures: [shower]   # upstairs\n", "utf-8")
    text = merged(file, {"devices": {"other": {"family": "tasmota", "topic": "other"}}})
    assert "# upstairs" in text and "topic: plug" in text and "topic: other" in text


def test_what_would_not_be_sound_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "zcw.yaml"
    write(file, merged(file, CHANGES))
    before = file.read_text("utf-8")
    with pytest.raises(ConfigError):
        write(file, merged(file, {"loops": [{"pump": {"device": "nobody"}}]}))
    assert file.read_text("utf-8") == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["zcw.yaml"]


def test_a_file_that_is_no_yaml_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "zcw.yaml"
    file.write_text("a: [", "utf-8")
    with pytest.raises(ZcwError, match="zcw config check"):
        merged(file, CHANGES)


def test_a_place_that_cannot_be_written_is_told_before_anything_else(tmp_path: Path) -> None:
    check_place(tmp_path / "new.yaml")
    with pytest.raises(ZcwError, match="there is no folder"):
        check_place(tmp_path / "gone" / "zcw.yaml")
    with pytest.raises(ZcwError, match="it is a folder"):
        check_place(tmp_path)
    torn = tmp_path / "torn.yaml"
    torn.write_text("a: [", "utf-8")
    with pytest.raises(ZcwError, match="no sound YAML"):
        check_place(torn)


def test_the_way_back_that_a_file_declares_is_known(tmp_path: Path) -> None:
    file = tmp_path / "zcw.yaml"
    assert topology_of(file) is None
    file.write_text("loops: [{topology: cold_return}]\n", "utf-8")
    assert topology_of(file) == "cold_return"
    file.write_text("loops: []\n", "utf-8")
    assert topology_of(file) is None


def test_a_broker_at_another_port_stands_before_the_remark_about_devices(tmp_path: Path) -> None:
    text = merged(tmp_path / "zcw.yaml", CHANGES | {"broker": {"port": 8883}})
    assert text.index("port: 8883") < text.index("# Every device")
