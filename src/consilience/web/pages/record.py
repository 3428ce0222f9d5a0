"""The page of a study: its record in all forms, its variables, its versions, its tombstone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from consilience.base.errors import Fault
from consilience.desk.access import FileLine, Holdings, withdrawn_fault
from consilience.desk.catalogue import Kept, record_of
from consilience.desk.study_page import (
    FORMS,
    Record,
    Study,
    record_of_version,
    study_of,
    written_form,
)
from consilience.desk.variables_page import variable_lines
from consilience.web.audience import VISITORS
from consilience.web.call import Call
from consilience.web.doors import Door, Handler
from consilience.web.pages.of_catalogue import named, settings_of
from consilience.web.pages.record_files import holdings

_PAGE: Final = 50
_LONGEST: Final = 300
_GONE: Final = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLink:
    """A form of a record that can be loaded, as links to it are written."""

    words: str
    kind: str
    address: str


def record(call: Call) -> Response:
    """Show the page of a study; of a withdrawn one the page that stays."""
    identifier = named(call)
    kept, held = _kept(call), holdings(call)
    if kept is None or kept.record is None:
        if kept is None and held is None:
            raise Fault("WEB-025")
        return call.page(
            "withdrawn.html",
            status=_GONE,
            identifier=identifier,
            title=held.title if held else identifier,
            when=(held and held.withdrawn) or (kept.datestamp if kept else ""),
            reason=held.reason if held else "",
        )
    return _page(
        call, study_of(kept.record, identifier, settings_of(call), own=held is not None), held
    )


def version(call: Call) -> Response:
    """Show an older version to a curator; everybody else is led to the page of the study."""
    if call.person is None or "curator" not in call.person.roles:
        return call.go("record", record=call.path["record"])
    number = call.path["version"]
    known = number.isascii() and number.isdigit() and len(number) < 9
    held = holdings(call, version=int(number)) if known else None
    if held is None:
        raise Fault("WEB-025")
    identifier = named(call)
    older = record_of_version(call.site.folder, held)
    return _page(call, study_of(older, identifier, settings_of(call), own=True), held)


def variables(call: Call) -> Response:
    """Show the variables of a study, with questions and frequencies, and search in them."""
    identifier = named(call)
    kept = _there(call)
    study = study_of(kept, identifier, settings_of(call), own=True)
    asked = call.query.get("q", "").strip()[:_LONGEST]
    text = call.query.get("page", "1")
    page = max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    total, lines = variable_lines(kept, asked, limit=_PAGE, offset=(page - 1) * _PAGE)
    return call.page(
        "variables.html",
        slug=call.path["record"],
        title=study.title,
        simulated=study.simulated,
        asked=asked,
        total=total,
        variables=lines,
        before=_other(call, asked, page - 1) if page > 1 else "",
        after=_other(call, asked, page + 1) if page * _PAGE < total else "",
    )


def how(call: Call) -> Response:
    """Say what the levels of access mean, and how programs harvest the records."""
    settings = settings_of(call)
    contact = settings.contact or settings.admin_email
    return call.page("how.html", oai=settings.oai_url, contact=contact)


def _form(name: str) -> Handler:
    def form(call: Call) -> Response:
        """Answer with a record in one form."""
        identifier = named(call)
        content = written_form(_there(call), name, identifier, settings_of(call))
        kind = FORMS[name].kind
        return Response(content, headers={"Content-Type": kind, "Cache-Control": "no-cache"})

    return form


def _page(call: Call, study: Study, held: Holdings | None) -> Response:
    slug = call.path["record"]
    settings = settings_of(call)
    harvested = {
        "verb": "GetRecord",
        "metadataPrefix": "oai_ddi25",
        "identifier": study.identifier,
    }
    older = held is not None and held.version != held.newest
    lines = held.files if held else ()
    groups = _groups(held) if held else []
    return call.page(
        "record.html",
        slug=slug,
        canonical=settings.base_url + call.site.address("record", record=slug),
        study_page=study,
        held=held,
        groups=groups,
        sections=list(_sections(study, held)),
        older=f"?version={held.version}" if held and older else "",
        may_ask=any(line.file.level.value == "controlled" for line in lines) and not older,
        curates=call.person is not None and "curator" in call.person.roles,
        json_ld=study.json_ld,
        forms=[
            *(
                FormLink(words=form.words, kind=form.kind,
                         address=call.site.address(f"form-{name}", record=slug))
                for name, form in study.forms.items()
            ),
            FormLink(words="OAI-PMH record", kind="text/xml",
                     address=f"{call.site.address('oai')}?{urlencode(harvested)}"),
        ],
    )  # fmt: skip


def _groups(held: Holdings) -> list[tuple[str, list[FileLine]]]:
    """Return files by data set in its order, those about the whole last."""
    titles = {each.id: each.title for each in held.data_sets}
    order = [
        *titles,
        *sorted({line.file.data_set for line in held.files} - set(titles), reverse=True),
    ]
    found = (
        (titles.get(name) or name or "About the whole study",
         [line for line in held.files if line.file.data_set == name])
        for name in order
    )  # fmt: skip
    return [(title, lines) for title, lines in found if lines]


def _sections(study: Study, held: Holdings | None) -> Iterator[tuple[str, str]]:
    """Yield the sections that the page has, as links on it."""
    there = {
        "abstract": ("Abstract", study.abstract),
        "record": ("About the record", True),
        "data-sets": ("Data sets", held and held.data_sets),
        "files": ("Files", (held and held.files) or study.files),
        "methods": ("Methods", study.methods),
        "variables": ("Variables", study.variables),
        "cite": ("How to cite", True),
        "publications": ("Publications", study.works),
        "subjects": ("Subjects", study.topics or study.keywords),
    }
    yield from ((name, words) for name, (words, filled) in there.items() if filled)


def _kept(call: Call) -> Kept | None:
    try:
        return record_of(call.site.engine, named(call))
    except Fault as fault:
        if fault.code != "STO-080":
            raise
        return None


def _there(call: Call) -> Record:
    """Return a record that is there.

    Raises:
        Fault: WEB-067 if it was withdrawn, WEB-025 if there never was one.
    """
    kept = _kept(call)
    if kept is None:
        raise Fault("WEB-025")
    if kept.record is None:
        held = holdings(call)
        raise withdrawn_fault(held.withdrawn, held.reason) if held else Fault("WEB-025")
    return kept.record


def _other(call: Call, asked: str, page: int) -> str:
    to = call.site.address("variables", record=call.path["record"])
    return f"{to}?{urlencode({'q': asked, 'page': page})}"


_AT: Final = "/records/{record}"
DOORS: Final = (
    *(
        Door(method="GET", path=f"{_AT}.{name}", name=f"form-{name}", to=VISITORS,
             handler=_form(name))
        for name in FORMS
    ),
    Door(method="GET", path=_AT, name="record", to=VISITORS, handler=record),
    Door(method="GET", path=f"{_AT}/variables", name="variables", to=VISITORS, handler=variables),
    Door(method="GET", path=f"{_AT}/versions/{{version}}", name="version", to=VISITORS,
         handler=version),
    Door(method="GET", path="/access", name="how", to=VISITORS, handler=how),
)  # fmt: skip
