"""What does a new study start from?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from string import Template
from typing import Final, Literal

from consilience.base.ids import check_id

Start = Literal["surveys", "interviews"]

# The files of a new study, as they lie beside this module.
_FILES: Final[Mapping[Start, tuple[str, ...]]] = {
    "surveys": (
        "study.yaml",
        "instruments/education.yaml",
        "instruments/social-care.yaml",
        "frames/areas.csv",
        "intake/simulated-education.csv",
        "intake/simulated-social-care.csv",
        "README.md",
    ),
    "interviews": (
        "study.yaml",
        "frames/areas.csv",
        "interviews/plan.csv",
        "interviews/people.csv",
        "interviews/consents.csv",
        "guides/manager.yaml",
        "guides/practitioner.yaml",
        "codebook.yaml",
        "README.md",
    ),
}


def starting_study(*, title: str, study_id: str, start: Start = "surveys") -> Mapping[str, str]:
    """Return every file of a small commented study that runs as it is.

    Of surveys: two agencies are asked six questions in twelve invented areas; the answers are
    invented too, and labelled so in file names, comments and `simulated: true`. Of interviews: two
    are planned in invented areas, with guides and codes; no words come with it.

    Args:
        title: the title of the study; its id is taken where there is nothing to see in it.
        study_id: the id of the study.
        start: what it starts from.

    Returns:
        File name relative to the study folder, with `/` in between, to text.

    Raises:
        Fault: BAS-001 if `study_id` is not an id.

    Example:
        >>> sorted(starting_study(title="Joint working", study_id="joint-working"))[:2]
        ['README.md', 'frames/areas.csv']
    """
    check_id(study_id)
    plain = "".join(sign if sign.isprintable() else " " for sign in title).strip() or study_id
    folder = files("consilience.design") / "starting_files" / start
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in _FILES[start]}
    # A text in double quotes is the same in JSON and in YAML.
    quoted = json.dumps(plain, ensure_ascii=False)
    study = Template(texts["study.yaml"]).substitute(study_id=study_id, title=quoted)
    readme = Template(texts["README.md"]).substitute(heading=plain)
    return {**texts, "study.yaml": study, "README.md": readme}
