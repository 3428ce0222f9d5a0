"""How far do coders agree on where codes belong, code by code or on codes together?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from consilience.stats.unitizing.code_sums import CodeSums, TextSums
from consilience.stats.unitizing.measures import (
    CODE_MEASURES,
    MEASURES,
    OF_PAIRS,
    CodeTotals,
    mean_of_pairs,
)
from consilience.stats.unitizing.resampled import TextBootstrap, Work, intervals_of_texts
from consilience.stats.unitizing.result import (
    ONE_CODE,
    TextAgreement,
    read_choices,
    reasons_of,
    share_of,
)
from consilience.stats.unitizing.spans import Booleans, Floats, Integers, Spans, Texts

# How many numbers a block of texts, codes and choices of texts may hold.
BLOCK: Final = 4_000_000


def code_agreement(
    spans: Spans,
    texts: Texts,
    *,
    unit: str,
    codes: int | None = None,
    choices: ArrayLike | None = None,
    pooled: bool = False,
    bootstrap: TextBootstrap | None = None,
) -> TextAgreement:
    """How far do coders agree on where a code belongs?

    Every unit of every text is one decision: marked or not.

    Args:
        spans: what was marked, of `read_spans` or `on_segments`.
        texts: the texts in the same units, with two coders or more.
        unit: name of the units; it stands in the result, as the same passages give other figures
            in characters than in sentences.
        codes: how many codes there are; the highest number plus 1 if None.
        choices: (s, d) true for the texts to be taken together; all texts at once if None.
        pooled: one row for all codes together instead of one a code. Numerators and denominators
            of the coefficients are added over the codes used, so chance is held code by code.
        bootstrap: how texts are drawn for the intervals; None for no intervals.

    Returns:
        The coefficients, of all coders who read a text: `percent` (share of pairs that agree),
        `cohen` (mean over pairs), `fleiss`, `brennan_prediger`, `ac1`, `holsti` and `f1` (what
        both of a pair marked over what either did, mean over pairs; for marked passages these are
        one number), `jaccard`, `alpha_binary` (each unit by itself), `u_alpha` (passages as
        wholes). `u_alpha_binary` is `u_alpha` here and `cu_alpha` undefined, with one code alone.
        A code that nobody used is undefined throughout, and one that is everywhere beyond chance.

    Raises:
        Fault: STA-002 for choices of another shape, STA-003 for a level outside 0 to 1.

    Source:
        Krippendorff, Mathet, Bouvry and Widloecher (2016), On the reliability of unitizing
        textual continua: Further developments, equations 1, 4, 5 and 6; Gwet (2014), Handbook of
        Inter-Rater Reliability, for missing coders; Light (1971) for the mean over pairs; De
        Vries, Elliott, Kanouse and Teleki (2008), Using pooled kappa to summarize interrater
        agreement across many items, for pooling.

    Differs:
        krippendorff and irrCAC give the same on characters laid out one by one. QualCoder's
        kappa has the coded text only in its chance term, so two coders who mark at random have
        0.3 there and 0 here.

    Example:
        >>> from consilience.stats.unitizing.spans import read_spans, read_texts
        >>> texts = read_texts([60, 40], [[True, True], [True, True]])
        >>> spans = read_spans([0, 0, 1], [5, 10, 0], [20, 20, 10], [0, 0, 0], [0, 1, 1],
        ...                    texts=texts)
        >>> round(code_agreement(spans, texts, unit="characters").value("alpha_binary"), 3)
        0.483
    """
    chosen = read_choices(choices, texts)
    count = max(codes or 0, int(spans.code.max(initial=-1)) + 1)
    sums = _Sums(codes=CodeSums.of(spans, texts), texts=TextSums.of(texts), count=count)
    values, cohen, used, varies = sums.point(chosen.astype(float), pooled=pooled)
    low, high = intervals_of_texts(
        values, lambda choice: sums.work(choice, pooled=pooled), chosen=chosen, bootstrap=bootstrap
    )
    documents = (chosen & (texts.readers > 1)).sum(axis=1)
    return TextAgreement(
        unit=unit,
        measures=MEASURES,
        values=values,
        low=low,
        high=high,
        reasons=reasons_of(values, documents > 0, used, varies, {"cu_alpha": ONE_CODE}),
        pairs=np.array(texts.pairs, dtype=np.int64).reshape(-1, 2),
        cohen=cohen,
        share=sums.share(chosen, pooled=pooled),
        units=chosen.astype(float) @ sums.texts.table[:, sums.texts.pairs],
        documents=documents,
        of_codes=np.empty((len(chosen), 0)),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sums:
    """Sums of all codes and texts, from which coefficients of any choice of texts follow."""

    codes: CodeSums
    texts: TextSums
    count: int

    def point(self, weights: Floats, *, pooled: bool) -> tuple[Floats, Floats, Booleans, Booleans]:
        """Return values (s, q, k), kappas of pairs (s, q, p), and whether used and varying."""
        values, kappas, used, varies = [], [], [], []
        step = max(1, BLOCK // max(1, self.count * self.codes.table.shape[1]))
        for start in range(0, len(weights), step):
            totals = self._totals(weights[start : start + step], np.arange(self.count))
            values.append(_measured(totals, pooled=pooled))
            ratio = CODE_MEASURES["cohen"](totals)
            kappas.append(np.moveaxis((ratio.pooled() if pooled else ratio).value(), 0, -1))
            of_codes = (totals.used, totals.varies)
            kept = [each.any(axis=1, keepdims=True) if pooled else each for each in of_codes]
            used.append(kept[0])
            varies.append(kept[1])
        made = [np.concatenate(each) for each in (values, kappas)]
        told = [np.concatenate(each) for each in (used, varies)]
        return made[0], made[1], told[0], told[1]

    def work(self, choice: Booleans, *, pooled: bool) -> Work:
        """Return what gives (b, q, k) values for (b, d) weights of the texts of a choice."""
        rows = choice[self.codes.document]
        there = np.unique(self.codes.code[rows])

        def values(weights: Floats) -> Floats:
            if pooled:
                return _measured(self._totals(weights, there), pooled=True)
            made = np.full((len(weights), self.count, len(MEASURES)), np.nan)
            step = max(1, BLOCK // max(1, len(weights) * self.codes.table.shape[1]))
            for start in range(0, len(there), step):
                part = there[start : start + step]
                made[:, part] = _measured(self._totals(weights, part), pooled=False)
            return made

        return values

    def _totals(self, weights: Floats, codes: Integers) -> CodeTotals:
        """Return the totals of some codes for (s, d) weights."""
        place = np.searchsorted(codes, self.codes.code)
        rows = np.flatnonzero(np.isin(self.codes.code, codes))
        place = place[rows]
        width = self.codes.table.shape[1]
        dense = np.zeros((weights.shape[1], len(codes), width))
        dense[self.codes.document[rows], place] = self.codes.table[rows]
        summed = (weights @ dense.reshape(len(dense), -1)).reshape(len(weights), -1, width)
        return CodeTotals.of(summed, weights @ self.texts.table, self.codes.pairs)

    def share(self, chosen: Booleans, *, pooled: bool) -> Floats:
        """Return (s, q) share of text that the average reader marked."""
        column = self.codes.table[:, 3 * self.codes.pairs + 1]
        codes = np.zeros_like(self.codes.code) if pooled else self.codes.code
        found = np.zeros((len(chosen), 1 if pooled else self.count))
        for number, choice in enumerate(chosen):
            weight = np.where(choice[self.codes.document], column, 0.0)
            found[number] = np.bincount(codes, weights=weight, minlength=found.shape[1])
        whole = chosen.astype(float) @ self.texts.table[:, self.texts.pairs + 1]
        return share_of(found, np.broadcast_to(whole[:, None], found.shape))


def _measured(totals: CodeTotals, *, pooled: bool) -> Floats:
    """Return (s, q, k) values of the coefficients."""
    found = []
    for name in MEASURES:
        ratio = CODE_MEASURES[name](totals)
        value = (ratio.pooled() if pooled else ratio).value()
        found.append(mean_of_pairs(value) if name in OF_PAIRS else value)
    return np.stack(found, axis=-1)
