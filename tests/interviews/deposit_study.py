"""A small made-up study that deposits: one cleared interview, one table, two documents."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

from talk_study import FILES

from consilience.desk.kept import at_work
from consilience.desk.run import run
from consilience.desk.transcripts import bring_to_state

AT = dt.datetime(2026, 1, 2, 9, tzinfo=dt.UTC)
STUDY = """\
consilience: 1
study:
  id: talks
  title: A small study of talks
  starts: 2017-01-01
  ends: 2018-12-31
  seed: 11
  simulated: true
  team: [{name: Ash}]
phases:
  - {id: scoping, title: Scoping, starts: 2017-04-01, ends: 2017-12-31}
datasets:
  - {id: talks, title: Talks, type: text, phase: scoping, unit: interview, consent: in writing}
  - {id: climate, title: Climate, type: numeric, phase: scoping, unit: person, consent: on the form}
catalogue:
  identifier: small-1
  agency: example
  publisher: An archive
  published: 2019
  rights: The team
  statement: For registered users.
  licence: CC0-1.0
  abstract: What agencies tell each other.
  keywords: [schools]
  topics: [SocialStratificationAndGroupings.Children]
  units: [Individual]
  sampling: [Nonprobability.Purposive]
  modes: [Interview.FaceToFace]
  time: [CrossSection]
  nations: {GB: United Kingdom}
  universe: Everybody
  address: https://archive.example/small-1
  contact: The team
stages:
  - id: areas
    kind: frame
    of: areas
    file: areas.csv
    columns: {id: code, name: name}
    date: 2017-01-02
  - id: scoping
    kind: interview
    phase: scoping
    of: areas
    opens: 2017-04-01
    closes: 2017-06-30
    roles: {lead: Education lead, worker: Social worker}
    guides:
      - {role: lead, file: guides/lead-1.yaml, version: "1.0"}
      - {role: lead, file: guides/lead-2.yaml, version: "1.1"}
      - {role: worker, file: guides/worker.yaml, version: "1"}
    approvals:
      - {body: Ethics committee, reference: E1, date: 2017-03-01, until: 2018-12-31}
    plan: talks/plan.csv
    people: talks/people.csv
    consents: talks/consents.csv
    transcripts: talks/texts
    pseudonymise: false
    because: invented
  - id: deposit
    kind: deposit
    of: [areas, scoping]
    frame: areas
    documents:
      - {file: consent.docx, title: Consent form, kind: consent form}
      - {file: information.md, title: Information sheet, kind: information sheet}
    sets:
      - {data_set: talks, texts: scoping, formats: [txt]}
      - data_set: climate
        tables:
          - {id: climate, title: Climate, file: climate.csv, keys: [role], labels: {mean: Mean}}
"""
TEXT = "I: What are schools told?\nR: Nothing. Deborah Featherstone told us nothing.\n"
CONTENT = {
    name: text for name, text in FILES.items() if name.startswith(("areas", "guides", "talks"))
} | {
    "study.yaml": STUDY,
    "talks/texts/T1.txt": TEXT,
    "information.md": "# Information\n\nYou may stop at any time.\n",
    "climate.csv": "role,mean\nhead,50\nhead,51\nhead,49\ndeputy,50\ndeputy,52\ndeputy,48\n",
}  # fmt: skip
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def docx(body: str = "", **parts: str) -> bytes:
    """Return a document of Word with a sentence and more, as a program would write it."""
    main = f"{_WORD}.document.main+xml"
    content = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/'
            'vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_LINKS}"><Relationship Id="r1" Type="{_OFFICE}" '
            'Target="word/document.xml"/></Relationships>'
        ),
        "word/document.xml": (
            f'<w:document xmlns:w="{_MAIN}"><w:body><w:p><w:r><w:t>You may stop.</w:t></w:r>'
            f"{body}</w:p></w:body></w:document>"
        ),
    } | parts  # fmt: skip
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in content.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return made.getvalue()


def write_deposit_study(folder: Path, *changes: tuple[str, str, str]) -> Path:
    """Write the study with changes `(file, old, new)`, and return its folder."""
    texts = dict(CONTENT)
    for file, old, new in changes:
        assert texts[file].count(old) == 1, f"{old!r} stands {texts[file].count(old)} times"
        texts[file] = texts[file].replace(old, new)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "consent.docx").write_bytes(docx())
    return folder


def change(folder: Path, old: str, new: str) -> None:
    """Change the study file in one place, and run what that touches."""
    path = folder / "study.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8")
    run(folder, at=AT, actor="test")


def clear(folder: Path, *names: str) -> None:
    """Clear texts for deposit, and run what that touches."""
    with at_work(folder) as engine:
        for name in names:
            for state in ("checked", "pseudonymised", "cleared"):
                bring_to_state(engine, name, state, reason="read", at=AT, actor="test")
    run(folder, at=AT, actor="test")
