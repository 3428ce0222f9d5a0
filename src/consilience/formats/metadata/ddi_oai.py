"""Records of DDI in the answers of OAI-PMH repositories."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from consilience.base.errors import Fault, Where
from consilience.formats.metadata.ddi_result import Envelope
from consilience.formats.metadata.xml_safe import line_of, local, tidy


def entries(
    root: etree._Element, *, name: str
) -> Iterator[tuple[Envelope | None, etree._Element | None]]:
    """Yield each record with its header.

    The header is None for a codeBook that came alone, the record is None if it is deleted or left
    out of the answer.

    Raises:
        Fault: FMT-303 if there is neither a codeBook nor a header, FMT-304 if the repository
            answers with an error.
    """
    base = ""
    if local(root) == "OAI-PMH":
        for element in root:
            if local(element) == "request":
                base = tidy(element.text)
            elif local(element) == "error":
                code, said = element.get("code") or "", tidy(element.text)
                where = Where(file=name, line=line_of(element))
                raise Fault("FMT-304", where=where, code=code, said=said)
    headers = [each for each in _named(root, "header") if not _inside_book(each)]
    for header in headers:
        yield _envelope(header, base), _book_beside(header)
    books = [] if headers else list(_named(root, "codeBook"))
    if not books and not headers:
        raise Fault("FMT-303", where=Where(file=name, line=line_of(root)), found=local(root))
    for book in books:
        yield None, book


def _named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return root.iter(f"{{*}}{name}")


def _inside_book(element: etree._Element) -> bool:
    return any(local(each) == "codeBook" for each in element.iterancestors())


def _book_beside(header: etree._Element) -> etree._Element | None:
    record = header.getparent()
    if record is None or local(record) != "record":
        return None
    return next(_named(record, "codeBook"), None)


def _envelope(header: etree._Element, base: str) -> Envelope:
    parts: dict[str, list[str]] = {}
    for child in header:
        parts.setdefault(local(child), []).append(tidy(child.text))
    return Envelope(
        identifier=next(iter(parts.get("identifier", ())), ""),
        datestamp=next(iter(parts.get("datestamp", ())), ""),
        sets=tuple(parts.get("setSpec", ())),
        deleted=header.get("status") == "deleted",
        base_url=base,
    )
