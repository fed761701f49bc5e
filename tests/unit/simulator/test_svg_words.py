import re
from xml.etree import ElementTree

from simulator.svg_words import inline

PICTURE = """<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 width="10pt" height="5pt" viewBox="0 0 10 5"><metadata>made elsewhere</metadata><defs><path id="m1" d="M0 0"/></defs>
<g clip-path="url(#c1)"><use xlink:href="#m1"/><text x="1">wait</text><text x="2">people &amp; 3</text></g>
<clipPath id="c1"/></svg>"""


def drawn(name: str = "one") -> str:
    return inline(PICTURE, name=name, label="A picture", translate={"wait": "等待"}.get)


def test_words_with_a_translation_stand_there_in_both_languages_and_others_once() -> None:
    assert re.findall(r'<text x="\d"(?: class="(..)")?>([^<]*)<', drawn()) == [
        ("en", "wait"),
        ("zh", "等待"),
        ("", "people &amp; 3"),
    ]


def test_every_name_has_the_prefix_and_every_reference_follows_it() -> None:
    names = set(re.findall(r'id="([^"]+)"', drawn("two")))
    used = set(re.findall(r'href="#([^"]+)"', drawn("two"))) | set(
        re.findall(r"url\(#([^)]+)\)", drawn("two"))
    )
    assert names == used == {"two-m1", "two-c1"}


def test_size_and_metadata_are_left_out_and_a_label_is_there() -> None:
    root = ElementTree.fromstring(drawn())
    assert (root.get("width"), root.get("viewBox"), root.get("role")) == (None, "0 0 10 5", "img")
    assert root.get("aria-label") == "A picture"
    assert "made elsewhere" not in drawn() and "<?xml" not in drawn()
