"""Pseudonyms for a study folder and files; and how well the rules do on texts people marked."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.desk import pseudonyms, registry
from consilience.desk.kept import opened
from consilience.desk.memo_names import memos_in
from consilience.desk.pen import Pen
from consilience.desk.registry import read_book
from consilience.desk.sealed import vault_for_reading
from consilience.formats.csv_out import csv_bytes
from consilience.formats.delimited import decode
from consilience.formats.packed import words_of_file
from consilience.formats.tables import read_table
from consilience.formats.xlsx_out import xlsx_bytes
from consilience.interviews.joining import doubts
from consilience.store.files import write_whole
from consilience.text.deidentification import (
    Figures,
    Missed,
    figures,
    missed,
    read_gold,
    share_covered,
)
from consilience.text.generalise import DateUnit
from consilience.text.identifiers.candidate import MARKED
from consilience.text.identifiers.clues import is_spoken, sentences_around
from consilience.text.identifiers.find import find_identifiers
from consilience.text.identifiers.language_model import load_model, with_model

__all__ = [
    "Evaluation",
    "apply",
    "check_files",
    "evaluate",
    "replace_files",
    "restore_to",
    "take_decisions",
    "write_candidates",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What a file of marked texts says of the rules.

    Args:
        figures: recall and precision of all that is put before a person: what is to be decided
            about, and in speech the sentence around it, with which a page shows it.
        passages: the same without sentences.
        share_marked: share of the characters that is in the first.
        share_passages: share of the characters that is in the second.
        words_per_second: words of the texts by the seconds of the finding alone.
        missed: the mentions that were not put before a person at all.
        in_sentences: those that were as part of a sentence only.
    """

    figures: Figures
    passages: Figures
    share_marked: float
    share_passages: float
    words_per_second: float
    missed: tuple[Missed, ...]
    in_sentences: tuple[Missed, ...]


def evaluate(path: Path, *, nlp: bool = False, seconds: Callable[[], float]) -> Evaluation:
    """Return how well the rules find what annotators marked in a file of TAB's form.

    Args:
        path: a JSON file; see `text.deidentification.read_gold`.
        nlp: whether what a language model finds is masked too.
        seconds: a clock that only goes forward, as of this process.

    Raises:
        Fault: TXT-020 if it is no such file, TXT-021 if there is no model.
    """
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, OSError) as error:
        raise Fault("TXT-020", file=path.name, reason=str(error)) from error
    texts = read_gold(content, file=path.name)
    model = load_model() if nlp else None
    for each in texts[:1]:
        find_identifiers(each.text)  # the tables are read once, whatever is looked at
    begun = seconds()
    found = [find_identifiers(each.text) for each in texts]
    if model is not None:
        found = [with_model(t.text, f, model) for t, f in zip(texts, found, strict=True)]
    taken = seconds() - begun
    marked = [[each for each in one if each.score >= MARKED] for one in found]
    alone = [[(c.start, c.end) for c in each if c.kind != "clue"] for each in marked]
    masks = [
        [(c.start, c.end) for c in each] + _read_with(text.text, places)
        for text, each, places in zip(texts, marked, alone, strict=True)
    ]
    lengths = [len(each.text) for each in texts]
    made = figures(texts, masks)
    lost = missed(texts, masks)
    known = frozenset(lost)
    return Evaluation(
        figures=made,
        passages=figures(texts, alone),
        share_marked=share_covered(lengths, masks),
        share_passages=share_covered(lengths, alone),
        words_per_second=made.words / taken if taken > 0 else 0.0,
        missed=lost,
        in_sentences=tuple(each for each in missed(texts, alone) if each not in known),
    )


_FORMS: Final = (".csv", ".xlsx")


def _read_with(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the sentences with which passages are read; of a document none is counted."""
    return sentences_around(text, places) if is_spoken(text) else []


def write_candidates(
    folder: Path, target: Path, key: str, *, nlp: bool, at: dt.datetime, actor: str
) -> int:
    """Write the table that people fill in, a row an entity; return how many there are.

    A workbook if the file is called .xlsx, else CSV that spreadsheets read with all its letters.

    Raises:
        Fault: FMT-290 for another ending than .csv or .xlsx; TXT-021 if a language model is asked
            for and not there; see `desk.registry`.
    """
    form = target.suffix.lower()
    if form not in _FORMS:
        raise Fault("FMT-290", where=Where(file=str(target)), form=form, known=" or ".join(_FORMS))
    model = load_model() if nlp else None
    with opened(folder) as engine:
        table = registry.candidates(engine, folder, key, model=model, at=at, actor=actor)
    write_whole(target, xlsx_bytes(table) if form == ".xlsx" else csv_bytes(table, marked=True))
    return int(table.num_rows)


def take_decisions(
    folder: Path, file: Path, key: str, *, year_only: bool | None, at: dt.datetime, actor: str
) -> tuple[int, list[Fault]]:
    """Take a table of decisions into the vault.

    Returns:
        How many rows it has, and INT-049 and INT-052 for what may be meant otherwise.

    Raises:
        Faults: INT-030 to INT-033 for rows that cannot be followed; FMT if it is no table.
    """
    rows = [{name: _written(value) for name, value in row.items()} for row in _rows(file)]
    unit: DateUnit | None = None if year_only is None else "year" if year_only else "month"
    with opened(folder) as engine:
        made = registry.decide(
            engine, folder, key, rows, file=file.name, dates=unit, at=at, actor=actor
        )
    spoken_of = {int(row["entity"] or 0) for row in rows if row.get("entity")}
    return len(rows), doubts(made, spoken_of)


def _rows(file: Path) -> list[dict[str, str | None]]:
    rows: list[dict[str, str | None]] = read_table(file).to_pylist()
    return rows


def _written(value: str | None) -> str | None:
    """Take off the apostrophe that keeps a spreadsheet from running a name as a formula."""
    return value[1:] if value and value[0] == "'" and value[1:2] in ("=", "+", "-", "@") else value


def apply(
    folder: Path,
    key: str,
    *,
    discard: Sequence[str] = (),
    leave_asked: bool = False,
    seal_raw: bool = False,
    at: dt.datetime,
    actor: str,
) -> tuple[tuple[pseudonyms.Applied, ...], tuple[Fault, ...]]:
    """Make the pseudonymised version of every text of a study; see `desk.pseudonyms.apply`."""
    with opened(folder) as engine:
        return pseudonyms.apply(
            engine, folder, key, discard=discard, leave_asked=leave_asked, seal_raw=seal_raw,
            at=at, actor=actor,
        )  # fmt: skip


def restore_to(
    folder: Path, named: str, target: Path, key: str, *, at: dt.datetime, actor: str
) -> None:
    """Write a text as it was before names were replaced; see `desk.pseudonyms.restore`."""
    with opened(folder) as engine:
        text = pseudonyms.restore(engine, folder, key, named, at=at, actor=actor)
    write_whole(target, text.encode())


def check_files(
    folder: Path, files: Sequence[Path], key: str, *, at: dt.datetime, actor: str
) -> list[Fault]:
    """Return where names of the registry stand in files; see `desk.pseudonyms.residual_check`.

    The name of a file is looked at with its content.

    Returns:
        INT-035 for each entity in each file, and COD-113 for each memo of the study with a name
        whose words stand in one of them.
    """
    texts = {path.name: f"{words_of_file(path)}\n{path.stem.replace('_', ' ')}" for path in files}
    with opened(folder) as engine:
        left = pseudonyms.residual_check(engine, folder, key, texts, at=at, actor=actor)
        vault = vault_for_reading(folder, key) if left else None
        if vault is not None:
            left += memos_in(engine, Pen(read_book(vault)), texts.values())
    return left


def replace_files(
    folder: Path, files: Sequence[Path], target: Path, key: str, *, at: dt.datetime, actor: str
) -> list[str]:
    """Write files with the replacements of the registry, in content and in name.

    Args:
        folder: the study folder.
        files: texts and tables of text; answers to open questions, notes.
        target: where the new files are written.
        key: the pass phrase of the vault.
        at: the time now.
        actor: who asks.
    """
    texts = {path.name: _text(path) for path in files}
    with opened(folder) as engine:
        newer = pseudonyms.replace_in(engine, folder, key, texts, at=at, actor=actor)
    for name, text in newer.items():
        write_whole(target / name, text.encode())
    return sorted(newer)


def _text(path: Path) -> str:
    return decode(path.read_bytes(), encoding=None, file=path.name)[0]
