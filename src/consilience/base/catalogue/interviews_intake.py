"""INT-130 to INT-139: of which interview and unit texts are that somebody brings in; INT-160 on."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    "INT-130": Entry(
        "Interview not in the plan",
        "the plan has no interview or group {value!r}",
        "{guess}Name one of the plan, or add it there first. Where none is named, each text is of "
        "the interview that is called like its file.",
    ),
    "INT-131": Entry(
        "No plan to look into",
        "the study plans no interviews, so that nobody looked whether {value!r} is one",
        "{guess}See that all texts of one interview name it alike.",
        warning=True,
    ),
    "INT-132": Entry(
        "Case not in the frame",
        "{value!r} is no unit of a frame of the study",
        "{guess}Use the id or another code of a unit, or name none: then the text speaks of the "
        "unit of its interview, if that has one.",
    ),
    "INT-133": Entry(
        "Case not clear",
        "{value!r} is a code of several units: {units}",
        "Use the id of the one that is meant.",
    ),
    "INT-134": Entry(
        "No frame to look into",
        "no frame has been read, so that nobody looked whether {value!r} is a unit of one",
        "Run the study once with `consilience run`, and see that `consilience explain` knows it.",
        warning=True,
    ),
    "INT-135": Entry(
        "Called like no interview",
        "the plan has no interview called {value!r} like this file",
        "{guess}Call the interview so in the plan: until then the text has no unit, consents and "
        "no line on the board. Name the interview when further files of it are brought in.",
        warning=True,
    ),
    # INT-160 to INT-179: who speaks in a text that comes in, and what lies open of it
    "INT-160": Entry(
        "Times without speakers",
        "{count} stretches have a time and nobody's name, so nobody is known to speak",
        "Say who speaks with `consilience transcripts speakers`, or write `Name:` before the words "
        "of each turn and import it again.",
        warning=True,
    ),
    "INT-161": Entry(
        "Labels read as words",
        "{count} lines begin with what may be the label of somebody who speaks, and were read as "
        "words of the turn before; {labels} such labels come again, first on lines {lines}",
        "Look at `consilience transcripts show`. If they are labels, write them as names are "
        "written, with capitals and a colon, and import the file again, or part the turns with "
        "`consilience transcripts speakers --split`.",
        warning=True,
    ),
    "INT-162": Entry(
        "Words lie open in a simulated study",
        "the words lie open, because study.yaml says `simulated: true`",
        "If anybody real speaks in them, write `simulated: false` there and put them into the "
        "vault with `consilience transcripts seal`.",
        warning=True,
    ),
    "INT-163": Entry(
        "Words open without a reason",
        "{count} texts came in while the study was simulated, which it is not any more, and their "
        "words lie open: {names}",
        "Put them into the vault with `consilience transcripts seal`; for those that were invented "
        "note it with `--leave-open REASON`.",
        warning=True,
    ),
    "INT-164": Entry(
        "Ids that may name somebody",
        "{count} texts went into the vault, but their ids stay in the database and may name "
        "people: {names}",
        "If they do, erase these texts with `consilience transcripts withdraw --erase`, rename "
        "the files and import them again.",
        warning=True,
    ),
    "INT-165": Entry(
        "Simulated study",
        "the study is simulated, so that its texts lie open",
        "Write `simulated: false` in study.yaml first, if people speak in its texts.",
    ),
}
