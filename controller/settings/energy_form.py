"""What a user writes about the price of energy and about power to give away."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from controller.core.energy import EnergyGate, Tariff
from controller.devices.energy import EnergyFeed, EnergySource
from controller.devices.jsonpath import Path
from controller.devices.topics import topic_complaint
from controller.settings.form import Form, complain


def _topic(topic: str) -> str:
    problem = topic_complaint(topic)
    if problem:
        raise complain(f"the topic {problem}", "such as energy/price, or statestream/sensor/price/state")
    return topic


def _path(text: str) -> str:
    try:
        Path(text)
    except ValueError as error:
        raise complain(str(error), "such as $.price") from None
    return text


class EnergySourceForm(Form):
    """A topic that tells a number; an entity of Home Assistant is one by its mqtt_statestream."""

    topic: Annotated[str, AfterValidator(_topic)]
    """Which topic."""
    path: Annotated[str, AfterValidator(_path)] | None = None
    """Where the number is in its JSON, such as $.price; leave it out for a plain payload."""
    factor: float = Field(default=1.0, ge=-1e6, le=1e6)
    """What it is multiplied by: 0.01 for cents, 1000 for kW, -1 for a meter that counts what is given away as negative."""

    def source(self) -> EnergySource:
        """Return the source as the devices know it."""
        return EnergySource(self.topic, None if self.path is None else Path(self.path), self.factor)


class EnergyForm(Form):
    """When automatic runs for comfort may start. A person's wish, frost, exercise and hygiene never wait for it."""

    price: EnergySourceForm | None = None
    """Tells the price of a kilowatt hour."""
    surplus: EnergySourceForm | None = None
    """Tells the power that the house would give away, in W: sunshine that nobody uses."""
    by_hour: list[float] = Field(default_factory=list, max_length=24)
    """Price in each hour of the day from midnight on, 24 numbers, for when no topic tells it."""
    most_price: float | None = Field(default=None, ge=-1_000, le=1_000)
    """Automatic runs start up to this price ..."""
    least_surplus_w: float | None = Field(default=None, gt=0, le=1_000_000)
    """... or from this surplus on, in W. What is not known holds nothing back."""
    heat_price: float | None = Field(default=None, gt=0, le=1_000)
    """What a kilowatt hour of heat in hot water costs you, to show what circulation costs; it decides nothing."""
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    """Your money, as three letters, such as EUR, CNY or USD."""

    @model_validator(mode="after")
    def _fits_together(self) -> "EnergyForm":
        if self.by_hour and len(self.by_hour) != 24:
            raise complain(
                f"by_hour has {len(self.by_hour)} prices", "give 24, one for each hour from midnight on"
            )
        if (self.price or self.by_hour) and self.most_price is None:
            raise complain(
                "prices need most_price", "such as most_price: 0.30, above which automatic runs wait"
            )
        if self.surplus and self.least_surplus_w is None:
            raise complain("surplus needs least_surplus_w", "such as least_surplus_w: 500")
        return self

    def gate(self) -> EnergyGate | None:
        """Return when automatic runs may start; None when it does not depend on energy."""
        if self.most_price is None and self.least_surplus_w is None:
            return None
        return EnergyGate(self.most_price, tuple(self.by_hour), self.least_surplus_w)

    def tariff(self) -> Tariff | None:
        """Return what heat costs; None where that was not said."""
        return None if self.heat_price is None else Tariff(self.heat_price, self.currency)

    def feed(self) -> EnergyFeed:
        """Return what tells about energy."""
        return EnergyFeed(
            None if self.price is None else self.price.source(),
            None if self.surplus is None else self.surplus.source(),
        )
