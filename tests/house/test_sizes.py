"""How large a file or a function may grow, and which names say nothing."""

import ast
import re

import pytest

FILE_LINES = 600
FUNCTION_LINES = 60
ARGUMENTS = 8
# Names that say nothing become magnets: everything could go there, so everything does.
EMPTY = {"util", "utils", "helper", "helpers", "common", "manager", "misc", "service", "services"}
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
TODO = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!.{0,3}#\d+)")


def sentences(package):
    """Return every breach as `file:line: sentence`."""
    found = []
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        if len(lines) > FILE_LINES:
            found.append(f"{name}:1: {len(lines)} lines")
        if EMPTY & set(re.split(r"[/_.]", name)):
            found.append(f"{name}:1: a name that says nothing")
        for number, line in enumerate(lines, start=1):
            if TODO.search(line):
                found.append(f"{name}:{number}: a task without the number of its issue")
        found += [f"{name}:{line}: {what}" for line, what in of_definitions(ast.parse(text))]
    return found


def of_definitions(tree):
    """Yield (line, sentence) of functions and classes that break a rule."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            if EMPTY & {word.lower() for word in WORD.findall(node.name)}:
                yield node.lineno, f"{node.name} is a name that says nothing"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1 - docstring_lines(node)
            if length > FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {length} lines"
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            count = len([each for each in given if each.arg not in {"self", "cls"}])
            if count > ARGUMENTS:
                yield node.lineno, f"{node.name} takes {count} arguments"


def docstring_lines(node):
    """Return how many lines the docstring takes: a formula with its source makes none worse."""
    first = node.body[0]
    if not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)):
        return 0
    return first.end_lineno - first.lineno + 1 if isinstance(first.value.value, str) else 0


def test_files_functions_and_names(package):
    assert sentences(package) == []


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("stats/long.py", "A = 1\n" * (FILE_LINES + 1), "lines"),
        ("stats/f.py", "def f():\n" + "    a = 1\n" * FUNCTION_LINES, "f has 61 lines"),
        ("stats/f.py", 'def f():\n    """Ask."""\n' + "    a = 1\n" * FUNCTION_LINES, "f has 61"),
        ("stats/f.py", "async def f(a, b, c, d, e, /, g, h, *, i, j): ...", "9 arguments"),
        ("stats/utils.py", "A = 1", "says nothing"),
        ("stats/array_helpers.py", "A = 1", "says nothing"),
        ("common/areas.py", "A = 1", "says nothing"),
        ("stats/f.py", "class StudyManager: ...", "StudyManager is a name"),
        ("stats/f.py", "A = 1  # TODO mend this", "number of its issue"),
    ],
)
def test_a_breach_is_seen(plant, file, text, sentence):
    found = sentences(plant(file, text))
    assert any(each.startswith(file) and sentence in each for each in found), found


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("stats/f.py", "def common_items(): ..."),
        ("stats/f.py", "def f(self, a, b, c, d, e, g, h, i): ..."),
        ("stats/f.py", "A = 1  # TODO(#12) mend this"),
        ("stats/f.py", 'def f():\n    """Ask.' + "\n" * 80 + '    """\n' + "    a = 1\n" * 59),
    ],
)
def test_what_is_allowed_is_let_through(plant, file, text):
    assert not [each for each in sentences(plant(file, text)) if each.startswith(file)]
