"""What does a YAML file say, read strictly, and where does each value stand?

Stricter than YAML: no key twice, no anchors, aliases, tags or merge keys, one document.
Plainer than YAML: `yes`, `no` and dates are text; numbers, `true`, `false` and `null` are not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from consilience.base.errors import Fault, Where
from consilience.design.positions import Positions, Route
from consilience.design.wording import said
from consilience.design.yaml_syntax import syntax_fault

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL: Final = re.compile(r"-?[0-9]+(\.[0-9]+([eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)")
_WORDS: Final[Mapping[str, bool | None]] = {
    "": None, "~": None, "null": None, "true": True, "false": False
}  # fmt: skip

# Five times as fast where PyYAML brings libyaml, as its wheels do.
_FAST: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

DEEPEST: Final = 20  # levels; the deepest route of a study has seven
LONGEST_NUMBER: Final = 40  # digits; seeds of 128 bits have 39
LARGEST_FILE: Final = 5_000_000  # bytes; a study of 1,000 stages has under a million


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What one file says.

    Args:
        data: mappings with text keys, lists, texts, numbers, true, false, None.
        positions: where each key and value starts.
        written: how each unquoted number, true or false was written, for where text is wanted.
        spoilt: values that could not be read and have their fault already.
    """

    data: dict[str, Any]
    positions: Positions
    written: Mapping[Route, str]
    spoilt: frozenset[Route]


def read_yaml(
    path: Path, *, name: str, first_key: str, deepest: int = DEEPEST
) -> tuple[Document | None, list[Fault]]:
    """Return what a file says and every fault in how it is written.

    Args:
        path: the file.
        name: how faults call it, such as `study.yaml`.
        first_key: a line with which such a file may start, for advice.
        deepest: levels that such a file may have.

    Returns:
        The document, None where nothing can be made of it; and the faults
        DES-002 to DES-028, in the order of the file.
    """
    try:
        text = _text(path, name)
        builder = _Builder(text, name, deepest)
        data = builder.document()
    except Fault as fault:
        return None, [fault]
    if not isinstance(data, dict):
        where = Where(file=name, line=1, column=1)
        found = "no key" if data is None else said(data)
        code = "DES-004" if data is None else "DES-023"
        return None, [Fault(code, where=where, name=name, found=found, first=first_key)]
    positions = Positions(values=builder.values, keys=builder.keys)
    document = Document(
        data=data,
        positions=positions,
        written=builder.written,
        spoilt=frozenset(builder.spoilt),
    )
    return document, builder.faults


def _text(path: Path, name: str) -> str:
    """Return the text of a file without its byte-order mark."""
    if path.is_dir():
        raise Fault("DES-002", where=Where(file=name), name=name)
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise Fault("DES-028", where=Where(file=name), size=size, limit=LARGEST_FILE)
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Fault("DES-027", where=Where(file=name), reason=reason) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # `error.object` and `error.start` count from after a byte-order mark.
        before = error.object[: error.start].decode("utf-8", "replace")
        line = before.rsplit("\n", maxsplit=1)[-1]
        where = Where(file=name, line=before.count("\n") + 1, column=len(line) + 1)
        byte = f"0x{error.object[error.start]:02x}"
        raise Fault("DES-003", where=where, byte=byte, before=line[-30:]) from None


class _Builder:
    """Makes values of PyYAML's events, and keeps places and faults on the way.

    Events and not nodes: an alias can then be refused before it is followed, and depth bounded.
    """

    def __init__(self, text: str, name: str, deepest: int) -> None:
        self._text = text
        self._name = name
        self._deepest = deepest
        self.faults: list[Fault] = []
        self.values: dict[Route, Where] = {}
        self.keys: dict[Route, Where] = {}
        self.written: dict[Route, str] = {}
        self.spoilt: set[Route] = set()
        self._events = self._parsed()

    def _parsed(self) -> Iterator[yaml.Event]:
        """Yield the events of the fast parser, or of the one that says better what is wrong."""
        events: Iterable[yaml.Event]
        try:
            events = _to_the_deepest(yaml.parse(self._text, Loader=_FAST), self._deepest)
        except yaml.YAMLError:
            events = yaml.parse(self._text, Loader=yaml.SafeLoader)
        try:
            yield from events
        except yaml.YAMLError as error:
            raise syntax_fault(error, text=self._text, name=self._name) from None

    def document(self) -> Any:  # noqa: ANN401  (whatever the file holds)
        """Return the value of the first document."""
        data: Any = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._fault("DES-024", event)
            elif isinstance(event, yaml.NodeEvent):
                value = self._node(event, () if documents == 1 else ("---", documents))
                data = value if documents == 1 else data
        return data

    def _where(self, event: yaml.Event) -> Where:
        mark = event.start_mark
        if mark is None:
            return Where(file=self._name)
        return Where(file=self._name, line=mark.line + 1, column=mark.column + 1)

    def _fault(self, code: str, event: yaml.Event, **values: object) -> None:
        self.faults.append(Fault(code, where=self._where(event), **values))

    def _node(self, event: yaml.Event, route: Route) -> Any:  # noqa: ANN401  (any value)
        if len(route) > self._deepest:
            raise Fault("DES-025", where=self._where(event), limit=self._deepest)
        self.values[route] = self._where(event)
        if isinstance(event, yaml.AliasEvent):
            self._fault("DES-019", event, sign=f"*{event.anchor}")
            self.spoilt.add(route)
            return None
        self._refuse_extras(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, route)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(route)
        return self._mapping(route)

    def _refuse_extras(self, event: yaml.Event) -> None:
        anchor = getattr(event, "anchor", None)
        tag = getattr(event, "tag", None)
        if anchor:
            self._fault("DES-019", event, sign=f"&{anchor}")
        if tag:
            short = tag.replace("tag:yaml.org,2002:", "!!")
            self._fault("DES-020", event, tag=short)

    def _scalar(self, event: yaml.ScalarEvent, route: Route) -> Any:  # noqa: ANN401  (any value)
        text = self._visible(event)
        if event.style:
            return text
        if text in _WORDS:
            if _WORDS[text] is not None:
                self.written[route] = text
            return _WORDS[text]
        if not (_INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text)):
            return text
        self.written[route] = text
        if len(text) > LONGEST_NUMBER:
            short = text[:12] + "..."
            self._fault("DES-026", event, value=short, digits=len(text), limit=LONGEST_NUMBER)
            return 1
        if _INTEGER.fullmatch(text):
            return int(text)
        number = float(text)
        if number in (float("inf"), float("-inf")):
            self._fault("DES-026", event, value=text, digits="too many", limit=LONGEST_NUMBER)
            return 1.0
        return number

    def _visible(self, event: yaml.ScalarEvent) -> str:
        text: str = event.value
        hidden = next((c for c in text if c not in "\n\t\r" and _is_hidden(c)), None)
        if hidden is None:
            return text
        shown = "".join(c for c in text if not _is_hidden(c))[:40]
        self._fault("DES-006", event, character=f"U+{ord(hidden):04X}", text=shown)
        return shown

    def _list(self, route: Route) -> list[Any]:
        entries: list[Any] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            entries.append(self._node(event, (*route, len(entries))))
        return entries

    def _mapping(self, route: Route) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, route)
            place = self._where(event)
            if key is None or key in found:
                if key is not None:
                    first = self.keys[(*route, key)].line
                    self._fault("DES-018", event, key=key, first=first)
                self._node(next(self._events), (*route, f"\0{len(self.values)}"))
                continue
            self.keys[(*route, key)] = place
            found[key] = self._node(next(self._events), (*route, key))
        return found

    def _key(self, event: yaml.Event, route: Route) -> str | None:
        """Return a key as text; None where it cannot be one, and its value is passed over."""
        if not isinstance(event, yaml.ScalarEvent):
            self._fault("DES-022", event, found="a list, a group of keys or an alias")
            if not isinstance(event, yaml.AliasEvent):
                self._node(event, (*route, f"\0{len(self.values)}"))
            return None
        self._refuse_extras(event)
        text = self._visible(event)
        if not event.style and text == "<<":
            self._fault("DES-021", event)
            return None
        if not text.strip():
            self._fault("DES-022", event, found="empty")
            return None
        return text


def _to_the_deepest(events: Iterable[yaml.Event], deepest: int) -> list[yaml.Event]:
    """Return events up to one in what lies too deep, at which the builder stops.

    What comes after it is not looked at: the parser that explains takes minutes over 100,000
    brackets, and only then says that one is not closed.
    """
    found: list[yaml.Event] = []
    depth = 0
    for event in events:
        found.append(event)
        if depth > deepest + 1:
            break
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
    return found


def _is_hidden(character: str) -> bool:
    """Whether a character is a control (Cc) or half of one (Cs), which no export can hold."""
    return character not in "\n\t\r" and unicodedata.category(character) in ("Cc", "Cs")
