"""The files of a study: what one must do to have them, and their bytes as far as one may."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from starlette.responses import FileResponse, Response

from consilience.base.errors import Fault
from consilience.desk.access import (
    LINK,
    FileLine,
    Given,
    Holdings,
    Wanted,
    file_link,
    give,
    give_by_link,
    holdings_of,
    note_download,
    withdrawn_fault,
)
from consilience.web.audience import PUBLIC, SIGNED_IN, VISITORS
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.pages.of_catalogue import named, settings_of, terms_now

_KIND: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")
# A file is shown nowhere: it is kept, and if a browser were to show it, nothing in it would run.
_SHUT: Final = "default-src 'none'; sandbox"


def file(call: Call) -> Response:
    """Show one file: what it is, and what one must do to have it."""
    return _file(call)


def content(call: Call) -> Response:
    """Answer with the bytes of a file, or a part of them, to whoever may have it."""
    return _bytes(call, _given(call, call.query.get("request", ""), version=_version(call)))


def make_link(call: Call) -> Response:
    """Make an address that opens a file for an hour, for programs that cannot sign in."""
    given = _given(call, call.field("request", most=20))
    token = file_link(call.site.engine, call.site.folder, given, at=call.at)
    return _file(call, link=call.site.address("by-link", token=token))


def _given(call: Call, request: str, *, version: int | None = None) -> Given:
    return give(
        call.site.engine,
        call.site.folder,
        Wanted(
            record=named(call),
            file=call.path["file"],
            version=version,
            request=_number(request) or 0,
        ),
        person=call.person,
        terms=terms_now(call).version,
        at=call.at,
    )


def by_link(call: Call) -> Response:
    """Answer with the bytes for which a link stands."""
    given = give_by_link(
        call.site.engine,
        call.site.folder,
        call.path["token"],
        terms=terms_now(call).version,
        at=call.at,
    )
    return _bytes(call, given)


def holdings(call: Call, *, version: int | None = None) -> Holdings | None:
    """Return what is held of the study that the address names, as whoever asks may see it."""
    return holdings_of(
        call.site.engine,
        named(call),
        person=call.person,
        terms=terms_now(call).version,
        at=call.at,
        version=version,
    )


def _file(call: Call, *, link: str = "") -> Response:
    held = holdings(call, version=_version(call))
    if held is not None and held.withdrawn and not held.files:
        raise withdrawn_fault(held.withdrawn, held.reason)
    line = _line(held, call.path["file"])
    return call.page(
        "file.html",
        slug=call.path["record"],
        title=held.title if held else "",
        simulated=held is not None and held.simulated,
        line=line,
        link=link,
        whole=settings_of(call).base_url + link,
        until=(call.at + LINK).isoformat(timespec="seconds"),
        here=call.site.address("file", **call.path),
        older=f"?version={line.file.version}" if _version(call) is not None else "",
    )


def _line(held: Holdings | None, name: str) -> FileLine:
    for line in held.files if held else ():
        if line.file.file == name:
            return line
    raise Fault("WEB-025")


def _version(call: Call) -> int | None:
    return _number(call.query.get("version", ""))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _bytes(call: Call, given: Given) -> Response:
    kind = given.file.media_type.lower()
    name = given.file.path.rpartition("/")[2]
    response = FileResponse(
        given.place,
        stat_result=given.place.stat(),
        media_type=kind if _KIND.fullmatch(kind) else "application/octet-stream",
        headers={
            "ETag": f'"{given.file.sha256}"',
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "Cache-Control": "private, no-cache",
            "Content-Security-Policy": _SHUT,
        },
    )
    if call.method == "GET":
        note_download(call.site.engine, given, at=call.at, part=call.headers.get("range", ""))
    return response


_AT: Final = "/records/{record}/files/{file}"
DOORS: Final = (
    Door(method="GET", path=_AT, name="file", to=VISITORS, handler=file),
    Door(method="GET", path=f"{_AT}/content", name="content", to=VISITORS, handler=content),
    Door(method="POST", path=f"{_AT}/link", name="link", to=SIGNED_IN, handler=make_link),
    Door(method="GET", path="/links/{token}", name="by-link", to=PUBLIC, handler=by_link),
)
