"""A white ground for drawings that readers see on dark pages too."""

import re
from pathlib import Path


def write_on_white(path: Path, svg: str) -> None:
    """Write an SVG with a white sheet behind it."""
    sheet = '<rect width="100%" height="100%" fill="#ffffff"/>'
    path.write_text(re.sub(r"(<svg\b[^>]*>)", rf"\1{sheet}", svg, count=1), "utf-8")
