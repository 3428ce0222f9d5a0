"""Are our figures those of the case?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from consilience.validation.model import Answer, Case, Figure, Outcome, Verdict

ABSENT: Final = object()

# How far below theirs our log-likelihood may be and still count as the same solution.
AS_GOOD: Final = 1e-3


def judge(case: Case, answer: Answer) -> Outcome:
    """Does the answer agree with the case, figure by figure?

    Args:
        case: what another program said.
        answer: what we say.

    Returns:
        The verdict. A figure that we do not give makes the case `not supported`, unless
        another one differs.

    Example:
        >>> case = Case(
        ...     id="a", statistic="mean", data="d", columns={}, args={}, expected={"mean": 2.0},
        ...     tolerance=1e-8, call="mean(d)", packages=("base",), note="",
        ... )
        >>> judge(case, Answer(values={"mean": 2.0})).verdict
        'agrees'
    """
    outcome = _figure_by_figure(case, answer)
    if outcome.verdict != "agrees" and (better := _better(case, answer)):
        return _outcome(case, "agrees", (better,))
    return outcome


def _figure_by_figure(case: Case, answer: Answer) -> Outcome:
    figures, absent = [], []
    for path, theirs, ours in _leaves(case.expected, answer.values, ""):
        if ours is ABSENT:
            absent.append(path)
            continue
        name = path.rsplit(".", 1)[-1].split("[")[0]
        known = name in answer.at_least and isinstance(theirs, int | float)
        floor = theirs - AS_GOOD if known else None
        agrees = _same(theirs, ours, answer.loose.get(name, case.tolerance), floor)
        figures.append(Figure(path=path, theirs=theirs, ours=_plain(ours), agrees=agrees))
    verdict: Verdict = "agrees" if all(figure.agrees for figure in figures) else "differs"
    if absent and verdict == "agrees":
        return _outcome(case, "not supported", tuple(figures), "no figure for " + ", ".join(absent))
    return _outcome(case, verdict, tuple(figures))


def unsupported(case: Case, reason: str) -> Outcome:
    """Return the outcome of a case that we cannot compute."""
    return _outcome(case, "not supported", (), reason)


def _outcome(
    case: Case, verdict: Verdict, figures: tuple[Figure, ...], reason: str = ""
) -> Outcome:
    return Outcome(
        case=case.id,
        statistic=case.statistic,
        packages=case.packages,
        call=case.call,
        tolerance=case.tolerance,
        verdict=verdict,
        figures=figures,
        reason=reason,
        note=case.note,
    )


def _better(case: Case, answer: Answer) -> Figure | None:
    for name in answer.at_least:
        theirs, ours = _at(case.expected, name), _at(answer.values, name)
        if ABSENT in (theirs, ours) or theirs is None:
            continue
        if float(ours) > theirs + AS_GOOD:
            return Figure(path=name, theirs=theirs, ours=float(ours), agrees=True)
    return None


def _at(values: Any, name: str) -> Any:  # noqa: ANN401  (figures of any form)
    """Return what a mapping holds under a name, whatever the case of its letters."""
    if not isinstance(values, Mapping):
        return ABSENT
    if name in values:
        return values[name]
    alike = {str(key).lower(): value for key, value in values.items()}
    return alike.get(name.lower(), ABSENT)


def _leaves(theirs: Any, ours: Any, path: str) -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401
    """Yield place, their figure and ours, for every figure of theirs."""
    if isinstance(theirs, Mapping):
        for name, value in theirs.items():
            if name != "_row":
                inner = ABSENT if ours is ABSENT else _at(ours, name)
                yield from _leaves(value, inner, f"{path}.{name}" if path else name)
    elif isinstance(theirs, list):
        yield from _items(theirs, ours, path)
    elif _is_one(ours):
        # R writes a vector of one as a number.
        yield path, theirs, ours[0]
    else:
        yield path, theirs, ours


def _is_one(ours: Any) -> bool:  # noqa: ANN401  (figures of any form)
    if isinstance(ours, np.ndarray):
        return bool(ours.shape == (1,))
    return isinstance(ours, Sequence) and not isinstance(ours, str) and len(ours) == 1


def _items(theirs: list[Any], ours: Any, path: str) -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401
    rows = [each.get("_row") if isinstance(each, Mapping) else None for each in theirs]
    if isinstance(ours, Mapping) and all(rows):
        for name, value in zip(rows, theirs, strict=True):
            yield from _leaves(value, _at(ours, str(name)), f"{path}[{name}]")
        return
    given = ours.tolist() if hasattr(ours, "tolist") else ours
    if isinstance(given, Sequence) and not isinstance(given, str) and len(given) != len(theirs):
        yield f"{path} (how many)", len(theirs), len(given)
        return
    for number, value in enumerate(theirs):
        fit = isinstance(given, Sequence) and not isinstance(given, str)
        yield from _leaves(value, given[number] if fit else ABSENT, f"{path}[{number}]")


def _same(theirs: Any, ours: Any, tolerance: float, floor: float | None) -> bool:  # noqa: ANN401
    if isinstance(ours, Mapping | list | tuple) or np.ndim(ours):
        return False  # several figures where the case has one
    if isinstance(theirs, str) or isinstance(ours, str):
        return str(theirs) == str(ours)
    if theirs is None:
        return ours is None or math.isnan(float(ours))
    if ours is None or math.isnan(float(ours)):
        return False
    if floor is not None and float(ours) >= floor:
        return True
    return abs(float(ours) - float(theirs)) <= tolerance * max(1.0, abs(float(theirs)))


def _plain(value: Any) -> Any:  # noqa: ANN401  (NumPy's become Python's)
    return value.tolist() if hasattr(value, "tolist") else value
