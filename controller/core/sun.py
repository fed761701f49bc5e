"""When the sun rises and sets, to the minute or two that a heating schedule needs; good below 65 degrees of latitude.

Source: the sunrise equations of NOAA's solar calculator, after Meeus, Astronomical Algorithms. They stand here because
windows are turned into instants in the pure rings, day by day, where no library with clocks and tables belongs.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from math import acos, asin, cos, degrees, radians, sin, tan
from typing import Final

_J2000: Final = datetime(2000, 1, 1, 12, tzinfo=UTC)
_CENTURY_S: Final = 36_525 * 86_400.0
_ZENITH_DEG: Final = 90.833
"""The upper edge of the sun on the horizon, with refraction."""


class SunEvent(StrEnum):
    """What the sun does."""

    SUNRISE = "sunrise"
    SUNSET = "sunset"


@dataclass(frozen=True, slots=True)
class Sun:
    """A time of day that follows the sun.

    Args:
        event: Sunrise or sunset.
        latitude_deg: Of the house, north is positive.
        longitude_deg: Of the house, east is positive.
        offset_minutes: So many minutes later; negative for earlier.
    """

    event: SunEvent
    latitude_deg: float
    longitude_deg: float
    offset_minutes: int = 0

    def __str__(self) -> str:
        return (
            self.event.value if not self.offset_minutes else f"{self.event.value}{self.offset_minutes:+d} min"
        )

    def utc_ms(self, day: date, zone: tzinfo | None) -> int | None:
        """Return when that is on a local day, in ms since 1970 UTC, to the minute; None in midnight sun or polar night."""
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - timedelta(
            minutes=4 * self.longitude_deg
        )
        if zone is not None:
            # Where the zone is far from the sun's time, near the date line, the local day is another one.
            noon += timedelta(days=(day - noon.astimezone(zone).date()).days)
        declination, equation_minutes = _position((noon - _J2000).total_seconds() / _CENTURY_S)
        latitude = radians(self.latitude_deg)
        cos_hour = cos(radians(_ZENITH_DEG)) / (cos(latitude) * cos(declination)) - tan(latitude) * tan(
            declination
        )
        if not -1 <= cos_hour <= 1:
            return None
        half_day_minutes = 4 * degrees(acos(cos_hour))
        sign = -1 if self.event is SunEvent.SUNRISE else 1
        minutes = round(sign * half_day_minutes - equation_minutes) + self.offset_minutes
        return round(noon.timestamp() / 60 + minutes) * 60_000


def _position(t: float) -> tuple[float, float]:
    """Return the sun's declination in radians and the equation of time in minutes; ``t`` in Julian centuries since 2000."""
    mean = radians((280.46646 + t * (36_000.76983 + t * 0.0003032)) % 360)
    anomaly = radians(357.52911 + t * (35_999.05029 - 0.0001537 * t))
    eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t)
    centre = (
        sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t))
        + sin(2 * anomaly) * (0.019993 - 0.000101 * t)
        + sin(3 * anomaly) * 0.000289
    )
    node = radians(125.04 - 1_934.136 * t)
    apparent = mean + radians(centre - 0.00569 - 0.00478 * sin(node))
    tilt = radians(23.439291 - t * 0.0130042 + 0.00256 * cos(node))
    y = tan(tilt / 2) ** 2
    equation = (
        y * sin(2 * mean)
        - 2 * eccentricity * sin(anomaly)
        + 4 * eccentricity * y * sin(anomaly) * cos(2 * mean)
        - 0.5 * y * y * sin(4 * mean)
        - 1.25 * eccentricity**2 * sin(2 * anomaly)
    )
    return asin(sin(tilt) * sin(apparent)), 4 * degrees(equation)
