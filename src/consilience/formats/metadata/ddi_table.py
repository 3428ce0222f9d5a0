"""Which field of the record stands at which place of DDI-Codebook, in the order of the schema.

The reader and the writer go by this one table. What is more than one value after another (grants,
level and licence, files, variables) has rows of the kind `None` here and functions of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from consilience.formats.metadata import ddi_agents as agents
from consilience.formats.metadata import ddi_values as values
from consilience.formats.metadata import ddi_works as works


@dataclass(frozen=True, slots=True)
class Kind:
    """How a value is read from an element, and how it is written as one."""

    read: Callable[..., Any]
    write: Callable[..., None]


@dataclass(frozen=True, slots=True)
class Row:
    """One place.

    Attributes:
        path: the elements from below codeBook on.
        field: the field of the record, behind a dot one of its `method` or `access`.
        kind: how it is read and written; None: by functions of its own.
        one: whether the record has one value for it.
        only_read: whether it is read here and written elsewhere.
    """

    path: str
    field: str
    kind: Kind | None
    one: bool = False
    only_read: bool = False


_TEXT: Final = Kind(values.read_text, values.write_text)
_LINE: Final = Kind(values.read_line, values.write_text)
_TERM: Final = Kind(values.read_term, values.write_term)
_CONCEPT: Final = Kind(values.read_concept, values.write_concept)
_MOMENT: Final = Kind(values.read_moment, values.write_moment)
_PLACE: Final = Kind(values.read_place, values.write_place)
_DATE: Final = Kind(values.read_date, values.write_date)
_AGENT: Final = Kind(agents.read_agent, agents.write_agent)
_IDENTIFIER: Final = Kind(agents.read_identifier, agents.write_identifier)
_HOLDING: Final = Kind(agents.read_holding, agents.write_holding)
_SERIES: Final = Kind(works.read_series, works.write_series)
_WORK: Final = Kind(works.read_work, works.write_work)

_CITE: Final = "stdyDscr/citation"
_SUM: Final = "stdyDscr/stdyInfo/sumDscr"
_COLL: Final = "stdyDscr/method/dataColl"
_USE: Final = "stdyDscr/dataAccs/useStmt"

ROWS: Final = (
    Row("docDscr/citation/titlStmt/titl", "", None),
    Row("docDscr/citation/holdings", "document_holdings", _HOLDING),
    Row(f"{_CITE}/titlStmt/titl", "titles", _LINE),
    Row(f"{_CITE}/titlStmt/subTitl", "alternative_titles", _LINE, only_read=True),
    Row(f"{_CITE}/titlStmt/altTitl", "alternative_titles", _LINE),
    Row(f"{_CITE}/titlStmt/parTitl", "parallel_titles", _LINE),
    Row(f"{_CITE}/titlStmt/IDNo", "identifiers", _IDENTIFIER),
    Row(f"{_CITE}/rspStmt/AuthEnty", "creators", _AGENT),
    Row(f"{_CITE}/rspStmt/othId", "contributors", _AGENT),
    Row(f"{_CITE}/prodStmt/producer", "producers", _AGENT),
    Row(f"{_CITE}/prodStmt/copyright", "copyright", _TEXT),
    Row(f"{_CITE}/prodStmt/prodDate", "production_date", _DATE, one=True),
    Row(f"{_CITE}/prodStmt/software", "software", _LINE),
    Row(f"{_CITE}/prodStmt/fundAg", "grants", None),
    Row(f"{_CITE}/prodStmt/grantNo", "grants", None, only_read=True),
    Row(f"{_CITE}/distStmt/distrbtr", "publishers", _AGENT),
    Row(f"{_CITE}/distStmt/contact", "contacts", _AGENT),
    Row(f"{_CITE}/distStmt/depositr", "depositors", _AGENT),
    Row(f"{_CITE}/distStmt/depDate", "deposited", _DATE, one=True),
    Row(f"{_CITE}/distStmt/distDate", "published", _DATE, one=True),
    Row(f"{_CITE}/serStmt", "series", _SERIES),
    Row(f"{_CITE}/verStmt/version", "version", None),
    Row(f"{_CITE}/verStmt/notes", "notes", _TEXT, only_read=True),
    Row(f"{_CITE}/biblCit", "citation", _TEXT),
    Row(f"{_CITE}/holdings", "holdings", _HOLDING),
    Row(f"{_CITE}/notes", "notes", _TEXT, only_read=True),
    Row("stdyDscr/studyAuthorization/authorizationStatement", "method.ethics", _TEXT),
    Row("stdyDscr/stdyInfo/subject/keyword", "keywords", _TERM),
    Row("stdyDscr/stdyInfo/subject/topcClas", "topics", _TERM),
    Row("stdyDscr/stdyInfo/abstract", "abstract", _TEXT),
    Row(f"{_SUM}/timePrd", "coverage", _MOMENT),
    Row(f"{_SUM}/collDate", "collection", _MOMENT),
    Row(f"{_SUM}/nation", "nations", _PLACE),
    Row(f"{_SUM}/geogCover", "places", _PLACE),
    Row(f"{_SUM}/anlyUnit", "units", _CONCEPT),
    Row(f"{_SUM}/universe", "universe", None),
    Row(f"{_SUM}/dataKind", "data_kinds", _CONCEPT),
    Row(f"{_SUM}/generalDataFormat", "data_kinds", _TERM, only_read=True),
    Row("stdyDscr/stdyInfo/notes", "notes", _TEXT, only_read=True),
    Row(f"{_COLL}/timeMeth", "method.time", _CONCEPT),
    Row(f"{_COLL}/dataCollector", "method.collectors", _AGENT),
    Row(f"{_COLL}/sampProc", "method.sampling", _CONCEPT),
    Row(f"{_COLL}/deviat", "method.deviations", _TEXT),
    Row(f"{_COLL}/collMode", "method.modes", _CONCEPT),
    Row(f"{_COLL}/resInstru", "method.instruments", _CONCEPT),
    Row(f"{_COLL}/sources/dataSrc", "method.sources", _TEXT),
    Row(f"{_COLL}/collSitu", "method.situation", _TEXT),
    Row(f"{_COLL}/weight", "method.weighting", _TEXT),
    Row(f"{_COLL}/cleanOps", "method.cleaning", _TEXT),
    Row("stdyDscr/method/notes", "method.notes", _TEXT),
    Row("stdyDscr/method/anlyInfo/respRate", "method.response_rate", _TEXT),
    Row("stdyDscr/dataAccs/setAvail/avlStatus", "access.availability", _TEXT),
    Row("stdyDscr/dataAccs/license", "access.licence", None),
    Row(f"{_USE}/confDec", "access.confidentiality", _TEXT),
    Row(f"{_USE}/specPerm", "access.level", None),
    Row(f"{_USE}/restrctn", "access.statement", _TEXT),
    Row(f"{_USE}/contact", "access.contact", _AGENT),
    Row(f"{_USE}/citReq", "access.citation_requirement", _TEXT),
    Row(f"{_USE}/deposReq", "access.deposit_requirement", _TEXT),
    Row(f"{_USE}/conditions", "access.conditions", _TEXT),
    Row(f"{_USE}/disclaimer", "access.disclaimer", _TEXT),
    Row("stdyDscr/dataAccs/notes", "access.notes", None),
    Row("stdyDscr/othrStdyMat/relMat", "works", _WORK),
    Row("stdyDscr/othrStdyMat/relStdy", "works", _WORK, only_read=True),
    Row("stdyDscr/othrStdyMat/relPubl", "works", _WORK, only_read=True),
    Row("stdyDscr/othrStdyMat/othRefs", "works", _WORK, only_read=True),
    Row("stdyDscr/notes", "notes", None),
    Row("fileDscr", "files", None),
    Row("dataDscr/var", "variables", None),
    Row("otherMat", "files", None, only_read=True),
)

BY_PATH: Final[Mapping[str, Row]] = {row.path: row for row in ROWS}
# Elements that only hold others.
CONTAINERS: Final = frozenset(
    path.rsplit("/", depth)[0] for path in BY_PATH for depth in range(1, path.count("/") + 1)
)

# Notes that say what DDI 2.5 has no element for.
LICENCE: Final = "consilience:licence"
EMBARGO: Final = "consilience:embargo"
SIMULATED: Final = "consilience:simulated"
LEVEL: Final = "consilience:level"
SIZE: Final = "consilience:size"
DATA_SET: Final = "consilience:data-set"
SIMULATED_WORDS: Final = "The data were made by a program and tell nothing about the world."
