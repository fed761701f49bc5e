"""What benchmarks share: the house of many loops, quantiles, and rows of a table."""

from api.load_house import write_house as house

__all__ = ["HEAD", "house", "line", "quantile"]


def quantile(values: list[float], share: float) -> float:
    """Return the nearest-rank quantile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def line(label: str, values_ms: list[float]) -> str:
    """Return one row of a table of milliseconds."""
    cells = "".join(f"{quantile(values_ms, share):9.2f}" for share in (0.5, 0.95, 0.99, 1.0))
    return f"{label:<42}{len(values_ms):6d}{cells}"


HEAD = f"{'':<42}{'n':>6}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}   ms"
