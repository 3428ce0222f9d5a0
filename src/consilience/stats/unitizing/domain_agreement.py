"""How far do coders agree on which code of a domain belongs where?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from consilience.base.errors import Fault
from consilience.stats.unitizing.code_sums import TextSums
from consilience.stats.unitizing.measures import MEASURES
from consilience.stats.unitizing.resampled import TextBootstrap, intervals_of_texts
from consilience.stats.unitizing.result import (
    NO_MEETING,
    ONE_CODE,
    TextAgreement,
    read_choices,
    reasons_of,
    share_of,
)
from consilience.stats.unitizing.spans import Floats, Spans, Texts
from consilience.stats.unitizing.value_measures import DomainValues, domain_values, mean_values
from consilience.stats.unitizing.value_sums import ValueSums


def domain_agreement(
    spans: Spans,
    texts: Texts,
    *,
    codes: Sequence[int],
    unit: str,
    choices: ArrayLike | None = None,
    bootstrap: TextBootstrap | None = None,
) -> TextAgreement:
    """How far do coders agree on which code of a domain belongs where?

    Args:
        spans: what was marked, of `read_spans` or `on_segments`.
        texts: the texts in the same units.
        codes: numbers of the codes that make the domain. Where one coder put several of them on
            the same unit, the set of them is a value of its own: it agrees with the same set only.
        unit: name of the units.
        choices: as for `code_agreement`.
        bootstrap: likewise.

    Returns:
        One row of coefficients, over the values nothing, each code, and each set that occurs.
        `alpha_binary` is nominal alpha unit by unit; `u_alpha` all distinctions, passages as
        wholes; `u_alpha_binary` whether something or nothing was marked; `cu_alpha` which code,
        where two coders marked something; `of_codes` the same of each code. Brennan-Prediger and
        AC1 take these values as the scale.

    Raises:
        Fault: as `code_agreement`; STA-003 for a domain without codes or with one twice.

    Source:
        Krippendorff, Mathet, Bouvry and Widloecher (2016), equations 1, 4, 5 (u-alpha), 6
        (|u-alpha), 10 and 11 (cu-alpha), 13 ((k)u-alpha), nominal; Krippendorff (2018), Content
        Analysis, 4th edition, 12.6. Over several texts lengths are added, and with missing coders
        each text counts with the coders who read it, as in alpha for missing data.

    Differs:
        The paper has segments that exclude each other and one continuum for all coders. Its
        cu-alpha takes the squares of what a passage shares with each other coder in turn; with
        three coders or more who seldom mark the same places it runs high, and is undefined where
        passages meet in twos only.

    Example:
        >>> from consilience.stats.unitizing.spans import read_spans, read_texts
        >>> texts = read_texts([100], [[True, True]])
        >>> spans = read_spans([0, 0, 0], [0, 0, 20], [40, 20, 40], [0, 0, 1], [0, 1, 1],
        ...                    texts=texts)
        >>> found = domain_agreement(spans, texts, codes=[0, 1], unit="characters")
        >>> round(found.value("u_alpha"), 3), found.value("u_alpha_binary")
        (0.653, 1.0)
    """
    if not len(codes) or len(set(codes)) < len(codes):
        raise Fault(
            "STA-003", what="a domain", value=list(codes), wanted="one code or more, each once"
        )
    chosen = read_choices(choices, texts)
    sums, of_texts = ValueSums.of(spans, texts, codes), TextSums.of(texts)

    def found(weights: Floats) -> DomainValues:
        return domain_values(sums, of_texts, weights, readers=texts.coded, codes=len(codes))

    def work(weights: Floats) -> Floats:
        means = mean_values(found(weights))
        return np.stack([means[name] for name in MEASURES], axis=-1)[:, None]

    weights = chosen.astype(float)
    point = found(weights)
    values = work(weights)
    low, high = intervals_of_texts(values, lambda _choice: work, chosen=chosen, bootstrap=bootstrap)
    documents = (chosen & (texts.readers > 1)).sum(axis=1)
    meets = NO_MEETING if len(codes) > 1 else ONE_CODE
    given = weights @ (sums.margin.sum(axis=0)[:, 1:].sum(axis=1) / np.maximum(texts.readers, 1))
    return TextAgreement(
        unit=unit,
        measures=MEASURES,
        values=values,
        low=low,
        high=high,
        reasons=reasons_of(
            values, documents > 0, point.used[:, None], point.varies[:, None], {"cu_alpha": meets}
        ),
        pairs=np.array(texts.pairs, dtype=np.int64).reshape(-1, 2),
        cohen=np.moveaxis(point.values["cohen"], 0, -1)[:, None],
        share=share_of(given, weights @ of_texts.table[:, -2])[:, None],
        units=weights @ of_texts.table[:, -3],
        documents=documents,
        of_codes=point.of_codes,
    )
