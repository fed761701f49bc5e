"""Everything that can happen to the engine: a closed union, each with the instant it happened."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from controller.core.clock import Instant

if TYPE_CHECKING:
    from controller.core.civil import Window
    from controller.core.contracts import Strategy


class Mode(StrEnum):
    """What the householder lets the controller do."""

    AUTO = "auto"
    """Every configured strategy runs."""
    MANUAL = "manual"
    """Only a person's wish starts the pump."""
    OFF = "off"
    """The pump does not run, but for what keeps it from harm: frost, and a few seconds against seizing."""
    SERVICE = "service"
    """Somebody works on the plant: the pump does not run for anything."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A temperature sensor said something.

    Args:
        at: When it was received.
        sensor: Role of the sensor in the loop (see ``controller.core.plumbing``).
        value_c: Temperature in C, finite and within -10..110.
        live: False when the age is unknown (a message the broker had retained): shown, never trusted.
        holds_ms: For so long its silence means that nothing has changed that anybody asked it about; 0 for a sensor that
            promises nothing, as those on the wire.
    """

    at: Instant
    sensor: str
    value_c: float
    live: bool = True
    holds_ms: int = 0


@dataclass(frozen=True, slots=True)
class PumpReport:
    """The pump's switch told its state.

    Args:
        at: When it was received.
        on: Switched on, switched off.
        live: False for a retained message of unknown age.
        by_timer: The switch says that its own auto-off did it.
    """

    at: Instant
    on: bool
    live: bool = True
    by_timer: bool = False


@dataclass(frozen=True, slots=True)
class LeaseTold:
    """The pump's switch told how long it stays on by itself: the read-back of a lease.

    Args:
        at: When it was received.
        lease_ms: The auto-off that it keeps, in ms; 0 for none.
    """

    at: Instant
    lease_ms: int


@dataclass(frozen=True, slots=True)
class PowerRead:
    """What the pump draws, as its switch measures it: evidence that outweighs a relay's word.

    Args:
        at: When it was received.
        power_w: In W.
    """

    at: Instant
    power_w: float


@dataclass(frozen=True, slots=True)
class FlowRead:
    """A flow sensor said something.

    Args:
        at: When it was received.
        sensor: Role of the sensor in the loop (see ``controller.core.plumbing``).
        flow_lpm: In litres per minute, finite and not negative.
        live: False when the age is unknown.
    """

    at: Instant
    sensor: str
    flow_lpm: float
    live: bool = True


class CueKind(StrEnum):
    """What may announce that somebody will soon want hot water."""

    MOTION = "motion"
    """Somebody moves."""
    CONTACT = "contact"
    """A door or a window was opened."""
    LIGHT = "light"
    """A light was switched on."""


@dataclass(frozen=True, slots=True)
class CueSeen:
    """Something happened that may announce a draw. It begins just now; its end is not told.

    Args:
        at: When it was received.
        kind: What happened.
        place: Where, as its owner named it: a fixture or a room.
    """

    at: Instant
    kind: CueKind
    place: str


@dataclass(frozen=True, slots=True)
class DeviceLost:
    """A device went away: its last will, an adapter's error, or the broker's connection is down.

    Args:
        at: When it was noticed.
        device: Name of the device in the configuration; ``pump`` for the loop's pump.
    """

    at: Instant
    device: str


@dataclass(frozen=True, slots=True)
class DeviceFound:
    """A device is there (again); its state is not known until it reports.

    Args:
        at: When it was noticed.
        device: Name of the device in the configuration; ``pump`` for the loop's pump.
    """

    at: Instant
    device: str


@dataclass(frozen=True, slots=True)
class HotWaterRequest:
    """A person wants hot water.

    Args:
        at: When the wish was made known.
        request_id: Names the wish; a second request with the same id is the same wish.
        who: Who or what asked, for people to read: ``kitchen button``, ``web page``.
        fixture: Where; None for the whole loop.
        duration_ms: Plain run of so long; None to run until hot or cap.
        automatic: Nobody asked: a cue did, so that what holds for automatic runs holds for it.
    """

    at: Instant
    request_id: str
    who: str
    fixture: str | None = None
    duration_ms: int | None = None
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class StopRequest:
    """A person wants the pump to stop now; every open request is dropped.

    Args:
        at: When.
        who: Who or what asked.
    """

    at: Instant
    who: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A person has looked at what was wrong and says that all is well: latches are let go.

    Args:
        at: When.
        who: Who.
    """

    at: Instant
    who: str


@dataclass(frozen=True, slots=True)
class ModeChanged:
    """The householder chose another mode.

    Args:
        at: When.
        mode: The new mode.
        who: Who or what chose.
    """

    at: Instant
    mode: Mode
    who: str


@dataclass(frozen=True, slots=True)
class StrategiesChanged:
    """The householder has changed schedules, comfort, quiet hours or days away. Limits, marks and leases stay.

    Args:
        at: When.
        strategies: What starts the pump from now on, the most important first.
        quiet: When only people start the pump, from now on.
        who: Who changed it.
    """

    at: Instant
    strategies: "tuple[Strategy, ...]"
    quiet: "tuple[Window, ...]"
    who: str


@dataclass(frozen=True, slots=True)
class LearningPaused:
    """Habits are not to be learned for a while (guests, works in the house), or again.

    Args:
        at: When.
        paused: Stop learning; False goes on.
        who: Who chose.
    """

    at: Instant
    paused: bool
    who: str


@dataclass(frozen=True, slots=True)
class LearningForgotten:
    """Everything learned about habits is to be forgotten; what was learned about pipes stays.

    Args:
        at: When.
        who: Who chose.
    """

    at: Instant
    who: str


@dataclass(frozen=True, slots=True)
class ClockSynced:
    """What the wall clock says at an instant; sent at start and whenever it was set or has drifted.

    Args:
        at: When.
        utc_ms: Milliseconds since 1970 in UTC at ``at``.
        trusted: False while the clock cannot be right (a gateway without battery clock after boot).
    """

    at: Instant
    utc_ms: int
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class EnergyTold:
    """What energy costs, or what the house would give away, was told.

    Args:
        at: When it was received.
        price: Price of a kilowatt hour, in the owner's money; None when this was not told.
        surplus_w: Power that the house would give away, in W; None when this was not told.
    """

    at: Instant
    price: float | None = None
    surplus_w: float | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: a wake-up that was asked for, or the heartbeat.

    Args:
        at: The later of the clock and the wake-up asked for.
    """

    at: Instant


Event: TypeAlias = (
    Reading
    | PumpReport
    | LeaseTold
    | PowerRead
    | FlowRead
    | CueSeen
    | DeviceLost
    | DeviceFound
    | HotWaterRequest
    | StopRequest
    | Acknowledged
    | ModeChanged
    | StrategiesChanged
    | LearningPaused
    | LearningForgotten
    | ClockSynced
    | EnergyTold
    | Tick
)

PUMP: str = "pump"
"""The device name under which the engine knows the loop's pump switch."""
