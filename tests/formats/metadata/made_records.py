"""Records made by chance: any at all, and those that hold only what DDI can say."""

import dataclasses
import datetime as dt
import types
import typing

from hypothesis import strategies as st

from consilience.formats.metadata import model
from consilience.formats.metadata.ddi_values import EVENTS
from consilience.formats.metadata.ddi_variables import FIGURES, INTERVALS, KINDS, MEASURES
from consilience.formats.metadata.ddi_works import RELATIONS
from consilience.formats.metadata.xml_safe import is_iso, iso_date, tidy

# --- any record -----------------------------------------------------------------------------------

_WILD = st.text(st.characters(), max_size=6) | st.sampled_from(
    ["\x00\x0b", "\ud800", "\ufffe", "<&>\"'", "en", "Open", "2020-01-01", "]]>", " a\n  b "]
)


_PLAIN = {
    bool: st.booleans(),
    int: st.integers(-1, 10**20),
    dt.date: st.dates(),
    model.Level: st.sampled_from(list(model.Level)),
    str: _WILD,
}


def _of(kind):
    """Return a strategy for a type of the model."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if origin is tuple and inner[-1] is Ellipsis:
        return st.lists(_of(inner[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*[_of(each) for each in inner])
    if origin is types.UnionType:
        return st.none() | _of(inner[0])
    hints = typing.get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    return st.builds(kind, **{name: _of(hints[name]) for name in names})


any_records = _of(model.Record)

# --- records that DDI can say ---------------------------------------------------------------------

_LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
LINES = st.text(_LETTERS, min_size=1, max_size=8).map(tidy).filter(bool)
LONG = (
    st.text(_LETTERS | st.just("\n"), min_size=1, max_size=12)
    .map(lambda text: tidy(text, lines=True))
    .filter(bool)
)
LINE_OR_NONE = st.just("") | LINES
_ISO = st.sampled_from(["2017", "2017-04", "2017-04-30"])
_DATES = st.just("") | _ISO | LINES.filter(lambda text: iso_date(text) == text)
_COUNTS = st.none() | st.integers(0, 10**9)
_NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,5}", fullmatch=True)


def _some(strategy, **more):
    return st.lists(strategy, max_size=2, **more).map(tuple)


def _level_word(text):
    return text.value.lower() in list(model.Level)


def _repeats_its_date(moment):
    said = iso_date(moment.value)
    return is_iso(said) and moment.date in ("", said)


class _Parts:
    """Strategies for the parts of a record whose texts have languages of one kind."""

    def __init__(self, languages):
        self.lines = st.builds(model.Text, value=LINES, language=languages)
        self.texts = st.builds(model.Text, value=LONG, language=languages)
        self.terms = st.builds(
            model.Term,
            value=LINES,
            code=LINE_OR_NONE,
            vocabulary=LINE_OR_NONE,
            vocabulary_uri=LINE_OR_NONE,
            language=languages,
        )
        self.identifiers = st.builds(
            model.Identifier, value=LINES, agency=LINE_OR_NONE, uri=LINE_OR_NONE
        )
        self.agents = st.builds(
            model.Agent,
            name=LINES,
            affiliation=LINE_OR_NONE,
            abbreviation=LINE_OR_NONE,
            uri=LINE_OR_NONE,
            role=LINE_OR_NONE,
            identifiers=_some(self.identifiers),
            language=languages,
        )
        self.grants = st.builds(
            model.Grant,
            funder=LINE_OR_NONE,
            number=LINE_OR_NONE,
            identifiers=_some(self.identifiers),
            language=languages,
        ).filter(lambda grant: grant.funder or grant.number or grant.identifiers)
        self.holdings = st.builds(model.Holding, uri=LINES, language=languages, value=LINE_OR_NONE)
        self.moments = st.builds(
            model.Moment,
            date=_DATES,
            event=st.sampled_from(EVENTS),
            value=LINE_OR_NONE,
            cycle=LINE_OR_NONE,
            language=languages,
        ).filter(lambda each: (each.date or each.value) and not _repeats_its_date(each))
        self.places = st.builds(model.Place, value=LINES, code=LINE_OR_NONE, language=languages)
        self.works = st.builds(
            model.Work,
            citation=LONG,
            relation=st.sampled_from(list(RELATIONS.values())),
            uri=LINE_OR_NONE,
            identifiers=_some(self.identifiers),
            date=_DATES,
            language=languages,
        )
        self.series = st.builds(
            model.Series,
            name=_some(self.lines),
            information=_some(self.texts),
            uri=LINE_OR_NONE,
        ).filter(lambda series: series.name or series.information)

    def method(self):
        terms = dict.fromkeys(("time", "sampling", "modes", "instruments"), _some(self.terms))
        texts = {
            field.name: _some(self.texts)
            for field in dataclasses.fields(model.Method)
            if field.name not in (*terms, "collectors")
        }
        return st.builds(model.Method, collectors=_some(self.agents), **terms, **texts)

    def access(self):
        names = (
            *("statement", "conditions", "citation_requirement", "deposit_requirement"),
            *("confidentiality", "disclaimer", "availability"),
        )
        texts = dict.fromkeys(names, _some(self.texts))
        return st.builds(
            model.Access,
            level=st.none() | st.sampled_from(list(model.Level)),
            permission=_some(self.texts.filter(lambda text: not _level_word(text))),
            contact=_some(self.agents),
            licence=LINE_OR_NONE,
            licence_uri=LINE_OR_NONE,
            embargo=st.none() | st.dates(),
            **texts,
        )

    def plain(self):
        """Return the fields of a record that are lists of one kind."""
        kinds = {
            "alternative_titles": _some(self.lines, unique=True),
            "identifiers": _some(self.identifiers, unique=True),
            "series": _some(self.series),
            "works": st.lists(self.works, max_size=4).map(tuple),
            "grants": _some(self.grants),
            "software": _some(self.lines),
        }
        for names, strategy in (
            (("holdings", "document_holdings"), self.holdings),
            (
                ("creators", "contributors", "producers", "publishers", "depositors", "contacts"),
                self.agents,
            ),
            (("keywords", "topics", "units", "data_kinds"), self.terms),
            (("collection", "coverage"), self.moments),
            (("nations", "places"), self.places),
            (("copyright", "citation", "abstract", "universe", "notes"), self.texts),
        ):
            kinds |= dict.fromkeys(names, _some(strategy))
        return kinds


_FILES = st.builds(
    model.StudyFile,
    id=st.just(""),
    name=LINE_OR_NONE,
    contents=st.just("") | LONG,
    media_type=LINE_OR_NONE,
    cases=_COUNTS,
    variables=_COUNTS,
    size=_COUNTS,
    checksum=LINE_OR_NONE,
    uri=LINE_OR_NONE,
    level=st.none() | st.sampled_from(list(model.Level)),
    licence=LINE_OR_NONE,
    embargo=st.none() | st.dates(),
    data_set=LINE_OR_NONE,
    notes=_some(LONG),
)
_CATEGORIES = st.lists(
    st.builds(
        model.Category,
        value=LINE_OR_NONE,
        label=LINE_OR_NONE,
        missing=st.booleans(),
        frequency=_COUNTS,
    ),
    max_size=3,
    unique_by=lambda category: category.value,
).map(tuple)
_VARIABLES = st.builds(
    model.Variable,
    id=st.just(""),
    name=LINES,
    label=LINE_OR_NONE,
    question=st.just("") | LONG,
    before=st.just("") | LONG,
    instruction=st.just("") | LONG,
    universe=LINE_OR_NONE,
    notes=_some(LONG),
    concept=LINE_OR_NONE,
    kind=st.sampled_from(KINDS),
    interval=st.sampled_from(("", *INTERVALS)),
    measure=st.sampled_from(("", *MEASURES)),
    decimals=_COUNTS,
    width=_COUNTS,
    categories=_CATEGORIES,
    low=LINE_OR_NONE,
    high=LINE_OR_NONE,
    valid=_COUNTS,
    invalid=_COUNTS,
    statistics=_some(st.tuples(st.sampled_from(FIGURES) | LINES, LINES)),
    weight=st.booleans(),
)


@st.composite
def told_records(draw):
    """Return a record that holds only what DDI can say."""
    language = draw(st.sampled_from(["", "en"]))
    # Words without a language are taken to be in the main one, where there is one.
    parts = _Parts(st.sampled_from(["en", "de-CH"] if language else ["", "en", "de-CH"]))
    fields = {name: draw(strategy) for name, strategy in parts.plain().items()}
    if fields["document_holdings"] == fields["holdings"]:
        fields["document_holdings"] = ()
    ids = draw(st.lists(_NAMES, min_size=4, max_size=4, unique=True))
    files = [
        dataclasses.replace(file, id=name)
        for file, name in zip(draw(_some(_FILES)), ids, strict=False)
    ]
    held = (
        st.lists(st.sampled_from([file.id for file in files]), unique=True)
        if files
        else st.just([])
    )
    variables = [
        dataclasses.replace(variable, id=name, files=tuple(draw(held)))
        for variable, name in zip(draw(_some(_VARIABLES)), ids[2:], strict=False)
    ]
    return model.Record(
        titles=draw(_some(parts.lines, unique_by=lambda text: text.language)),
        production_date=draw(_DATES),
        published=draw(_DATES),
        deposited=draw(_DATES),
        version=draw(LINE_OR_NONE),
        version_date=draw(_DATES),
        method=draw(parts.method()),
        access=draw(parts.access()),
        files=tuple(files),
        variables=tuple(variables),
        language=language,
        simulated=draw(st.booleans()),
        **fields,
    )
