"""The tags of a PDF, mended where WeasyPrint leaves them short of PDF/UA.

Here: what is changed in the tree of tags before the file is written. Not here: setting the pages.
WeasyPrint 70 leaves the running foot in no tag and in no artifact, divisions straight inside
lists, links inside links, header cells without a scope, and pictures' places upside down.

Source: ISO 14289-1 (PDF/UA-1) 7.1 and 7.2; ISO 32000-1 14.8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_POINTS_A_PIXEL = 0.75
_FOOT = "<</Type /Pagination /Subtype /Footer>>"
_SCOPES = {"/THead": "/Column", "/TBody": "/Row"}


def mend_tags(pdf: Any, titles: Mapping[str, str]) -> None:
    """Mend the tags of a document that is about to be written.

    Args:
        pdf: WeasyPrint's document, a `pydyf.PDF`.
        titles: what each place that a link leads to is called, by its id.
    """
    objects = _Objects(pdf)
    root = objects.at(pdf.catalog["StructTreeRoot"])
    for element, parents in objects.elements(root, ()):
        match element["S"]:
            case "/L":
                _mend_list(objects, element)
            case "/Link" if "/Link" in parents:
                element["S"] = "/Span"
            case "/TH":
                groups = [scope for tag, scope in _SCOPES.items() if tag in parents]
                element["A"]["Scope"] = groups[0] if groups else "/Column"
            case "/Figure":
                _turn_upright(objects, element)
            case _:
                pass
    _set_feet_aside(objects, root)
    _name_links(objects, titles)


class _Objects:
    """The objects of a document, found by the references between them."""

    def __init__(self, pdf: Any) -> None:
        self._all = pdf.objects
        self.pages = [self.at(reference) for reference in pdf.page_references]

    def at(self, reference: bytes) -> Any:
        """Return the object that a reference such as `12 0 R` leads to."""
        return self._all[int(reference.split()[0])]

    def children(self, element: Any) -> list[Any]:
        """Return the tags straight inside one; its marked content and its annotations left out."""
        found = [self.at(kid) for kid in element["K"] if isinstance(kid, bytes)]
        return [kid for kid in found if kid.get("Type") == "/StructElem"]

    def elements(
        self, parent: Any, parents: tuple[str, ...]
    ) -> Iterator[tuple[Any, tuple[str, ...]]]:
        """Yield each tag below one, with what it lies in; outer ones first."""
        for element in self.children(parent):
            yield element, parents
            yield from self.elements(element, (*parents, element["S"]))


def _mend_list(objects: _Objects, element: Any) -> None:
    """Make each division of a list one item: of a term and what it means, a label and a body."""
    for group in objects.children(element):
        if group["S"] != "/Div":
            continue
        bodies = [body for item in objects.children(group) for body in objects.children(item)]
        for item in objects.children(group):
            item.clear()  # a PDF may hold objects that nothing leads to
        group["S"] = "/LI"
        group["K"][:] = [body.reference for body in bodies]
        for body in bodies:
            body["P"] = group.reference
        if len(bodies) > 1:
            bodies[0]["S"] = "/Lbl"


def _turn_upright(objects: _Objects, element: Any) -> None:
    """Measure a place in points from the foot of the page, not in pixels from its head."""
    left, top, right, bottom = (side * _POINTS_A_PIXEL for side in element["A"]["BBox"])
    height = objects.at(element["Pg"])["MediaBox"][3]
    element["A"]["BBox"][:] = [left, height - bottom, right, height - top]


def _set_feet_aside(objects: _Objects, root: Any) -> None:
    """Mark what is drawn on a page and in no tag of the tree as its running foot."""
    reached = {element.reference for element, _ in objects.elements(root, ())}
    numbers = objects.at(root["ParentTree"])["Nums"]
    # Pages come first in the tree of numbers, each with the tag of each of its marked contents.
    for page, owners in zip(objects.pages, numbers[1 : 2 * len(objects.pages) : 2], strict=True):
        lost = {place for place, owner in enumerate(owners) if owner not in reached}
        drawn = objects.at(page["Contents"]).stream
        for place, operator in enumerate(drawn):
            if operator == b"BDC" and drawn[place - 1].get("MCID") in lost:
                drawn[place - 2], drawn[place - 1] = "/Artifact", _FOOT
        for place in lost:
            owners[place] = b"null"


def _name_links(objects: _Objects, titles: Mapping[str, str]) -> None:
    """Say where each link within the document leads, in words."""
    for page in objects.pages:
        for annotation in map(objects.at, page.get("Annots", ())):
            if "Dest" in annotation:
                place = annotation["Dest"].string
                annotation["Contents"].string = titles.get(place, place)
