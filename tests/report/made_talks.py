"""Findings of a small made-up study of interviews, groups and coding."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[1] / "interviews"))  # the tests are no package

from talk_study import write_study

from consilience.coding.model import TABLES
from consilience.design.read import read_study
from consilience.desk.interviews import GROUPS, INTERVIEWS
from consilience.desk.live_texts import DOCUMENT, DOCUMENT_STATE
from consilience.desk.steps import Task
from consilience.frame.load import load_frame
from consilience.report.model import Findings

LIVE = {"document": DOCUMENT.empty_table(), "document_state": DOCUMENT_STATE.empty_table()}
STAGE = "  - {id: coding, kind: code, of: [scoping], title: Coding}\nfindings:\n"


def figure(by, subject, name, measure, value, low=None, high=None, **more):
    """Return a row of agreement."""
    return {
        "by": by, "subject": subject, "name": name, "unit": "characters", "measure": measure,
        "of": "", "coder_a": "", "coder_b": "", "value": value, "low": low, "high": high,
        "reason": "" if value is not None else "no variation", "share": 0.1, "documents": 2,
        "units": 100, "coders": 2, **more,
    }  # fmt: skip


CODING = {
    "code": [
        {"code": code, "name": name, "path": path, "parent": parent, "definition": None,
         "depth": depth, "passages": own, "below": below, "texts": min(own, 2), "coders": 2,
         "codable": True}
        for code, name, path, parent, depth, own, below in (
            ("c1", "Feedback", "Feedback", None, 0, 3, 4),
            ("c2", "None given", "Feedback > None given", "c1", 1, 1, 1),
            ("c3", "Trust", "Trust", None, 0, 0, 0),
        )
    ],
    "coding_count": [
        {"code": "c1", "coder": "anna", "passages": 2, "texts": 1},
        {"code": "c1", "coder": "ben", "passages": 1, "texts": 1},
        {"code": "c2", "coder": "ben", "passages": 1, "texts": 1},
    ],
    "code_case": [{"case": "A01", "code": "c2", "passages": 1, "texts": 1}],
    "cooccurrence": [{"code": "c1", "other": "c2", "passages": 2, "texts": 1}],
    "saturation": [
        {"step": 1, "document": "d1", "name": "T1", "new": 1, "codes": 1},
        {"step": 2, "document": "d2", "name": "T2", "new": 1, "codes": 2},
        {"step": 3, "document": "d3", "name": "T3", "new": 0, "codes": 2},
    ],
    "coder_agreement": [
        figure("code", "c1", "Feedback", "alpha_binary", 0.8, 0.6, 0.9),
        figure("code", "c1", "Feedback", "percent", 0.97),
        figure("code", "c2", "Feedback > None given", "alpha_binary", 0.3, 0.1, 0.5),
        figure("code", "c3", "Trust", "alpha_binary", None),
        figure("code", "c3", "Trust", "cohen", 0.1, coder_a="anna", coder_b="ben"),
        figure("document", "d1", "d1", "alpha_binary", 0.7),
        figure("domain", "top", "Top", "cu_alpha", 0.9, of="c1"),
        figure("all", "all", "all", "alpha_binary", 0.66, 0.5, 0.8),
    ],
    "coded_text": [
        {"document": "d1", "name": "T1", "kind": "interview", "interview": "T1", "case": None,
         "version": 1, "length": 90, "coders": 2, "codings": 3},
    ],
    "evidence": [
        {"finding": "F1", "kind": "code", "thing": "c1", "name": "Feedback", "codings": 3,
         "places": 2, "documents": 1, "coders": 2},
    ],
    "topic_code": [
        {"guide": "lead", "version": "1", "topic": "told", "code": "c1", "name": "Feedback",
         "covered": 4, "coded": 3, "any": 3},
        {"guide": "lead", "version": "1", "topic": "told", "code": "gone", "name": None,
         "covered": 4, "coded": 0, "any": 3},
        {"guide": "worker", "version": "1", "topic": "heard", "code": "c3", "name": "Trust",
         "covered": 2, "coded": 1, "any": 1},
    ],
}  # fmt: skip


def make_talks(folder: Path, *, coded: bool = True) -> Findings:
    """Return the findings, with the study written into a folder; surveys are left out."""
    write_study(folder, ("study.yaml", "findings:\n", STAGE))
    study = read_study(folder)
    frame, _ = load_frame(study.stage("areas"), folder=folder, areas=None, simulated=True)
    tables = {"areas": {"frame": frame.stamped()}}
    for stage, step in (("scoping", INTERVIEWS), ("groups", GROUPS)):
        task = Task(
            study=study,
            stage=study.stage(stage),
            folder=folder,
            table=lambda *_: frame.stamped(),
            live=LIVE.__getitem__,
        )
        tables[stage] = dict(step.run(task).tables)
    if coded:
        tables["coding"] = {
            name: pa.Table.from_pylist(CODING.get(name, []), schema=schema)
            for name, schema in TABLES.items()
        }
    return Findings(study=study, tables=tables)
