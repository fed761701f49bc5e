"""What a user writes about what asks for hot water without a button."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from controller.core.clock import to_ms
from controller.core.events import CueKind
from controller.core.triggers import CueTrigger, FlickTrigger, SurgeTrigger, Trigger
from controller.settings.form import Form


class CueTriggerForm(Form):
    """Motion, a door or a light asks; what sees it stands in the loop's ``cues``."""

    on: Literal["motion", "contact", "light"]
    """What is noticed."""
    place: str | None = None
    """Where; by default anywhere."""
    hits: int = Field(default=1, ge=1, le=20)
    """So often ..."""
    within_s: float = Field(default=300, ge=1, le=3_600)
    """... within this time, in s."""
    lockout_s: float = Field(default=1_800, ge=60, le=86_400)
    """Rest after it has asked, in s."""
    daily_most: int = Field(default=24, ge=1, le=100)
    """It asks so often within any 24 h at most."""

    def trigger(self) -> Trigger:
        """Return the trigger as the core knows it."""
        within_ms, lockout_ms = to_ms(self.within_s), to_ms(self.lockout_s)
        return CueTrigger(CueKind(self.on), self.place, self.hits, within_ms, lockout_ms, self.daily_most)


class FlickTriggerForm(Form):
    """A tap opened and shut at once asks; needs the loop's flow sensor ``draw``."""

    on: Literal["flick"]
    """A flick of the tap."""
    above_lpm: float = Field(default=0.5, gt=0, le=10)
    """More than this flows, in l/min ..."""
    least_s: float = Field(default=0.3, ge=0.1, le=5)
    """... for at least so long, in s ..."""
    most_s: float = Field(default=3.0, ge=0.5, le=20)
    """... and not longer than this, in s."""
    lockout_s: float = Field(default=60, ge=10, le=3_600)
    """Rest after it has asked, in s."""
    daily_most: int = Field(default=60, ge=1, le=200)
    """It asks so often within any 24 h at most."""

    def trigger(self) -> Trigger:
        """Return the trigger as the core knows it."""
        least_ms, most_ms = to_ms(self.least_s), to_ms(self.most_s)
        return FlickTrigger(self.above_lpm, least_ms, most_ms, to_ms(self.lockout_s), self.daily_most)


class SurgeTriggerForm(Form):
    """A draw, felt as a fast rise at the heater's outlet, asks; needs the sensor ``supply``."""

    on: Literal["draw_felt"]
    """A draw felt at the heater."""
    slope_ks: float = Field(default=0.010, ge=0.001, le=1)
    """Rises at least so fast, in K/s ..."""
    least_s: float = Field(default=15, ge=1, le=120)
    """... for at least so long, in s ..."""
    rise_k: float = Field(default=1.0, ge=0.2, le=20)
    """... and by at least so much, in K."""
    lockout_s: float = Field(default=1_800, ge=60, le=86_400)
    """Rest after it has asked, in s."""
    daily_most: int = Field(default=24, ge=1, le=100)
    """It asks so often within any 24 h at most."""

    def trigger(self) -> Trigger:
        """Return the trigger as the core knows it."""
        least_ms, lockout_ms = to_ms(self.least_s), to_ms(self.lockout_s)
        return SurgeTrigger(self.slope_ks, least_ms, self.rise_k, lockout_ms, self.daily_most)


TriggerForm: TypeAlias = Annotated[
    CueTriggerForm | FlickTriggerForm | SurgeTriggerForm, Field(discriminator="on")
]
