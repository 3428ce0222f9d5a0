"""Read a project of Taguette: texts are HTML, positions are bytes of what stands between tags."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any, Final

import numpy as np

from consilience.base.errors import Fault
from consilience.formats.projects.building import Building, Passage
from consilience.formats.projects.database import Foreign, Row
from consilience.formats.qda.conventions import Convention, Layout
from consilience.formats.qda.record import Reading
from consilience.formats.qda.texts import Laid

TABLES: Final = frozenset({"highlights", "tags", "documents", "projects"})
_CONVENTION: Final = Convention(unit="utf8", breaks="filed")
_BLOCKS: Final = frozenset(
    word
    for line in (
        "address article aside blockquote br dd div dl dt figcaption figure footer header hr",
        "h1 h2 h3 h4 h5 h6 li main nav ol p pre section table td th tr ul",
    )
    for word in line.split()
)
_SILENT: Final = frozenset({"script", "style", "template", "head", "title"})


def read_taguette(database: Foreign, *, name: str) -> Reading:
    """Return the project in a database of Taguette.

    Tags whose path begins with that of another tag and a full stop stand below it. A highlight has
    no author; where the log of commands names one, that one is taken.

    Args:
        database: the .sqlite3, opened.
        name: what to call the project if it has no name.

    Raises:
        Fault: FMT-257 if there is not exactly one project, as on a server.
    """
    projects = database.rows("projects", "id", "name", "description", "created", order="id")
    if len(projects) != 1:
        raise Fault("FMT-257", where=database.where, count=len(projects))
    about = projects[0]
    building = Building(program="taguette", salt=f"{about['name']}/{about['created']}")
    building.parsed.name = about["name"] or name
    building.parsed.origin = "Taguette"
    building.parsed.description = about["description"] or None
    tags = _tags(database, building)
    wanted = ("id", "name", "description", "created", "contents", "filename")
    for row in database.rows("documents", *wanted, order="id"):
        building.source(
            row["id"],
            row["name"],
            text_of_html(row["contents"] or ""),
            memo=row["description"],
            stamp=building.stamp(None, row["created"]),
        )
    _highlights(database, building, tags)
    return building.reading(_CONVENTION, where=database.where)


def _tags(database: Foreign, building: Building) -> Mapping[object, str]:
    rows = database.rows("tags", "id", "path", "description", order="path", needed=["path"])
    guids = {row["path"]: building.guid("code", row["id"]) for row in rows}
    found = {}
    for row in rows:
        above = next((path for path in _prefixes(row["path"]) if path in guids), None)
        name = row["path"] if above is None else row["path"][len(above) + 1 :]
        found[row["id"]] = building.code(
            row["id"],
            name,
            parent=None if above is None else guids[above],
            memo=row["description"],
        )
    return found


def _prefixes(path: str) -> Iterator[str]:
    while "." in path:
        path = path.rsplit(".", 1)[0]
        yield path


def _highlights(database: Foreign, building: Building, tags: Mapping[object, str]) -> None:
    of: dict[object, list[str]] = {}
    for row in database.rows("highlight_tags", "highlight_id", "tag_id", order="tag_id"):
        if row["tag_id"] in tags:
            of.setdefault(row["highlight_id"], []).append(tags[row["tag_id"]])
    made = _commands(database)
    wanted = ("id", "document_id", "start_offset", "end_offset", "snippet")
    for row in database.rows("highlights", *wanted, order="id"):
        who: Row = made.get(row["id"], {})
        passage = Passage(
            source=row["document_id"],
            start=row["start_offset"],
            end=row["end_offset"],
            quote=_words(row["snippet"]),
            owner=who.get("user_login"),
            date=who.get("date"),
        )
        building.passage(row["id"], passage, codes=of.get(row["id"], ()))


def _words(snippet: object) -> str | None:
    content = text_of_html(str(snippet or "")).content or b""
    return content.decode().strip("\n") or None


def _commands(database: Foreign) -> Mapping[object, Row]:
    """Return by highlight the first command that made it."""
    found: dict[object, Row] = {}
    for row in database.rows("commands", "id", "date", "user_login", "payload", order="id"):
        try:
            payload: Any = json.loads(row["payload"])
        except (ValueError, TypeError):
            continue
        if isinstance(payload, dict) and payload.get("type") == "highlight_add":
            found.setdefault(payload.get("highlight_id"), row)
    return found


def text_of_html(html: str) -> Laid:
    r"""Return the text of an HTML document, its blocks on lines of their own.

    A line end that had to be put in counts nothing in positions, so that they hold.

    Example:
        >>> text_of_html("<p>One &amp; <b>two</b></p><p>three</p>").content
        b'One & two\nthree\n'
    """
    reader = _Text()
    reader.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
    reader.close()
    return reader.laid()


class _Text(HTMLParser):
    """Collects what stands between tags; `None` is a line end put in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str | None] = []
        self._silent = 0
        self._after_pre = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:  # noqa: ARG002  (the base's form)
        """Begin a block on a new line."""
        self._silent += tag in _SILENT
        self._block(tag)
        self._after_pre = tag in ("pre", "textarea")

    def handle_endtag(self, tag: str) -> None:
        """End a block with its line."""
        self._silent -= bool(self._silent) and tag in _SILENT
        self._block(tag)

    def handle_data(self, data: str) -> None:
        """Take text; the first line end within <pre> is none, by the rules of HTML."""
        piece = data.removeprefix("\n") if self._after_pre else data
        self._after_pre = False
        if piece and not self._silent:
            self._pieces.append(piece)

    def _block(self, tag: str) -> None:
        if tag in _BLOCKS and self._pieces:
            last = self._pieces[-1]
            if last is not None and not last.endswith("\n"):
                self._pieces.append(None)

    def laid(self) -> Laid:
        """Return the text and which of its line ends count."""
        text = "".join("\n" if piece is None else piece for piece in self._pieces)
        widths: list[int] = []
        for piece in self._pieces:
            widths += [0] if piece is None else [1] * piece.count("\n")
        clean = "".join("\ufffd" if _unwritable(letter) else letter for letter in text)
        plain = clean.isascii()
        return Laid(
            content=clean.encode(),
            layout=Layout(widths=np.array(widths, dtype=np.int64)),
            ascii=plain,
            astral=not plain and max(clean, default="") > "\uffff",
        )


def _unwritable(letter: str) -> bool:
    point = ord(letter)
    return (
        (point < 32 and letter not in "\t\n\x0b\x0c") or point == 127 or 0xD800 <= point <= 0xDFFF
    )
