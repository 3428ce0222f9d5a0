"""Which topics were covered in which interview, and where should the answers be found?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from consilience.design.model import Guide, InterviewStage
from consilience.interviews.model import TOPIC_COVERAGE, Interview
from consilience.interviews.reading import Once, Told, lines_of

COVERED: Final = ("yes", "partly", "no")
_NEEDED: Final = ("interview", "topic", "covered")


def coverage(
    stage: InterviewStage,
    *,
    folder: Path,
    interviews: Sequence[Interview],
    guides: Mapping[str, Guide],
    told: Told,
) -> pa.Table:
    """Which topics of its guide did each interview cover?

    Args:
        stage: the stage.
        folder: the study folder.
        interviews: all interviews.
        guides: file of a guide to the guide.
        told: takes INT-060 to INT-062, INT-064, INT-068 and INT-083.

    Returns:
        Schema `TOPIC_COVERAGE`: each topic of the guide of each interview that was held, in the
        order of the plan and the guide; `covered` is empty where nobody noted it.
    """
    used = {
        (guides[use.file].id, use.version): guides[use.file]
        for use in stage.guides
        if use.file in guides
    }
    by_name = {each.interview: each for each in interviews}
    noted = _noted(stage, folder, by_name, used, told)
    rows: list[dict[str, Any]] = []
    for each in interviews:
        guide = used.get((each.guide or "", each.version or ""))
        if each.state != "done" or guide is None:
            continue
        rows.extend(
            {
                "interview": each.interview,
                "guide": guide.id,
                "version": guide.version,
                "role": guide.role,
                "topic": topic.id,
                "text": topic.text,
                "covered": noted.get((each.interview, topic.id)),
                "codes": list(topic.codes),
            }
            for topic in guide.topics
        )
    return pa.Table.from_pylist(rows, schema=TOPIC_COVERAGE)


def _noted(
    stage: InterviewStage,
    folder: Path,
    interviews: Mapping[str, Interview],
    used: Mapping[tuple[str, str], Guide],
    told: Told,
) -> dict[tuple[str, str], str]:
    """Return what was noted of each interview and topic."""
    once = Once("topic of an interview", {})
    found = {}
    for line in lines_of(folder, stage.topics, what="topics covered", needed=_NEEDED, told=told):
        name, topic = line.needed("interview"), line.needed("topic")
        covered = line.word("covered", COVERED)
        interview = interviews.get(name)
        if interview is None:
            line.blame("INT-068", what="interview", value=name)
            continue
        guide = used.get((interview.guide or "", interview.version or ""))
        known = [each.id for each in guide.topics] if guide else []
        if topic not in known:
            line.blame("INT-083", value=topic, interview=name, known=", ".join(known) or "none")
        elif once.check(line, (name, topic), f"{topic} in {name}") and covered:
            found[name, topic] = covered
    return found
