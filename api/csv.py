"""Comma-separated values that a spreadsheet opens without surprises."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from fastapi import Response


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    """Return an answer that a browser saves under ``name``; floats are rounded to four digits behind the point."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    headers = {"Content-Disposition": f'attachment; filename="{safe}"', "Cache-Control": "no-store"}
    return Response(text.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


def _cell(value: object) -> object:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t"):
        return f"'{value}"  # a name must not become a formula
    return "" if value is None else value
