"""STO: what is kept."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES = {
    "STO-001": Entry(
        "Study is held",
        "the study {folder} is held by process {pid} on {host} ({activity})",
        "Wait until that run has ended, or end it; a run that was killed holds nothing.",
    ),
    "STO-002": Entry(
        "Disk full",
        "writing {path} failed: {reason}",
        "Free some space and run again; the study is as it was before this step.",
    ),
    "STO-003": Entry(
        "Not a study database",
        "{path} cannot be read as a study database: {reason}",
        "Restore the file from a backup, or move `.consilience` away and run again: "
        "every result can be rebuilt from the inputs, but the audit ledger cannot.",
    ),
    "STO-004": Entry(
        "Written by a newer version",
        "{path} has schema {found}, and this version knows up to {known}",
        "Install the version of consilience that wrote it, or a newer one.",
    ),
    "STO-005": Entry(
        "Snapshot missing or changed",
        "the table {path} is {state}",
        "Run again: the stage that made it is run anew.",
        warning=True,
    ),
    "STO-006": Entry(
        "Ledger line changed",
        "line {line} of the audit ledger does not match its hash",
        "Compare with a backup: the line was changed after it was written.",
    ),
    "STO-007": Entry(
        "Ledger line missing or moved",
        "line {line} of the audit ledger does not follow from the line before it",
        "Compare with a backup: a line was removed, added or moved at this place.",
    ),
    "STO-008": Entry(
        "Ledger cut short",
        "the audit ledger has {found} lines, and {expected} were written",
        "Compare with a backup: lines were removed from the end.",
    ),
    "STO-009": Entry(
        "Cannot write here",
        "{path} cannot be written: {reason}",
        "Check the permissions of the folder, or copy the study to a place you may write to.",
    ),
    "STO-010": Entry(
        "Not a ledger export",
        "line {line} of {path} is not a line of an exported audit ledger: {reason}",
        "Give a file that `consilience audit show --json` wrote, one line an entry.",
    ),
    "STO-011": Entry(
        "Somebody else is writing",
        "{path} was being written by another command or page for more than {seconds} seconds",
        "Wait until that is done, such as a long import, and give the same again; nothing was "
        "changed.",
    ),
    "STO-012": Entry(
        "Text with half a character",
        "{text!r} ends in a sign that is no character, so that it cannot be kept or looked for",
        "Type the text anew: it was cut or came from a file that is not in UTF-8.",
    ),
    "STO-013": Entry(
        "No place for a file",
        "{path} is a device, pipe or socket, in whose place no file may be put",
        "Give the name of a file; with `--json`, most commands print what they know instead.",
    ),
    "STO-014": Entry(
        "Files with words of the text",
        "{count} files in the folder of the study repeat words of the text: {names}",
        "Nothing was deleted. Make what lies in `out` anew with `consilience run` and `consilience "
        "deposit`; see to the others by hand, and to what was published where it was published.",
        warning=True,
    ),
    "STO-015": Entry(
        "Files not looked into",
        "{count} files could not be looked into for words of the text: {names}",
        "Look at them yourself: pictures, recordings, PDF, damaged and very large files are not "
        "searched.",
        warning=True,
    ),
    "STO-016": Entry(
        "Perhaps copies of the study",
        "{count} things beside the folder of the study are called like it: {names}",
        "They were not opened. See whether they are copies or backups that hold the words, and "
        "delete those by hand; so too wherever else backups are kept.",
        warning=True,
    ),
    # STO-030 to STO-039: the vault
    "STO-030": Entry(
        "No vault",
        "the study {folder} has no vault",
        "Import transcripts with CONSILIENCE_VAULT_KEY set: the first sealed one makes the vault.",
    ),
    "STO-031": Entry(
        "Wrong pass phrase",
        "the pass phrase does not open the vault of {folder}",
        "Give the pass phrase with which it was made; without it nobody can open the vault.",
    ),
    "STO-032": Entry(
        "Vault changed",
        "{path} is not as it was written",
        "Restore the file from a backup: it was changed, cut short or moved.",
    ),
    "STO-033": Entry(
        "Pass phrase too short",
        "the pass phrase has {length} characters",
        "Choose one of {shortest} or more; four random words are good and can be remembered.",
    ),
    "STO-034": Entry(
        "No name of an entry",
        "{name!r} cannot name an entry of the vault",
        "Use lower-case letters, digits and hyphens, parted by `/`.",
    ),
    "STO-035": Entry(
        "Vault is there",
        "the study {folder} has a vault already",
        "Open it with its pass phrase.",
    ),
    "STO-036": Entry(
        "Entry gone from the vault",
        "the entry {name} is not in the vault, and it was",
        "Bring .consilience/vault back from a backup. Words that are whole can still be had: by "
        "`consilience deidentify restore`, or `consilience transcripts text --names`.",
    ),
    "STO-037": Entry(
        "Header of the vault gone",
        "there is no {path}, but entries that only its key opens",
        "Bring vault.json back from a backup; a new one could not open what is there.",
    ),
    "STO-038": Entry(
        "Entries of no text",
        "{count} entries of the vault belong to no text, such as {example}",
        "An import was cut off: import the files again, or let the entries go with "
        "`consilience deidentify check --clear`.",
        warning=True,
    ),
    # STO-050 to STO-069: accounts
    "STO-050": Entry(
        "Login or id is taken",
        "{value!r} is the login or the id of an account already",
        "Choose another, or look with `consilience people list`.",
    ),
    "STO-051": Entry(
        "No such account",
        "nobody has the login {login!r}",
        "The logins are: {known}.",
    ),
    "STO-052": Entry(
        "No such role",
        "{role!r} is no role",
        "The roles are: {known}. Name one or more.",
    ),
    # STO-070 to STO-079: words in texts
    "STO-070": Entry(
        "Quote stays open",
        "a phrase in {query!r} has no closing quote",
        'Put one quote before and one after the phrase, as in "front door".',
    ),
    "STO-071": Entry(
        "Brackets do not match",
        "the brackets of {query!r} do not match",
        "Close each bracket that is opened, or leave them out.",
    ),
    "STO-072": Entry(
        "Operator without two sides",
        "{operator} has nothing on one side in {query!r}",
        "Put something to be found on each side, as in `school NOT budget`; in small letters, or"
        " in quotes, it is a word to be found.",
    ),
    "STO-073": Entry(
        "No word to find",
        "{query!r} has no word in it",
        "Type at least one word with a letter or digit.",
    ),
    "STO-074": Entry(
        "NEAR is not understood",
        "NEAR in {query!r} is not of the form that is understood",
        "Write it as NEAR(first second) or NEAR(first second, 5), with at least two words or"
        " phrases and at most {most} words between.",
    ),
    "STO-075": Entry(
        "Query is too long",
        "a query has {length} characters or too many brackets within brackets",
        "Use at most {longest} characters and {deepest} brackets within each other.",
    ),
    "STO-076": Entry(
        "Index of tantivy cannot be used",
        "the index of tantivy cannot be used: {reason}",
        "Install the extra `search`, end what else writes it, or search with `--index sqlite`.",
    ),
    # STO-080 to STO-099: records of a catalogue
    "STO-080": Entry(
        "No such record",
        "the catalogue has no record {identifier!r}, or it is deleted",
        "Look for it with `consilience catalogue search`.",
    ),
    "STO-081": Entry(
        "Identifier that cannot be one",
        "{identifier!r} cannot name a record",
        "Use at most 256 letters, digits and the signs of an address, without white space, as in "
        "`oai:data.example.org:854716`.",
    ),
    "STO-082": Entry(
        "Set name that cannot be one",
        "{spec!r} cannot name a set",
        "Use letters, digits and - _ . ! ~ * ' ( ), with a colon before each smaller set.",
    ),
    # STO-100 to STO-119: what a catalogue gives out
    "STO-100": Entry(
        "Published file missing or changed",
        "the bytes of {path} are not those that were published",
        "Publish the package again from its bag, or bring `.consilience/files` back from a backup.",
    ),
    "STO-101": Entry(
        "Mail server not reached",
        "the mail server {host} cannot be used: {reason}",
        "Check host, port, security and password; the mails wait in the outbox.",
    ),
    "STO-102": Entry(
        "Registry not reached",
        "the DOI registry {endpoint} cannot be reached: {reason}",
        "Try the same command again later: it goes on where it stopped.",
    ),
    "STO-103": Entry(
        "Registry refused",
        "the DOI registry {endpoint} answered {status}: {reason}",
        "Mend what it names, and give the same command again.",
    ),
    "STO-104": Entry(
        "No address of a registry",
        "{endpoint!r} is no https address of a DOI registry",
        "Give it as `--endpoint https://api.test.datacite.org`, or the registry's own address.",
    ),
}
