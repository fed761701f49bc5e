"""What the controller is told about one loop: its way back, its sensors, its fixtures."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Topology(StrEnum):
    """The way back of the water, which decides when a run must stop."""

    DEDICATED_RETURN = "dedicated_return"
    """A return line of its own, closed by a check valve."""
    COLD_RETURN = "cold_return"
    """The cold pipe is the way back, through a check or crossover valve at the far fixture."""


SUPPLY: Final = "supply"
"""Sensor on the hot pipe at the heater's outlet."""
RETURN: Final = "return"
"""Sensor on the return line, normally close to the heater."""
FAR_END: Final = "far_end"
"""Sensor on the hot pipe towards the far end of the supply."""
COLD_LINE: Final = "cold_line"
"""Sensor on the cold pipe just behind the crossover valve."""

SENSOR_ROLES: Final = (SUPPLY, RETURN, FAR_END, COLD_LINE)

DRAW_FLOW: Final = "draw"
"""Flow sensor in the heater's cold inlet: what people draw, and nothing else."""
LOOP_FLOW: Final = "loop"
"""Flow sensor in the loop: what the pump moves."""

FLOW_ROLES: Final = (DRAW_FLOW, LOOP_FLOW)


class FixtureUse(StrEnum):
    """How a fixture is used, which decides how often its draws come and whether they want hot water."""

    TAP = "tap"
    """Often and briefly, hot or not: a basin, a kitchen sink."""
    SHOWER = "shower"
    """Seldom, long and always hot: a shower, a bath."""


SELDOM_USE: Final = 0.25
"""Draws at a shower or bath for each one at a tap."""
WANTED_AT_TAPS: Final = 0.45
"""Share of the draws at taps that take 1 l or 20 s. Source: metered homes, 42 to 56 %."""
_SELDOM: Final = frozenset({"shower", "showers", "bath", "bathtub", "tub", "dusche", "badewanne"})
_SELDOM_ZH: Final = ("淋浴", "花洒", "浴缸")


@dataclass(frozen=True, slots=True)
class FixturePipe:
    """The water on the way to a fixture, as far as its owner knows it.

    Args:
        fixture: Name of the fixture.
        loop_l: Litres in the loop's hot pipe from the heater to the fixture's tee; None when not known.
        twig_l: Litres in the fixture's own pipe, which no pump keeps hot; None when not known.
        kind: How it is used, if its owner says so; None to go by its name.
    """

    fixture: str
    loop_l: float | None = None
    twig_l: float | None = None
    kind: FixtureUse | None = None

    @property
    def use(self) -> float:
        """Return how often people draw there against a tap: showers and baths are drawn from seldom, and long.

        Source: metered homes, 86 % of the draws are at faucets; a bathroom with kitchen and basin makes that one in nine.
        """
        return SELDOM_USE if self.seldom else 1.0

    @property
    def wanted(self) -> float:
        """Return the share of its draws that somebody wants hot: a shower is always wanted hot, most taps only rinse."""
        return 1.0 if self.seldom else WANTED_AT_TAPS

    @property
    def seldom(self) -> bool:
        """Tell whether it is a shower or bath: as declared, or by its name."""
        if self.kind is not None:
            return self.kind is FixtureUse.SHOWER
        words = self.fixture.lower().replace("-", " ").replace("_", " ").split()
        return any(word in _SELDOM for word in words) or any(word in self.fixture for word in _SELDOM_ZH)


@dataclass(frozen=True, slots=True)
class Plumbing:
    """One loop as declared by its owner.

    Args:
        name: Name of the loop.
        topology: The way back.
        fixtures: Names of the fixtures on the loop, near to far.
        sensors: Roles of the temperature sensors that exist.
        pipes: What is known of the pipes to the fixtures, in any order.
    """

    name: str
    topology: Topology
    fixtures: tuple[str, ...] = ()
    sensors: frozenset[str] = frozenset()
    pipes: tuple[FixturePipe, ...] = ()

    @property
    def arrival_sensor(self) -> str:
        """Return the sensor that tells first that hot water has come: the far end's, or the one behind it."""
        if FAR_END in self.sensors:
            return FAR_END
        return COLD_LINE if self.topology is Topology.COLD_RETURN else RETURN

    @property
    def guard_sensor(self) -> str:
        """Return the sensor without which a run is blind: the cold pipe's where that is the way back."""
        return COLD_LINE if self.topology is Topology.COLD_RETURN else self.arrival_sensor
