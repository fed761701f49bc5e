"""What a user writes about runs that keep the plant from harm."""

from typing import Literal

from pydantic import Field, model_validator

from controller.core.clock import to_ms
from controller.core.hysteresis import Deadband
from controller.core.plumbing import Topology
from controller.settings.form import complain
from controller.settings.strategy_form import LEAST_DEADBAND_K, ShadowForm, stop_rule
from controller.settings.window_forms import WindowForm, windows
from controller.strategies.disinfection import Disinfection
from controller.strategies.exercise import Exercise
from controller.strategies.freeze import Freeze
from controller.strategies.hygiene import Hygiene
from controller.strategies.registry import AnyStrategy


class FreezeForm(ShadowForm):
    """Sends hot water round while a pipe is in danger of frost; also when the mode is off, not in service."""

    type: Literal["freeze"]
    on_below_c: float = Field(default=3.0, ge=1, le=10)
    """Starts below this reading of any sensor, in C."""
    off_above_c: float = Field(default=8.0, ge=2, le=20)
    """Has done its work at this reading, in C; at least 0.5 above ``on_below_c``."""
    most_s: float = Field(default=1_800, ge=60, le=1_800)
    """Longest run, in s."""
    every_s: float = Field(default=3_600, ge=3_600, le=86_400)
    """Shortest time from start to start, in s."""

    @model_validator(mode="after")
    def _on_below_off(self) -> "FreezeForm":
        if self.off_above_c < self.on_below_c + LEAST_DEADBAND_K:
            raise complain(
                f"on_below_c {self.on_below_c:g} must be at least {LEAST_DEADBAND_K} below off_above_c {self.off_above_c:g}",
                "such as on_below_c: 3 and off_above_c: 8",
            )
        return self

    def strategy(self, topology: Topology) -> AnyStrategy:  # noqa: ARG002 - every form is asked alike
        """Return the strategy as the core knows it."""
        band = Deadband(on_below_c=self.on_below_c, off_above_c=self.off_above_c)
        return Freeze(band, to_ms(self.most_s), to_ms(self.every_s))


class ExerciseForm(ShadowForm):
    """Turns a pump that has stood for long, so that it does not seize; also when the mode is off, not in service."""

    type: Literal["exercise"]
    still_h: float = Field(default=168, ge=24, le=2_160)
    """Standstill after which it is turned, in h."""
    run_s: float = Field(default=10, ge=2, le=15)
    """For so long, in s."""

    def strategy(self, topology: Topology) -> AnyStrategy:  # noqa: ARG002 - every form is asked alike
        """Return the strategy as the core knows it."""
        return Exercise(still_ms=to_ms(self.still_h * 3_600), run_ms=to_ms(self.run_s))


class HygieneForm(ShadowForm):
    """Exchanges the water in the loop when it has stood for long."""

    type: Literal["hygiene"]
    still_h: float = Field(default=72, ge=4, le=720)
    """Standstill after which the water is exchanged, in h."""
    flush_s: float = Field(default=300, ge=30, le=1_800)
    """Longest flush, in s; it ends when hot water has come round."""
    stop_at_c: float | None = Field(default=None, ge=20, le=60)
    """Hot water has come round at this reading of the return (cold_return: of the cold line), in C; 38 by default."""
    rise_k: float | None = Field(default=None, ge=1, le=30)
    """... or when it rose by so much in the run, in K; by default 5, with cold_return 3.3."""

    def strategy(self, topology: Topology) -> AnyStrategy:
        """Return the strategy as the core knows it."""
        rule = stop_rule(topology, self.stop_at_c, self.rise_k)
        return Hygiene(to_ms(self.still_h * 3_600), to_ms(self.flush_s), rule=rule)


class DisinfectionForm(ShadowForm):
    """Runs along with the heater's weekly disinfection, for the whole of its time."""

    type: Literal["disinfection"]
    windows: list[WindowForm] = Field(min_length=1, max_length=50)
    """When the heater is hot for it."""
    run_s: float = Field(default=1_800, ge=60, le=1_800)
    """For so long, in s."""

    def strategy(self, topology: Topology) -> AnyStrategy:  # noqa: ARG002 - every form is asked alike
        """Return the strategy as the core knows it."""
        return Disinfection(windows(self.windows), to_ms(self.run_s))
