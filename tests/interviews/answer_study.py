"""A made-up study of which the export of a survey is read again and again."""

from __future__ import annotations

import datetime as dt

from talk_study import write_study

from consilience.coding.model import Code
from consilience.desk.kept import opened
from consilience.desk.run import run
from consilience.store.codings import save_codes
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import lines
from consilience.store.transcripts import find_document, state_of, text_of, versions

KEY = "four random words here"
STAGE = "  - {id: coding, kind: code, of: [survey], resamples: 0}\nfindings:\n"
FIRST = {
    "r1": ("A01", "3", "We are told. Ring Deborah Featherstone."),
    "r2": ("A02", "1", "Nobody rings us back."),
    "r3": ("A03", "2", ""),
}
DAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def made(folder, *, ids=True, simulated=True):
    """Write the study; without ids its responses are known by their row."""
    intake = "{file: answers.csv, area: area}"
    new = "{file: answers.csv, area: area, response: id}" if ids else intake
    write_study(folder, ("study.yaml", "findings:\n", STAGE), ("study.yaml", intake, new))
    if not simulated:
        text = (folder / "study.yaml").read_text()
        (folder / "study.yaml").write_text(text.replace("  simulated: true\n", ""))
    return folder


def written(folder, answers):
    rows = [f'{name},{area},{q1},"{q2}"\n' for name, (area, q1, q2) in answers.items()]
    (folder / "answers.csv").write_text("id,area,q1,q2\n" + "".join(rows))


def read(folder, answers=None, *, day=0, key=None):
    """Read an export, a day after the other, and return the warnings of the coding stage."""
    if answers is not None:
        written(folder, answers)
    done = run(folder, at=DAY + dt.timedelta(day), actor="test", until="coding", key=key)
    (stage,) = [each for each in done.stages if each.stage == "coding"]
    return {fault.code: fault for fault in stage.warnings}


def with_code(folder):
    with opened(folder) as engine, transaction(engine) as connection:
        save_codes(connection, [Code(id="told", name="Told")])


def standing(folder, response):
    """Return document, its versions, its state, and its words in the newest open version."""
    with opened(folder) as engine, snapshot(engine) as connection:
        document = find_document(connection, f"survey {response}")
        if document is None:
            return None
        known = versions(connection, document.id)
        open_ = [each for each in known if not each.sealed]
        words = text_of(connection, document.id, open_[-1].number) if open_ else None
        return document, known, state_of(connection, document.id).state, words


def ledger(folder):
    with opened(folder) as engine, snapshot(engine) as connection:
        return [each.action for each in lines(connection)]
