"""Which columns and options does a case of within-group statistics name?"""

from __future__ import annotations

import ast
import operator
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.validation.model import Case, NotSupported

Floats = NDArray[np.float64]

_GROUP_ARGS: Final = ("group", "groups", "grpid", "grp", "by", "cluster", "unit", "team", "school")
# Columns that hold groups, where a case does not say.
_GROUP_NAMES: Final = (
    *("grpid", "group", "grp", "compid", "cluster", "school", "unit", "team", "area", "id"),
    *("organisation", "organization", "department", "platoon", "school_id", "group_id", "g"),
)
_WRAPPERS: Final = frozenset(
    {"as.matrix", "as.data.frame", "data.frame", "as.factor", "factor", "as.character"}
    | {"as.vector", "as.numeric", "na.omit", "unlist", "cbind", "subset", "ordered"}
)
_JOINS: Final = {"paste": " ", "paste0": "", "interaction": "."}
_OPERATORS: Final[Mapping[type, Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def given(case: Case, names: Sequence[str]) -> Any:  # noqa: ANN401  (of any type)
    """Return the first argument of the case under one of these names, whatever their case."""
    alike = {str(key).lower(): value for key, value in case.args.items()}
    return next((alike[name] for name in names if alike.get(name) is not None), None)


def number(case: Case, names: Sequence[str], default: float | None = None) -> float | None:
    """Return a number that the case's arguments or call give under one of these names."""
    told = given(case, names)
    if told is None:
        found = next((value for name in names if (value := option(case, name)) is not None), None)
        told = default if found is None else found
    return (
        None if told is None else float(told if isinstance(told, int | float) else value_of(told))
    )


def option(case: Case, name: str) -> str | None:
    """Return what the call gives an option, as it was typed, without quotes."""
    if not (found := re.search(rf"[(,]\s*{re.escape(name)}\s*=(?!=)", case.call)):
        return None
    return split(case.call[found.end() :] + ")")[0].strip().strip("'\"")


def value_of(text: Any) -> float:  # noqa: ANN401  (text or number)
    """Return the value of sums, products and powers of numbers as R writes them.

    Raises:
        NotSupported: if it is anything else.
    """

    def walk(node: ast.expr) -> float:
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return float(node.value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -walk(node.operand)
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return _OPERATORS[type(node.op)](walk(node.left), walk(node.right))
        raise NotSupported(f"the number {text!r}")

    try:
        return walk(ast.parse(str(text).replace("^", "**"), mode="eval").body)
    except SyntaxError:
        raise NotSupported(f"the number {text!r}") from None


def split(text: str) -> list[str]:
    """Return the arguments up to the bracket that closes the call they stand in."""
    parts, depth, quote = [""], 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            if not depth:
                break
            depth -= 1
        if letter == "," and not depth and not quote:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def arguments(case: Case, functions: Sequence[str]) -> dict[str, str]:
    """Return the arguments of the first of these R functions in the call, by name or place."""
    for function in functions:
        if found := re.search(rf"(?<![\w.]){re.escape(function)}\s*\(", case.call):
            named: dict[str, str] = {}
            for place, part in enumerate(split(case.call[found.end() :])):
                label, equals, rest = part.partition("=")
                if equals and re.fullmatch(r"[\w.]+", label.strip()) and rest[:1] != "=":
                    named[label.strip()] = rest.strip()
                else:
                    named[str(place)] = part
            return named
    return {}


# --- columns ----------------------------------------------------------------------------


def named_columns(case: Case, told: Any) -> list[str]:  # noqa: ANN401  (name, list, range)
    """Return the columns that an argument means: names, places from 1, `A1..A9`, a prefix.

    Raises:
        NotSupported: if there are no such columns.
    """
    known = list(case.columns)
    if isinstance(told, int):
        return [known[told - 1]]
    if isinstance(told, Sequence) and not isinstance(told, str):
        return [name for each in told for name in named_columns(case, each)]
    text = str(told).strip()
    if text in known:
        return [text]
    if "," in text and "(" not in text:
        return named_columns(case, [part for part in text.split(",") if part.strip()])
    if text.startswith("-") and text[1:].strip() in known:
        # A sign says that an item is turned round, which no index of agreement feels.
        return [text[1:].strip()]
    found = _spanned(known, text) or _numbered(known, text) or expressed(case, text)
    if not found:
        raise NotSupported(f"the columns {told!r}")
    return found


def _spanned(known: list[str], text: str) -> list[str]:
    ends = re.fullmatch(r"([\w.]+?)\s*(?:\.\.+|:|-|–| to )\s*([\w.]+)", text)
    if not ends or not {ends[1], ends[2]} <= set(known):
        return []
    return known[known.index(ends[1]) : known.index(ends[2]) + 1]


def _numbered(known: list[str], text: str) -> list[str]:
    return [name for name in known if re.fullmatch(rf"{re.escape(text)}[._]?\d+", name)]


def expressed(case: Case, text: str) -> list[str]:
    """Return the columns that an R expression such as `d[,2:12]` or `d$LEAD` means."""
    known, text = list(case.columns), text.strip()
    if text in known:
        return [text]
    if inside := re.fullmatch(r"([\w.]+)\s*\((.*)\)", text, re.DOTALL):
        if inside[1] in _WRAPPERS:
            parts = [re.sub(r"^[\w.]+\s*=(?!=)", "", part) for part in split(inside[2] + ")")]
            return [name for part in parts for name in expressed(case, part)]
        return []
    if dollar := re.fullmatch(r"[\w.]+\$`?([^`\[(]+)`?", text):
        return [dollar[1]] if dollar[1] in known else []
    if bracket := re.fullmatch(r"([\w.]+)\s*\[(.*)\]", text, re.DOTALL):
        inner = bracket[2].strip()
        inner = inner[1:-1] if inner[:1] == "[" and inner[-1:] == "]" else inner
        parts = split(inner + "]")
        if len(parts) > 1 and parts[0]:
            raise NotSupported(f"rows of the data chosen by {parts[0]!r}")
        frame = expressed(case, bracket[1]) or known
        return _chosen(frame, parts[1] if len(parts) > 1 else parts[0])
    if assigned := re.search(rf"(?:^|;)\s*{re.escape(text)}\s*(?:<-|=)\s*([^;]+)", case.call):
        return expressed(case, assigned[1]) if assigned[1].strip() != text else []
    return known if re.fullmatch(r"[a-zA-Z]{1,4}|data|dat\w*|df\w*", text) else []


def _chosen(frame: list[str], text: str) -> list[str]:
    """Return the columns of a frame that an R index means."""
    text = text.strip()
    if not text:
        return frame
    if text.startswith("-"):
        left_out = _chosen(frame, text[1:])
        return [name for name in frame if name not in left_out]
    if inside := re.fullmatch(r"([\w.]+)\s*\((.*)\)", text, re.DOTALL):
        return _called(frame, inside[1], split(inside[2] + ")"))
    if ends := re.fullmatch(r"(\d+)\s*:\s*(\d+)", text):
        return frame[int(ends[1]) - 1 : int(ends[2])]
    if text.isdigit():
        return frame[int(text) - 1 : int(text)]
    if text.startswith("(") and text.endswith(")"):
        return _chosen(frame, text[1:-1])
    bare = text.strip("'\"")
    if bare not in frame:
        raise NotSupported(f"the columns {text!r}")
    return [bare]


def _called(frame: list[str], function: str, parts: list[str]) -> list[str]:
    if function == "c":
        return [name for part in parts for name in _chosen(frame, part)]
    if function in ("grep", "grepl"):
        pattern = parts[0].strip("'\"")
        return [name for name in frame if re.search(pattern, name)]
    if function in ("paste0", "paste", "sprintf"):
        numbers = re.search(r"(\d+)\s*:\s*(\d+)", ",".join(parts))
        shape = parts[0].strip("'\"") if function == "sprintf" else parts[0].strip("'\"") + "%d"
        span = range(int(numbers[1]), int(numbers[2]) + 1) if numbers else range(0)
        return [name for place in span for name in _chosen(frame, shape % place)]
    raise NotSupported(f"columns chosen by {function}()")


# --- groups -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """The groups of a case, in the order in which R lists them.

    Args:
        columns: that they were made from.
        labels: their names.
        codes: (people,) place of each person's group, nan where missing.
    """

    columns: tuple[str, ...]
    labels: tuple[str, ...]
    codes: Floats


def groups_of(case: Case, expression: str | None = None) -> Groups:
    """Return the groups that the case's arguments, an expression of its call, or its data name.

    Raises:
        NotSupported: if no column holds groups.
    """
    told = given(case, _GROUP_ARGS)
    if told is not None and not isinstance(told, list) and str(told) not in case.columns:
        expression, told = str(told), None
    if told is not None:
        return _joined(case, named_columns(case, told), " ")
    join = re.match(r"\s*(paste0?|interaction)\s*\((.*)\)\s*$", expression or "", re.DOTALL)
    if join:
        parts = [part for part in split(join[2] + ")") if not re.match(r"[\w.]+\s*=", part)]
        columns = [name for part in parts for name in expressed(case, part)]
        apart = re.search(r"sep\s*=\s*['\"](.*?)['\"]", join[2])
        mark = apart[1] if apart else _JOINS[join[1]]
        return _joined(case, columns, mark, last_first=join[1] == "interaction")
    if expression and (columns := expressed(case, expression)):
        return _joined(case, columns[:1], " ")
    likely = [name for name in case.columns if name.lower() in _GROUP_NAMES]
    texts = [name for name in case.columns if not case.is_numeric(name)]
    if not likely and not texts:
        raise NotSupported("no column that says which group a person is in")
    return _joined(case, (likely or texts)[:1], " ")


def _joined(case: Case, columns: Sequence[str], mark: str, *, last_first: bool = False) -> Groups:
    cells = [case.texts(name).tolist() for name in columns]
    rows = list(zip(*cells, strict=True))
    whole = [row for row in rows if all(row)]
    if len(columns) == 1 and case.is_numeric(columns[0]):
        ranked = sorted(set(whole), key=lambda row: float(row[0]))
        names = {row: _plain_number(row[0]) for row in ranked}
    else:
        names = {row: mark.join(row) for row in set(whole)}
        ranked = sorted(
            names, key=lambda row: collated(row[::-1]) if last_first else collated((names[row],))
        )
    labels = tuple(dict.fromkeys(names[row] for row in ranked))
    place = {name: float(number) for number, name in enumerate(labels)}
    codes = np.array([place[names[row]] if all(row) else np.nan for row in rows], dtype=float)
    return Groups(columns=tuple(columns), labels=labels, codes=codes)


def _plain_number(cell: str) -> str:
    number = float(cell)
    return str(int(number)) if number.is_integer() else repr(number)


def collated(texts: Sequence[str]) -> tuple[Any, ...]:
    """Return a key by which texts stand as in R's factors: marks, digits, letters, aAbB."""

    def rank(letter: str) -> tuple[int, str]:
        kind = unicodedata.category(letter)[0]
        base = unicodedata.normalize("NFD", letter)[0].lower()
        return ({"L": 3, "N": 2}.get(kind, 1), base)

    return tuple(
        (tuple(rank(letter) for letter in text), tuple(letter.isupper() for letter in text))
        for text in texts
    )


def other_numbers(case: Case, groups: Groups) -> list[str]:
    """Return the numeric columns that are not the groups."""
    return [name for name in case.columns if name not in groups.columns and case.is_numeric(name)]
