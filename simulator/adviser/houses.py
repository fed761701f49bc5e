"""The houses that an adviser compares: each a layout file of its own, with the name that reports and commands use."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from ruamel.yaml import YAML

from simulator.adviser.pumps import PumpSize, size_pump
from simulator.adviser.variants import Tree, with_crossovers, with_pump, with_return, without_loop
from simulator.layout import Layout
from simulator.layout_file import parse_layout
from simulator.yaml_document import YamlDocument


class Way(StrEnum):
    """The way back of the water."""

    NONE = "none"
    RETURN = "return"
    COLD_PIPE = "cold-pipe"


DRAWN_PUMP_W: Final = 25.0
"""Power of a pump that a layout has drawn, unless the prices say."""


@dataclass(frozen=True, slots=True)
class House:
    """One house to simulate.

    Args:
        key: Its short name, also that of its file.
        way: Its way back.
        text: Its layout file.
        layout: What that says.
        pump: Size of its pump; None for the pump that was drawn, or none.
        foam_mm: Foam on its pipes; None for what was drawn.
    """

    key: str
    way: Way
    text: str
    layout: Layout
    pump: PumpSize | None = None
    foam_mm: float | None = None

    @property
    def file(self) -> str:
        """Return the name of its layout file."""
        return f"{self.key}.yaml"

    @property
    def tree(self) -> Tree:
        """Return the values of its file."""
        return YamlDocument(self.text, self.file).tree


def house_of(
    key: str, tree: Mapping[str, Any], pump: PumpSize | None = None, foam_mm: float | None = None
) -> House:
    """Return a house, checked as any layout file is.

    Raises:
        ConfigError: It cannot be: a bug of the variants, or a layout that was never whole.
    """
    text = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    writer.width = 160
    writer.allow_unicode = True
    writer.dump(_plain(tree), text)
    layout = parse_layout(text.getvalue(), f"{key}.yaml")
    return House(key, way_of(layout), text.getvalue(), layout, pump, foam_mm)


def way_of(layout: Layout) -> Way:
    """Return the way back of a layout's water."""
    if not layout.loops:
        return Way.NONE
    return Way.COLD_PIPE if layout.loops[0].crossovers else Way.RETURN


def ways_of(text: str, source: str) -> list[House]:
    """Return a house with each way back: none, a return line, the cold pipe; what was drawn stays as it was drawn.

    What was not drawn gets the smallest pump that suffices.

    Args:
        text: The layout file.
        source: What to call it in errors.

    Raises:
        ConfigError: The layout is wrong.
    """
    drawn = parse_layout(text, source)
    tree, way = YamlDocument(text, source).tree, way_of(drawn)
    houses = [house_of("none", without_loop(tree))]
    if way is Way.RETURN:
        return [*houses, house_of("return", tree), _sized("cold-pipe", with_crossovers(tree))]
    if way is Way.COLD_PIPE:
        return [*houses, _sized("return", with_return(tree)), house_of("cold-pipe", tree)]
    return [*houses, _sized("return", with_return(tree)), _sized("cold-pipe", with_crossovers(tree))]


def _sized(key: str, tree: Mapping[str, Any]) -> House:
    rough = house_of(key, tree).layout
    pump = size_pump(rough, rough.loops[0]).chosen
    return house_of(key, with_pump(tree, pump.fields()), pump)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
