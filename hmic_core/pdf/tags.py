"""The tag tree of a PDF, rebuilt from the HTML elements it was made of.

WeasyPrint builds the tree page by page: a list that crosses a page becomes two lists,
page numbers are read out as content, and a list item with two paragraphs breaks
PDF/UA. Here every HTML element gives exactly one structure element, however many
pages it covers, so the tree equals the document by construction.
"""

from collections.abc import Iterator
from typing import Any

_GROUPS = {"article": "Art", "main": "Part", "section": "Sect", "blockquote": "BlockQuote"}
_BLOCKS = {"p": "P", "caption": "Caption", **{f"h{level}": f"H{level}" for level in range(1, 7)}}
_TABLES = {"table": "Table", "thead": "THead", "tbody": "TBody", "tr": "TR", "th": "TH", "td": "TD"}
_LISTS = {"ul": "L", "ol": "L", "li": "LI"}
_ROLES = {**_GROUPS, **_BLOCKS, **_TABLES, **_LISTS}
# What cannot hold words itself: they are wrapped in a paragraph.
_NEEDS_PARAGRAPH = {"Document", *_GROUPS.values(), "L", "Table", "THead", "TBody", "TR"}

# The HTML elements around a text, outermost first, each with its tag ("li::marker" for a bullet).
_Path = tuple[tuple[Any, str], ...]


class _Node:
    """One structure element; ``kids`` are nodes and (page, MCID) pairs in reading order."""

    def __init__(self, role: str, parent: "_Node | None" = None, element: Any = None) -> None:
        self.role = role
        self.parent = parent
        self.element = element
        self.kids: list[_Node | tuple[int, int]] = []
        self.object: Any = None
        if parent is not None:
            parent.kids.append(self)

    def first_page(self) -> int:
        kid = self.kids[0]
        return kid.first_page() if isinstance(kid, _Node) else kid[0]


class _Tree:
    """Nodes by HTML element; the same element on the next page finds its node again."""

    def __init__(self) -> None:
        self.root = _Node("Document")
        self._nodes: dict[tuple[int, str], _Node] = {}
        self._head_pages: dict[int, int] = {}

    def place(self, path: "_Path", page: int, mcid: int) -> _Node | None:
        """Put marked content under its elements; None for a table head repeated on a later page."""
        node = self.root
        for element, tag in path:
            if tag == "thead" and self._head_pages.setdefault(id(element), page) != page:
                return None
            node = self._descend(node, element, tag)
        if node.role == "LI":
            node = self._child(node, node.element, "LBody")
        elif node.role in _NEEDS_PARAGRAPH:
            node = self._child(node, path[-1][0] if path else None, "P")
        node.kids.append((page, mcid))
        return node

    def _descend(self, node: _Node, element: Any, tag: str) -> _Node:
        if tag == "li::marker":
            return self._child(node, element, "Lbl")
        role = _ROLES.get(tag)
        if role is None or (node.element is element and node.role == role):
            return node
        if node.role == "LI":
            node = self._child(node, node.element, "LBody")
        return self._child(node, element, role)

    def _child(self, parent: _Node, element: Any, role: str) -> _Node:
        key = (id(element), role)
        if key not in self._nodes:
            self._nodes[key] = _Node(role, parent, element)
        return self._nodes[key]


def rebuild_tags(document: Any, pdf: Any) -> None:
    """Replace the tag tree of ``pdf`` (pydyf, before writing). A ``finisher`` for WeasyPrint.

    Raises ValueError for a link or a picture: neither belongs in these documents, and
    their tags would not be right.
    """
    old = [item for item in pdf.objects if isinstance(item, dict) and item.get("Type") == "/StructElem"]
    if any(item["S"] in ("/Link", "/Figure", "/Form") for item in old):
        raise ValueError("The document holds a link, a picture or a form field, which this PDF cannot describe.")
    tree = _Tree()
    owners: list[list[_Node | None]] = []
    leaves = (item["K"][0] for item in old if len(item["K"]) == 1 and isinstance(item["K"][0], int))
    for number, page in enumerate(document.pages):
        placed: dict[int, _Node | None] = {}
        for path, margin in _texts(page._page_box):
            mcid = next(leaves)
            placed[mcid] = None if margin else tree.place(path, number, mcid)
        owners.append([placed[mcid] for mcid in sorted(placed)])
        _mark_artifacts(_content(pdf, number), {mcid for mcid, node in placed.items() if node is None})
    _write(pdf, tree, owners, old)


def _texts(box: Any, path: "_Path" = (), margin: bool = False) -> Iterator[tuple[_Path, bool]]:
    """Text boxes in the order WeasyPrint numbers them, with the elements around each."""
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.absolute import AbsolutePlaceholder

    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    margin = margin or isinstance(box, boxes.MarginBox)
    if box.element is not None and (not path or path[-1] != (box.element, box.element_tag)):
        path = (*path, (box.element, box.element_tag))
    if isinstance(box, boxes.TextBox):
        yield path, margin
    for child in getattr(box, "children", ()):
        yield from _texts(child, path, margin)


def _content(pdf: Any, number: int) -> Any:
    page = pdf.objects[int(pdf.page_references[number].split()[0])]
    return pdf.objects[int(page["Contents"].split()[0])]


def _mark_artifacts(content: Any, mcids: set[int]) -> None:
    """Running heads and page numbers: nothing that is read out."""
    operators = content.stream
    for index, operand in enumerate(operators):
        if isinstance(operand, dict) and operand.get("MCID") in mcids:
            operators[index - 1] = "/Artifact"
            del operand["MCID"]
            operand["Type"] = "/Pagination"


def _write(pdf: Any, tree: _Tree, owners: list[list[_Node | None]], old: list[Any]) -> None:
    """Fill the old objects anew (their numbers stay in use), empty the ones left over."""
    import pydyf

    spare = iter(old)
    for node in _walk(tree.root):
        node.object = next(spare, None)
        if node.object is None:
            node.object = pydyf.Dictionary({})
            pdf.add_object(node.object)
    for leftover in spare:
        leftover.clear()
    root = pdf.objects[int(pdf.catalog["StructTreeRoot"].split()[0])]
    for node in _walk(tree.root):
        _fill(pdf, node, root)
    root["K"] = pydyf.Array([tree.root.object.reference])
    numbers = pdf.objects[int(root["ParentTree"].split()[0])]["Nums"]
    numbers.clear()
    for page, nodes in enumerate(owners):
        numbers.append(page)
        numbers.append(pydyf.Array([node.object.reference if node else b"null" for node in nodes]))


def _fill(pdf: Any, node: _Node, root: Any) -> None:
    import pydyf

    page = node.first_page() if node.kids else 0
    parent = node.parent.object if node.parent else root
    values = {
        "Type": "/StructElem",
        "S": f"/{node.role}",
        "P": parent.reference,
        "Pg": pdf.page_references[page],
        "K": pydyf.Array([_kid(pdf, kid, page) for kid in node.kids]),
    }
    if node.role == "L":
        style = "/Decimal" if node.element.tag == "ol" else "/Disc"
        values["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": style})
    if node.role == "TH":
        scope = "/Row" if node.element.get("scope") == "row" else "/Column"
        values["A"] = pydyf.Dictionary({"O": "/Table", "Scope": scope})
    node.object.clear()
    node.object.update(values)


def _kid(pdf: Any, kid: "_Node | tuple[int, int]", page: int) -> Any:
    import pydyf

    if isinstance(kid, _Node):
        return kid.object.reference
    if kid[0] == page:
        return kid[1]
    return pydyf.Dictionary({"Type": "/MCR", "Pg": pdf.page_references[kid[0]], "MCID": kid[1]})


def _walk(node: _Node) -> Iterator[_Node]:
    yield node
    for kid in node.kids:
        if isinstance(kid, _Node):
            yield from _walk(kid)
