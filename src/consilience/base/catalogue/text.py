"""TXT: strings and addresses in them."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    "TXT-001": Entry(
        "Edit outside the text",
        "an edit from {start} to {end} is outside the text of {length} characters or in another",
        "Give edits within the text that do not overlap.",
    ),
    # TXT-010 to TXT-019: offsets and turns
    "TXT-010": Entry(
        "Maps do not join",
        "a map that leads to a text of {left} characters is followed by one from {found}",
        "Join maps in the order of the versions; map the second from the version that the "
        "first made.",
    ),
    # TXT-090 to TXT-099: similar passages
    "TXT-090": Entry(
        "Model of language cannot run",
        "a library for similar passages is not installed here: {reason}",
        "Install consilience with the extra 'similar'.",
    ),
    "TXT-091": Entry(
        "Not a model of language",
        "the file cannot be used: {reason}",
        "Give the ONNX file of a sentence model and the tokenizer.json that belongs to it.",
    ),
    # TXT-020 to TXT-029: measures of de-identification
    "TXT-020": Entry(
        "Not in TAB's form",
        "{file} is no gold standard in TAB's form: {reason}",
        "Give a JSON list of documents with `doc_id`, `text` and `annotations`, as TAB has it.",
    ),
    "TXT-021": Entry(
        "No language model",
        "the language model {model} cannot be loaded: {reason}",
        "Install the extra `nlp`, or go without it: the rules need no model.",
    ),
}
