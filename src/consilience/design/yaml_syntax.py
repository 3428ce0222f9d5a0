"""What is wrong where a file cannot be read as YAML at all, in a researcher's words?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import yaml

from consilience.base.errors import Fault, Where

_NO_SPACE: Final = re.compile(r"\s*(- )?([A-Za-z_][\w-]*):(\S.*)")
_TWO_COLONS: Final = re.compile(r"\s*(?:- )?[^:\s][^:]*: +(\S.*: .*|\S.*:)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stop:
    """Where PyYAML stopped and what it said.

    Args:
        lines: the lines of the text.
        problem: its words.
        context: what it was reading, empty if it does not say.
        line: number of the line from 0 where it stopped.
        column: column from 0 where it stopped.
        opened: line from 0 where what it was reading began.
    """

    lines: list[str]
    problem: str
    context: str
    line: int
    column: int
    opened: int

    def text(self, line: int) -> str:
        """Return a line without its indentation, short enough for a sentence."""
        found = self.lines[line].strip() if 0 <= line < len(self.lines) else ""
        return found if len(found) <= 60 else found[:57] + "..."


_Answer = tuple[str, int, dict[str, object]] | None


def syntax_fault(error: yaml.YAMLError, *, text: str, name: str) -> Fault:
    """Return the fault that says what a researcher should mend.

    Args:
        error: what PyYAML raised.
        text: the whole file.
        name: how the fault calls the file.
    """
    if isinstance(error, yaml.reader.ReaderError):
        return _hidden_character(error, text, name)
    stop = _stop(error, text)
    for reading in _READINGS:
        answer = reading(stop)
        if answer is not None:
            code, line, values = answer
            column = stop.column + 1 if line == stop.line else None
            return Fault(code, where=Where(file=name, line=line + 1, column=column), **values)
    where = Where(file=name, line=stop.line + 1, column=stop.column + 1)
    return Fault("DES-017", where=where, line=stop.text(stop.line), problem=stop.problem)


def _stop(error: yaml.YAMLError, text: str) -> _Stop:
    lines = text.splitlines() or [""]
    mark = getattr(error, "problem_mark", None)
    opened = getattr(error, "context_mark", None)
    line = mark.line if mark else 0
    column = mark.column if mark else 0
    if line >= len(lines):
        line, column = len(lines) - 1, len(lines[-1])
    return _Stop(
        lines=lines,
        problem=getattr(error, "problem", None) or str(error),
        context=getattr(error, "context", None) or "",
        line=line,
        column=column,
        opened=min(opened.line, len(lines) - 1) if opened else line,
    )


def _hidden_character(error: yaml.reader.ReaderError, text: str, name: str) -> Fault:
    before = text[: error.position]
    line = before.rsplit("\n", maxsplit=1)[-1]
    where = Where(file=name, line=before.count("\n") + 1, column=len(line) + 1)
    code_point = error.character if isinstance(error.character, int) else ord(error.character)
    return Fault("DES-006", where=where, character=f"U+{code_point:04X}", text=line[-40:])


def _tab(stop: _Stop) -> _Answer:
    indentation = re.match(r"\s*", stop.lines[stop.line])
    if "'\\t'" in stop.problem or (indentation and "\t" in indentation.group()):
        return "DES-005", stop.line, {"line": stop.text(stop.line)}
    return None


def _quote(stop: _Stop) -> _Answer:
    if "quoted scalar" not in stop.context:
        return None
    if "escape" in stop.problem or "hexdecimal" in stop.problem:
        return "DES-015", stop.line, {"line": stop.text(stop.line)}
    return "DES-011", stop.opened, {"line": stop.text(stop.opened)}


def _start(stop: _Stop) -> _Answer:
    signs = ("alias", "anchor", "a tag", "block scalar", "directive")
    if "cannot start any token" in stop.problem:
        character = stop.lines[stop.line][stop.column : stop.column + 1]
    elif any(sign in stop.context for sign in signs):
        found = re.search(r"[*&!|>%]", stop.lines[stop.opened])
        character = found.group() if found else stop.text(stop.opened)[:1]
    else:
        return None
    return "DES-012", stop.line, {"line": stop.text(stop.line), "character": character}


def _no_space(stop: _Stop) -> _Answer:
    if "mapping values" not in stop.problem and "could not find expected" not in stop.problem:
        return None
    for line in (stop.line - 1, stop.opened):
        found = _NO_SPACE.fullmatch(stop.lines[line]) if 0 <= line < len(stop.lines) else None
        if found and not found.group(3).startswith("//"):
            better = f"{found.group(2)}: {found.group(3)}"
            return "DES-016", line, {"line": stop.text(line), "better": better}
    return None


def _two_colons(stop: _Stop) -> _Answer:
    if "mapping values" not in stop.problem:
        return None
    found = _TWO_COLONS.match(stop.lines[stop.line])
    if found:
        text = found.group(1).strip()
        quoted = json.dumps(text, ensure_ascii=False)
        return "DES-007", stop.line, {"text": text, "quoted": quoted}
    return "DES-009", stop.line, {"line": stop.text(stop.line)}


def _no_colon(stop: _Stop) -> _Answer:
    if "could not find expected ':'" in stop.problem:
        return "DES-008", stop.opened, {"line": stop.text(stop.opened)}
    return None


def _bracket(stop: _Stop) -> _Answer:
    if "flow" in stop.context and re.search(r"\?\s*[,}\]]", stop.lines[stop.line]):
        return "DES-029", stop.line, {"line": stop.text(stop.line)}
    if "parsing a flow" in stop.context:
        return "DES-010", stop.opened, {"line": stop.text(stop.opened)}
    if re.search(r"found '[\]},]'", stop.problem):
        return "DES-010", stop.line, {"line": stop.text(stop.line)}
    return None


def _dash(stop: _Stop) -> _Answer:
    if "entries are not allowed" in stop.problem or "keys are not allowed" in stop.problem:
        return "DES-014", stop.line, {"line": stop.text(stop.line)}
    return None


def _after_quote(stop: _Stop) -> _Answer:
    before = stop.lines[stop.line][: stop.column]
    closed = re.search(r"(['\"])\s*$", before)
    if closed is None or not re.search(r"found '<scalar>'|got '<scalar>'", stop.problem):
        return None
    if before.count(closed.group(1)) % 2 == 0:
        return "DES-013", stop.line, {"line": stop.text(stop.line)}
    # It closed a quote of a line above, which is the one that was meant to be closed there.
    opening = re.compile(rf"(^|[:\[{{,-])\s*{closed.group(1)}[^{closed.group(1)}]*$")
    above = [number for number in range(stop.line) if opening.search(stop.lines[number])]
    line = above[-1] if above else stop.line
    return "DES-011", line, {"line": stop.text(line)}


def _indentation(stop: _Stop) -> _Answer:
    if "expected <block end>" in stop.problem:
        return "DES-009", stop.line, {"line": stop.text(stop.line)}
    return None


# In order: the first that recognises the stop answers.
_READINGS: Final[tuple[Callable[[_Stop], _Answer], ...]] = (
    _tab, _quote, _start, _no_space, _two_colons, _no_colon, _after_quote, _bracket, _dash,
    _indentation,
)  # fmt: skip
