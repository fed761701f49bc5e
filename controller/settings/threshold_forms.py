"""What a user writes about temperature thresholds: absolute, by the rise, by a difference."""

from typing import Final, Literal

from pydantic import Field, model_validator

from controller.core.clock import to_ms
from controller.core.hysteresis import Deadband
from controller.core.plumbing import Topology
from controller.settings.form import complain
from controller.settings.strategy_form import LEAST_DEADBAND_K, SensorRole, ShadowForm
from controller.settings.window_forms import WindowForm, windows
from controller.strategies.aquastat import Aquastat
from controller.strategies.delta_t import DeltaT
from controller.strategies.registry import AnyStrategy

_LEAST_APART_K: Final = 1.0
"""Two sensors in steps of half a kelvin tell no smaller difference apart."""


class AquastatForm(ShadowForm):
    """Keeps a sensor's temperature between two values."""

    type: Literal["aquastat"]
    sensor: SensorRole | None = None
    """Role of the sensor; by default the far end, or else the return (cold_return: the cold line)."""
    on_below_c: float = Field(default=38.0, ge=15, le=60)
    """Switches on below this reading, in C."""
    off_above_c: float = Field(default=40.5, ge=16, le=65)
    """Switches off at this reading, in C; at least 0.5 above ``on_below_c``."""
    windows: list[WindowForm] = Field(default_factory=list, max_length=50)
    """Weekly windows outside which it does nothing; none means always."""

    rise_k: float | None = Field(default=None, ge=1, le=30)
    """A run also ends when the sensor has risen by so much in it, in K; by default only the reading ends it."""
    pause_s: float | None = Field(default=None, ge=0, le=86_400)
    """Rest between two runs, in s; 0 by default, 1800 with ``rise_k``, which may end a run while it is still cold."""

    @model_validator(mode="after")
    def _on_below_off(self) -> "AquastatForm":
        if self.off_above_c < self.on_below_c + LEAST_DEADBAND_K:
            raise complain(
                f"on_below_c {self.on_below_c:g} must be at least {LEAST_DEADBAND_K} below off_above_c {self.off_above_c:g}",
                "such as on_below_c: 38 and off_above_c: 40.5",
            )
        return self

    def strategy(self, topology: Topology) -> AnyStrategy:  # noqa: ARG002 - every form is asked alike
        """Return the strategy as the core knows it."""
        return Aquastat(
            deadband=Deadband(on_below_c=self.on_below_c, off_above_c=self.off_above_c),
            sensor=self.sensor,
            windows=windows(self.windows),
            rise_k=self.rise_k,
            pause_ms=to_ms(self._usual_pause_s if self.pause_s is None else self.pause_s),
        )

    @property
    def _usual_pause_s(self) -> float:
        return 0.0 if self.rise_k is None else 1_800.0


class DeltaTForm(ShadowForm):
    """Runs while a sensor is clearly colder than the heater's outlet."""

    type: Literal["delta_t"]
    on_above_k: float = Field(default=20.0, ge=2, le=60)
    """Switches on from this difference on, in K."""
    off_below_k: float = Field(default=15.0, ge=1, le=59)
    """Switches off below this difference, in K; at least 1 below ``on_above_k``."""
    hot_c: float = Field(default=30.0, ge=15, le=60)
    """Starts only while the warm side reads at least this, in C."""
    warm: SensorRole = "supply"
    """Role of the sensor on the warm side."""
    cool: SensorRole | None = None
    """Role of the other; by default the far end, or else the return (cold_return: the cold line)."""
    windows: list[WindowForm] = Field(default_factory=list, max_length=50)
    """Weekly windows outside which it does nothing; none means always."""
    pause_s: float = Field(default=0.0, ge=0, le=86_400)
    """Rest between two runs, in s."""

    @model_validator(mode="after")
    def _off_below_on(self) -> "DeltaTForm":
        if self.off_below_k > self.on_above_k - _LEAST_APART_K:
            raise complain(
                f"off_below_k {self.off_below_k:g} must be at least {_LEAST_APART_K:g} below on_above_k {self.on_above_k:g}",
                "such as on_above_k: 20 and off_below_k: 15",
            )
        if self.warm == self.cool:
            raise complain(
                f"warm and cool are both {self.warm}", "name two sensors, such as supply and return"
            )
        return self

    def strategy(self, topology: Topology) -> AnyStrategy:  # noqa: ARG002 - every form is asked alike
        """Return the strategy as the core knows it."""
        return DeltaT(
            on_above_k=self.on_above_k,
            off_below_k=self.off_below_k,
            hot_c=self.hot_c,
            warm=self.warm,
            cool=self.cool,
            windows=windows(self.windows),
            pause_ms=to_ms(self.pause_s),
        )
