"""Comma-separated values that a spreadsheet opens without surprises."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from fastapi import Response

MEDIA_TYPE: Final = "text/csv; charset=utf-8"


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    """Return an answer that a browser saves under ``name``; floats are rounded to four digits behind the point."""
    return Response(lines([columns, *rows]), headers=headers(name), media_type=MEDIA_TYPE)


def lines(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as text, each with the end of its line."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def headers(name: str) -> dict[str, str]:
    """Return the headers by which a browser saves an answer under ``name``."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return {"Content-Disposition": f'attachment; filename="{safe}"', "Cache-Control": "no-store"}


def _cell(value: object) -> object:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t"):
        return f"'{value}"  # a name must not become a formula
    return "" if value is None else value
