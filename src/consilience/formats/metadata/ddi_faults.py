"""What is wrong with somebody's DDI, found without the official schema.

Each finding says what the reader did about it. Order and places are those of the schemas of
DDI-Codebook 2.5 and 2.6 (DDI Alliance), of which the later one only adds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from consilience.base.errors import Fault, Where
from consilience.formats.metadata.ddi_values import own_language
from consilience.formats.metadata.xml_safe import (
    XML_LANG,
    is_iso,
    iso_date,
    language_code,
    line_of,
    local,
    tidy,
    words,
)

_CITATION: Final = "titlStmt rspStmt prodStmt distStmt serStmt verStmt biblCit holdings notes"
# Children of each element in their order. Elements of Dublin Core may end a citation.
_ORDER: Final[Mapping[str, str]] = {
    "codeBook": "docDscr stdyDscr fileDscr dataDscr otherMat",
    "docDscr": "citation guide docStatus docSrc controlledVocabUsed notes",
    "docSrc": _CITATION,
    "citation": _CITATION,
    "fileCitation": _CITATION,
    "sourceCitation": _CITATION,
    "titlStmt": "titl subTitl altTitl parTitl IDNo",
    "rspStmt": "AuthEnty othId",
    "prodStmt": "language producer copyright license prodDate prodPlac software fundAg grantNo",
    "distStmt": "distrbtr contact depositr depDate distDate",
    "serStmt": "serName serInfo",
    "verStmt": "version verResp notes",
    "stdyDscr": "citation studyAuthorization stdyInfo studyDevelopment method dataAccs "
    "metadataAccs othrStdyMat notes",
    "studyAuthorization": "authorizingAgency authorizationStatement",
    "stdyInfo": "studyBudget subject abstract sumDscr qualityStatement notes exPostEvaluation",
    "subject": "keyword topcClas",
    "sumDscr": "timePrd collDate nation geogCover geogUnit geoBndBox boundPoly anlyUnit universe "
    "dataKind generalDataFormat",
    "geoBndBox": "westBL eastBL southBL northBL",
    "method": "dataColl notes anlyInfo stdyClas dataProcessing codingInstructions",
    "dataColl": "timeMeth dataCollector collectorTraining frequenc sampProc sampleFrame "
    "targetSampleSize deviat collMode resInstru instrumentDevelopment sources collSitu actMin "
    "ConOps weight cleanOps",
    "sources": "typeOfDataSrc dataSrc sourceCitation srcOrig srcChar srcDocu sources",
    "targetSampleSize": "sampleSize sampleSizeFormula",
    "anlyInfo": "respRate EstSmpErr dataAppr",
    "dataAccs": "typeOfAccess setAvail license useStmt notes",
    "setAvail": "typeOfSetAvailability accsPlac origArch avlStatus collSize complete fileQnty "
    "notes",
    "useStmt": "confDec specPerm restrctn contact citReq deposReq conditions disclaimer",
    "othrStdyMat": "relMat relStdy relPubl othRefs",
    "fileDscr": "fileTxt fileDerivation locMap notes",
    "fileTxt": "fileName fileCitation dataFingerprint fileCont fileStrc dimensns fileType format "
    "filePlac dataChck ProcStat dataMsng software verStmt",
    "dimensns": "caseQnty varQnty logRecL recPrCas recNumTot",
    "dataDscr": "varGrp nCubeGrp var nCube notes",
    "var": "location labl imputation security embargo respUnit anlysUnit qstn valrng invalrng "
    "undocCod universe TotlResp sumStat txt stdCatgry catgryGrp catgry codInstr verStmt concept "
    "derivation varFormat geoMap catLevel notes",
    "catgry": "catValu labl txt catStat mrow",
    "otherMat": "typeOfOtherMaterial labl txt notes table citation otherMat",
}
_RANKS: Final = {
    parent: {child: rank for rank, child in enumerate(children.split())}
    for parent, children in _ORDER.items()
}
_MARKUP_NAMES: Final = (
    "a b br i u em strong span ul ol li hr font table tr td sub sup h1 h2 h3 h4 pre blockquote"
)
_MARKUP: Final = frozenset(_MARKUP_NAMES.split())
_CLOSED: Final[Mapping[str, tuple[str, ...]]] = {
    "event": ("start", "end", "single"),
    "missing": ("Y", "N"),
    "wgt": ("wgt", "not-wgt"),
    "intrvl": ("contin", "discrete"),
    "clusion": ("I", "E"),
    "source": ("archive", "producer"),
}
_NAMESPACE: Final = re.compile(r"\{ddi:codebook:(\d+)_(\d+)\}")
_OLD: Final = "{http://www.icpsr.umich.edu/DDI}"
_NAME: Final = re.compile(r"[^\W\d][\w.-]*")


def version_of(book: etree._Element) -> str:
    """Return the version of a codeBook as it says, else as its namespace does, else nothing."""
    said = tidy(book.get("version"))
    space = _NAMESPACE.match(str(book.tag))
    return said or (f"{space[1]}.{space[2]}" if space else "")


def faults_in(book: etree._Element, *, name: str) -> Iterator[Fault]:
    """Yield what is wrong with a codeBook, line after line.

    Returns:
        FMT-310 for an unknown namespace, FMT-311 for elements in another order, FMT-312 for an
        element where none such may stand, FMT-313 for markup of web pages in words, FMT-314 for
        words without a language, FMT-315 for an ID twice or not valid, FMT-316 for a date in
        another form, FMT-317 for a study without a title, FMT-318 for a language that is no code,
        FMT-319 for a value that is none of those allowed.
    """
    check = _Check(name)
    space = _NAMESPACE.match(str(book.tag))
    if space is None and not str(book.tag).startswith(_OLD):
        found = str(book.tag).rpartition("}")[0].lstrip("{") or "none"
        yield check.fault("FMT-310", book, found=found)
    found_here: list[Fault] = []
    for element in book.iter():
        if space is not None:
            found_here += check.children(element)
        found_here += check.attributes(element)
    found_here += check.words(book)
    yield from sorted(found_here, key=lambda fault: fault.where.line or 0)


class _Check:
    """Looks at one codeBook."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.seen: set[str] = set()

    def fault(self, code: str, element: etree._Element, **values: object) -> Fault:
        where = Where(file=self.name, line=line_of(element))
        return Fault(code, where=where, element=local(element), **values)

    def children(self, element: etree._Element) -> Iterator[Fault]:
        if not len(element):
            return
        ranks = _RANKS.get(local(element))
        if ranks is None:
            yield from self._among_words(element)
            return
        last, before, told = -1, "", False
        for child in element:
            tag = local(child)
            rank = ranks.get(tag)
            if rank is None:
                if not str(child.tag).startswith("{http://purl.org/dc/"):
                    yield self.fault("FMT-312", child, parent=local(element))
            elif rank >= last:
                last, before = rank, tag
            elif not told:
                told = True
                yield self.fault("FMT-311", child, other=before, parent=local(element))

    def _among_words(self, element: etree._Element) -> Iterator[Fault]:
        space = str(element.tag).rpartition("}")[0]
        if local(element).lower() in _MARKUP:
            return
        for child in element:
            tag = local(child)
            foreign = not str(child.tag).startswith(space)
            # DDI has a `p` of its own, so only the capital is of another kind.
            if (tag.lower() in _MARKUP or tag == "P") and not foreign:
                yield self.fault("FMT-313", element, tag=tag)
                return

    def attributes(self, element: etree._Element) -> Iterator[Fault]:
        for key, value in element.items():
            name, said = str(key), str(value)
            if name in (XML_LANG, "xml-lang"):
                if language_code(said) != said:
                    used = language_code(said) or "none"
                    yield self.fault("FMT-318", element, value=said, used=used)
            elif name == "ID":
                if said in self.seen or not _NAME.fullmatch(said):
                    yield self.fault("FMT-315", element, value=said)
                self.seen.add(said)
            elif name == "date":
                yield from self._date(element, said)
            elif name in _CLOSED and said not in _CLOSED[name]:
                allowed = ", ".join(_CLOSED[name])
                yield self.fault("FMT-319", element, name=name, value=said, allowed=allowed)

    def _date(self, element: etree._Element, said: str) -> Iterator[Fault]:
        used = iso_date(tidy(said))
        if not is_iso(used) or (used != said and "T" not in said):
            yield self.fault("FMT-316", element, value=said, used=used)

    def words(self, book: etree._Element) -> Iterator[Fault]:
        """Yield what is missing of title, abstract and publisher of the study."""
        titled = False
        for study in book.iterfind("{*}stdyDscr"):
            titles = study.iterfind("{*}citation/{*}titlStmt/{*}titl")
            abstracts = study.iterfind("{*}stdyInfo/{*}abstract")
            publishers = study.iterfind("{*}citation/{*}distStmt/{*}distrbtr")
            for element in (*titles, *abstracts, *publishers):
                if not words(element):
                    continue
                titled = titled or local(element) == "titl"
                if not _language_of(element):
                    yield self.fault("FMT-314", element)
        if not titled:
            yield self.fault("FMT-317", book)


def _language_of(element: etree._Element) -> str:
    for each in (element, *element.iterancestors()):
        if code := own_language(each, ""):
            return code
    return ""
