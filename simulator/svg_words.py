"""Pictures for a page in two languages: every word twice, names that no other picture has, nothing from elsewhere."""

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Final
from xml.etree import ElementTree

SVG: Final = "http://www.w3.org/2000/svg"
XLINK: Final = "http://www.w3.org/1999/xlink"
_REFERENCE: Final = re.compile(r"url\(#([^)]+)\)")


def inline(svg: str, *, name: str, label: str, translate: Callable[[str], str | None]) -> str:
    """Return a picture to be put into a page.

    Words that have a translation stand there twice, with the classes ``en`` and ``zh``, for the page to show one; every
    name within gets a prefix, as names are common to the whole page; size, metadata and document type are left out.

    Args:
        svg: The picture.
        name: A name that no other picture of the page has.
        label: What it shows, for those who cannot see it.
        translate: From an English text to its Chinese; None for what needs none.
    """
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(svg)
    for unwanted in ("width", "height"):
        root.attrib.pop(unwanted, None)
    root.attrib |= {"role": "img", "aria-label": label}
    for metadata in root.findall(f"{{{SVG}}}metadata"):
        root.remove(metadata)
    _rename(root, name)
    _double(root, translate)
    return ElementTree.tostring(root, encoding="unicode")


def _rename(root: ElementTree.Element, name: str) -> None:
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "id":
                element.attrib[key] = f"{name}-{value}"
            elif key in ("href", f"{{{XLINK}}}href") and value.startswith("#"):
                element.attrib[key] = f"#{name}-{value[1:]}"
            elif "url(#" in value:
                element.attrib[key] = _REFERENCE.sub(rf"url(#{name}-\1)", value)


def _double(root: ElementTree.Element, translate: Callable[[str], str | None]) -> None:
    for parent in list(root.iter()):
        for position, element in reversed(list(enumerate(parent))):
            chinese = translate((element.text or "").strip()) if element.tag == f"{{{SVG}}}text" else None
            if chinese is not None:
                copy = deepcopy(element)
                copy.text = chinese
                element.set("class", "en")
                copy.set("class", "zh")
                parent.insert(position + 1, copy)
