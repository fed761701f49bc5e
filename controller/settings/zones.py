"""Time zones by their IANA names."""

import difflib
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


def zone_problem(name: str) -> tuple[str, str] | None:
    """Return what is wrong with the name of a time zone, and its cure; None when nothing is."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"unknown time zone {name!r:.60}", _suggestion(name)
    return None


def _suggestion(name: str) -> str:
    zones = sorted(available_timezones())
    by_city = [
        zone for zone in zones if zone.rsplit("/", 1)[-1].lower() == name.strip().lower().replace(" ", "_")
    ]
    by_case = {zone.lower(): zone for zone in zones}
    near = difflib.get_close_matches(name.lower(), by_case, n=1, cutoff=0.7)
    found = by_city[:1] or [by_case[zone] for zone in near]
    return f"did you mean {found[0]}?" if found else "use an IANA name, such as Europe/Berlin"
