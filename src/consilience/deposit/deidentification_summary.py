"""What was done to names and details in the texts: counts by kind, never a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consilience.formats.documents_out.model import Document, Grid, Heading, Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """What was done with one kind of name or detail.

    Attributes:
        kind: such as `person`, `school` or `date`.
        how: what was done, such as `replaced by a pseudonym` or `made general`.
        entities: how many different ones.
        mentions: how many places.
        texts: in how many texts.
    """

    kind: str
    how: str
    entities: int
    mentions: int
    texts: int


def deidentification_summary(
    replaced: Sequence[Replaced],
    *,
    study: str,
    texts: int,
    rules: Sequence[str] = (),
    simulated: bool = False,
) -> Document:
    """How were people and places made unrecognisable in the texts?

    Args:
        replaced: counts by kind and by what was done.
        study: title of the study.
        texts: how many texts there are.
        rules: sentences on how it was done, such as `Days became months.`
        simulated: whether the study is an example.

    Returns:
        A document for readers of the data. It holds kinds and counts; the log of what was
        replaced by what stays with the study team, sealed.
    """
    ordered = sorted(replaced, key=lambda each: (each.kind, each.how))
    rows = [
        (each.kind, each.how, str(each.entities), str(each.mentions), str(each.texts))
        for each in ordered
    ]
    total = (
        "all",
        "",
        *(str(sum(getattr(r, n) for r in replaced)) for n in ("entities", "mentions")),
    )
    return Document(
        blocks=(
            Heading(text="How names and details were replaced"),
            *([Line(text="SIMULATED STUDY, made as an example")] if simulated else []),
            Line(label="Study:", text=study),
            Line(label="Texts:", text=str(texts)),
            Line(
                text="Replacements stand in square brackets and are the same in all texts. The "
                "list of what was replaced by what is kept apart, sealed, and is not deposited.",
                apart=True,
            ),
            *(Line(text=rule, item=True) for rule in rules),
            Grid(
                head=("Kind", "What was done", "Different", "Places", "Texts"),
                rows=(*rows, (*total, "")),
            ),
        ),
        running="How names and details were replaced",
    )
