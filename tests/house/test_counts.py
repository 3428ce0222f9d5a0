"""What is counted is told as one or as several: no line says "1 texts"."""

import ast
import itertools
import re

FACES = ("cli", "web", "desk", "report")
# What lines count; a new noun that is counted belongs here too.
NOUNS = (
    "answers", "areas", "cases", "cells", "characters", "codes", "coders", "codings", "columns",
    "decisions", "demands", "entities", "entries", "files", "findings", "groups", "interviews",
    "lines", "memos", "pairs", "passages", "people", "places", "records", "rows", "sets", "studies",
    "surveys", "tables", "texts", "topics", "turns", "units", "values", "variables", "versions",
    "words",
)  # fmt: skip
BEHIND = re.compile(rf" (?:[a-z]+ )?(?:{'|'.join(NOUNS)})\b")
IN_TEMPLATE = re.compile(rf"\}}\}}(?:</\w+>)? (?:[a-z]+ )?(?:{'|'.join(NOUNS)})\b")
IN_SCRIPT = re.compile(rf"\}}(?: [a-z]+)? (?:{'|'.join(NOUNS)})\b")
# Where a choice of words for one stands on the line, or that it is never one, that was thought of.
CHOICE = re.compile(r"=== 1 \?|== 1 (?:else|%\})|never one")


def plain_counts(text):
    """Yield (line, words) of each f-string in which a number stands before a noun as of several."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.JoinedStr):
            for value, behind in itertools.pairwise(node.values):
                found = isinstance(behind, ast.Constant) and BEHIND.match(behind.value)
                if found and isinstance(value, ast.FormattedValue) and is_number(value.value):
                    yield behind.lineno, found[0].strip()


def is_number(value):
    """Return whether what is shown may be a bare number: other calls make words."""
    if isinstance(value, ast.Call):
        return getattr(value.func, "id", "") in ("len", "sum", "in_words", "round")
    return True


def plain_counts_in_lines(text, pattern):
    """Yield (line, words) of templates and scripts, as `plain_counts`."""
    for number, line in enumerate(text.splitlines(), start=1):
        for found in pattern.finditer(line):
            if not CHOICE.search(line):
                yield number, found[0].strip()


def test_no_line_tells_of_one_as_of_several(package):
    found = []
    for room in FACES:
        for path in sorted((package / room).rglob("*")):
            if path.suffix == ".py":
                counts = plain_counts(path.read_text(encoding="utf-8"))
            elif path.suffix in (".html", ".j2"):
                counts = plain_counts_in_lines(path.read_text(encoding="utf-8"), IN_TEMPLATE)
            elif path.suffix == ".js":
                counts = plain_counts_in_lines(path.read_text(encoding="utf-8"), IN_SCRIPT)
            else:
                continue
            found += [f"{path.name}:{line} {words}" for line, words in counts]
    assert found == [], "say it with base.counting.counted, or the filter of that name"


def test_such_lines_are_found():
    lines = (
        "f'{len(x)} texts'", "f'{a.count:,} open codings'", "f'of {total} rows, {n} codes'",
        "f'{n}' ' passages'",
    )  # fmt: skip
    assert [len(list(plain_counts(line))) for line in lines] == [1, 1, 2, 1]
    assert not list(plain_counts("f'{counted(n, \"text\")} stay; texts of {name}, who codes'"))
    page = "<p>{{ n }} texts</p>\n{{ n }} {{ 'text' if n == 1 else 'texts' }}, {{ m }} codes"
    assert list(plain_counts_in_lines(page, IN_TEMPLATE)) == [(1, "}} texts")]
    assert list(plain_counts_in_lines("`${n} codes`", IN_SCRIPT)) == [(1, "} codes")]
