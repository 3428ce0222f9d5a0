"""The gate: each reason is there if its cause is, and only then; and who may let what pass."""

import datetime as dt
import re
from dataclasses import replace

import pyarrow as pa
import pytest

from consilience.base.errors import Fault, Where
from consilience.deposit.gate import NEVER_WAIVED, Evidence, gate, refused, waived
from consilience.deposit.model import (
    CaseRisk,
    DataSet,
    DepositFile,
    Fate,
    Figure,
    Finding,
    HealthCheck,
    Interview,
    Package,
    Part,
    Severity,
    Waiver,
    Withheld,
)
from consilience.deposit.publish import Published
from consilience.deposit.residual import Residual, Searched
from consilience.deposit.study_keys import _KEYS
from consilience.design.model import Header, Study
from consilience.design.model.deposit import Catalogue, DepositTable
from consilience.formats.hidden.model import Finding as Hidden
from consilience.formats.metadata.model import Access, Identifier, Level, Record, Text

AT = dt.datetime(2026, 1, 2, 9, tzinfo=dt.UTC)


def document(path):
    return DepositFile(
        path=path, content=b"x", part=Part.DOCUMENTATION, contents="x", media_type="text/plain"
    )


TEXTS = DataSet(
    id="talks", title="Talks", kind="text", collected=2, consented=2, deposited=2,
    basis="written consent",
)  # fmt: skip
NUMBERS = DataSet(
    id="answers", title="Answers", kind="numeric", collected=6, consented=6, deposited=6,
    basis="as said at the start",
)  # fmt: skip
TALKS = tuple(Interview(id=f"T{n}", data_set="talks", role="lead") for n in (1, 2))
CASE = CaseRisk(alike=3, candidates=9, probability=0.2, dis=0.0, named=False, keys=())
RECORD = Record(
    titles=(Text(value="A study"),),
    identifiers=(Identifier(value="10.5072/1", agency="datacite"),),
    access=Access(level=Level.SAFEGUARDED, licence="EUL"),
)
PACKAGE = Package(
    identifier="x",
    record=RECORD,
    data_sets=(TEXTS, NUMBERS),
    files=(
        document("documentation/consent-form.docx"),
        document("documentation/information-sheet-2.pdf"),
    ),
    interviews=TALKS,
    made=dt.date(2026, 1, 2),
)
RULES = DepositTable(id="leads", title="Leads", keys=("region",), diverse=2)
TABLE = Published(
    data_set="answers",
    rules=RULES,
    table=pa.table({"case": [1, 2, 3]}),
    variables=(),
    left_out=(),
    changes=(),
    figures=(Figure(measure="fewest values in a group", of="trust", before=1.0, after=2.0),),
    cases=(CASE,) * 3,
    trade_offs=(),
)
SOUND = Evidence(health={})


def check(name, severity, failed=2):
    return HealthCheck(
        name=name, group="metadata", severity=severity, words="Each has a label.", setting="",
        passed=5, failed=failed, places=(), left_out="",
    )  # fmt: skip


def residual(how):
    return Residual(
        file="data/talks/T1.txt", place="line 3", category="person", entity=7, length=9, how=how,
        count=2,
    )  # fmt: skip


def looked(package=PACKAGE, tables=(TABLE,), evidence=SOUND, risk=0.34):
    return gate(package, tables, evidence, risk=risk)


def in_set(which, **more):
    """Return the package with one of its data sets changed."""
    sets = tuple(replace(each, **more) if each is which else each for each in PACKAGE.data_sets)
    return {"package": replace(PACKAGE, data_sets=sets)}


def in_table(**more):
    return {"tables": (replace(TABLE, **more),)}


def in_rules(**more):
    return in_table(rules=RULES.model_copy(update=more))


def in_package(**more):
    return {"package": replace(PACKAGE, **more)}


def found(**more):
    return {"evidence": replace(SOUND, **more)}


WAITS = Withheld(thing="T3", stopped=Fate.CONSENTED, reason="its text is checked")
ALONE = replace(CASE, alike=2)
SURE = replace(CASE, probability=0.5, keys=("region and role",))
UNREAD = Searched(found=(), unread=(("a.pdf", Fault("FMT-201", where=Where(file="a.pdf"))),))
IN_MEMO = Fault(
    "COD-113", entity=7, count=1, memo="m4", on="code door", author="ben", day="2026-02-03"
)  # fmt: skip
FAULT = Fault("FMT-300", where=Where(line=7), name="ddi25.xml", reason="no title")

# Code; what is changed; severity; where; text in what.
CASES = [
    ("empty-data-set", in_set(NUMBERS, deposited=0), "refuse", "answers", "'Answers'"),
    ("not-cleared", in_set(TEXTS, withheld=(WAITS,)), "refuse", "talks/T3", "its text is checked"),
    ("open-texts", in_set(TEXTS, level=Level.OPEN), "refuse", "talks", "open to everybody"),
    ("no-basis", in_set(TEXTS, basis=" "), "refuse", "talks", "which consent"),
    ("no-licence", in_package(record=replace(RECORD, access=Access())), "refuse", "talks",
     "no licence"),
    ("no-keys", in_rules(keys=()), "refuse", "answers/leads", "no column"),
    ("small-group", in_table(cases=(CASE, ALONE)), "refuse", "answers/leads",
     "1 cases share their keys with fewer than 3"),
    ("risk", in_table(cases=(CASE, SURE)), "refuse", "answers/leads",
     "1 cases can be known with a probability above 0.34; case 2 with 0.50 by region and role"),
    ("risk", {"risk": 0.1}, "refuse", "answers/leads", "3 cases"),
    ("one-value", in_rules(diverse=3), "refuse", "answers/leads", "2 value of 'trust'"),
    ("data-list", in_package(interviews=(TALKS[0], replace(TALKS[1], month="2018-03"))), "warn",
     "talks", "2 of 2 interviews are alone"),
    ("absent-document", found(absent=("form.pdf",)), "refuse", "form.pdf", "not there"),
    ("no-consent-form", in_package(files=PACKAGE.files[1:]), "refuse", "documentation",
     "the consent form"),
    ("no-information-sheet", in_package(files=PACKAGE.files[:1]), "refuse", "documentation",
     "the information sheet"),
    ("file-name", in_package(files=(*PACKAGE.files, document("documentation/a b.txt"))), "refuse",
     "documentation/a b.txt", ""),
    ("hidden-content", found(hidden=(Hidden(file="a.docx", kind="comment", part="word/c.xml",
     count=2),)), "refuse", "a.docx", "in word/c.xml"),
    ("health-variable-labels", found(health={"a.sav": (check("variable_labels",
     Severity.REFUSE),)}), "refuse", "a.sav", "Each has a label: not so for 2 of 7"),
    ("health-unique-values", found(health={"a.sav": (check("unique_values", Severity.WARN),)}),
     "warn", "a.sav", "not so for 2 of 7"),
    ("changed-words", found(uncleared=("talks/T1",)), "refuse", "talks/T1", "after it was cleared"),
    ("names-unsearched", found(corrected=("talks/T1",)), "refuse", "talks/T1", "were corrected"),
    ("names-unsearched", found(unsearched="no key was given"), "refuse", "all files",
     "no key was given"),
    ("names-unsearched", found(residual=UNREAD), "refuse", "a.pdf", "cannot be looked through"),
    ("residual-name", found(residual=Searched(found=(residual("written"),))), "refuse",
     "data/talks/T1.txt", "person of 9 letters at line 3, number 7 of the registry, 2 times"),
    ("residual-name", found(residual=Searched(found=(residual("alike"),))), "warn",
     "data/talks/T1.txt", "person of 9 letters"),
    ("residual-name", found(residual=Searched(found=()), memos=(IN_MEMO,)), "warn", "memo m4",
     "stand in memo m4 on code door, which ben wrote on 2026-02-03"),
    ("undecided-names", found(undecided={"clue": 30, "person": 1}), "refuse", "registry",
     ("31 found in the texts stand at `ask`, and nobody decided what becomes of them: 30 clue, "
     "1 person")),
    ("record", found(record=(FAULT,)), "refuse", "line 7", "no title"),
    ("no-doi", in_package(record=replace(RECORD, identifiers=())), "warn", "record", "no DOI"),
]  # fmt: skip


def test_nothing_is_found_in_a_sound_package():
    assert looked() == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[3]}")
def test_a_reason_is_there_just_if_its_cause_is(case):
    code, change, severity, where, what = case
    told = looked(**change)
    assert {each.code for each in told} == {code}
    first = told[0]
    assert (str(first.severity), first.where) == (severity, where)
    assert what in first.what
    assert not first.waived
    assert first.remedy.endswith(".")
    assert first.remedy[0].isupper()
    assert len(refused(told)) == (len(told) if severity == "refuse" else 0)


def test_every_reason_is_tried_here(root):
    text = (root / "src" / "consilience" / "deposit" / "gate.py").read_text(encoding="utf-8")
    written = set(re.findall(r'(?:_refuse|_warn|make)\(\s*"([a-z-]+)"', text))
    assert len(written) >= 15
    assert written <= {case[0] for case in CASES}


@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        (Fault("FMT-334", path="stdyDscr/citation/holdings/@URI", node="@URI", parent="<holdings>"),
         "Write `catalogue.address` in study.yaml; the record takes it from there."),
        (Fault("FMT-340", path="stdyDscr/stdyInfo/subject/topcClas", code="x", vocabulary="V 1",
               nearest=""),
         "Write a code of that vocabulary. It comes from `catalogue.topics` in study.yaml."),
        (Fault("FMT-334", path="stdyDscr/citation/serStmt/@URI", node="@URI", parent="<serStmt>"),
         "Add @URI in <serStmt>."),
    ],
)  # fmt: skip
def test_a_fault_of_the_record_names_the_key_of_the_study_file(fault, remedy):
    (told,) = looked(**found(record=(fault,)))
    assert told.remedy == remedy


def test_every_key_that_is_named_is_one_of_the_study_file():
    for key in set(_KEYS.values()):
        part, _, field = key.partition(".")
        known = {"catalogue": Catalogue, "study": Header, "datasets": Study}[part].model_fields
        assert (field or part) in known, key


def test_numbers_alone_need_no_form_and_may_be_open():
    package = replace(
        PACKAGE, data_sets=(replace(NUMBERS, level=Level.OPEN),), files=(), interviews=()
    )
    assert looked(package) == ()


def test_what_was_refused_by_people_does_not_keep_the_rest_back():
    stopped = [
        Withheld(thing="T3", stopped=fate, reason="declined")
        for fate in (Fate.PLANNED, Fate.COLLECTED)
    ]
    assert looked(**in_set(TEXTS, withheld=tuple(stopped))) == ()
    left_out = Withheld(thing="q3 of leads", stopped=Fate.CONSENTED, reason="open answer")
    assert looked(**in_set(NUMBERS, withheld=(left_out,))) == ()


def test_a_licence_of_the_data_set_is_enough():
    sets = tuple(replace(each, licence="CC0-1.0") for each in PACKAGE.data_sets)
    record = replace(RECORD, access=Access())
    assert looked(replace(PACKAGE, record=record, data_sets=sets)) == ()


def test_notes_about_files_keep_nothing_back():
    note = Hidden(file="a.docx", kind="web link", part="", count=3)
    assert note.severity == "note"
    assert looked(**found(hidden=(note,))) == ()


def test_a_table_without_keys_is_not_asked_further():
    told = looked(**in_table(rules=RULES.model_copy(update={"keys": ()}), cases=(ALONE, SURE)))
    assert [each.code for each in told] == ["no-keys"]


def test_a_measure_that_is_undefined_is_none():
    figure = replace(TABLE.figures[0], after=None)
    assert looked(**in_table(figures=(figure,))) == ()


def test_a_warning_of_the_record_is_a_warning():
    mild = Fault("SUR-011", where=Where(file="x"), survey="x", rows=1)
    assert mild.is_warning
    (told,) = looked(**found(record=(mild,)))
    assert (told.code, told.where, told.severity) == ("record", "record", Severity.WARN)


# --- waivers ----------------------------------------------------------------------------


def waiver(code, where="*"):
    return Waiver(code=code, where=where, role="lead", by="ash", reason="they asked", at=AT)


def finding(code="small-group", where="answers/leads", severity=Severity.REFUSE):
    return Finding(code=code, severity=severity, where=where, what="x", remedy="Y.")


@pytest.mark.parametrize(
    ("given", "passes"),
    [
        (("small-group", "answers/leads"), True),
        (("small-group", "*"), True),
        (("small-group", "answers/boards"), False),
        (("risk", "answers/leads"), False),
        (("risk", "*"), False),
        (("*", "*"), False),
        (("*", "answers/leads"), False),
    ],
)
def test_a_waiver_lets_one_check_pass_at_one_place_or_at_all(given, passes):
    (told,) = waived([finding()], [waiver(*given)])
    assert told.waived is passes
    assert (refused([told]) == ()) is passes
    assert replace(told, waived=False) == finding()


@pytest.mark.parametrize("code", sorted(NEVER_WAIVED))
@pytest.mark.parametrize("where", ["*", "all files"])
def test_what_nobody_can_waive(code, where):
    (told,) = waived([finding(code, "all files")], [waiver(code, where)])
    assert refused([told]) == (told,)


def test_names_and_record_are_what_nobody_can_waive():
    assert {"changed-words", "names-unsearched", "record"} == NEVER_WAIVED


def test_warnings_never_keep_back():
    assert refused([finding(severity=Severity.WARN)]) == ()
