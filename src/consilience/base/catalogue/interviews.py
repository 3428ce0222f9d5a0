"""INT: interviews, consents, transcripts."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    # INT-001 to INT-029: transcripts
    "INT-001": Entry(
        "No such version",
        "the text {document} has no version {version}",
        "Name one of the versions that `consilience transcripts list` shows.",
    ),
    "INT-002": Entry(
        "Transcript without words",
        "{name!r} holds no words",
        "See whether it is the file you meant.",
    ),
    "INT-003": Entry(
        "Characters that cannot be kept",
        "{count} characters are none that a text can hold, or could not be read in its encoding",
        "Look for the sign \ufffd in the text; correct it with `consilience transcripts correct`.",
        warning=True,
    ),
    "INT-004": Entry(
        "No speakers found",
        "no labels such as `I:` or `Name:` and no times were found, so nobody is known to speak",
        "Write a label and a colon before each turn and import it again; answers and notes need "
        "none.",
        warning=True,
    ),
    "INT-005": Entry(
        "Name taken",
        "there is another text called {name!r} already, and the file has other words",
        "Use `consilience transcripts correct` for a new version of it, or rename the file.",
    ),
    "INT-006": Entry(
        "Another text",
        "the file shares {share:.0%} of the words of {name!r}, so it can hardly be a correction",
        "Give the corrected text of this one; import another text under its own name.",
    ),
    "INT-007": Entry(
        "Key of the vault needed",
        "texts that may name people lie in the vault, and its key was not given",
        "Set CONSILIENCE_VAULT_KEY and add --names; at import, the key alone, or say with "
        "--unsealed why these texts can name nobody.",
    ),
    "INT-008": Entry(
        "No such text",
        "there is no text called {named!r}",
        "Name one of those that `consilience transcripts list` shows.",
    ),
    "INT-009": Entry(
        "No such speaker",
        "nobody in {name!r} is called {speaker!r}; there are: {known}",
        "Name one of them as it is written there.",
    ),
    "INT-010": Entry(
        "No such turn",
        "{name!r} has no turn {number}, or it cannot {action} there",
        "Look at the numbers and places that `consilience transcripts show` gives.",
    ),
    "INT-011": Entry(
        "No way to that state",
        "{name!r} is {now} and cannot become {state}, as every version of it is sealed",
        "Pseudonymise it first with `consilience deidentify`.",
    ),
    "INT-012": Entry(
        "File name that may name somebody",
        "the file may be called after a person, so the text is known as {name!r}",
        "Find its file name with `consilience transcripts show --names`, or rename files before.",
        warning=True,
    ),
    "INT-014": Entry(
        "Words not in the vault",
        "the words of version {version} of {document} are not in the vault",
        "Bring the folder .consilience/vault back from a backup of the same day as study.db.",
    ),
    "INT-013": Entry(
        "Reason missing",
        "a change of state needs a reason",
        "Say in a few words why, naming nobody.",
    ),
    "INT-015": Entry(
        "Answers withdrawn",
        "{count} answers are in the export of {survey} no more and are left out: {names}",
        "See whether the export is whole; an answer that is in it again comes back as coded.",
        warning=True,
    ),
    "INT-016": Entry(
        "Codings cut by changed answers",
        "{count} codings stand on other words than were marked, as answers of {survey} changed: "
        "{names}",
        "Open these texts again for their coders, who look at them and mark anew what still holds.",
        warning=True,
    ),
    "INT-017": Entry(
        "Answers not taken over",
        "{count} answers of {survey} that changed were left as they are: {reason}",
        "Put that right and run the study again.",
        warning=True,
    ),
    "INT-018": Entry(
        "Text withdrawn",
        "{name!r} is withdrawn and takes part in nothing",
        "Nothing is to be done with it. An answer comes back if its survey has it again, another "
        "text with `consilience transcripts withdraw --back`.",
    ),
    "INT-019": Entry(
        "Changed answers without pseudonyms",
        "{count} answers of {survey} changed, and coders read the older words: {names}",
        "Find and replace names again with `consilience deidentify`.",
        warning=True,
    ),
    "INT-020": Entry(
        "Answers changed after they were coded",
        "{count} answers of {survey} changed after a coder had released them: {names}",
        "Open these texts again for their coders, so that the new words are read too.",
        warning=True,
    ),
    "INT-021": Entry(
        "Words erased",
        "the words of {document} were erased on {at}: {reason}",
        "They cannot come back. Its hashes, states and the places of codings are kept.",
    ),
    "INT-022": Entry(
        "Interview that was withdrawn",
        "the interview {interview!r} was withdrawn, so its text is not taken in",
        "Destroy the file, as promised on the form; if the text may be kept, correct the plan or "
        "the consents first.",
    ),
    "INT-023": Entry(
        "Answer of a survey",
        "{name!r} is an answer in the export of {survey}, and stays as that has it",
        "Take the answer out of the export and run the study, which withdraws it; then its words "
        "can be erased.",
    ),
    "INT-024": Entry(
        "Text not withdrawn",
        "{name!r} is not withdrawn, so it cannot come back",
        "See what each text is with `consilience transcripts list`.",
    ),
    "INT-025": Entry(
        "Deleted words may be left",
        "others were at work, or the disk was full, so words deleted from the database may still "
        "stand in free space of its file",
        "Repeat the command when nobody works in the study.",
        warning=True,
    ),
    "INT-026": Entry(
        "Edited from an older version",
        "the file was made from version {older} of {name!r}, and version {newest} came after it",
        "Say `--base {older}`: what the file changed is put into version {newest}. If the file is "
        "what is to stand, without what others corrected, say `--base {newest}`.",
    ),
    "INT-027": Entry(
        "Both changed the same words",
        "the file and version {newest} of {name!r} changed the same words of version {base}, in "
        "{count} places",
        "Write version {newest} out with `consilience transcripts text`, correct that, and bring "
        "it back.",
    ),
    "INT-028": Entry(
        "Name of somebody in an open text",
        "what a speaker of {name!r} is to be called holds a form of entity {entity}, and the words "
        "of this version lie open",
        "Write {replacement}, or a role such as R1; names belong to the sealed version.",
    ),
    "INT-029": Entry(
        "Names not compared",
        "{count} names were given to speakers of an open text, and without the key of the vault "
        "nobody can say whether they are names that were replaced",
        "Run it again with CONSILIENCE_VAULT_KEY set, or give roles such as R1.",
        warning=True,
    ),
    # INT-030 to INT-059: pseudonyms
    "INT-030": Entry(
        "Unknown entity",
        "{entity!r} is no entity of the registry of {known}",
        "Keep the numbers in `entity` as `consilience deidentify candidates` wrote them.",
    ),
    "INT-031": Entry(
        "Unknown decision",
        "{value!r} is not one of {known}",
        "Write one of them, or leave the cell empty to keep what is.",
    ),
    "INT-032": Entry(
        "Replacement without brackets",
        "a replacement of {length} characters does not stand in [brackets]",
        "Write it as [Head teacher 1], so that readers see that it is none of the speaker's words.",
    ),
    "INT-033": Entry(
        "No passage",
        "from {start} to {end} is no passage",
        "Give first character and the one after the last, counted from 0, in `start` and `end`.",
    ),
    "INT-034": Entry(
        "Not decided",
        "{count} entities are not decided and stand in the texts as they are",
        "Decide them: `consilience deidentify candidates` lists them first.",
        warning=True,
    ),
    "INT-035": Entry(
        "Name left in a text",
        "{count} mentions of entity {entity} still stand here",
        "Run `consilience deidentify apply`; edit a code or memo by hand; or decide to keep it.",
    ),
    "INT-036": Entry(
        "Cannot be restored",
        "version {version} of {document!r} does not lead back to the text it was made from",
        "Restore the vault and the database from one backup: the log belongs to another text.",
    ),
    "INT-037": Entry(
        "Nothing to restore",
        "{document!r} has no pseudonymised version",
        "Make one with `consilience deidentify apply`.",
    ),
    "INT-038": Entry(
        "Name in a replacement",
        "the replacement of {of} holds a form of entity {held}",
        "Write another replacement; or write `keep` for entity {held}, if it names nobody.",
    ),
    "INT-039": Entry(
        "Rows that contradict one another",
        "rows {first} and {row} say different things of entity {entity}",
        "Keep one of the two rows.",
    ),
    "INT-040": Entry(
        "Passages that overlap",
        "rows {first} and {row} speak of the same characters of a text",
        "Keep one of the two rows, or let one end where the other begins.",
    ),
    "INT-041": Entry(
        "Entity and passage in one row",
        "the row names entity {entity}, and something stands in `{column}`",
        "Write a row of its own for a passage, with `entity` empty.",
    ),
    "INT-042": Entry(
        "Passage outside its text",
        "the passage ends at {end}, and {document} has {length} characters",
        "Count characters from 0 in the newest version that names people.",
    ),
    "INT-043": Entry(
        "Same as itself",
        "entity {entity} is the same as another that leads back to it or into a circle",
        "Take `same_as` out of one of the rows: that entity keeps its replacement for all.",
    ),
    "INT-044": Entry(
        "Names were not looked for",
        "in the present words of {count} texts nobody looked for names: {names}",
        "Run `consilience deidentify candidates`, decide, and apply then.",
    ),
    "INT-045": Entry(
        "Texts left as they are",
        "in the present words of {count} texts nobody looked for names, so they get no version "
        "without names: {names}",
        "Run `consilience deidentify candidates`, decide, and apply again.",
        warning=True,
    ),
    "INT-046": Entry(
        "People not decided",
        "{count} entities that identify somebody at once stand at `ask` and would stay in the "
        "texts: {kinds}",
        "Decide them; or say with `apply --leave-asked` that they stay, which the ledger notes.",
    ),
    "INT-047": Entry(
        "Corrections by hand in the way",
        "{count} {what} made by hand in {document!r} are at odds with what is to stand there now",
        "Give it to `consilience deidentify apply --discard` to leave them out; then make them "
        "again with `consilience transcripts correct` or `speakers`. The version that has them "
        "stays.",
    ),
    "INT-048": Entry(
        "Decided by somebody else meanwhile",
        "what becomes of {what} was decided, or it changed, after the page was shown",
        "Look at what was decided, which stands now; decide again only if it is to be otherwise.",
    ),
    "INT-049": Entry(
        "One replacement for several",
        "the entities {entities} all get {replacement}, so that readers take them for one",
        "Write another replacement for each; or `same_as`, if they are one.",
        warning=True,
    ),
    "INT-050": Entry(
        "One replacement for two kinds",
        "entity {entity} ({kind}) would get {replacement}, which stands for entity {other} "
        "({other_kind})",
        "Write another replacement; or `same_as`, if they are one.",
    ),
    "INT-051": Entry(
        "Cannot be taken apart",
        "entity {entity} became part of another before that was noted, or has no forms",
        "Run `consilience deidentify candidates` and decide passages by document, start and end.",
    ),
    "INT-052": Entry(
        "Two kinds joined",
        "entity {entity} ({kind}) is part of entity {other} ({other_kind}) now",
        "If that is wrong, write the entity's own number in `same_as`: it is by itself again.",
        warning=True,
    ),
    "INT-053": Entry(
        "No names known",
        "no names were looked for in this study yet, so {count} files would keep every name",
        "Run `consilience deidentify candidates`, decide, and replace in the files then.",
    ),
    # INT-060 to INT-099: fieldwork of interviews and groups
    "INT-060": Entry(
        "Table without a column",
        "the table of {what} has no column {column!r}",
        "Give it the columns {needed}.",
    ),
    "INT-061": Entry(
        "Twice in a table",
        "the {what} {value!r} stands in row {first} already",
        "Keep one of the two rows, or give one of them another id.",
    ),
    "INT-062": Entry(
        "Unknown word in a table",
        "{value!r} in column {column!r} is none of the words used there",
        "Write one of {allowed}, or leave the cell empty.",
    ),
    "INT-063": Entry(
        "Not a date in fieldwork",
        "{value!r} in column {column!r} is not a date",
        "Write dates as 2017-04-12 or 12/04/2017, or leave the cell empty: not known.",
    ),
    "INT-064": Entry(
        "Empty cell",
        "nothing stands in column {column!r}, and something must",
        "Fill the cell, or take the row out.",
    ),
    "INT-065": Entry(
        "Not a number of minutes",
        "{value!r} in column {column!r} is not a number of minutes",
        "Write whole minutes such as 55, or leave the cell empty: not known.",
    ),
    "INT-066": Entry(
        "Unknown case",
        "{value!r} is no unit of the frame, or several",
        "Use the id or another code of the unit, or leave the cell empty: it speaks of none.",
    ),
    "INT-067": Entry(
        "Case that was not chosen",
        "{subject} speaks of {value!r}, which {within!r} did not choose",
        "Correct the case, or leave it so if another unit was really taken.",
        warning=True,
    ),
    "INT-068": Entry(
        "Unknown interview or event",
        "the {what} {value!r} is not in the plan",
        "Correct the id, or add the {what} to the plan.",
    ),
    "INT-069": Entry(
        "Perhaps a name",
        "what stands in column {column!r} has no digit or has a blank, and could be a name",
        "Give people ids such as P017; names belong into the vault only.",
    ),
    "INT-070": Entry(
        "Unknown guide",
        "the guide {value!r} is not among those of the stage",
        "The guides are: {known}.",
    ),
    "INT-071": Entry(
        "Guide in several versions",
        "the guide {value!r} has several versions",
        "Say which was used: {versions}.",
    ),
    "INT-072": Entry(
        "Unknown role",
        "the role {value!r} is not among those of the stage",
        "The roles are: {known}.",
    ),
    "INT-073": Entry(
        "Guide of another role",
        "the guide of a role was used that nobody present has, in {names} ({count} in all)",
        "Check guide and roles; leave it so if it was really used.",
        warning=True,
    ),
    "INT-074": Entry(
        "Outside the window",
        "{interview!r} is dated {date}, and the window is {opens} to {closes}",
        "Check the date, or correct the window of the stage.",
        warning=True,
    ),
    "INT-075": Entry(
        "Ended without a reason",
        "{interview!r} is {state}, and no reason is given",
        "Say why, naming nobody; 'no reason given' is one.",
    ),
    "INT-076": Entry(
        "Interviews with nobody",
        "held, with nobody in the table of people: {names} ({count} in all)",
        "Add who was interviewed, or correct the state.",
        warning=True,
    ),
    "INT-077": Entry(
        "Consent of unknown people",
        "{count} people gave consent and are in no interview: {names}",
        "Check their ids; a consent under another id allows nothing.",
        warning=True,
    ),
    "INT-078": Entry(
        "Not covered by an approval",
        "{interview!r} is dated {date}, and no approval covers that day",
        "Check the date and the approvals; held without approval, it must be reported.",
        warning=True,
    ),
    "INT-079": Entry(
        "Held on no day",
        "{interview!r} is {state}, and has no date",
        "Write the day on which it was held.",
    ),
    "INT-080": Entry(
        "Consent taken back before it was given",
        "the consent of {person} is of {date} and was taken back on {withdrawn}",
        "Correct one of the two dates.",
    ),
    "INT-081": Entry(
        "Took part without consent",
        "{count} people had not agreed to take part on the day: {names}",
        "Enter their consent with its date; without one nothing of theirs may be used.",
        warning=True,
    ),
    "INT-082": Entry(
        "Recorded without consent",
        "{count} people had not agreed to be recorded on the day: {names}",
        "Enter their consent with its date; without one the recording must be destroyed.",
        warning=True,
    ),
    "INT-083": Entry(
        "Unknown topic",
        "{value!r} is no topic of the guide of {interview!r}",
        "Its topics are: {known}.",
    ),
    "INT-084": Entry(
        "Cleared without consent",
        "{count} texts are marked as cleared although deposit is not allowed: {names}",
        "They count as not cleared; ask for consent or leave them out of the deposit.",
        warning=True,
    ),
    "INT-085": Entry(
        "Text of somebody who withdrew",
        "withdrawn, with its text still there: {names} ({count} in all)",
        "Take it out with `consilience transcripts withdraw`, with --erase if the form promised "
        "that its words go; if it may be kept, correct the plan or the consents.",
        warning=True,
    ),
    "INT-180": Entry(
        "Text of a talk that was not held",
        "with a text, but neither held nor withdrawn by the plan: {names} ({count} in all)",
        "Write `done` under state in the plan once it was held; until then it counts as planned.",
        warning=True,
    ),
    "INT-086": Entry(
        "Unknown finding in a group",
        "{value!r} is no finding of the study",
        "List it under 'findings' in study.yaml; these are there: {known}.",
    ),
    "INT-087": Entry(
        "Transcripts of nothing",
        "{count} files are called like no interview that was held: {names}",
        "Call a file like its interview, such as S01.txt, or correct the plan.",
        warning=True,
    ),
    "INT-088": Entry(
        "Two texts for one interview",
        "several files are of one interview: {names} ({count} in all)",
        "Keep one file each, or join the parts.",
    ),
    "INT-089": Entry(
        "Texts that wait",
        "{count} texts may name people and were not taken in: {names}",
        "Run `consilience transcripts import` with the key of the vault, or say in the stage why"
        " texts need no pseudonyms.",
        warning=True,
    ),
    "INT-093": Entry(
        "File other than the text",
        "{count} files were changed since their text was taken in: {names}",
        "Take the changes over with `consilience transcripts correct`, or put the old file back.",
        warning=True,
    ),
    "INT-090": Entry(
        "No such folder of texts",
        "{value!r} is no folder and fits no file",
        "Make the folder in the study folder, or correct its name.",
        warning=True,
    ),
    "INT-091": Entry(
        "Contacts without ids",
        "the table of contacts has no column 'person'",
        "Give it the columns person (an id such as P017), name and whatever else is needed.",
    ),
    "INT-092": Entry(
        "Evidence that is not there",
        "{count} codes or codings that should show a finding are not there: {names}",
        "Correct their ids or names under 'findings', or take the codings in.",
        warning=True,
    ),
    "INT-094": Entry(
        "Code without a key",
        "an entry of the codebook has no {key!r}",
        "Give each code an id and a name, and list them under 'codes:'.",
    ),
    "INT-095": Entry(
        "Code twice in the codebook",
        "the code {value!r} stands in the codebook already",
        "Give one of the two another id.",
    ),
    "INT-096": Entry(
        "Unknown key of a code",
        "{key!r} is no key of a code",
        "The keys are: {known}.",
    ),
    "INT-097": Entry(
        "Line that is no coding",
        "the line is not a coding: {reason}",
        "Write in UTF-8 one JSON object a line with document, start, end, code and coder.",
    ),
    "INT-098": Entry(
        "Coding of nothing",
        "a coding is of the {what} {value!r}, which is not there",
        "Take the texts and the codebook in first, or correct the name.",
    ),
    "INT-099": Entry(
        "Two codings of one id",
        "the coding {id!r} stands in line {first} already, as another coding",
        "Give each coding an id of its own, or leave out the line that does not hold.",
    ),
    # INT-100 to INT-109: recordings; INT-118: versions sealed later
    "INT-100": Entry(
        "Recogniser not installed",
        "the library {library} is not installed here",
        "Install consilience with the extra {extra!r}, or import the file of another recogniser.",
    ),
    "INT-101": Entry(
        "No weights there",
        "there is no file {path!r} of weights or a model",
        "Give the folder of a CTranslate2 model, in which model.bin lies, or the weights file.",
    ),
    "INT-102": Entry(
        "Other weights than meant",
        "the file has the hash {found}, not {wanted}",
        "Compare with what its publisher states; use no model that you cannot account for.",
    ),
    "INT-103": Entry(
        "Recording cannot be heard",
        "the recording cannot be read: {reason}",
        "Play it in another program; convert it to WAV, MP3 or M4A and try again.",
    ),
    "INT-104": Entry(
        "Not weights of a voice encoder",
        "the file holds no weights of a voice encoder: {reason}",
        "Give the weights as Resemblyzer publishes them, or leave voices out.",
    ),
    "INT-105": Entry(
        "Not a recording",
        "{path!r} is no recording",
        "Give audio or video files, or folders that hold some.",
    ),
    "INT-106": Entry(
        "Recording not clear",
        "{count} recordings are called {named!r}",
        "Give the file name, or the first six or more digits of the hash that the list shows.",
    ),
    "INT-107": Entry(
        "Glossary cannot be read",
        "the glossary cannot be read: {reason}",
        "Give a text file in UTF-8 with one name or term a line.",
    ),
    "INT-108": Entry(
        "The same recording twice",
        "{file!r} has the very bytes of {name!r}, which is entered already",
        "Nothing need be done if it is a copy; else see whether the right file was copied.",
        warning=True,
    ),
    "INT-109": Entry(
        "Name of a recording that may name somebody",
        "a file may be called after a person, so the recording is known as {name!r}",
        "Rename the file so too, or to its interview; it is found by its hash under any name.",
        warning=True,
    ),
    "INT-118": Entry(
        "Names in texts that came in open",
        "in {count} texts names were replaced, and the words that came in still lie open: {names}",
        "If they may not, run `consilience deidentify apply` again with --seal-raw.",
        warning=True,
    ),
}
