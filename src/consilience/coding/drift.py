"""Do coders use a code as often in the texts they code late as in those they code early?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from consilience.stats.distributions import chi2_tail

# Below this many expected passages in a batch the test says nothing.
_LEAST_EXPECTED: Final = 5.0

# One row a coder and code that the coder used. texts, words, passages, rates: of each batch, in
# the order of coding; rates per 1,000 words. change: last rate less the first. chi_square, p: null
# where too few passages are expected for a test.
DRIFT: Final = pa.schema(
    [
        *[pa.field(name, pa.string(), nullable=False) for name in ("coder", "code")],
        *[
            pa.field(name, pa.list_(pa.int64()), nullable=False)
            for name in ("texts", "words", "passages")
        ],
        pa.field("rates", pa.list_(pa.float64()), nullable=False),
        *[pa.field(name, pa.float64()) for name in ("change", "chi_square", "p")],
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedBy:
    """What one coder coded.

    Args:
        coder: id of the coder.
        texts: in the order of coding.
        words: how many words each has.
        passages: how often each code was set in each text, a row a text, a column a code.
    """

    coder: str
    texts: Sequence[str]
    words: Sequence[int]
    passages: npt.NDArray[np.int64]


def drift(coded: Sequence[CodedBy], codes: Sequence[str], *, batches: int = 4) -> pa.Table:
    """How often did each coder set each code in successive batches of texts?

    The chi-squared test asks whether one rate per word holds for all batches, `batches` - 1
    degrees of freedom. A small p says that the rates differ by more than chance; it does not say
    why. Where another coder's rates on the same texts change likewise, the texts differ; where
    they do not, the coder has drifted. With many codes some p are small by chance. Passages of one
    text are not independent, so that p is rather too small: look at the rates first.

    Args:
        coded: what each coder coded.
        codes: ids of the columns of `passages`.
        batches: how many, of as equal numbers of texts as can be, 2 or more; coders with fewer
            texts are left out.

    Returns:
        Schema `DRIFT`, by coder in the order given, then code.

    Source:
        Pearson (1900), test of homogeneity of counts over exposures.
    """
    rows: list[Mapping[str, Any]] = []
    for each in coded:
        if len(each.texts) < batches:
            continue
        parts = np.array_split(np.arange(len(each.texts)), batches)
        words = np.array([sum(each.words[n] for n in part) for part in parts], dtype=np.int64)
        counts = np.stack([each.passages[part].sum(axis=0) for part in parts])
        sizes = [len(part) for part in parts]
        rows += [
            _row(each.coder, codes[code], sizes, words, counts[:, code])
            for code in np.flatnonzero(counts.sum(axis=0)).tolist()
        ]
    return pa.Table.from_pylist(rows, schema=DRIFT)


def _row(
    coder: str,
    code: str,
    sizes: Sequence[int],
    words: npt.NDArray[np.int64],
    counts: npt.NDArray[np.int64],
) -> Mapping[str, Any]:
    rates = 1000 * counts / np.maximum(words, 1)
    expected = counts.sum() * words / max(int(words.sum()), 1)
    tested = bool((expected >= _LEAST_EXPECTED).all())
    statistic = float(((counts - expected) ** 2 / expected).sum()) if tested else None
    return {
        "coder": coder,
        "code": code,
        "texts": sizes,
        "words": words.tolist(),
        "passages": counts.tolist(),
        "rates": rates.tolist(),
        "change": float(rates[-1] - rates[0]),
        "chi_square": statistic,
        "p": None if statistic is None else float(chi2_tail(statistic, len(counts) - 1)),
    }
