"""Cases of agreement on marked passages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from consilience.stats.unitizing.code_agreement import code_agreement
from consilience.stats.unitizing.spans import read_spans, read_texts
from consilience.validation.model import Answer, Case, NotSupported, Statistic

_COLUMNS: Final = ("document", "start", "end", "code", "coder")


def passages(case: Case) -> Answer:
    """Return agreement on one code, from a table of passages and who read which text."""
    if "lengths" not in case.args or "coded" not in case.args:
        raise NotSupported("no lengths of texts, or not said who read them")
    texts = read_texts(case.args["lengths"], np.asarray(case.args["coded"], dtype=bool))
    spans = read_spans(*(case.numbers(name) for name in _COLUMNS), texts=texts)
    found = code_agreement(spans, texts, unit="characters")
    code = int(case.args.get("code", 0))
    return Answer(values={name: found.value(name, code=code) for name in found.measures})


STATISTICS: Final[Mapping[str, Statistic]] = {"passages": passages}
