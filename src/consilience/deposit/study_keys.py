"""Which key of the study file does a place of the catalogue record come from?"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from consilience.base.errors import Fault

# Paths of DDI-Codebook as `study_record` fills them; a longer one goes before those it lies in.
_KEYS: Final = MappingProxyType(
    {
        "stdyDscr/citation/titlStmt/titl": "study.title",
        "stdyDscr/citation/titlStmt/IDNo": "catalogue.identifier",
        "stdyDscr/citation/titlStmt/IDNo/@agency": "catalogue.agency",
        "stdyDscr/citation/holdings": "catalogue.address",
        "stdyDscr/citation/rspStmt/AuthEnty": "catalogue.creators",
        "stdyDscr/citation/prodStmt/grantNo": "study.grant",
        "stdyDscr/citation/prodStmt/grantNo/@agency": "study.funder",
        "stdyDscr/citation/distStmt/distrbtr": "catalogue.publisher",
        "stdyDscr/citation/distStmt/distDate": "catalogue.published",
        "stdyDscr/stdyInfo/subject/keyword": "catalogue.keywords",
        "stdyDscr/stdyInfo/subject/topcClas": "catalogue.topics",
        "stdyDscr/stdyInfo/abstract": "catalogue.abstract",
        "stdyDscr/stdyInfo/sumDscr/collDate": "study.starts",
        "stdyDscr/stdyInfo/sumDscr/nation": "catalogue.nations",
        "stdyDscr/stdyInfo/sumDscr/anlyUnit": "catalogue.units",
        "stdyDscr/stdyInfo/sumDscr/universe": "catalogue.universe",
        "stdyDscr/stdyInfo/sumDscr/dataKind": "datasets",
        "stdyDscr/method/dataColl/timeMeth": "catalogue.time",
        "stdyDscr/method/dataColl/sampProc": "catalogue.sampling",
        "stdyDscr/method/dataColl/collMode": "catalogue.modes",
        "stdyDscr/dataAccs/useStmt/restrctn": "catalogue.statement",
        "stdyDscr/othrStdyMat/relPubl": "catalogue.related",
    }
)
# Of these the element or attribute is not there, or has nothing in it.
_MISSING: Final = frozenset({"FMT-334", "FMT-335", "FMT-336", "FMT-337", "FMT-338"})


def key_behind(path: str) -> str:
    """Return the key of the study file from which a place of the record comes; empty if none.

    Example:
        >>> key_behind("stdyDscr/citation/holdings/@URI"), key_behind("stdyDscr/citation/serStmt")
        ('catalogue.address', '')
    """
    while path and path not in _KEYS:
        path = path.rpartition("/")[0]
    return _KEYS.get(path, "")


def remedy_in_study(fault: Fault) -> str:
    """Return what to do about a fault of the record, in terms of the study file where it can be.

    Args:
        fault: of the schema or of the profile; one of the profile says at which path it is.

    Example:
        >>> remedy_in_study(Fault("FMT-334", path="stdyDscr/citation/holdings/@URI", node="@URI"))
        'Write `catalogue.address` in study.yaml; the record takes it from there.'
    """
    key = key_behind(str(fault.values.get("path", "")))
    if not key:
        return fault.remedy
    if fault.code in _MISSING:
        return f"Write `{key}` in study.yaml; the record takes it from there."
    return f"{fault.remedy} It comes from `{key}` in study.yaml."
