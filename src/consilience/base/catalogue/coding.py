"""COD: codebook, codings and their exchange."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    # COD-001 to COD-019: marking, undoing, memos
    "COD-001": Entry(
        "Passage outside its text",
        "a passage from {start} to {end} is not within the {length} characters of {document!r}",
        "Give a start and an end within the text, the start before the end.",
    ),
    "COD-002": Entry(
        "Unknown code",
        "the codebook has no code {code!r}",
        "Look at the codebook: the code may have been merged into another.",
    ),
    "COD-003": Entry(
        "Code not for passages",
        "{code!r} is {why}, so that no passage may be marked with it",
        "Choose a code below it, or ask the lead to change the codebook.",
    ),
    "COD-004": Entry(
        "Text not given out",
        "{document!r} was not given to coder {coder!r}",
        "Give it out first, with `consilience codings assign`.",
    ),
    "COD-005": Entry(
        "Text released",
        "coder {coder!r} released {document!r} at {at}, so that its codings are closed",
        "Settle what is left in adjudication, or ask the lead to open the text again.",
    ),
    "COD-006": Entry(
        "No such text",
        "the study has no text {document!r}",
        "Give the id or the name of a text, as `consilience transcripts list` prints them.",
    ),
    "COD-007": Entry(
        "Text not to be read yet",
        "{document!r} may name people and lies in the vault only",
        "Pseudonymise it first; coders read the pseudonymised version.",
    ),
    "COD-008": Entry(
        "No such coding",
        "there is no coding {coding!r}",
        "Load the page again: it may have been taken out already.",
    ),
    "COD-009": Entry(
        "Coding of somebody else",
        "coding {coding!r} was made by another coder",
        "Leave it as it is; differences are settled in adjudication.",
    ),
    "COD-010": Entry(
        "Code still in use",
        "{count} rows of {table!r} refer to a code that would go",
        "Retire the code, or move what was marked with it to another first.",
    ),
    "COD-011": Entry(
        "Changed since",
        "change {number} cannot be taken back, because {count} of its rows were changed since",
        "Undo the later changes first; `consilience codebook log` lists them.",
    ),
    "COD-012": Entry(
        "Memo on nothing",
        "there is no {on} {thing!r} to write a memo on",
        "Give the id of a code, coding or text that is there.",
    ),
    "COD-013": Entry(
        "Memo of somebody else",
        "memo {memo!r} is not yours, or is gone",
        "Write a memo of your own beside it.",
    ),
    "COD-014": Entry(
        "Code below itself",
        "{name!r} cannot come below or into itself",
        "Choose a code that does not stand below it.",
    ),
    "COD-015": Entry(
        "Code without a name",
        "the name of the code is empty",
        "Give the code a name that coders can tell from the others.",
    ),
    "COD-016": Entry(
        "Passages on a heading",
        "{name!r} is on {count} passages, so that it cannot become a heading",
        "Move its passages to other codes first, or let it stay a code.",
    ),
    "COD-017": Entry(
        "No passages to part",
        "none of the {count} passages chosen is marked with {name!r}",
        "Choose passages that are marked with the code; they go to the new one.",
    ),
    "COD-018": Entry(
        "No such version of the codebook",
        "the codebook has no version {number}",
        "Look at `consilience codebook log` for its versions.",
    ),
    "COD-019": Entry(
        "Code there already",
        "the codebook has a code {code!r} already",
        "Give the new code another id, or change the one that is there.",
    ),
    # COD-020 to COD-039: questions to what was coded
    "COD-020": Entry(
        "Unknown code in a query",
        "at character {place} of the query stands {code!r}, which is no code of the codebook{like}",
        "Write the id, the name or the path of a code, in double quotes if it has words such as "
        "`and` or marks such as `>`.",
    ),
    "COD-021": Entry(
        "Code of a query not clear",
        "at character {place} of the query stands {code!r}, as {count} codes are called",
        "Write the path, `Parent > Child`, or the id of the code.",
    ),
    "COD-022": Entry(
        "Query cannot be read",
        "at character {place} of the query stands {found} where {wanted} should be",
        "Put a name in double quotes if a word of it is one of the language, and parentheses "
        "around what belongs together.",
    ),
    "COD-023": Entry(
        "Quote not closed",
        "the quote at character {place} of the query has no end",
        "Close it, and double a quote that is part of a name.",
    ),
    "COD-024": Entry(
        "Distance that is none",
        "at character {place} of the query stands {value!r} as a distance",
        "Write a whole number and `characters`, `sentences` or `turns`.",
    ),
    "COD-025": Entry(
        "Query too long or nested too deep",
        "at character {place} the query goes beyond {most} {what}",
        "Take out parentheses, or ask for less at once, such as with `Code*`.",
    ),
    "COD-026": Entry(
        "Nothing of that name to ask of",
        "there is no {what} {value!r}; there are {known}",
        "Ask of one that is there; `consilience transcripts list` prints the texts.",
    ),
    "COD-027": Entry(
        "Too few batches",
        "{batches} batches of texts show no change",
        "Ask for two batches or more.",
    ),
    "COD-028": Entry(
        "Table of an unknown form",
        "a table cannot be written with the ending {form!r}",
        "Choose a name that ends in one of {known}.",
    ),
    "COD-029": Entry(
        "Unknown coder",
        "{named!r} is no account and no coder of this study; there are: {known}",
        "Name the id or login of an account, or a coder of imported codings; make an account with "
        "`consilience people add STUDY LOGIN --role coder`.",
    ),
    # COD-040 to COD-049: a code that is named, and what is said of it
    "COD-040": Entry(
        "Several codes of that name",
        "{count} codes are called {named!r}: {candidates}",
        "Give the path of the one you mean, such as `Parent > Child`, or the id that stands in "
        "parentheses.",
    ),
    "COD-041": Entry(
        "Colour that is none",
        "{value!r} is no colour of the form #RRGGBB",
        "Write a number sign and six hexadecimal digits, such as #1B7F5C.",
    ),
    "COD-042": Entry(
        "Name with characters that cannot be shown",
        "the name {name!r} holds control characters",
        "Write it anew, in letters, digits and marks.",
    ),
    "COD-043": Entry(
        "Name taken in this branch",
        "{place} there is a code called {name!r} already",
        "Choose another name, use the code that is there, or merge the two; one that is out of "
        "use can be brought back.",
    ),
    "COD-044": Entry(
        "Codes of one name in one branch",
        "{count} codes of the file stand beside another of their name, such as {example!r}",
        "Rename or merge them; until then only its id tells such a code in a command or a query.",
        warning=True,
    ),
    "COD-045": Entry(
        "Codebook too deep",
        "the code {name!r} would stand at level {level}, and a codebook has at most {most} levels",
        "Let it stand higher up: nobody reads so deep a tree, and no other program takes it.",
    ),
    # COD-100 to COD-109: proposed passages
    "COD-100": Entry(
        "Code not clear",
        "{count} codes are called {named!r}",
        "Give the id of the code, as `consilience codebook show` prints it.",
    ),
    "COD-101": Entry(
        "Judgement cannot be read",
        "in column {column!r} stands {value}",
        "Write yes or no into `relevant`, or leave it empty, and the other columns as they were.",
    ),
    "COD-102": Entry(
        "Judgement of something unknown",
        "the study has no code {named!r} or no text {document!r}",
        "Take a fresh list of proposals: the codebook or the texts have changed.",
    ),
    # COD-103 to COD-109: what others changed meanwhile
    "COD-103": Entry(
        "Name taken since",
        "change {number} cannot be taken back: a code would be called {name!r} again, and {other} "
        "has that name there now",
        "Rename, move or merge {other} first; or leave the change, and give the code a name of "
        "its own.",
    ),
    "COD-104": Entry(
        "Place gone since",
        "change {number} cannot be taken back: {name!r} would come below {above}",
        "Move it where it belongs now; or take back first what was done to that code, as "
        "`consilience codebook log` lists it.",
    ),
    "COD-105": Entry(
        "Passages marked since",
        "change {number} cannot be taken back: {name!r} would be a heading, and passages carry it "
        "({count} in all)",
        "Let it be a code for passages; or move them to another code first, by a split or a merge.",
    ),
    "COD-106": Entry(
        "Code merged meanwhile",
        "the code {code!r} is part of {into!r} now",
        "Use {into!r}: what was marked with the other before carries it already.",
    ),
    # COD-140 to COD-159: what somebody else changed while a page was open
    "COD-140": Entry(
        "Text corrected meanwhile",
        "the page shows version {version} of {document!r}; version {newer} is read now, and the "
        "words of the older one lie in the vault",
        "Nothing was marked. Show the newer version, look for the passage there and mark it.",
    ),
    "COD-141": Entry(
        "Words corrected meanwhile",
        "words of the passage were corrected in version {newer} of {document!r}, after the page "
        "was shown",
        "Nothing was marked. Show the newer version, look at the passage there and mark it.",
    ),
    "COD-142": Entry(
        "Code changed meanwhile",
        "somebody else changed the same of {name!r} after the page was shown: {what}",
        "Nothing was saved. What stands now is shown; what you wrote is in the form still. Put "
        "both together there, and save it.",
    ),
    "COD-143": Entry(
        "Form without its stamp",
        "the form does not say what it showed of what it changes",
        "Load its page again and change it there; nothing was saved.",
    ),
    "COD-144": Entry(
        "No text of yours",
        "there is no text {document!r}, or it was not given to you",
        "Choose one from your list of texts; a lead can give you others.",
    ),
    # COD-060 to COD-079: agreement and adjudication
    "COD-060": Entry(
        "Nobody to compare",
        "none of the {texts} texts was read by two coders who released it",
        "Give a text to two coders, and let both code and release it.",
    ),
    "COD-061": Entry(
        "Units that are not known",
        "agreement was asked for on {unit}, but the texts were not cut into them",
        "Ask for characters, or give the units of every text.",
    ),
    "COD-062": Entry(
        "No such code",
        "{value!r} is the id or name of {count} codes, not of one",
        "Give the id of a code of the codebook, or a name that only one has.",
    ),
    "COD-063": Entry(
        "Negative tolerance",
        "{value} characters is no tolerance",
        "Give 0 to let nothing pass, or how many characters two passages may differ.",
    ),
    "COD-064": Entry(
        "Decision without a reason",
        "the decision about {item} says no reason",
        "Write in a sentence why, so that it can be told in the report.",
    ),
    "COD-065": Entry(
        "Unknown decision",
        "{value!r} is no decision about a passage",
        "Choose one of {known}.",
    ),
    "COD-066": Entry(
        "Nothing to accept",
        "coder {coder!r} marked nothing of {item}, but {marked} did",
        "Accept one who marked it, or reject the passage.",
    ),
    "COD-067": Entry(
        "Own passage that cannot be",
        "the own passage from {start} to {end} is not within the {length} characters of the text",
        "Give a start and an end within the text, the start before the end.",
    ),
    "COD-068": Entry(
        "No such disagreement",
        "{item!r} is no passage of that standing among texts that all coders released",
        "Look at the queue again: it changes when a coder changes a coding.",
    ),
    "COD-069": Entry(
        "Nothing to decide",
        "all readers agree on {item}, so there is nothing to decide",
        "Take over what is agreed, or let a coder change the coding first.",
    ),
    "COD-070": Entry(
        "Settled by somebody else meanwhile",
        "the passage was settled after the page was shown, with the reason {reason!r}",
        "Look at what was decided, which stands now; settle it again only if it is to be "
        "otherwise.",
    ),
    # COD-080 to COD-099: exchange with other programs
    "COD-080": Entry(
        "Codings that mark no text",
        "{count} codings stand on a place of no length; they are left out",
        "Code the passage that was meant, if one was.",
        warning=True,
    ),
    "COD-081": Entry(
        "Texts that may not go out",
        "{count} texts have no version without names; they and their codings are not exported",
        "Pseudonymise them first, then export again.",
        warning=True,
    ),
    "COD-082": Entry(
        "Codes under another name",
        "{count} codes of the file are here under another name, such as {there!r} as {here!r}; "
        "they keep the name they have here",
        "Nothing need be done: codes are known by identifier, not by name.",
        warning=True,
    ),
    "COD-083": Entry(
        "Codings that are others here",
        "{count} codings of the file are here already with another code, coder or text; they "
        "stay as they are here",
        "See whether the file is older than the study; delete them here first to take those of "
        "the file.",
        warning=True,
    ),
    "COD-084": Entry(
        "Texts renamed",
        "{count} texts are called otherwise here, such as {example!r}, as a name was taken or may "
        "be somebody's",
        "Rename the texts in the other program if these names do not help.",
        warning=True,
    ),
    "COD-085": Entry(
        "Unknown kind of codebook file",
        "a codebook cannot be written as {name!r}",
        "Name the file one of {known}.",
    ),
    "COD-086": Entry(
        "Work not released",
        "coder {coder!r} has marked {count} passages of {document!r} and not released them",
        "Release the text for the coder, who may also take the passages out first: work on a text "
        "that is given to nobody is seen by all who have released it.",
    ),
    "COD-087": Entry(
        "Names not looked for",
        "the file would leave without being looked through for the names of the vault",
        "Give the pass phrase of the vault, or say with --unchecked why it may go without.",
    ),
    "COD-090": Entry(
        "Texts known by their words alone",
        "{count} texts of the file, such as {example!r}, are here in the same words under another "
        "name; their codings went to those",
        "See that they are the same texts. If they are not, give each its name here first.",
        warning=True,
    ),
    "COD-091": Entry(
        "Memos sealed",
        "the words of {count} memos went into the vault, as they came with texts that name people",
        "Read them with `consilience qda memos`, and note again without names what is needed.",
        warning=True,
    ),
    "COD-092": Entry(
        "Coder's id of the wrong form",
        "{coder!r} cannot be the id of a coder",
        "Use at most 64 lower-case letters, digits and hyphens, a letter first.",
    ),
    "COD-093": Entry(
        "Coder called as the consensus",
        "the codings of {name!r} cannot stand under {coder!r}, where settled codings stand",
        "Choose another id: disagreements are settled here, in the queue.",
    ),
    "COD-094": Entry(
        "Nobody of that name in the file",
        "no user of the file is called {name!r}; there are {known}",
        "Write the name as it stands there.",
    ),
    # COD-110 to COD-119: names in memos, and memos changed
    "COD-110": Entry(
        "Name in a memo",
        "{count} mentions in it are of names of the vault, first of entity {entity}",
        "Write what is meant without the name: a memo is not pseudonymised, and lies open. If it "
        "names nobody, decide `keep` for entity {entity}.",
    ),
    "COD-111": Entry(
        "Memo not to be changed",
        "there is not one memo {memo!r} that you wrote, or may see as a lead",
        "Look for it with `consilience codings memo list`; its writer and leads may change a memo, "
        "and CONSILIENCE_ACTOR says who you are.",
    ),
    "COD-112": Entry(
        "Memo in the vault",
        "the words of memo {memo!r} lie in the vault, with the text that it came with",
        "Read it with `consilience qda memos`, and write a new one without names beside it.",
    ),
    "COD-113": Entry(
        "Name left in a memo",
        "{count} mentions of entity {entity} stand in memo {memo} on {on}, which {author} wrote "
        "on {day}",
        "Write it anew or take it out, with `consilience codings memo edit` or `delete`, which "
        "its writer and leads may: `deidentify apply` leaves memos alone.",
    ),
    "COD-114": Entry(
        "Name left in an attribute",
        "{count} mentions, first of entity {entity}, stand in the attribute {attribute!r} of cases",
        "Write the file with --without-attributes; or decide `keep` for what names nobody, such "
        "as a region.",
    ),
    # COD-170 to COD-179: what leaves a study and comes back
    "COD-170": Entry(
        "Codes that came back as new ones",
        "codes that an earlier import took for new although they had left this study: {count}, "
        "first {double}, which is the code {code!r}",
        "Merge each into the one it doubles with `consilience codebook merge`, which takes these "
        "ids. They go out under identifiers of their own until then.",
        warning=True,
    ),
    "COD-171": Entry(
        "One identifier for two things",
        "identifiers that would stand twice among the {what}: {count}, first {guid}; no program "
        "reads such a file, so it was not written",
        "Look for two things with the same id in what you brought in, and take one of them out.",
    ),
    "COD-173": Entry(
        "Name in words that lie open",
        "{count} mentions in {what} are of names of the vault, first of entity {entity}",
        "Write what is meant without the name: these words lie open and are not pseudonymised. If "
        "it names nobody, decide `keep` for entity {entity}.",
    ),
    "COD-172": Entry(
        "Memo changed meanwhile",
        "somebody else changed memo {memo!r} after the page was shown",
        "Nothing was saved or taken out. What stands now is shown; what you wrote is in the form "
        "still. Put both together there and save it, or take the memo out as it is now.",
    ),
}
