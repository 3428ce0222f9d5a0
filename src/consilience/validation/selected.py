"""Which columns and rows of its data does a case speak of, and what was R told?"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.validation.model import Case, NotSupported
from consilience.validation.within_group_call import split, value_of

_DOLLAR: Final = re.compile(r"[\w.)]\$`?([\w.]+)`?(?!\s*(?:[=!<>]=|[<>]|%in%))(?![\w.(])")
# A column against a constant: `d$area == 2`, `role %in% c('a', 'b')`.
_WHERE: Final = re.compile(
    r"(?:[\w.]+\$)?`?([\w.]+)`?\s*([=!<>]=|[<>]|%in%)\s*(c\([^)]*\)|['\"][^'\"]*['\"]|-?[\w.]+)"
)
_SPAN: Final = re.compile(r"^(-?\d+)L?\s*:\s*(-?\d+)L?$")
_NUMBERED: Final = re.compile(r"^([A-Za-z_.]*?)(\d+)(?:\.\.|:|-)([A-Za-z_.]*?)(\d+)$")
_ENDS: Final = re.compile(r"^([\w.]+?)\s*(?:\.\.+|:|–|-|\bto\b)\s*([\w.]+)$")
_ROW_NAMES: Final = re.compile(
    r"^(unit|subject|id|case|row|area|patient|school|\w+[._]id)s?$", re.IGNORECASE
)
_COLUMNS: Final = ("columns", "cols", "raters", "items", "variables", "vars", "ratings")
_PAIRS: Final = (("rater1", "rater2"), ("rater_1", "rater_2"), ("r1", "r2"), ("x", "y"))
# Functions of R that give back the columns of the frame they take.
_FRAMES: Final = frozenset(
    {"na.omit", "as.matrix", "as.data.frame", "data.frame", "subset", "head", "tail", "t"}
    | {"data.matrix", "droplevels", "unique", "complete.cases"}
)
_BOUND: Final = re.compile(r"(?<![\w.])(cbind|data\.frame|table|xtabs)\s*\(")
_CALLED: Final = re.compile(r"([\w.]+)\s*\((.*)\)", re.DOTALL)
# The arguments of functions of R by their places, after the data.
_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "kappa2": ("weight", "sort.levels"),
    "kappam.fleiss": ("exact", "detail"),
    "kripp.alpha": ("method",),
    "agree": ("tolerance",),
    "finn": ("s.levels", "model"),
    "kendall": ("correct",),
    "meancor": ("fisher",),
    "meanrho": ("fisher",),
    "icc": ("model", "type", "unit", "r0", "conf.level"),
    "ICC": ("missing", "alpha", "lmer", "check.keys"),
    "cohen.kappa": ("w", "n.obs", "alpha", "levels"),
    "Kappa": ("weights",),
    **dict.fromkeys(
        ("gwet.ac1.raw", "fleiss.kappa.raw", "krippen.alpha.raw",
         "conger.kappa.raw", "bp.coeff.raw"),
        ("weights", "categ.labels", "conflev", "N"),
    ),
    **dict.fromkeys(
        ("gwet.ac1.table", "kappa2.table", "scott2.table", "krippen2.table", "bp2.table"),
        ("weights", "conflev", "N"),
    ),
}  # fmt: skip
_COMPARED: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def option(case: Case, *names: str, default: Any = None) -> Any:  # noqa: ANN401  (of any form)
    """Return an argument under one of several names, else what the call says, else the default.

    The call may name the argument, quoted or not, or give it by its place.
    """
    told = (_of_arguments(case.args, names), _by_name(_call(case), names))
    for value in told:
        if value is not None:
            return value
    placed = _by_place(_call(case))
    return next((placed[_plain(name)] for name in names if _plain(name) in placed), default)


def _of_arguments(args: Mapping[str, Any], names: Iterable[str]) -> Any:  # noqa: ANN401
    alike = {_plain(str(key)): value for key, value in args.items() if value is not None} | {
        str(key): value for key, value in args.items() if value is not None
    }
    return next((alike[each] for n in names for each in (n, _plain(n)) if each in alike), None)


def _by_name(call: str, names: Iterable[str]) -> Any:  # noqa: ANN401  (of any form)
    """Return what a call gives an argument by its name, or by the end of it."""
    for name in names:
        spelt = re.sub("[._]", "[._]", name)
        for found in re.finditer(rf"(?<![\w$])(?:\w+[._])?{spelt}\s*=(?!=)", call):
            value = r_value(split(call[found.end() :] + ")")[0])
            if value is not None and not isinstance(value, Mapping):
                return value
    return None


def _plain(name: str) -> str:
    return name.lower().replace(".", "_")


def _call(case: Case) -> str:
    """Return the call without its comments."""
    return re.sub(r"(?m)(^|[\s;)])#.*$", r"\1", case.call)


def _by_place(call: str) -> dict[str, Any]:
    """Return what the functions of a call are given by place, under the names of R."""
    told: dict[str, Any] = {}
    for function, names in _PLACES.items():
        if not (found := re.search(rf"(?<![\w.]){re.escape(function)}\s*\(", call)):
            continue
        parts = [
            part
            for part in split(call[found.end() :] + ")")
            if not re.match(r"(?!x\b|ratings\b)[\w.]+\s*=(?!=)", part)
        ]
        values = [r_value(part) for part in parts[1 : len(names) + 1]]
        told |= {
            _plain(name): value
            for name, value in zip(names, values, strict=False)
            if value is not None and not isinstance(value, Mapping)
        }
    return told


def r_value(text: str) -> Any:  # noqa: ANN401  (what R has for constants)
    """Return the value of a constant as R writes it: `TRUE`, `0.9`, `'a'`, `1:5`, `c(1, 2)`.

    None for `NULL`, `NA` and nothing; what is no constant comes back as text.
    """
    text = text.strip()
    if text in ("", "NULL", "NA"):
        return None
    if text in ("TRUE", "T", "FALSE", "F"):
        return text.startswith("T")
    if text[0] in "'\"" and text[-1] == text[0]:
        return text[1:-1]
    if span := _SPAN.match(text):
        return _counted(int(span[1]), int(span[2]))
    if called := _CALLED.fullmatch(text):
        return _r_called(called[1], split(called[2] + ")"), text)
    if text in ("Inf", "-Inf"):
        return math.copysign(math.inf, -1 if text[0] == "-" else 1)
    try:
        return float(value_of(re.sub(r"(?<=\d)L\b", "", text)))
    except (NotSupported, ZeroDivisionError, OverflowError):
        return text.strip("'\"")


def _counted(first: int, last: int) -> list[int]:
    return list(range(first, last + 1)) if last >= first else list(range(first, last - 1, -1))


def _r_called(function: str, parts: list[str], text: str) -> Any:  # noqa: ANN401  (of any form)
    """Return the value of a call that only puts constants together, else its text."""
    if function in ("c", "list"):
        inner = [r_value(re.sub(r"^[\w.]+\s*=(?!=)", "", part)) for part in parts if part]
        return [each for one in inner for each in (one if isinstance(one, list) else [one])]
    inner = [r_value(part) for part in parts if part]
    if function in ("factor", "as.character", "as.numeric", "as.integer", "ordered") and inner:
        return inner[0] if isinstance(inner[0], list) else text
    if function == "rev" and inner and isinstance(inner[0], list):
        return inner[0][::-1]
    if function == "seq" and len(inner) == 2 and all(isinstance(each, float) for each in inner):
        return _counted(int(inner[0]), int(inner[1]))
    if function in ("paste0", "sprintf", "paste") and (made := _pasted(function, parts)):
        return made
    return text


def _pasted(function: str, parts: list[str]) -> list[str]:
    """Return `paste0('v', 1:4)` or `sprintf('v%02d', 1:4)` as a list."""
    values = [r_value(part) for part in parts if not re.match(r"sep\s*=", part)]
    if len(values) != 2 or not isinstance(values[0], str) or not isinstance(values[1], list):
        return []
    ends = [f"{each:g}" if isinstance(each, float) else str(each) for each in values[1]]
    if function == "sprintf":
        return [_filled(values[0], end) for end in ends]
    mark = next((part.split("=")[1].strip(" '\"") for part in parts if "sep" in part), " ")
    return [values[0] + ("" if function == "paste0" else mark) + end for end in ends]


def _filled(shape: str, end: str) -> str:
    """Return what sprintf makes of `%d`, `%02d` or `%s`."""
    if not (found := re.search(r"%(0?)(\d*)[dis]", shape)):
        return shape
    padded = end.rjust(int(found[2] or 0), "0" if found[1] else " ")
    return shape[: found.start()] + padded + shape[found.end() :]


# --- columns ----------------------------------------------------------------------------


def columns_of(case: Case) -> list[str]:
    """Return the columns that a case names in its arguments or call; all if it names none."""
    every = list(case.columns)
    for name in _COLUMNS:
        given = case.args.get(name)
        if isinstance(given, str | list) and (found := named_columns(given, every)):
            return found
    for pair in _PAIRS:
        two = [case.args.get(name) for name in pair]
        if all(isinstance(name, str) and name in every for name in two):
            return [str(name) for name in two]
    if found := _of_call(_call(case), every):
        return found
    left = [name for name in every if not _ROW_NAMES.match(name)]
    return left if len(left) > 1 else every


def _of_call(call: str, every: list[str]) -> list[str]:
    """Return the columns that indices, `subset`, `cbind` and `$` of a call name, else []."""
    chosen = [parts[-1] if len(parts) == 1 else parts[1] for parts in _indices(call)]
    if select := re.search(r"\bselect\s*=(?!=)", call):
        chosen.append(split(call[select.end() :] + ")")[0])
    for each in chosen:
        if found := named_columns(r_value_or_names(each), every):
            return found
    dollars = _DOLLAR.findall(call) + re.findall(r"\[\[\s*['\"]([^'\"]+)['\"]", call)
    if len(found := [name for name in dict.fromkeys(dollars) if name in every]) > 1:
        return found
    return _bound(call, every)


def _bound(call: str, every: list[str]) -> list[str]:
    """Return the columns that `cbind(a, b)`, `table(a, b)` or `xtabs(~ a + b)` name bare."""
    for bound in _BOUND.finditer(call):
        parts = [re.sub(r"^\s*[\w.]+\s*=(?!=)", "", p) for p in split(call[bound.end() :] + ")")]
        named = re.findall(r"[\w.]+", parts[0]) if parts[0].startswith("~") else parts
        if len(found := [name.strip() for name in named if name.strip() in every]) > 1:
            return found
    return []


def _indices(call: str) -> Iterator[list[str]]:
    """Yield the parts within each pair of brackets `[ ]` of a call that index a frame."""
    for found in re.finditer(r"(?<!\[)\[(?!\[)", call):
        before = call[: found.start()].rstrip()
        parts = split(call[found.end() :] + "]")
        if len(parts) == 2 and all(part.isdigit() for part in parts):
            continue  # one cell
        named = re.search(r"(?<![$\w.])[A-Za-z][\w.]*$", before)
        if named or (len(parts) > 1 and before.endswith(")") and _opened_by(before) in _FRAMES):
            yield parts


def _opened_by(text: str) -> str:
    """Return the function whose bracket closes at the end of a text."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] in ")]") - (text[place] in "([")
        if not depth:
            found = re.search(r"([\w.]*)\s*$", text[:place])
            return found[1] if found else ""
    return ""


def r_value_or_names(chosen: str) -> Any:  # noqa: ANN401  (of any form)
    """Return what stands after the comma of an index of R: names, places, or those left out."""
    chosen = chosen.strip()
    if out := re.match(r"!\s*\(?\s*(?:col)?names\([^)]*\)\s*%in%\s*", chosen):
        return {"without": _listed(r_value(split(chosen[out.end() :] + ")")[0]))}
    if out := re.fullmatch(r"setdiff\((?:col)?names\([^)]*\)\s*,(.+)\)", chosen):
        return {"without": _listed(r_value(out[1]))}
    if found := re.fullmatch(r"grepl?\(\s*['\"]([^'\"]+)['\"].*\)", chosen):
        return {"like": found[1]}
    if chosen.startswith("-"):
        dropped = chosen[1:].strip()
        dropped = dropped[1:-1] if dropped.startswith("(") and dropped.endswith(")") else dropped
        return {"without": _listed(r_value(dropped))}
    value = r_value(chosen)
    if isinstance(value, list) and value and all(_is_negative(each) for each in value):
        return {"without": [-each for each in value]}
    return value


def _is_negative(value: Any) -> bool:  # noqa: ANN401  (of any form)
    return isinstance(value, int | float) and value < 0


def _listed(value: Any) -> list[Any]:  # noqa: ANN401  (of any form)
    return value if isinstance(value, list) else [value]


def named_columns(given: Any, every: list[str]) -> list[str]:  # noqa: ANN401  (of any form)
    """Return the columns that names, places, spans or stems mean, [] if one is not there."""
    if isinstance(given, Mapping):
        if "like" in given:
            return [name for name in every if re.search(given["like"], name)]
        dropped = set(named_columns(given["without"], every))
        return [name for name in every if name not in dropped] if dropped else []
    names: list[str] = []
    for each in _listed(given):
        if not (found := _named(each, every)):
            return []
        names += found
    return names


def _named(each: Any, every: list[str]) -> list[str]:  # noqa: ANN401  (of any form)
    """Return the columns of one name, place, span `a..d`, list in a text, or stem."""
    if isinstance(each, bool):
        return []
    if isinstance(each, int | float):
        return [every[int(each) - 1]] if 1 <= each <= len(every) else []
    if not isinstance(each, str) or each in every:
        return [each] if isinstance(each, str) else []
    if (ends := _ENDS.match(each)) and {ends[1], ends[2]} <= set(every):
        return every[every.index(ends[1]) : every.index(ends[2]) + 1]
    if span := _NUMBERED.match(each):
        return _numbered(span, every)
    if "," in each and "(" not in each:
        return named_columns([part.strip() for part in each.split(",") if part.strip()], every)
    if each.startswith("-") and each[1:].strip() in every:
        return [each[1:].strip()]
    return [name for name in every if re.fullmatch(rf"{re.escape(each)}[._]?\d+", name)]


def _numbered(span: re.Match[str], every: list[str]) -> list[str]:
    wide = len(span[2])
    numbers = range(int(span[2]), int(span[4]) + 1)
    named = [f"{span[1]}{number:0{wide}d}" for number in numbers]
    return [name for name in named if name in every]


# --- rows -------------------------------------------------------------------------------


def rows_of(case: Case, columns: Iterable[str]) -> NDArray[np.bool_]:
    """Return which rows a case speaks of.

    The call may say so by comparison (`area == 3`), by place (`d[1:20, ]`) or by `na.omit`;
    arguments by the name of a column.
    """
    count = len(next(iter(case.columns.values()), ()))
    keep = np.ones(count, dtype=bool)
    used, call = list(columns), _call(case)
    for name, how, value in _WHERE.findall(call):
        if name in case.columns and not _is_variable(case, name, value):
            keep &= _compared(case, name, how, r_value(value))
    for name, value in case.args.items():
        if name in case.columns and name not in used and isinstance(value, str | int | float):
            own = _compared(case, name, "==", value)
            keep &= own if own.any() else True
    for name, value in _subset(case):
        keep &= _compared(case, name, "==", value)
    for parts in _indices(call):
        if len(parts) > 1 and (places := _places(parts[0], count)) is not None:
            keep &= places
    return keep & _whole(case, call)


def _subset(case: Case) -> Iterator[tuple[str, Any]]:
    """Yield the columns, and their values, to which an argument restricts the rows."""
    for key in ("subset", "filter", "where", "stratum", "slice"):
        told = case.args.get(key)
        for name, value in told.items() if isinstance(told, Mapping) else ():
            if name not in case.columns:
                raise NotSupported(f"a subset by {name!r}, which is no column")
            if not _compared(case, name, "==", value).any():
                raise NotSupported(f"a subset in which {name!r} is {value!r}; there is none")
            yield name, value


def _is_variable(case: Case, name: str, value: str) -> bool:
    """Say whether a column is compared with a name that is not a value of it: a variable of R."""
    bare = re.fullmatch(r"[A-Za-z.][\w.]*", value) is not None
    return bare and value not in ("TRUE", "FALSE", "T", "F") and value not in case.columns[name]


def _whole(case: Case, call: str) -> NDArray[np.bool_]:
    """Return the rows without a gap in the columns that `na.omit` or `complete.cases` takes."""
    every = list(case.columns)
    keep = np.ones(len(next(iter(case.columns.values()), ())), dtype=bool)
    for found in re.finditer(r"(?<![\w.])(?:na\.omit|complete\.cases)\s*\(", call):
        scope = _of_call(split(call[found.end() :] + ")")[0], every) or every
        keep &= np.all([case.texts(name) != "" for name in scope], axis=0)
    return keep


def _compared(case: Case, name: str, how: str, value: Any) -> NDArray[np.bool_]:  # noqa: ANN401
    """Return the rows in which a column stands so to a constant; never where it is missing."""
    cells = case.texts(name)
    numeric = case.is_numeric(name)
    if how in _COMPARED:
        if not numeric or not isinstance(value, int | float):
            return np.ones(len(cells), dtype=bool)
        with np.errstate(invalid="ignore"):
            return np.asarray(_COMPARED[how](case.numbers(name), value), dtype=bool)
    same = np.zeros(len(cells), dtype=bool)
    for each in _listed(value):
        if numeric and isinstance(each, int | float) and not isinstance(each, bool):
            same |= case.numbers(name) == each
        else:
            same |= cells == (f"{each:g}" if isinstance(each, float) else str(each))
    return (cells != "") & ~same if how == "!=" else same


def _places(text: str, count: int) -> NDArray[np.bool_] | None:
    """Return the rows that an index counts out, None if it does not."""
    value = r_value_or_names(text)
    without = isinstance(value, Mapping) and "without" in value
    listed = _listed(value["without"] if without else value)
    if not listed or not all(isinstance(each, int | float) and each >= 1 for each in listed):
        return None
    chosen = np.isin(np.arange(1, count + 1), listed)
    return ~chosen if without else chosen


def ratings_of(case: Case) -> NDArray[Any]:
    """Return the ratings of a case, (units, raters): numbers if all are, else texts.

    R's `t()` turns them, but in irr's `kripp.alpha`, which takes raters in rows.
    """
    columns = columns_of(case)
    keep = rows_of(case, columns)
    if all(case.is_numeric(name) for name in columns):
        table: NDArray[Any] = case.matrix(columns)[keep]
    else:
        table = np.column_stack([case.texts(name) for name in columns])[keep]
    call = _call(case)
    turned = re.search(r"(?<![\w.])t\(", call) is not None
    by_row = re.search(r"kripp\.alpha\(", call) is not None
    return table.T if turned != by_row else table
