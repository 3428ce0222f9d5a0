"""Is somebody who speaks in a text a person whom the study knows?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from consilience.desk.kept import kept_results, was_run
from consilience.desk.shelf import Shelf
from consilience.text.pseudonyms import usual_label

# Tables of stages in which people stand, by what they met in, and the columns of their ids.
_TABLES = (
    ("participant", "interview", "person"),
    ("interview", "interview", "interviewer"),
    ("attendance", "event", "person"),
)

People = Mapping[str, Mapping[str, str]]


def people_by_talk(folder: Path) -> People:
    """Return the ids of people and of the interviewer by interview or event.

    Args:
        folder: the study folder.

    Returns:
        For each interview or event of the stages that have run, the id of each person as the plan
        writes it, by the id without case; nothing of a study that was never run.
    """
    if not was_run(folder):
        return {}
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    with Shelf(folder, kept_results(folder)) as shelf:
        for stage, result in shelf.results.items():
            for name, talk, person in _TABLES:
                if name in result.tables:
                    for row in shelf.table(stage, name).select([talk, person]).to_pylist():
                        if row[person]:
                            found[row[talk]][row[person].casefold()] = row[person]
    return dict(found)


def speaker_called(label: str, text: str, people: Mapping[str, str]) -> str:
    """Return what tells a speaker from all others: R1 of one text is not R1 of another.

    Args:
        label: as it stands before what is said.
        text: name of the text.
        people: ids of people of its interview, by the id without case.

    Returns:
        The id of a person of the plan; a pseudonym in [brackets], which is the same in all texts;
        else the label with the text that it stands in.

    Example:
        >>> speaker_called("R1", "S01", {}), speaker_called("p3", "S01", {"p3": "P3"})
        ('R1 (S01)', 'P3')
        >>> speaker_called("[Person 4]", "S01", {})
        '[Person 4]'
    """
    known = people.get(label.casefold())
    if known is not None:
        return known
    return label if usual_label(label) else f"{label} ({text})"
