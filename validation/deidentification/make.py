"""Turn the marked interviews in texts/ into records in the form of the TAB benchmark.

    python make.py          write dev-*.json, test-*.json and fresh-*.json beside this file
    python make.py counts   print the table of the README

A mark is `{span|Td}` or `{span|Td entity}`: T is the letter of the type, d the first letter of
`direct`, `quasi` or `no mask`. Mentions of one entity carry one name; without a name the span
itself in small letters is the entity. All interviews are SIMULATED: written for this purpose.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
MARK = re.compile(r"\{([^{}|]+)\|([PCLODTQM])([dqn])(?: ([^{}|\s]+))?\}")
TYPES = {
    "P": "PERSON",
    "C": "CODE",
    "L": "LOC",
    "O": "ORG",
    "D": "DEM",
    "T": "DATETIME",
    "Q": "QUANTITY",
    "M": "MISC",
}
IDENTIFIERS = {"d": "DIRECT", "q": "QUASI", "n": "NO_MASK"}
NOTE = "SIMULATED: invented text, nobody said this"


def read_marked(marked: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the text without its marks, and each mark with its place in that text."""
    pieces: list[str] = []
    mentions: list[dict[str, Any]] = []
    at = last = 0
    for match in MARK.finditer(marked):
        before, (span, kind, identifier, entity) = marked[last : match.start()], match.groups()
        start = at + len(before)
        mentions.append(
            {
                "entity_type": TYPES[kind],
                "identifier_type": IDENTIFIERS[identifier],
                "start_offset": start,
                "end_offset": start + len(span),
                "span_text": span,
                "entity_id": entity or span.casefold(),
            }
        )
        pieces += [before, span]
        at, last = start + len(span), match.end()
    text = "".join(pieces) + marked[last:]
    if "{" in text or "}" in text or "|" in text:
        raise ValueError(f"a mark is not well formed: {re.findall(r'.{20}[{}|].{20}', text)}")
    return text, mentions


def record_of(name: str, marked: str) -> dict[str, Any]:
    """Return the record of one interview; entities and mentions are numbered by first mention."""
    text, mentions = read_marked(marked)
    if not text.startswith("SIMULATED"):
        raise ValueError(f"{name} does not begin by saying that it is SIMULATED")
    numbers: dict[tuple[str, str], str] = {}
    for number, mention in enumerate(mentions, start=1):
        key = (mention["entity_type"], mention["entity_id"])
        mention["entity_id"] = numbers.setdefault(key, f"{name}_e{len(numbers) + 1}")
        mention["entity_mention_id"] = f"{name}_em{number}"
    return {
        "doc_id": name,
        "dataset_type": name.partition("-")[0],
        "task": "Task: Pseudonymise the interview for deposit",
        "quality_checked": False,
        "meta": {"simulated": True, "note": NOTE, "words": len(text.split())},
        "text": text,
        "annotations": {"writer": {"entity_mentions": mentions}},
    }


def counts(records: list[dict[str, Any]]) -> list[str]:
    """Return the lines of the table of mentions by set, type and identifier."""
    lines = ["| set | type | direct | quasi | no mask |", "|---|---|---|---|---|"]
    for part in ("dev", "test", "fresh"):
        chosen = [record for record in records if record["dataset_type"] == part]
        found = Counter(
            (mention["entity_type"], mention["identifier_type"])
            for record in chosen
            for mention in record["annotations"]["writer"]["entity_mentions"]
        )
        for kind in TYPES.values():
            row = [str(found[kind, identifier]) for identifier in IDENTIFIERS.values()]
            lines.append(f"| {part} | {kind} | {' | '.join(row)} |")
        words = sum(record["meta"]["words"] for record in chosen)
        lines.append(f"| {part} | {len(chosen)} interviews, {words:,} words | | | |")
    return lines


def main() -> None:
    """Write a file of one record for each interview."""
    records = [
        record_of(path.stem, path.read_text(encoding="utf-8"))
        for path in sorted((HERE / "texts").glob("*.txt"))
    ]
    if sys.argv[1:] == ["counts"]:
        print("\n".join(counts(records)))
        return
    for record in records:
        text = json.dumps([record], ensure_ascii=False, indent=1)
        (HERE / f"{record['doc_id']}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
