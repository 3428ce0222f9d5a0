"""Transcripts in several formats, and a study into which they are brought on pages."""

from __future__ import annotations

import shutil

from docx import Document

from consilience.desk.studies import new_study
from consilience.store.vault import make_vault

TALK = "I: Why?\n\nANN ASH: I am Ann Ash.\n\nI: And then?\n\nANN ASH: I left.\n\nI: Thank you.\n"
VTT = """WEBVTT

00:00:01.000 --> 00:00:03.000
<v Interviewer>Who leads?

00:00:03.500 --> 00:00:06.000
<v R1>The board does.
"""


def write_transcripts(folder):
    """Write a text, a document, captions, a damaged document and an empty file; return them."""
    folder.mkdir()
    made = {name: folder / name for name in ("S01.txt", "S02.docx", "S03.vtt", "S04.docx", "S05")}
    made["S01.txt"].write_text(TALK, encoding="utf-8")
    document = Document()
    for line in ("I: Who signs?", "R1: The head does.", "I: Always?", "R1: No."):
        document.add_paragraph(line)
    document.save(str(made["S02.docx"]))
    made["S03.vtt"].write_text(VTT, encoding="utf-8")
    made["S04.docx"].write_bytes(b"PK\x03\x04 and no more")
    made["S05"].write_bytes(b"")
    return made


def let_in(web, key, *, simulated=False):
    """Give the study of a web test a whole study file and a vault that is cheap to open."""
    design = web.folder / "study.yaml"
    design.unlink(missing_ok=True)
    made = web.folder / "made"
    new_study(made, study_id="study", title="A study")
    words = (made / "study.yaml").read_text(encoding="utf-8")
    if not simulated:
        words = words.replace("simulated: true", "simulated: false")
    shutil.copytree(made, web.folder, dirs_exist_ok=True)
    shutil.rmtree(made)
    design.write_text(words, encoding="utf-8")
    if key:
        make_vault(web.folder / ".consilience", key, cost=2**4)
