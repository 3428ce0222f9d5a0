"""The official schemas, from a folder that the user names: none of them is ours to ship."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Final, Literal, get_args

from lxml import etree

from consilience.base.errors import Fault, Where
from consilience.formats.metadata.xml_safe import local, parse_xml

Kind = Literal[
    "ddi-2.5", "ddi-2.6", "nesstar-1.2.2", "datacite-4.5", "datacite-4.6", "datacite-4.7", "oai-pmh"
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

# Where each lies in the folder, as its publisher packs it.
FILES: Final[Mapping[Kind, str]] = {
    "ddi-2.5": "ddi-2.5.1/ddi_codebook_2_5.xsd",
    "ddi-2.6": "ddi-2.6/codebook.xsd",
    "nesstar-1.2.2": "nesstar-1.2.2/Version1-2-2.xsd",
    "datacite-4.5": "datacite-4.5/metadata.xsd",
    "datacite-4.6": "datacite-4.6/metadata.xsd",
    "datacite-4.7": "datacite-4.7/metadata.xsd",
    "oai-pmh": "oai-pmh/OAI-PMH.xsd",
}
_NAMESPACES: Final[Mapping[str, Kind]] = {
    "ddi:codebook:2_5": "ddi-2.5",
    "ddi:codebook:2_6": "ddi-2.6",
    "http://www.icpsr.umich.edu/DDI": "nesstar-1.2.2",
    "http://datacite.org/schema/kernel-4": "datacite-4.5",
    "http://www.openarchives.org/OAI/2.0/": "oai-pmh",
}
_DDI_IN_ANSWER: Final = b"ddi:codebook:2_6"
_DUBLIN_CORE: Final = "http://purl.org/dc/elements/1.1/"
# Of these no packed form is published; ours are in the folder `data` of this package.
_OWN: Final[Mapping[str, str]] = {
    "http://www.openarchives.org/OAI/2.0/oai_dc/": "oai_dc.xsd",
    "http://www.openarchives.org/OAI/2.0/provenance": "provenance.xsd",
    "http://www.openarchives.org/OAI/2.0/oai-identifier": "oai_identifier.xsd",
}
_DATA: Final = Path(__file__).parent / "data"
_XS: Final = "http://www.w3.org/2001/XMLSchema"
_MOST: Final = 200
_SPACES: Final = re.compile(r"\{(?:ddi:|http)[^}]*\}")
_ELEMENT: Final = re.compile(r"^Element '([^']*)'(?:, attribute '[^']*')?: ?")


class Schemas:
    """Validators of the official schemas; each is loaded when it is first asked for.

    Example:
        >>> [fault.code for fault in Schemas(None).check(b"<codeBook/>", "ddi-2.5", name="x.xml")]
        ['FMT-328']
    """

    def __init__(self, folder: Path | None) -> None:
        """Take the folder; None means that no schema is there."""
        self.folder = folder
        self._loaded: dict[tuple[str, ...], etree.XMLSchema] = {}

    def missing(self) -> tuple[Kind, ...]:
        """Return the schemas that the folder does not hold."""
        folder = self.folder
        return tuple(k for k in KINDS if folder is None or not (folder / FILES[k]).is_file())

    def check(self, data: bytes, kind: Kind | None = None, *, name: str) -> tuple[Fault, ...]:
        """Answer what the official schema finds wrong.

        Args:
            data: the XML.
            kind: which schema; None: the one of its namespace (for DataCite the oldest, 4.5). Of an
                answer of OAI-PMH the records are checked too, and what stands about them.
            name: name of the file, for faults.

        Returns:
            FMT-327 for each finding with line and element, the first 200 of them. Without a folder
            one warning, FMT-328: the schema was not applied.

        Raises:
            Fault: FMT-326 if the folder lacks the schema or it cannot be read, FMT-300 to FMT-302
                as in `read_ddi`, FMT-303 if the XML is of no namespace known here.
        """
        root = parse_xml(data, name=name)
        if local(root) == "record":
            # One record cut out of an answer: no document of OAI-PMH, but its content is one.
            root = next(root.iter("{*}codeBook"), root)
        wanted = kind or kind_of(root, name=name)
        if self.folder is None:
            return (Fault("FMT-328", where=Where(file=name), schema=wanted),)
        schema = self._schema(self.folder, wanted, newer=_DDI_IN_ANSWER in data)
        if schema.validate(root):
            return ()
        findings: Iterable[etree._LogEntry] = schema.error_log  # type: ignore[assignment]
        return tuple(_finding(each, wanted, name) for each in islice(findings, _MOST))

    def _schema(self, folder: Path, kind: Kind, *, newer: bool) -> etree.XMLSchema:
        ddi: Kind = "ddi-2.6" if newer else "ddi-2.5"
        kinds: tuple[Kind, ...] = (kind, ddi, "datacite-4.5") if kind == "oai-pmh" else (kind,)
        if kinds not in self._loaded:
            for each in kinds:
                if not (folder / FILES[each]).is_file():
                    raise Fault("FMT-326", schema=each, file=str(folder / FILES[each]))
            try:
                self._loaded[kinds] = etree.XMLSchema(_driver(folder, kinds))
            except etree.LxmlError as error:
                raise Fault("FMT-326", schema=kind, file=f"{folder} ({error})") from error
        return self._loaded[kinds]


def _driver(folder: Path, kinds: tuple[Kind, ...]) -> etree._Element:
    """Return a schema that imports these: what stands in an answer is checked by all of them."""
    namespaces = {kind: space for space, kind in _NAMESPACES.items()}
    for later in ("datacite-4.6", "datacite-4.7"):
        namespaces[later] = namespaces["datacite-4.5"]
    imports = {namespaces[kind]: folder / FILES[kind] for kind in kinds}
    if "oai-pmh" in kinds:
        ddi = folder / FILES[kinds[1]]
        imports |= {_DUBLIN_CORE: ddi.parent / "dc.xsd"}
        imports |= {space: _DATA / file for space, file in _OWN.items()}
    schema = etree.Element(f"{{{_XS}}}schema", nsmap={"xs": _XS})
    for space, file in imports.items():
        etree.SubElement(
            schema, f"{{{_XS}}}import", namespace=space, schemaLocation=file.resolve().as_uri()
        )
    return schema


def _finding(error: etree._LogEntry, kind: Kind, name: str) -> Fault:
    said = _SPACES.sub("", str(error.message))
    element = _ELEMENT.match(said)
    return Fault(
        "FMT-327",
        where=Where(file=name, line=int(error.line)),
        schema=kind,
        element=element[1] if element else "the document",
        reason=_ELEMENT.sub("", said).rstrip("."),
    )


def kind_of(root: etree._Element, *, name: str) -> Kind:
    """Return which schema an XML document belongs to, by its namespace.

    Raises:
        Fault: FMT-303 if it is none of those known here.
    """
    found = _NAMESPACES.get(str(root.tag).rpartition("}")[0].lstrip("{"))
    if found is None:
        raise Fault("FMT-303", where=Where(file=name), found=local(root))
    return found
