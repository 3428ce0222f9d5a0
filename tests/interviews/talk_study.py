"""A small made-up study with interviews and a group, as files."""

from __future__ import annotations

from pathlib import Path

STUDY = """\
consilience: 1
study:
  id: talks
  title: A small study of talks
  starts: 2017-01-01
  ends: 2018-12-31
  seed: 11
  simulated: true
phases:
  - {id: scoping, title: Scoping, starts: 2017-04-01, ends: 2017-12-31}
agencies:
  - {id: education, title: Education}
stages:
  - id: areas
    kind: frame
    of: areas
    file: areas.csv
    columns: {id: code, name: name}
    date: 2017-01-02
  - id: scoping
    kind: interview
    title: Scoping interviews
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
    approaches: talks/approaches.csv
    consents: talks/consents.csv
    topics: talks/topics.csv
    transcripts: talks/texts
  - id: groups
    kind: group
    title: Findings discussed
    of: areas
    opens: 2017-10-01
    closes: 2017-12-01
    roles: {agency: Agencies, school: Schools}
    approvals: [{body: Ethics committee, date: 2017-03-01}]
    events: groups/events.csv
    people: groups/people.csv
    fed: groups/fed.csv
    changes: groups/changes.csv
    notes: groups/notes
    pseudonymise: false
    because: invented
  - id: survey
    kind: survey
    agency: education
    instrument: education.yaml
    of: areas
    opens: 2017-09-01
    closes: 2017-10-31
    intake: {file: answers.csv, area: area}
findings:
  - {id: F1, text: Schools are not told., from: scoping, codes: [feedback]}
  - {id: F2, text: Training is uneven., from: scoping}
"""

FILES = {
    "study.yaml": STUDY,
    "areas.csv": "code,name\nA01,Ash\nA02,Birch\nA03,Cedar\n",
    "guides/lead-1.yaml": (
        'id: lead\nversion: "1.0"\nrole: lead\nphase: scoping\ntopics:\n'
        "  - {id: told, text: What are schools told?, codes: [feedback]}\n"
    ),
    "guides/lead-2.yaml": (
        'id: lead\nversion: "1.1"\nrole: lead\nphase: scoping\ntopics:\n'
        "  - {id: told, text: What are schools told?, codes: [feedback]}\n"
        "  - {id: trained, text: Who trains them?}\n"
    ),
    "guides/worker.yaml": (
        'id: worker\nversion: "1"\nrole: worker\ntopics:\n'
        "  - {id: heard, text: What do you hear from schools?, codes: [feedback, trust]}\n"
    ),
    "talks/plan.csv": (
        "interview,case,date,mode,place,interviewer,minutes,guide,state,reason,recording\n"
        "T1,A01,2017-04-12,place,office,MB,55,lead@1.0,done,,yes\n"
        "T2,A02,20/04/2017,telephone,,MB,40,lead@1.1,done,,yes\n"
        "T3,A03,2017-05-02,video,,JD,35,worker,done,,declined\n"
        "T4,A03,,,,,,worker,declined,no time,\n"
        "T5,A01,2017-06-20,place,,JD,,lead@1.1,planned,,\n"
        "T6,A02,2017-06-01,place,office,JD,61,worker,done,,yes\n"
    ),
    "talks/people.csv": (
        "interview,person,role,post\n"
        "T1,P1,lead,Head of safeguarding\nT1,P2,worker,Duty manager\nT2,P3,lead,\n"
        "T3,P4,worker,\nT4,P5,worker,\nT5,P6,lead,\nT6,P7,worker,\n"
    ),
    "talks/approaches.csv": (
        "contact,case,date,outcome,reason\n"
        "P1,A01,2017-03-10,sent,\nP1,A01,2017-03-17,agreed,\nP5,A03,2017-03-10,declined,no time\n"
    ),
    "talks/consents.csv": (
        "person,material,take_part,record,quote,deposit,recontact,date,withdrawn,form\n"
        "P1,all,yes,yes,yes,yes,yes,2017-04-12,,v1\n"
        "P2,all,yes,yes,yes,yes,no,2017-04-12,,v1\n"
        "P3,all,yes,yes,yes,yes,,2017-04-20,,v1\n"
        "P3,transcript,yes,yes,yes,no,,2017-04-20,,v1\n"
        "P4,all,yes,no,,,,2017-05-02,,v1\n"
        "P7,all,yes,yes,yes,yes,,2017-06-01,2017-08-01,v1\n"
    ),
    "talks/topics.csv": (
        "interview,topic,covered\nT1,told,yes\nT2,told,partly\nT2,trained,no\nT3,heard,yes\n"
    ),
    "talks/texts/T1.txt": "I: What are schools told?\nR: Nothing.\n",
    "groups/events.csv": (
        "event,title,date,state,case,minutes,recording,reason\n"
        "G1,Feedback to agencies,2017-10-05,done,A01,90,no,\n"
        "G2,Feedback to schools,2017-11-05,cancelled,A02,,,nobody came\n"
    ),
    "groups/people.csv": "event,person,role,post,represents\nG1,P9,agency,,Education\n",
    "groups/fed.csv": "event,finding,response,note\nG1,F1,agreed,\nG1,F2,disputed,not in Ash\n",
    "groups/changes.csv": (
        "event,finding,before,after,reason\n"
        "G1,F2,Training is rare.,Training is uneven.,Ash trains every school\n"
    ),
    "groups/notes/G1.txt": "They agreed that schools are not told.\n",
    "education.yaml": (
        'id: education\ntitle: Leads\nversion: "1"\nquestions:\n'
        '  - {id: q1, text: "How often are schools told?", kind: number, from_finding: F1}\n'
        '  - {id: q2, text: "Anything else?", kind: open}\n'
    ),
    "answers.csv": "area,q1,q2\nA01,3,We are told.\nA02,1,\n",
}


def write_study(folder: Path, *changes: tuple[str, str, str]) -> Path:
    """Write the study with changes `(file, old, new)`, and return its folder."""
    texts = dict(FILES)
    for file, old, new in changes:
        assert texts[file].count(old) == 1, f"{old!r} stands {texts[file].count(old)} times"
        texts[file] = texts[file].replace(old, new)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
