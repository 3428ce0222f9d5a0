"""How far do coders agree, code by code, domain by domain, text by text and case by case?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault
from consilience.coding.agreement_model import AGREEMENT, By, ReadText, Unit
from consilience.coding.model import CONSENSUS, Code
from consilience.stats.unitizing.code_agreement import code_agreement
from consilience.stats.unitizing.domain_agreement import domain_agreement
from consilience.stats.unitizing.resampled import TextBootstrap
from consilience.stats.unitizing.result import TextAgreement
from consilience.stats.unitizing.segments import on_segments, read_segments
from consilience.stats.unitizing.spans import Spans, Texts, read_spans, read_texts

Positions = npt.NDArray[np.int64]
# Starts and ends of the units of a text, by its id.
UnitsOf = Callable[[str], tuple[Positions, Positions]]

# Between the names of a code and the codes above it.
STEP: Final = " > "


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """Codings of several coders as arrays, in one unit, for any comparison.

    Args:
        spans: what was marked.
        texts: lengths in units, and who read what.
        unit: what is counted.
        read: the texts in order.
        coders: ids of coders in order.
        codes: the codebook in order.
    """

    spans: Spans
    texts: Texts
    unit: str
    read: tuple[ReadText, ...]
    coders: tuple[str, ...]
    codes: tuple[Code, ...]


def material(
    codings: pa.Table,
    *,
    read: Sequence[ReadText],
    codes: Sequence[Code],
    unit: Unit = "characters",
    units_of: UnitsOf | None = None,
    share: float = 0.0,
) -> Material:
    """Which passages are to be compared, and in which units?

    Args:
        codings: rows of `CODING` in the versions that `read` names; those of the consensus, of
            texts that are not in `read`, and of coders who did not read the text are left out.
        read: the texts with their readers.
        codes: the codebook.
        unit: what is counted.
        units_of: gives the units of a text, unless they are characters.
        share: share of a unit that must be marked for it to carry the code; 0 for any of it.

    Returns:
        The material.

    Raises:
        Fault: COD-060 if no text was read by two coders, COD-061 for another unit than characters
            without the units.
    """
    texts = tuple(each for each in read if each.readers)
    if not any(len(each.readers) > 1 for each in texts):
        raise Fault("COD-060", texts=len(read))
    if unit != "characters" and units_of is None:
        raise Fault("COD-061", unit=unit)
    coders = tuple(sorted({reader for each in texts for reader in each.readers}))
    coded = np.array([[coder in each.readers for coder in coders] for each in texts], dtype=bool)
    there = read_texts([each.length for each in texts], coded)
    columns = [
        _places(codings, "document", [each.document for each in texts]),
        codings.column("start").to_numpy(),
        codings.column("end").to_numpy(),
        _places(codings, "code", [code.id for code in codes]),
        _places(codings, "coder", coders),
    ]
    known = (columns[0] >= 0) & (columns[3] >= 0) & (columns[4] >= 0)
    known[known] = coded[columns[0][known], columns[4][known]]
    known &= np.asarray(pc.not_equal(codings.column("coder"), CONSENSUS))
    spans = read_spans(*(column[known] for column in columns), texts=there)
    if unit != "characters" and units_of is not None:
        spans, there = _in_units(spans, there, texts, units_of, share)
    return Material(
        spans=spans, texts=there, unit=unit, read=texts, coders=coders, codes=tuple(codes)
    )


def _places(codings: pa.Table, column: str, names: Sequence[str]) -> Positions:
    """Return the place of each value among the names, -1 for one that is not there."""
    found = pc.index_in(codings.column(column), value_set=pa.array(names, pa.string()))
    return np.asarray(pc.fill_null(found, -1), dtype=np.int64)


def _in_units(
    spans: Spans, texts: Texts, read: Sequence[ReadText], units_of: UnitsOf, share: float
) -> tuple[Spans, Texts]:
    """Return the passages in units, text by text: the words of all at once would fill memory."""
    order = np.argsort(spans.document, kind="stable")
    ends = np.searchsorted(spans.document[order], np.arange(len(read)), side="right")
    lengths, parts, first = np.zeros(len(read), dtype=np.int64), [], 0
    for number, each in enumerate(read):
        starts, stops = units_of(each.document)
        alone = spans.of(order[first : ends[number]])
        first = int(ends[number])
        lengths[number] = len(starts)
        cut = read_segments(np.full(len(starts), number), starts, stops)
        parts.append(on_segments(alone, texts, cut, share=share)[0])
    columns = [
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("document", "start", "end", "code", "coder")
    ]
    there = read_texts(lengths, texts.coded)
    return read_spans(*columns, texts=there), there


def domains_of(codes: Sequence[Code]) -> dict[str, tuple[str, ...]]:
    """Return the domains of a codebook: each code at the top that has others below it.

    Args:
        codes: the codebook.

    Returns:
        Ids of the codes that may be marked, by id of the code at the top.
    """
    above = {code.id: code.parent for code in codes}

    def top(code: str) -> str:
        while (parent := above[code]) is not None:
            code = parent
        return code

    found: dict[str, list[str]] = {}
    for code in codes:
        if code.codable:
            found.setdefault(top(code.id), []).append(code.id)
    return {name: tuple(held) for name, held in found.items() if len(held) > 1}


def compare(
    given: Material,
    *,
    by: By = "code",
    code: str | None = None,
    domains: Mapping[str, Sequence[str]] | None = None,
    bootstrap: TextBootstrap | None = None,
) -> pa.Table:
    """How far do coders agree?

    Args:
        given: what was marked, by whom.
        by: one row a code; a domain, in which codes exclude each other; or a document, a case or
            all texts, in each of which the codes are pooled (see `code_agreement`).
        code: only this code, None for all.
        domains: ids of codes by name of a domain; those of `domains_of` if None.
        bootstrap: how texts are drawn for intervals; None for none. A single text has none.

    Returns:
        Rows of `AGREEMENT`: every coefficient of every subject, kappa of every pair of coders, and
        the alpha of each code of a domain. Undefined figures are empty, with the reason.

    Raises:
        Fault: COD-062 for an unknown code or a domain without one.
    """
    held = _only(given, code) if code is not None else given
    if by == "domain":
        return _by_domain(held, domains, bootstrap)
    rows = _Rows(given=held, by=by)
    if by == "code":
        numbers = [n for n, each in enumerate(held.codes) if _shown(held, n, each)]
        found = code_agreement(
            held.spans, held.texts, unit=held.unit, codes=len(held.codes), bootstrap=bootstrap
        )
        for number in numbers:
            rows.add(held.codes[number].id, path_of(held.codes, number), found, code=number)
        return rows.table()
    choices = _choices(held, by)
    found = code_agreement(
        held.spans,
        held.texts,
        unit=held.unit,
        codes=len(held.codes),
        choices=np.array(list(choices.values())),
        pooled=True,
        bootstrap=bootstrap,
    )
    for number, subject in enumerate(choices):
        rows.add(subject, subject, found, choice=number)
    return rows.table()


def _shown(given: Material, number: int, code: Code) -> bool:
    used = bool((given.spans.code == number).any())
    return used or (code.codable and not code.retired)


def _only(given: Material, code: str) -> Material:
    number = _number(given, code)
    spans = given.spans.of(given.spans.code == number)
    alone = Spans(
        document=spans.document,
        start=spans.start,
        end=spans.end,
        code=np.zeros_like(spans.code),
        coder=spans.coder,
    )
    return Material(
        spans=alone,
        texts=given.texts,
        unit=given.unit,
        read=given.read,
        coders=given.coders,
        codes=(given.codes[number],),
    )


def _number(given: Material, code: str) -> int:
    """Return the place of a code by its id, or by its name where that is only one code's."""
    ids = [each.id for each in given.codes]
    if code in ids:
        return ids.index(code)
    named = [n for n, each in enumerate(given.codes) if each.name == code]
    if len(named) != 1:
        raise Fault("COD-062", value=code, count=len(named))
    return named[0]


def _choices(given: Material, by: By) -> dict[str, npt.NDArray[np.bool_]]:
    if by == "all":
        return {"all": np.ones(len(given.read), dtype=bool)}
    subjects = [each.document if by == "document" else each.case or "" for each in given.read]
    found: dict[str, npt.NDArray[np.bool_]] = {}
    for number, subject in enumerate(subjects):
        if subject:
            found.setdefault(subject, np.zeros(len(subjects), dtype=bool))[number] = True
    return found or {"": np.zeros(len(subjects), dtype=bool)}


def _by_domain(
    given: Material,
    domains: Mapping[str, Sequence[str]] | None,
    bootstrap: TextBootstrap | None,
) -> pa.Table:
    rows = _Rows(given=given, by="domain")
    names = {code.id: code.name for code in given.codes}
    for domain, held in (domains_of(given.codes) if domains is None else domains).items():
        numbers = [_number(given, code) for code in held]
        if not numbers:
            raise Fault("COD-062", value=domain, count=0)
        found = domain_agreement(
            given.spans, given.texts, codes=numbers, unit=given.unit, bootstrap=bootstrap
        )
        rows.add(domain, names.get(domain, domain), found)
        rows.add_codes(domain, names.get(domain, domain), found, numbers)
    return rows.table()


def path_of(codes: Sequence[Code], number: int) -> str:
    """Return the name of a code below the names of those above it, as two may have one name."""
    known = {code.id: code for code in codes}
    code: Code | None = codes[number]
    names: list[str] = []
    while code is not None:
        names.append(code.name)
        code = known.get(code.parent) if code.parent else None
    return STEP.join(reversed(names))


class _Rows:
    """Rows of `AGREEMENT` as they come."""

    def __init__(self, *, given: Material, by: By) -> None:
        self._given = given
        self._by = by
        self._rows: list[dict[str, Any]] = []

    def add(
        self, subject: str, name: str, found: TextAgreement, *, choice: int = 0, code: int = 0
    ) -> None:
        """Add every coefficient of a subject, and kappa of every pair."""
        about = self._about(subject, name, found, choice) | {"share": found.share[choice, code]}
        for number, measure in enumerate(found.measures):
            self._rows.append(
                about
                | {
                    "measure": measure,
                    "value": found.values[choice, code, number],
                    "low": found.low[choice, code, number],
                    "high": found.high[choice, code, number],
                    "reason": found.reasons[choice, code, number],
                }
            )
        if len(found.pairs) < 2:  # of one pair all has been said
            return
        for number, (one, other) in enumerate(found.pairs):
            kappa = found.cohen[choice, code, number]
            pair = {"coder_a": self._given.coders[one], "coder_b": self._given.coders[other]}
            reason = "no variation" if np.isnan(kappa) else ""
            self._rows.append(about | pair | {"measure": "cohen", "value": kappa, "reason": reason})

    def add_codes(
        self, subject: str, name: str, found: TextAgreement, numbers: Sequence[int]
    ) -> None:
        """Add the alpha of each code of a domain."""
        about = self._about(subject, name, found, 0)
        for place, number in enumerate(numbers):
            alpha = found.of_codes[0, place]
            reason = "no shared passage" if np.isnan(alpha) else ""
            of = {"of": self._given.codes[number].id, "measure": "ku_alpha"}
            self._rows.append(about | of | {"value": alpha, "reason": reason})

    def _about(self, subject: str, name: str, found: TextAgreement, choice: int) -> dict[str, Any]:
        return {
            "by": self._by,
            "subject": subject,
            "name": name,
            "unit": found.unit,
            "of": "",
            "coder_a": "",
            "coder_b": "",
            "documents": int(found.documents[choice]),
            "units": int(found.units[choice]),
            "coders": len(self._given.coders),
        }

    def table(self) -> pa.Table:
        """Return the rows, nan as empty."""
        columns = {field.name: [row.get(field.name) for row in self._rows] for field in AGREEMENT}
        arrays = [
            pa.array(columns[field.name], field.type, from_pandas=True) for field in AGREEMENT
        ]
        return pa.Table.from_arrays(arrays, schema=AGREEMENT)
