"""Measure how well identifiers are found, against texts that people marked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from consilience.base.errors import Fault
from consilience.text.deidentification import Figures, figures, read_gold
from consilience.text.identifiers.candidate import MARKED
from consilience.text.identifiers.find import find_identifiers
from consilience.text.identifiers.language_model import load_model, with_model

__all__ = ["Evaluation", "evaluate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What a file of marked texts says of the rules.

    Args:
        figures: recall and precision.
        words_per_second: words of the texts by the seconds of the finding alone.
    """

    figures: Figures
    words_per_second: float


def evaluate(path: Path, *, nlp: bool = False, seconds: Callable[[], float]) -> Evaluation:
    """Return how well the rules find what annotators marked in a file of TAB's form.

    Args:
        path: a JSON file; see `text.deidentification.read_gold`.
        nlp: whether what a language model finds is masked too.
        seconds: a clock that only goes forward, as of this process.

    Raises:
        Fault: TXT-020 if it is no such file, TXT-021 if there is no model.
    """
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, OSError) as error:
        raise Fault("TXT-020", file=path.name, reason=str(error)) from error
    texts = read_gold(content, file=path.name)
    model = load_model() if nlp else None
    for each in texts[:1]:
        find_identifiers(each.text)  # the tables are read once, whatever is looked at
    begun = seconds()
    found = [find_identifiers(each.text) for each in texts]
    if model is not None:
        found = [with_model(t.text, f, model) for t, f in zip(texts, found, strict=True)]
    taken = seconds() - begun
    masks = [[(c.start, c.end) for c in each if c.score >= MARKED] for each in found]
    made = figures(texts, masks)
    return Evaluation(figures=made, words_per_second=made.words / taken if taken > 0 else 0.0)
