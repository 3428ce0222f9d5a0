"""What of each code do agreement coefficients need to know of each text?

All of it are lengths that add up over texts, so any choice of texts (one, those of a case, those
that a bootstrap drew) is one matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consilience.stats.unitizing.spans import Floats, Integers, Spans, Texts
from consilience.stats.unitizing.sweep import sweep


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TextSums:
    """What coefficients need to know of texts alone.

    Args:
        table: (d, k) for each text: its length for each pair that read it, then for two readers
            or more, for one or more, and the length times readers for two or more.
        pairs: how many pairs of coders there are.
    """

    table: Floats
    pairs: int

    @staticmethod
    def of(texts: Texts) -> TextSums:
        """Return the sums of some texts."""
        both = [texts.coded[:, one] & texts.coded[:, other] for one, other in texts.pairs]
        readers = texts.readers
        columns = [*both, readers > 1, readers > 0, np.where(readers > 1, readers, 0)]
        read: Floats = np.column_stack(columns).astype(float)
        return TextSums(table=read * texts.lengths[:, None].astype(float), pairs=len(both))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CodeSums:
    """What coefficients need to know of codes in texts.

    Args:
        code: (g,) number of the code, ascending.
        document: (g,) number of the text.
        table: (g, k): for each pair what both, the first and the second marked, where both read
            the text; then disagreement of pairs as a share of all pairs, the share of readers who
            marked, disagreement over readers less 1, what was marked (both of texts with two
            readers), and the squared lengths of the passages of these texts.
        pairs: how many pairs of coders there are.
    """

    code: Integers
    document: Integers
    table: Floats
    pairs: int

    @staticmethod
    def of(spans: Spans, texts: Texts) -> CodeSums:
        """Return the sums of passages that `read_spans` gave, in characters or other units."""
        documents = len(texts.lengths)
        keys, group = np.unique(spans.code * documents + spans.document, return_inverse=True)
        document = keys % documents if len(keys) else keys
        marked, both = _marked(spans, group.astype(np.int64), texts, len(keys))
        table = _columns(marked, both, texts, document)
        size = (spans.end - spans.start).astype(float)
        squares = np.bincount(group, weights=size * size, minlength=len(keys))
        paired = texts.readers[document] > 1
        return CodeSums(
            code=keys // max(documents, 1),
            document=document,
            table=np.column_stack([table, np.where(paired, squares, 0.0)]),
            pairs=len(texts.pairs),
        )


def _marked(spans: Spans, group: Integers, texts: Texts, groups: int) -> tuple[Floats, Floats]:
    """Return (g, m) what each coder marked and (g, p) what each pair did."""
    events = sweep(spans, group)
    covered = [
        events.level(spans.coder == coder).astype(bool) for coder in range(texts.coded.shape[1])
    ]

    def total(mask: np.ndarray) -> Floats:
        lengths = np.where(mask, events.length, 0)
        found = np.bincount(events.group, weights=lengths, minlength=groups)
        return np.asarray(found, dtype=float)

    marked = [total(mask) for mask in covered]
    both = [total(covered[one] & covered[other]) for one, other in texts.pairs]
    shape = (groups, -1)
    if not both:
        return np.column_stack(marked).reshape(shape), np.empty((groups, 0))
    return np.column_stack(marked), np.column_stack(both)


def _columns(marked: Floats, both: Floats, texts: Texts, document: Integers) -> Floats:
    read = texts.coded[document].astype(float)
    readers = texts.readers[document].astype(float)
    pairs = texts.pairs
    first = [marked[:, one] * read[:, other] for one, other in pairs]
    second = [marked[:, other] * read[:, one] for one, other in pairs]
    apart = np.zeros(len(document))
    for number in range(len(pairs)):
        apart += first[number] + second[number] - 2 * both[:, number]
    paired = readers > 1
    fewer = np.maximum(readers - 1, 1)
    whole = marked.sum(axis=1)
    return np.column_stack(
        [
            both,
            *first,
            *second,
            2 * apart / np.maximum(readers * fewer, 1),
            whole / np.maximum(readers, 1),
            2 * apart / fewer,
            np.where(paired, whole, 0.0),
        ]
    )
