"""The nouns of a study file: study, phases, agencies, instruments, stages.

Every noun is frozen and takes no unknown key. Stages are data: a study may survey five times
and select three times, with two agencies or four, in any country.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from consilience.design.model.deposit import Catalogue, DepositStage
from consilience.design.model.nouns import Id, Noun, Person, Share
from consilience.design.model.nouns import StageBase as StageBase

# --- the study record -------------------------------------------------------------------


class Header(Noun):
    """What the study is: the part that ends up in the catalogue."""

    id: Id
    title: str = Field(min_length=1)
    starts: dt.date
    ends: dt.date
    seed: int = Field(ge=0)
    simulated: bool = False
    aims: tuple[str, ...] = ()
    funder: str | None = None
    grant: str | None = None
    team: tuple[Person, ...] = ()
    protocol: str = "1.0"
    sources: tuple[str, ...] = ()


class Phase(Noun):
    """One phase with its dates, methods, inputs and outputs."""

    id: Id
    title: str
    starts: dt.date
    ends: dt.date
    methods: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


class Dataset(Noun):
    """One data set that the study plans to deposit."""

    id: Id
    title: str
    type: Literal["text", "numeric"]
    phase: Id
    unit: str
    planned: int | None = Field(default=None, ge=0)
    collected: int | None = Field(default=None, ge=0)
    consent: str = ""
    access: Literal["open", "safeguarded", "controlled"] = "safeguarded"
    files: tuple[str, ...] = ()


class Deviation(Noun):
    """One difference between what the protocol planned and what was done."""

    date: dt.date
    phase: Id | None = None
    planned: str
    done: str
    reason: str


class Dropped(Noun):
    """When and why a planned group of informants was dropped."""

    date: dt.date
    reason: str


class Agency(Noun):
    """One group of informants, such as education or a board."""

    id: Id
    title: str
    dropped: Dropped | None = None


# --- instruments ------------------------------------------------------------------------


class Scale(Noun):
    """An answer scale: its points in order, and the codes that mean no answer."""

    points: Mapping[int, str] | None = None
    minimum: float | None = None
    maximum: float | None = None
    missing: Mapping[int, str] = Field(default_factory=dict)

    @property
    def span(self) -> tuple[float, float]:
        """Return the lowest and the highest value an answer can have."""
        if self.points:
            return float(min(self.points)), float(max(self.points))
        return float(self.minimum or 0), float(self.maximum or 0)


class Question(Noun):
    """One question of an instrument."""

    id: Id
    text: str
    kind: Literal["scale", "choice", "number", "open"] = "scale"
    scale: Id | None = None
    options: Mapping[int, str] | None = None
    reverse: bool = False
    from_finding: str | None = None


class Instrument(Noun):
    """One questionnaire in one version."""

    id: Id
    title: str
    version: str
    language: str = "en"
    questions: tuple[Question, ...]


class Topic(Noun):
    """One topic of a guide, and the codes under which answers to it should end up."""

    id: Id
    text: str = Field(min_length=1)
    codes: tuple[str, ...] = ()


class Guide(Noun):
    """One topic guide in one version, for people of one role."""

    id: Id
    title: str = ""
    version: str
    role: Id
    phase: Id | None = None
    language: str = "en"
    topics: tuple[Topic, ...] = Field(min_length=1)


class StudyFinding(Noun):
    """One finding, where it comes from and what shows it; questions name it."""

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")
    text: str = Field(min_length=1)
    from_: Id = Field(alias="from")
    codes: tuple[str, ...] = ()
    codings: tuple[str, ...] = ()


class Construct(Noun):
    """One thing asked of every agency; each row names the question each agency was asked."""

    id: Id
    title: str
    weight: float = Field(default=1, gt=0)
    items: tuple[Mapping[Id, Id], ...] = Field(min_length=1)


# --- parts of stages --------------------------------------------------------------------


class Named(Noun):
    """A unit with the reason why it is pinned, vetoed or left out."""

    id: str
    reason: str = Field(min_length=1)


class Condition(Noun):
    """A condition on one attribute; all that are given must hold."""

    attribute: str
    is_: str | float | None = Field(default=None, alias="is")
    any_of: tuple[str | float, ...] | None = None
    at_least: float | None = None
    at_most: float | None = None
    missing: bool | None = None


class Quota(Noun):
    """How many of the chosen should have a level; `level` left out means each level."""

    attribute: str
    level: str | float | bool | None = None
    any_of: tuple[str | float, ...] | None = None
    at_least: int = Field(default=0, ge=0)
    at_most: int | None = Field(default=None, ge=0)
    weight: float = Field(default=1, gt=0)


class Columns(Noun):
    """Which column of a file holds what; attributes map a name here to a column there."""

    id: str
    name: str | None = None
    area: str | None = None
    x: str | None = None
    y: str | None = None
    attributes: Mapping[str, str] = Field(default_factory=dict)


class FileShape(Noun):
    """How a delimited file is written, where it should be told and not found out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_rows: int = Field(default=1, ge=1, le=3)


class Intake(Noun):
    """Where the answers of a survey come from and which column holds what."""

    file: str
    format: Literal["csv", "xlsx", "sav", "qualtrics"] = "csv"
    shape: FileShape = FileShape()
    response: str | None = None
    area: str | None = None
    area_name: str | None = None
    submitted: str | None = None
    status: str | None = None
    role: str | None = None
    items: Mapping[Id, str] = Field(default_factory=dict)
    statuses: Mapping[str, Literal["complete", "partial", "started", "refused"]] = Field(
        default_factory=dict
    )


class GuideUse(Noun):
    """A topic guide as a stage uses it: the file, and for whom in which version."""

    role: Id
    file: str
    version: str


class Approval(Noun):
    """What a committee or an association allowed, from when to when."""

    body: str = Field(min_length=1)
    reference: str = ""
    date: dt.date
    until: dt.date | None = None
    document: str | None = None


class Bands(Noun):
    """How the index is cut into ordered categories, and how sure each is made."""

    count: int = Field(default=5, ge=2, le=12)
    labels: tuple[str, ...] = ("very low", "low", "middle", "high", "very high")
    cut: Literal["equal-counts", "equal-width", "fixed", "clusters"] = "equal-counts"
    limits: tuple[float, ...] = ()
    ties: Literal["file-order", "together-low", "together-high"] = "file-order"
    resample: Literal["items", "error"] = "items"
    resamples: int = Field(default=2000, ge=0, le=1_000_000)
    error_sd: float | None = Field(default=None, ge=0)


# --- stages -----------------------------------------------------------------------------


class FrameStage(StageBase):
    """Who could be asked, on a date."""

    kind: Literal["frame"]
    of: Literal["areas", "schools"]
    source: Literal["england-upper-tier-2018"] | None = None
    file: str | None = None
    format: Literal["table", "register", "parquet"] = "table"
    shape: FileShape = FileShape()
    columns: Columns | None = None
    areas: Id | None = None
    area_key: str = "id"
    links: str | None = None
    date: dt.date
    licence: str = ""
    where: tuple[Condition, ...] = ()
    exclude: tuple[Named, ...] = ()


class SelectStage(StageBase):
    """Who is chosen, most diverse on named attributes, under quotas.

    `per` names the attribute that makes groups; `choose` counts units of each group. Groups
    chosen `together` are one set, diverse as a whole (one case per band); else each group is
    its own set (ten schools per area). Left out, groups of one are chosen together.
    """

    kind: Literal["select"]
    from_: Id = Field(alias="from")
    within: Id | None = None
    attributes_from: tuple[Id, ...] = ()
    where: tuple[Condition, ...] = ()
    choose: int = Field(ge=1)
    per: str | None = None
    levels: tuple[str, ...] = ()
    together: bool | None = None
    diverse: Mapping[str, Annotated[float, Field(gt=0)]]
    objective: Literal["lexicographic", "max-sum", "max-min"] = "lexicographic"
    prefer: str | None = None
    quotas: tuple[Quota, ...] = ()
    pins: tuple[Named, ...] = ()
    vetoes: tuple[Named, ...] = ()
    refused: tuple[Named, ...] = ()
    reserves: int = Field(default=3, ge=0, le=50)
    near: Share = 0.01


class SurveyStage(StageBase):
    """One survey of one agency over a frame, in a window."""

    kind: Literal["survey"]
    agency: Id
    instrument: str
    of: Id
    within: Id | None = None
    opens: dt.date
    closes: dt.date
    extended_to: dt.date | None = None
    late: Literal["keep", "drop"] = "keep"
    intake: Intake
    contacts: str | None = None
    not_eligible: tuple[Named, ...] = ()
    complete_from: Share = 0.8
    partial_from: Share = 0.5
    no_reply: Literal["non-contact", "unknown"] = "non-contact"


class LinkStage(StageBase):
    """Which answers belong to which unit of the frame."""

    kind: Literal["link"]
    surveys: tuple[Id, ...] = Field(min_length=1)
    to: Id
    within: Id | None = None
    bodies: str | None = None
    decisions: str | None = None
    propose_from: float = Field(default=80, ge=0, le=100)
    duplicates: Literal["latest-complete", "first-complete", "most-senior", "merge"] = (
        "latest-complete"
    )
    seniority: tuple[str, ...] = ()
    by: tuple[str, ...] = ()


IndexName = Literal[
    "mean-absolute-difference", "variance", "rmsd", "profile-correlation", "d2", "gower"
]
CentringName = Literal["none", "agency", "agency-item"]


class CongruenceStage(StageBase):
    """How far the agencies agree in each unit, in ordered bands."""

    kind: Literal["congruence"]
    of: Id
    constructs: tuple[Id, ...] = ()
    index: IndexName = "mean-absolute-difference"
    centring: CentringName = "agency"
    level: Literal["items", "constructs"] = "items"
    min_items: Share = 0.5
    permutations: int = Field(default=9999, ge=0, le=1_000_000)
    bands: Bands = Bands()


class ImportanceStage(StageBase):
    """How much each predictor contributes to an outcome, over the answers of a link stage.

    Outcome and predictors are constructs: the mean of the answers to their questions, by each
    informant (`unit: answers`, a row an area and agency) or by area (`unit: areas`, complete
    areas only, the mean over agencies). Attributes of the frame may be predictors too. With
    several informants an area, agencies stand in every model, and areas are resampled whole.
    """

    kind: Literal["importance"]
    of: Id
    outcome: Id
    constructs: tuple[Id, ...] = ()
    frame: Id | None = None
    attributes: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    agencies: tuple[Id, ...] = ()
    unit: Literal["answers", "areas"] = "answers"
    model: Literal["linear", "logit", "ordinal"] = "linear"
    success_from: float | None = None
    min_items: Share = 0.5
    missing: Literal["impute", "drop"] = "impute"
    imputations: int = Field(default=20, ge=2, le=200)
    resamples: int = Field(default=2000, ge=0, le=100_000)
    level: float = Field(default=0.95, ge=0.5, lt=1)


class TalkStage(StageBase):
    """What interviews and groups have in common: a window, roles, people, their consent.

    Texts are pseudonymised before anybody codes them. `pseudonymise: false` says with `because`
    why that is not needed: they were invented, or are public.
    """

    of: Id | None = None
    within: Id | None = None
    opens: dt.date
    closes: dt.date
    roles: Mapping[Id, str] = Field(default_factory=dict)
    approvals: tuple[Approval, ...] = ()
    people: str
    consents: str | None = None
    pseudonymise: bool = True
    because: str = ""


class InterviewStage(TalkStage):
    """Interviews: planned and done, by which guides, and what became of each."""

    kind: Literal["interview"]
    guides: tuple[GuideUse, ...] = ()
    plan: str
    approaches: str | None = None
    topics: str | None = None
    transcripts: str | None = None


class GroupStage(TalkStage):
    """Discussion groups and stakeholder meetings: findings fed, conclusions changed."""

    kind: Literal["group"]
    events: str
    fed: str | None = None
    changes: str | None = None
    notes: str | None = None


class CodeStage(StageBase):
    """What was marked in texts: a codebook, codings of several coders, how far they agree."""

    kind: Literal["code"]
    of: tuple[Id, ...] = Field(min_length=1)
    codebook: str | None = None
    codings: tuple[str, ...] = ()
    coders: tuple[Id, ...] = ()
    unit: Literal["characters", "tokens", "sentences", "turns"] = "characters"
    domains: Mapping[Id, tuple[str, ...]] = Field(default_factory=dict)
    resamples: int = Field(default=1000, ge=0, le=100_000)


Stage = Annotated[
    FrameStage
    | SelectStage
    | SurveyStage
    | LinkStage
    | CongruenceStage
    | ImportanceStage
    | InterviewStage
    | GroupStage
    | CodeStage
    | DepositStage,
    Field(discriminator="kind"),
]


class Study(Noun):
    """A whole study: the content of `study.yaml` and of the instruments and guides it names."""

    consilience: Literal[1]
    study: Header
    phases: tuple[Phase, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    catalogue: Catalogue | None = None
    deviations: tuple[Deviation, ...] = ()
    agencies: tuple[Agency, ...] = ()
    scales: Mapping[Id, Scale] = Field(default_factory=dict)
    constructs: tuple[Construct, ...] = ()
    findings: tuple[StudyFinding, ...] = ()
    stages: tuple[Stage, ...] = Field(min_length=1)
    instruments: Mapping[str, Instrument] = Field(default_factory=dict, exclude=True)
    guides: Mapping[str, Guide] = Field(default_factory=dict, exclude=True)

    def stage(self, stage_id: str) -> Any:  # noqa: ANN401  (the union of stages; callers narrow)
        """Return the stage with this id.

        Raises:
            KeyError: if there is none; a checked study refers only to stages it has.
        """
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        raise KeyError(stage_id)


_READ_KEYS: Final[Mapping[type[StageBase], tuple[str, ...]]] = {
    FrameStage: ("areas",),
    SelectStage: ("from_", "within", "attributes_from"),
    SurveyStage: ("of", "within"),
    LinkStage: ("surveys", "to", "within"),
    CongruenceStage: ("of",),
    ImportanceStage: ("of", "frame"),
    InterviewStage: ("of", "within"),
    GroupStage: ("of", "within"),
    CodeStage: ("of",),
    DepositStage: ("of", "frame"),
}


def reads(stage: StageBase) -> tuple[str, ...]:
    """Return the ids of the stages that this stage reads, in the order of its keys."""
    named: list[str | None] = []
    for key in _READ_KEYS.get(type(stage), ()):
        value = getattr(stage, key)
        named += value if isinstance(value, tuple) else [value]
    return tuple(dict.fromkeys(name for name in named if name))
