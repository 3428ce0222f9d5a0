"""Made-up transcripts, codes and codings of any size, straight into a study database."""

from __future__ import annotations

import numpy as np

from consilience.coding.model import Code
from consilience.interviews.model import Document, Turn
from consilience.store.coding_tables import ASSIGNMENT, CODE, CODING
from consilience.store.database import transaction
from consilience.store.transcripts import keep_document

AT = "2026-03-02T09:00:00Z"
SAID = (
    "we met the school and its head about children who were not seen for weeks because nobody "
    "had told the board that the family moved again so we asked what would help "
    "and they said more time better forms one person to call and trust "
    "which takes years to grow and days to lose "
)
WORDS = SAID.split()


def make_text(words=400, *, seed=1, said=55):
    """Return a transcript and its turns; about `said` words a turn, ten a sentence."""
    rng = np.random.Generator(np.random.Philox(seed))
    text, turns = "", []
    left = words
    while left > 0:
        speaker = "I" if len(turns) % 2 == 0 else "R"
        count = min(left, int(rng.integers(6, said if speaker == "I" else 2 * said)))
        left -= count
        start = len(text)
        text += f"{speaker}: "
        begin = len(text)
        text += sentences_of(rng, count)
        turns.append(Turn(speaker=speaker, start=start, said=begin, end=len(text)))
        text += "\n\n"
    return text.rstrip(), turns


def sentences_of(rng, count):
    chosen = [WORDS[n] for n in rng.integers(0, len(WORDS), count)]
    parts = [chosen[at : at + 10] for at in range(0, count, 10)]
    return " ".join(" ".join(part).capitalize() + "." for part in parts)


def keep_text(engine, text, turns, *, document="text-1", name="Interview 1"):
    with transaction(engine) as connection:
        keep_document(
            connection, Document(id=document, name=name, simulated=True), text=text, turns=turns,
            sealed=False, at=AT, actor="test",
        )  # fmt: skip
    return text


def keep_codes(engine, codes):
    with transaction(engine) as connection:
        for code in codes:
            row = {name: getattr(code, name) for name in Code.__slots__}
            connection.execute(CODE.insert().values(**row | {"examples": "[]"}))


def make_codes(count=40):
    """Return a codebook of a few headings with codes below them."""
    names = ("Trust", "Thresholds", "Time", "Training", "Voice", "Forms", "Moves", "Leadership")
    codes = [
        Code(id=f"h{n}", name=f"{name} and how it grows", position=n, codable=False)
        for n, name in enumerate(names)
    ]
    codes += [
        Code(
            id=f"c{n}",
            name=f"{names[n % 8]}: aspect {n // 8 + 1}",
            parent=f"h{n % 8}",
            position=n // 8,
            definition=f"What people say of aspect {n // 8 + 1}.",
        )
        for n in range(count)
    ]
    return codes


def keep_codings(engine, rows):
    with transaction(engine) as connection:
        for row in rows:
            connection.execute(CODING.insert().values(at=AT, origin="person", version=1, **row))


def make_codings(text, count, *, codes, coder, seed=2, document="text-1"):
    rng = np.random.Generator(np.random.Philox(seed))
    rows = []
    for n in range(count):
        start = int(rng.integers(0, max(1, len(text) - 260)))
        end = start + int(rng.integers(20, 250))
        rows.append(
            {"id": f"{document}-{coder}-{n}", "document": document, "start": start, "end": end,
             "code": codes[int(rng.integers(0, len(codes)))], "coder": coder}
        )  # fmt: skip
    return rows


def assign(engine, coder, *, document="text-1", released=None):
    with transaction(engine) as connection:
        connection.execute(
            ASSIGNMENT.insert().values(
                document=document, coder=coder, assigned_at=AT, released_at=released
            )
        )
