"""What a user writes about the heater."""

from typing import Literal

from pydantic import Field

from controller.safety.tankless import BurnerTerms
from controller.settings.form import Form


class HeaterForm(Form):
    """The heater. One without a store needs its burner to light in every run, which is then watched."""

    kind: Literal["storage", "tankless", "combi"] = "storage"
    """A tank that has hot water in store; a tankless heater; or a combi boiler."""
    activation_lpm: float = Field(default=2.5, ge=0.5, le=10)
    """Tankless or combi: flow at which its burner wakes, in l/min; the data sheet has it."""
    starts_per_hour: int = Field(default=6, ge=1, le=10)
    """Tankless or combi: most burner starts within an hour that automatic runs may cause."""

    def burner(self) -> BurnerTerms | None:
        """Return what is declared of the burner; None for a heater with a store."""
        return None if self.kind == "storage" else BurnerTerms(self.activation_lpm, self.starts_per_hour)
