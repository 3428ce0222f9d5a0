"""What a comparison of coders gives, and why a figure may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.unitizing.measures import MEASURES, PLAIN
from consilience.stats.unitizing.spans import Booleans, Floats, Integers, Texts

FEWER_THAN_TWO: Final = "fewer than two coders"
UNUSED: Final = "not used"
CONSTANT: Final = "no variation"
ONE_CODE: Final = "one code only"
NO_MEETING: Final = "no shared passage"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TextAgreement:
    """Agreement for s choices of texts, q codes (or one row for several) and k coefficients.

    Args:
        unit: what was counted: characters, tokens, sentences, turns or another kind of segment.
        measures: (k,) names of the coefficients.
        values: (s, q, k) at most 1; nan where undefined.
        low: (s, q, k) lower end of the bootstrap interval, nan without one; `high` the upper.
        reasons: (s, q, k) why a value is undefined, "" where it is not.
        pairs: (p, 2) the pairs of coders.
        cohen: (s, q, p) Cohen's kappa of each pair.
        share: (s, q) share of the text that the average coder marked.
        units: (s,) units of texts that two or more coders read.
        documents: (s,) how many such texts.
        of_codes: (s, c) (k)u-alpha of each code of a domain, else no columns.

    Example:
        >>> from consilience.stats.unitizing.code_agreement import code_agreement
        >>> from consilience.stats.unitizing.spans import read_spans, read_texts
        >>> texts = read_texts([100], [[True, True]])
        >>> spans = read_spans([0, 0], [10, 10], [30, 40], [0, 0], [0, 1], texts=texts)
        >>> found = code_agreement(spans, texts, unit="characters")
        >>> round(found.value("percent"), 3), round(found.value("cohen"), 3)
        (0.9, 0.737)
    """

    unit: str
    measures: tuple[str, ...]
    values: Floats
    low: Floats
    high: Floats
    reasons: NDArray[Any]
    pairs: Integers
    cohen: Floats
    share: Floats
    units: Floats
    documents: Integers
    of_codes: Floats

    def value(self, measure: str, *, choice: int = 0, code: int = 0) -> float:
        """Return one coefficient: of a choice of texts and a row."""
        return float(self.values[choice, code, self.measures.index(measure)])


def read_choices(choices: ArrayLike | None, texts: Texts) -> Booleans:
    """Return (s, d) which texts are taken together; all at once if None.

    Raises:
        Fault: STA-002 for another shape, or fewer than two coders.
    """
    documents, coders = texts.coded.shape
    if coders < 2:
        raise Fault(
            "STA-002", what="who read which text", shape=texts.coded.shape,
            wanted="two columns or more, one a coder",
        )  # fmt: skip
    if choices is None:
        return np.ones((1, documents), dtype=bool)
    chosen = np.asarray(choices, dtype=bool)
    if chosen.ndim != 2 or chosen.shape[1] != documents:
        raise Fault(
            "STA-002", what="the choices of texts", shape=chosen.shape,
            wanted=f"one column for each of the {documents} texts",
        )  # fmt: skip
    return chosen


def share_of(part: Floats, whole: Floats) -> Floats:
    """Return the share, nan of nothing."""
    share: Floats = np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0)
    return share


def reasons_of(
    values: Floats,
    read: Booleans,
    used: Booleans,
    varies: Booleans,
    others: dict[str, str],
) -> NDArray[Any]:
    """Return why values are undefined: the first of the reasons that holds."""
    found = np.full(values.shape, "", dtype=object)
    for number, name in enumerate(MEASURES):
        why = np.full(values.shape[:2], others.get(name, CONSTANT), dtype=object)
        if name not in PLAIN:
            why[~varies] = CONSTANT
        why[~used] = UNUSED
        why[~read] = FEWER_THAN_TWO
        found[:, :, number] = np.where(np.isnan(values[:, :, number]), why, "")
    return found
