"""Where do coders differ, and what is the consensus once somebody has decided?

What coders marked with a code around one place is one thing to decide: passages that overlap, or
lie no farther apart than the tolerance. Where all readers marked the same up to the tolerance there
is nothing to decide.
"""

from __future__ import annotations

import uuid
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from consilience.base.errors import Fault
from consilience.base.lineage import hash_json
from consilience.coding.agreement_model import Compared, Passage, ReadText
from consilience.coding.model import ACTIONS, CONSENSUS, Code, Coding, Ruling

# A space, a full stop and a quotation mark more or less are no disagreement.
TOLERANCE: Final = 5

# Ids of consensus codings are made from the passage, so that settling it again gives them again.
_NAMESPACE: Final = uuid.UUID("6f0f2a52-6a0c-5c0e-9a5e-2f1a3b0f7c11")
_ID_LENGTH: Final = 24

_COLUMNS: Final = ("document", "code", "start", "end", "coder", "id")


def compared_passages(
    codings: pa.Table,
    *,
    read: Sequence[ReadText],
    codes: Sequence[Code],
    tolerance: int = TOLERANCE,
) -> tuple[Compared, ...]:
    """Which passages did coders mark, and do the readers of the text agree on them?

    Args:
        codings: rows of `CODING` in the versions that `read` names; those of the consensus, and
            of coders who did not read the text, are left out.
        read: texts with two readers or more, of whom nobody is blind any more.
        codes: the codebook.
        tolerance: code points by which two passages may lie apart to be one thing, and by which
            starts and ends may differ to be the same; 0 or more.

    Returns:
        Every passage, agreed or open: text by text as `read` has them, then by place, then in the
        order of the codebook.

    Raises:
        Fault: COD-063 for a negative tolerance.
    """
    if tolerance < 0:
        raise Fault("COD-063", value=tolerance)
    texts = {each.document: each for each in read if len(each.readers) > 1}
    rows = _rows(codings, texts, {code.id: n for n, code in enumerate(codes)})
    if not rows:
        return ()
    groups = np.flatnonzero(_begins(rows, tolerance))
    items = [
        _compared(rows[first:last], texts[rows[first]["document"]], tolerance)
        for first, last in zip(groups, [*groups[1:], len(rows)], strict=True)
    ]
    order = {document: n for n, document in enumerate(texts)}
    place = {code.id: n for n, code in enumerate(codes)}
    return tuple(sorted(items, key=lambda i: (order[i.document], i.start, i.end, place[i.code])))


def _rows(
    codings: pa.Table, texts: Mapping[str, ReadText], codes: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Return the codings to compare, by text, code and place."""
    found = [
        row
        for row in codings.select(_COLUMNS).to_pylist()
        if row["coder"] != CONSENSUS
        and row["code"] in codes
        and row["document"] in texts
        and row["coder"] in texts[row["document"]].readers
    ]
    return sorted(found, key=lambda row: tuple(row[name] for name in _COLUMNS))


def _begins(rows: Sequence[Mapping[str, Any]], tolerance: int) -> npt.NDArray[np.bool_]:
    """Return whether each row begins a passage that does not hang together with the one before."""
    begins = np.ones(len(rows), dtype=bool)
    reached = 0
    for number, row in enumerate(rows):
        before = rows[number - 1] if number else None
        same = before is not None and (before["document"], before["code"]) == (
            row["document"],
            row["code"],
        )
        gap = row["start"] - reached
        # Without a tolerance passages that only touch are two.
        begins[number] = not same or (gap > tolerance if tolerance else gap >= 0)
        reached = max(reached, row["end"]) if same and not begins[number] else row["end"]
    return begins


def _compared(rows: Sequence[Mapping[str, Any]], text: ReadText, tolerance: int) -> Compared:
    passages = tuple(
        Passage(coding=row["id"], coder=row["coder"], start=row["start"], end=row["end"])
        for row in rows
    )
    code = rows[0]["code"]
    ids = sorted(each.coding for each in passages)
    name = hash_json([text.document, code, ids, sorted(text.readers)])[:_ID_LENGTH]
    return Compared(
        id=name,
        document=text.document,
        version=text.version,
        code=code,
        start=min(each.start for each in passages),
        end=max(each.end for each in passages),
        passages=passages,
        readers=text.readers,
        standing="agreed" if _alike(passages, text.readers, tolerance) else "open",
    )


def _alike(passages: Sequence[Passage], readers: Sequence[str], tolerance: int) -> bool:
    """Say whether all readers marked the same passages up to the tolerance."""
    own = [sorted((p.start, p.end) for p in passages if p.coder == each) for each in readers]
    if len({len(each) for each in own}) > 1:
        return False
    ends = np.array(own).reshape(len(own), -1)
    return bool((np.ptp(ends, axis=0) <= tolerance).all())


def with_decisions(items: Sequence[Compared], settled: Container[str]) -> tuple[Compared, ...]:
    """Return the passages, open ones that somebody decided about as settled.

    Args:
        items: of `compared_passages`.
        settled: ids of the passages with a decision.
    """
    return tuple(
        replace(each, standing="settled")
        if each.standing == "open" and each.id in settled
        else each
        for each in items
    )


def consensus(item: Compared, ruling: Ruling, *, length: int, at: str) -> tuple[Coding, ...]:
    """What is the consensus on a passage, given what somebody decided?

    Args:
        item: the passage.
        ruling: accept the passages of one coder, merge all to one from the first start to the last
            end, reject the code, or set an own passage.
        length: code points of the version of the text.
        at: the time now, UTC.

    Returns:
        The consensus codings, none if the code was rejected; the same ruling gives the same ids.

    Raises:
        Fault: COD-064 without a reason, COD-065 for another action, COD-066 if the coder whose
            passages are accepted marked nothing, COD-067 for an own passage that is empty or
            beyond the text.
    """
    if not ruling.reason.strip():
        raise Fault("COD-064", item=item.id)
    if ruling.action not in ACTIONS:
        raise Fault("COD-065", value=ruling.action, known=", ".join(ACTIONS))
    return _codings(item, _places(item, ruling, length), at)


def agreed_codings(item: Compared, *, at: str) -> tuple[Coding, ...]:
    """What is the consensus on a passage on which all readers agree?

    Args:
        item: an agreed passage.
        at: the time now, UTC.

    Returns:
        Consensus codings, each from the first start to the last end of what the readers marked.

    Raises:
        Fault: COD-068 if the readers do not agree on it.
    """
    if item.standing != "agreed":
        raise Fault("COD-068", item=item.id)
    own = [sorted((p.start, p.end) for p in item.passages if p.coder == r) for r in item.readers]
    together = list(zip(*own, strict=True))
    places = [(min(s for s, _ in each), max(e for _, e in each)) for each in together]
    return _codings(item, places, at)


def _codings(item: Compared, places: Sequence[tuple[int, int]], at: str) -> tuple[Coding, ...]:
    return tuple(
        Coding(
            id=str(uuid.uuid5(_NAMESPACE, f"{item.id}/{number}/{start}/{end}")),
            document=item.document,
            version=item.version,
            start=start,
            end=end,
            code=item.code,
            coder=CONSENSUS,
            at=at,
            origin="consensus",
        )
        for number, (start, end) in enumerate(places)
    )


def _places(item: Compared, ruling: Ruling, length: int) -> list[tuple[int, int]]:
    if ruling.action == "reject":
        return []
    if ruling.action == "merge":
        return [(item.start, item.end)]
    if ruling.action == "accept":
        found = sorted({(p.start, p.end) for p in item.passages if p.coder == ruling.coder})
        if not found:
            marked = ", ".join(sorted({each.coder for each in item.passages}))
            raise Fault("COD-066", coder=ruling.coder or "", item=item.id, marked=marked)
        return found
    start, end = ruling.start, ruling.end
    if start is None or end is None or not 0 <= start < end <= length:
        raise Fault("COD-067", start=start, end=end, length=length)
    return [(start, end)]
