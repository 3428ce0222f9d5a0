"""INT-140 to INT-159: texts whose words were corrected after names were replaced in them."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    "INT-140": Entry(
        "Name of somebody in a version without names",
        "what the file changes in {name!r} holds a form of entity {entity}, and that version is "
        "read without the key of the vault",
        "Write {replacement} there. If the file was made from the version with names, bring it "
        "back with `--names --base {base}`, and find and replace names again.",
    ),
    "INT-141": Entry(
        "Corrected words not searched",
        "without the key of the vault nobody looked for names in what was corrected in {name!r}; "
        "it is not deposited until somebody has",
        "Run `consilience deidentify candidates`, decide, and apply, with the key of the vault.",
        warning=True,
    ),
    "INT-142": Entry(
        "Made from a version with names",
        "the file was made from version {older} of {name!r}, which may name people, and would "
        "take the place of version {newest}, which does not",
        "Say `--names --base {older}`: what the file changed is put into the version with names. "
        "Find and replace names then with `consilience deidentify`.",
    ),
    "INT-143": Entry(
        "Replacements taken out",
        "the file seems to be made from a version of {name!r} with names; replacements instead of "
        "which it has words as long as the name: {count}",
        "If it was, say `--names --base {older}`. Else run it again with CONSILIENCE_VAULT_KEY "
        "set, so that the words are compared with the names.",
    ),
    "INT-144": Entry(
        "Details in corrected words",
        "what was corrected in {name!r} holds what nobody has decided yet: {kinds}",
        "Run `consilience deidentify candidates`, decide, and apply.",
        warning=True,
    ),
    "INT-145": Entry(
        "Codings that lost words",
        "codings that lost all their words and count no more: {lost}; that stand on other words "
        "than were marked: {changed}. Of each coder: {coders}",
        "Look at them with `consilience codings lost`, and open the text again for their coders "
        "with `consilience codings release --reopen`.",
        warning=True,
    ),
    "INT-146": Entry(
        "Texts left out",
        "withdrawn or erased, and left as they are: {names}",
        "Nothing is to be done; `consilience transcripts list` says which are which.",
        warning=True,
    ),
    "INT-147": Entry(
        "Words with names beside a version without",
        "the file belongs to a version of {name!r} that may name people and lies open, and would "
        "be read instead of the version without names",
        "Run it again with CONSILIENCE_VAULT_KEY set: the corrected words go into the vault. Find "
        "and replace names then with `consilience deidentify`.",
    ),
    "INT-148": Entry(
        "Names in corrected words that lie open",
        "what was corrected in {name!r} holds {count} names or details that are to be replaced, "
        "and its words lie open, as they came in",
        "If they may not, run `consilience deidentify candidates`, decide, and apply with "
        "--seal-raw.",
        warning=True,
    ),
}
