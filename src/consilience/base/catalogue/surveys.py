"""SUR: instruments, windows and answers."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    # SUR-001 to SUR-019: taking in an export (consilience.surveys.intake)
    "SUR-001": Entry(
        "No such column",
        "the export has no column {column!r}, which is to give the {role}",
        "Did you mean {nearest!r}? Correct the intake of {survey} in the study file.",
    ),
    "SUR-002": Entry(
        "Question without a column",
        "no column of the export holds the answers to question {question!r}",
        "Name the column under `items` in the intake of {survey} (nearest: {nearest!r}), "
        "or take the question out of this version of the instrument.",
    ),
    "SUR-003": Entry(
        "Answer outside the scale",
        "the answer {value!r} to question {question!r} is none of {allowed}",
        "Correct the export, or add {value!r} to the answers or to the missing codes.",
    ),
    "SUR-004": Entry(
        "Not a date",
        "{value!r} in column {column!r} is not a date",
        "Write dates as 2018-03-31 or 31/03/2018; the month never comes first.",
    ),
    "SUR-005": Entry(
        "Unknown status",
        "{value!r} in column {column!r} is not a status that the intake of {survey} knows",
        "Say under `statuses` which of complete, partial, started, refused it means.",
    ),
    "SUR-006": Entry(
        "Response twice",
        "response {response!r} is already in row {first}",
        "Give each response its own id, or take out the row that came in twice.",
    ),
    "SUR-007": Entry(
        "Response without an id",
        "the row has answers, but column {column!r} is empty",
        "Fill in the id, or leave `response` out of the intake to number the rows.",
    ),
    "SUR-008": Entry(
        "Columns not used",
        "{survey} reads nothing from {count} columns: {columns}",
        "Nothing to do if they are not wanted; otherwise name them in the intake.",
        warning=True,
    ),
    "SUR-009": Entry(
        "Late responses left out",
        "{count} responses to {survey} came after {last} and are left out",
        "Write `late: keep` or `extended_to` in the stage to count them.",
        warning=True,
    ),
    "SUR-010": Entry(
        "Responses before the survey opened",
        "{count} responses to {survey} are dated before {opens}, the first of them {first}",
        "Take test answers out of the export; some tools write a false date when anonymising.",
        warning=True,
    ),
    "SUR-011": Entry(
        "Rows without any answer",
        "{count} rows of the export of {survey} have neither an answer nor a status",
        "Nothing to do: they are not counted as responses.",
        warning=True,
    ),
    "SUR-012": Entry(
        "More of the same",
        "there are {more} more faults of the kind {kind}",
        "Mend those shown first; the rest often have the same cause.",
    ),
    "SUR-013": Entry(
        "No such question",
        "`items` of {survey} names question {question!r}, which {instrument} does not have",
        "Did you mean {nearest!r}?",
    ),
    "SUR-014": Entry(
        "Column used twice",
        "column {column!r} is to answer both {first!r} and {question!r}",
        "Give each question its own column under `items` in the intake of {survey}.",
    ),
    "SUR-015": Entry(
        "No responses",
        "the export of {survey} holds no response",
        "Check that it is the right file; the survey counts as unanswered until then.",
        warning=True,
    ),
    # SUR-020 to SUR-029: who was invited (consilience.surveys.windows)
    "SUR-020": Entry(
        "Contact log without a column",
        "the contact log has no column {column!r}",
        "Give it the columns unit, disposition and reason.",
    ),
    "SUR-021": Entry(
        "Not an invited unit",
        "{source} names {unit!r}, which is no unit invited to {survey}",
        "Did you mean {nearest!r}? Use the ids or another code of the frame.",
    ),
    "SUR-022": Entry(
        "Unknown disposition",
        "the contact log gives {unit!r} the disposition {value!r}",
        "Use refused, ineligible or no-reply.",
    ),
    "SUR-023": Entry(
        "Unit noted twice",
        "the contact log gives {unit!r} the disposition {value!r}, but {first!r} in row {row}",
        "Keep the row that holds at the end of fieldwork.",
    ),
    "SUR-024": Entry(
        "Nobody invited",
        "{survey} invites nobody: no unit of {frame} lies within the chosen",
        "Check `of` and `within` of the stage.",
    ),
    # SUR-030 to SUR-039: response rates (consilience.surveys.rates)
    "SUR-030": Entry(
        "Unknown attribute",
        "response is to be shown by {attribute!r}, which {frame} does not have",
        "Did you mean {nearest!r}?",
    ),
    # SUR-040 to SUR-049: simulated fieldwork (consilience.rehearsal)
    "SUR-040": Entry(
        "A pattern of response that cannot be",
        "of {areas} areas, {together} cannot answer to all of {asked} and no others",
        "Ask for at most the smallest margin together, and few enough that the others fit.",
    ),
}
