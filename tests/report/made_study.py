"""The study file of the made-up findings, in the language of study files."""

from __future__ import annotations

import yaml

from consilience.design.model import Study

AGENCIES = {
    "education": "Education safeguarding leads",
    "social-care": "Children's social care leads",
    "board": "Local safeguarding children boards",
    "health": "Designated nurses",
}
CONSTRUCTS = {
    "information-sharing": "Information sharing",
    "thresholds": "Thresholds for referral",
    "training": "Joint training",
    "leadership": "Leadership",
    "voice": "Voice of schools",
}

RECORD = """
consilience: 1
study:
  id: made-up
  title: "Do schools, social care and boards see the same? A <made-up> study"
  starts: 2017-04-01
  ends: 2019-03-31
  seed: 7
  aims: ["How far do agencies of one place agree?", "What makes them agree?"]
  funder: A Council for Research
  grant: G/1
  team: [{name: A. Person, role: lead, affiliation: A University}]
phases:
  - {id: phase-1, title: Scoping, starts: 2017-04-01, ends: 2017-06-30,
     methods: [interviews], inputs: [literature], outputs: [questions]}
  - {id: phase-2, title: National surveys, starts: 2017-07-01, ends: 2018-06-30,
     methods: [surveys], outputs: [categories of areas]}
  - {id: phase-3, title: Case studies, starts: 2018-07-01, ends: 2019-03-31,
     methods: [interviews, questionnaire]}
datasets:
  - {id: scoping, title: Scoping interviews, type: text, phase: phase-1, unit: person,
     planned: 20, collected: 17}
  - {id: surveys, title: Surveys, type: numeric, phase: phase-2, unit: agency of an area,
     planned: 450, collected: 255}
deviations:
  - {date: 2017-07-01, planned: A survey of a fourth agency., done: It was dropped.,
     reason: Scoping found that it took no part.}
scales:
  agreement: {points: {1: "no", 2: rather no, 3: so-so, 4: rather yes, 5: "yes"}}
"""

FIRST = """
- {id: areas, kind: frame, of: areas, file: areas.csv, date: 2017-09-01,
   exclude: [{id: A999, reason: Has no school.}]}
- {id: scoping-areas, kind: select, from: areas, choose: 6, reserves: 2,
   diverse: {region: 1, type: 1, deprivation: 1},
   quotas: [{attribute: region, at_least: 1}, {attribute: type, at_least: 2}]}
"""

LAST = """
- {id: congruence, kind: congruence, of: linked}
- {id: drivers, kind: importance, of: linked, outcome: voice, frame: areas,
   attributes: [deprivation]}
- {id: cases, kind: select, title: Case-study areas, from: areas, attributes_from: [congruence],
   choose: 1, per: band, diverse: {region: 1, type: 1, deprivation: 1},
   prefer: band_probability, reserves: 1}
"""

SCHOOLS = """
- {id: schools, kind: frame, of: schools, file: schools.csv, areas: areas, date: 2018-09-01}
- {id: case-schools, kind: select, from: schools, within: cases, choose: 3, per: area,
   diverse: {phase: 1, pupils: 1},
   quotas: [{attribute: phase, level: primary, at_least: 1, at_most: 2},
            {attribute: phase, level: special, at_least: 1}]}
"""


def make_study(*, agencies=3, with_congruence=True, with_schools=True, simulated=True):
    """Return the study file with so many agencies and these stages."""
    ids = list(AGENCIES)[:agencies]
    raw = yaml.safe_load(RECORD)
    raw["study"]["simulated"] = simulated
    raw["agencies"] = [{"id": name, "title": AGENCIES[name]} for name in ids]
    reason = {"date": "2017-07-01", "reason": "Took no part in safeguarding."}
    raw["agencies"].append(
        {"id": "wellbeing", "title": "Health and wellbeing boards", "dropped": reason}
    )
    raw["constructs"] = [
        {"id": name, "title": title, "items": [{agency: f"{agency[0]}-{n}" for agency in ids}]}
        for n, (name, title) in enumerate(CONSTRUCTS.items())
    ]
    surveys = [
        {
            "id": f"survey-{name}", "kind": "survey", "agency": name, "of": "areas",
            "instrument": f"{name}.yaml", "intake": {"file": f"{name}.csv"},
            "opens": f"2017-1{n}-01" if n < 3 else "2018-01-01", "closes": "2018-03-31",
        }
        for n, name in enumerate(ids)
    ]  # fmt: skip
    linked = {"id": "linked", "kind": "link", "to": "areas", "by": ["region", "type"]}
    linked["surveys"] = [survey["id"] for survey in surveys]
    raw["stages"] = [*yaml.safe_load(FIRST), *surveys, linked]
    raw["stages"] += yaml.safe_load(LAST) if with_congruence else []
    raw["stages"] += yaml.safe_load(SCHOOLS) if with_congruence and with_schools else []
    return Study.model_validate(raw)
