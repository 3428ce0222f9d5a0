"""What is said of deposits that cannot be made as the study file has them."""

from __future__ import annotations

import pytest

STUDY = "study.yaml"
CATALOGUE = """\
catalogue:
  identifier: small-1
  agency: example
  publisher: An archive
  published: 2019
  rights: The team
  statement: For registered users.
  abstract: What agencies tell each other.
"""
DEPOSIT = """\
  - id: deposit
    kind: deposit
    of: [areas, visits, linked, ask-education, ask-social-care]
    frame: areas
    sets:
      - {data_set: talks, texts: visits}
      - data_set: answers
        tables:
          - id: told
            title: What education leads said
            of: linked
            survey: ask-education
            attributes: [region, type]
            keys: [region, type, role]
            sensitive: [ed-1]
            withhold: {ed-4: the number of staff tells the area}
            first: [role]
            recode:
              - {column: region, groups: {North: [North East]}, reason: few areas}
          - id: heard
            title: What social care leads said
            of: linked
            survey: ask-social-care
"""
# Code; old text and new; text on the line of the fault; text in what; in remedy.
CASES = [
    ("DES-220", "data_set: talks", "data_set: talk", "data_set: talk,", "'talk', which is not",
     "Did you mean 'talks'? The data sets are: answers, talks."),
    ("DES-220", "data_set: answers", "data_set: numbers", "data_set: numbers", "'numbers'",
     "The data sets are"),
    ("DES-221", "      - data_set: answers\n        tables:\n",
     "      - {data_set: talks, texts: visits} # two\n      - data_set: answers\n        tables:\n",
     "# two", "'talks' twice", "one entry"),
    ("DES-222", "texts: visits", "texts: visit", "texts: visit}", "'visit' is no interview",
     "Did you mean 'visits'? Name one of those under its 'of' (visits)"),
    ("DES-222", "texts: visits", "texts: groups", "texts: groups", "'groups' is no interview",
     "(visits)"),
    ("DES-222", "of: linked\n            survey: ask-education",
     "of: areas # no link\n            survey: ask-education", "# no link", "'areas' is no link",
     "(linked)"),
    ("DES-222", "survey: ask-education", "survey: ask-educaton", "survey: ask-educaton",
     "is no survey that stage 'deposit' reads", "Did you mean 'ask-education'?"),
    ("DES-222", "of: [areas, visits, linked,", "of: [areas, visits, case-schools,",
     "            of: linked\n            survey: ask-education", "'linked' is no link", "(none)"),
    ("DES-223", "{data_set: talks, texts: visits}", "{data_set: talks}", "{data_set: talks}",
     "'talks' is text", "Give texts"),
    ("DES-223", "        tables:\n          - id: told",
     "        texts: visits\n        tables:\n          - id: told",
     "data_set: answers", "'answers' is numeric", "tables for a numeric"),
    ("DES-225", "{column: region, groups: {North: [North East]}, reason", "{column: region, reason",
     "{column: region", "'region' in 'told'", "'bands'"),
    ("DES-225", "groups: {North: [North East]}, reason", "bands: [1], top: 3, reason",
     "{column: region", "not one of groups, bands and limits", "'top' and 'bottom'"),
    ("DES-226", "id: heard", "id: told # again", "# again", "'told'", "another id"),
    ("DES-227", "keys: [region, type, role]", "keys: [region, type, role, ed-4]",
     "keys: [region", "'ed-4' under keys", "'withhold'"),
    ("DES-227", "sensitive: [ed-1]", "sensitive: [ed-1, ed-4]", "sensitive: [ed-1",
     "'ed-4' under sensitive", "'withhold'"),
    ("DES-227", "first: [role]", "first: [rôle]", "first: [rôle]", "'rôle' under first",
     "add it to 'keys'"),
    ("DES-228", "groups: {North: [North East]}", "groups: {North: [North East], N: [North East]}",
     "{column: region", "'region' in 'told' has the value 'North East' twice", "one group"),
    ("DES-229", "    frame: areas\n",
     "    frame: areas\n    named: [{id: E06000009, source: paper, keys: [type, rôle]}] # said\n",
     "# said", "'rôle' is said to be publicly known of 'E06000009'", "Did you mean 'role'?"),
    ("DES-040", "texts: visits}", "texts: visits, formats: [pdf]}", "formats: [pdf]", "is 'pdf'",
     "Allowed are txt, rtf, docx"),
    ("DES-045", "texts: visits}", "texts: visits, formats: []}", "formats: []", "", ""),
]  # fmt: skip


@pytest.fixture
def deposited(tried, files):
    """Return the small study with a deposit, after one change to it."""

    def change(old="", new="", *, catalogue=CATALOGUE):
        assert DEPOSIT.count(old) == 1 or not old, old
        stage = DEPOSIT.replace(old, new) if old else DEPOSIT
        found = "findings:\n"
        assert files[STUDY].count(found) == 1
        return tried((found, stage + catalogue + found))

    return change


def test_a_sound_deposit(deposited):
    found = deposited()
    assert found.codes == []
    assert found.study.stage("deposit").sets[1].tables[0].k == 3
    assert found.study.catalogue.identifier == "small-1"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[4][:16]}")
def test_what_is_said(deposited, gapless, case):
    code, old, new, marker, what, remedy = case
    found = deposited(old, new)
    faults = [fault for fault in found.faults if fault.code == code]
    assert faults, [str(fault) for fault in found.faults]
    fault = faults[0]
    assert (fault.where.file, fault.where.line) == (STUDY, found.line(marker))
    assert what in fault.what
    assert remedy in fault.remedy
    gapless(fault)
    assert found.study is None


def test_a_deposit_without_a_catalogue_is_only_warned_of(deposited, gapless):
    found = deposited(catalogue="")
    (fault,) = found.faults
    assert fault.code == "DES-224"
    assert fault.is_warning
    assert fault.where.line == found.line("id: deposit")
    assert "'deposit' deposits" in fault.what
    assert found.study is not None
    gapless(fault)


@pytest.mark.parametrize(
    "way", ["groups: {North: [North East]}", "bands: [1, 2]", "top: 3", "bottom: 1, top: 3"]
)
def test_each_way_of_recoding_is_one(deposited, way):
    assert deposited("groups: {North: [North East]}", way).codes == []


def test_a_recoding_of_a_whole_data_set_must_have_a_way_as_well(deposited):
    old = "      - data_set: answers\n"
    new = old + "        recode:\n          - {column: region, reason: all of it}\n"
    found = deposited(old, new)
    assert found.codes == ["DES-225"]
    assert found.faults[0].where.line == found.line("reason: all of it")
