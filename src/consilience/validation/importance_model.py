"""Which model does a case of relative importance speak of?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.validation.formula import Design, design, formulas, outcome_of
from consilience.validation.model import Case, NotSupported

Floats = NDArray[np.float64]

_OUTCOME: Final = ("outcome", "y", "response", "dependent", "criterion")
_TERMS: Final = ("predictors", "x", "terms", "independent")
_ALWAYS: Final = ("always", "all", ".all", "constants", "constant")
_GROUPS: Final = (
    *("groups", "sets", ".set", ".sets", "set", "group", "players", "predictor_groups"),
    *("predictors_groups", "predictor_sets", "blocks", "block", "player"),
)
_WEIGHT: Final = ("weights", "weight", "case_weights")
_FORMULA: Final = re.compile(r"[\w.]*(?:\([\w.]+\))?\s*~[\s\w.+]*")
# Names under which a case gives one figure a predictor.
_BY_PREDICTOR: Final = (
    "lmg",
    "general",
    "General_Dominance",
    "general_dominance",
    "mcfadden",
    "raw",
)

_LINKS: Final = {
    "logistic": "logit",
    "logit": "logit",
    "probit": "probit",
    "cloglog": "cloglog",
    "loglog": "loglog",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaseModel:
    """The model of a case.

    Args:
        y: (n,) outcome; empty where moments are given.
        columns: (n, k) predictors.
        players: name to columns of each predictor or group.
        always: columns in every model.
        weights: (n,) or None.
        moments: (k + 1, k + 1) where the data are correlations or covariances, else None.
        labels: how the formula writes each player that it writes as more than a name, such as
            `factor(x)` for `x`.
    """

    y: Floats
    columns: Floats
    players: Mapping[str, list[int]]
    always: list[int]
    weights: Floats | None
    moments: Floats | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


def case_model(case: Case) -> CaseModel:
    """Return the model of a case, from its formula, its arguments, or the form of its data."""
    if (matrix := _matrix(case)) is not None:
        return _of_matrix(case, *matrix)
    held = _design(case)
    always = _columns(held, names_in(said(case, *_ALWAYS)))
    groups = _groups(case, held)
    grouped = {term for terms in groups.values() for term in terms}
    players: dict[str, list[int]] = {}
    for term in held.terms:
        columns = _columns(held, [term])
        if term not in grouped and not set(always).issuperset(columns):
            players[term] = columns
    for name, terms in groups.items():
        players[name] = _columns(held, terms)
    return CaseModel(
        y=held.y,
        columns=held.columns,
        players=players,
        always=always,
        weights=_weights(case),
        labels={
            term: label
            for term, label in zip(held.terms, held.labels, strict=True)
            if term in players and label != term
        },
    )


def said(case: Case, *keys: str) -> Any:  # noqa: ANN401  (arguments of any form)
    """Return an argument under any of its names, else what the call gives it."""
    for key in keys:
        if case.args.get(key) is not None:
            return case.args[key]
    for key in keys:
        start = rf"(?<![\w.]){re.escape(key)}\s*=\s*"
        if found := re.search(start + r"c\(([^)]*)\)", case.call):
            quoted = re.findall(r"['\"]([^'\"]+)['\"]", found[1])
            return quoted or re.findall(r"[\d.]+", found[1])
        if found := re.search(start + r"['\"]([^'\"]+)['\"]", case.call):
            return found[1]
        if found := re.search(start + r"~\s*([\w.]+(?:\s*\+\s*[\w.]+)*)", case.call):
            return found[1]
    return None


def names_in(given: Any) -> list[str]:  # noqa: ANN401  (a name, several, or nothing)
    """Return the names in a text such as `~ a + b`, or in a list of them."""
    if given is None or isinstance(given, bool):
        return []
    if isinstance(given, str):
        return [part for part in re.split(r"[\s+,~]+", given) if part]
    return [str(each) for each in given]


def is_domir(case: Case) -> bool:
    """Say whether a case speaks of domir, which has other names and another complete dominance."""
    told = f"{case.statistic} {case.call} {' '.join(case.packages)}".lower()
    return "domir" in told or "domin(" in told


def outcome_kind(case: Case) -> str:
    """Return the kind of model that a case names."""
    keys = ("family", "model_type", "model", "method", "regression")
    told = " ".join([case.statistic, case.call, *(str(case.args.get(key, "")) for key in keys)])
    # Names of columns say nothing of the kind of model.
    told = _FORMULA.sub(" ", told.lower())
    if any(word in told for word in ("polr", "clm(", "ordinal", "cumulative", "ordered")):
        return "ordinal"
    return (
        "logit"
        if any(word in told for word in ("binomial", "logit", "logistic", "probit", "cloglog"))
        else "linear"
    )


def link_of(case: Case) -> str:
    """Return the link that a case names, the logit if none.

    Raises:
        NotSupported: if it names another than logit, probit, cloglog and loglog.
    """
    bare = re.search(
        r"binomial\(\s*(?:link\s*=\s*)?['\"]?(\w+)|link\s*=\s*['\"]?(\w+)",
        f"{case.call} {case.args.get('family') or ''}",
    )
    told = said(case, "link", "method") or (bare and (bare[1] or bare[2]))
    told = str(told or "logit").lower()
    if told not in _LINKS:
        raise NotSupported(f"a link {told!r}")
    return _LINKS[told]


def _design(case: Case) -> Design:
    # A one-sided formula among the arguments says what is always in, not what the model is.
    two_sided = {
        key: value
        for key, value in case.args.items()
        if not (isinstance(value, str) and value.lstrip().startswith("~"))
    }
    bare = replace(case, args=two_sided)
    found = [each for each in formulas(bare) if each.partition("~")[0].strip()]
    outcome = said(case, *_OUTCOME)
    if isinstance(outcome, str) and outcome in case.columns:
        told = said(case, *_TERMS)
        terms = ([] if isinstance(told, Mapping) else names_in(told)) or _left(case, outcome)
        return design(case, f"{outcome}~{'+'.join(_as_factors(case, terms))}")
    if not found:
        # R's functions take the outcome to stand first.
        first = next((name for name in case.columns if case.is_numeric(name)), None)
        if first is None:
            raise NotSupported("no model formula and no outcome in its arguments")
        return design(case, f"{first}~{'+'.join(_as_factors(case, _left(case, first)))}")
    left, _, right = found[0].partition("~")
    if right.strip() == ".":
        terms = _left(case, outcome_of(left))
        return design(case, f"{left}~{'+'.join(_as_factors(case, terms))}")
    # A sign of adding within brackets belongs to the term.
    named = [part.strip() for part in re.split(r"\+(?![^()]*\))", right)]
    if "-" not in right and "." not in named:
        # domin takes sets, and what is always in, beside its formula.
        beside = names_in(said(case, *_ALWAYS))
        for terms in _named_groups(case).values():
            beside += terms
        held = {_bare(term) for term in named}
        named += [term for term in beside if term in case.columns and term not in held]
        return design(case, f"{left}~{'+'.join(_as_factors(case, named))}")
    return design(case, found[0])


def _as_factors(case: Case, terms: Sequence[str]) -> list[str]:
    factors = names_in(case.args.get("factors"))
    return [f"factor({term})" if term in factors else term for term in terms if term]


def _left(case: Case, outcome: str) -> list[str]:
    """Return the columns that a dot stands for: those of which the case speaks, if it says so."""
    weight = said(case, *_WEIGHT)
    every = [name for name in case.columns if name != outcome]
    spoken = set(names_in(said(case, *_ALWAYS)))
    for terms in _named_groups(case).values():
        spoken |= set(terms)
    if isinstance(case.expected, Mapping):
        for key in _BY_PREDICTOR:
            if isinstance(case.expected.get(key), Mapping):
                spoken |= set(case.expected[key])
                return [name for name in every if name in spoken] or every
    return [name for name in every if name != weight]


def _columns(held: Design, terms: Sequence[str]) -> list[int]:
    named = [_term(held, term) for term in terms]
    wanted = [held.terms.index(term) for term in named]
    return [at for at, term in enumerate(held.of_term) if term in wanted]


def _bare(term: str) -> str:
    return re.sub(r"^(?:as\.)?(?:factor|ordered)\(([\w.]+)(?:,.*)?\)$", r"\1", term)


def _term(held: Design, term: str) -> str:
    bare = _bare(term)
    if bare in held.terms:
        return bare
    # relaimpo counts columns from 1, the outcome first.
    if re.fullmatch(r"\d+", bare) and 2 <= int(bare) <= len(held.terms) + 1:
        return held.terms[int(bare) - 2]
    raise NotSupported(f"a term {term!r} that the model does not have")


def _groups(case: Case, held: Design) -> dict[str, list[str]]:
    return {
        name: [_term(held, term) for term in terms] for name, terms in _named_groups(case).items()
    }


def _named_groups(case: Case) -> dict[str, list[str]]:
    """Return name to terms of each group; unnamed ones as the program calls them."""
    _check_groups(case)
    given = next((case.args[k] for k in _GROUPS if case.args.get(k) is not None), None)
    if given is None:
        given = next((case.args[k] for k in _TERMS if isinstance(case.args.get(k), Mapping)), None)
    if given is None:
        given = _groups_in_call(case.call)
    if isinstance(given, Mapping):
        return {str(name): names_in(terms) for name, terms in given.items()}
    if not isinstance(given, list) or not given:
        return {}
    nested = isinstance(given[0], list) or any("~" in str(each) for each in given)
    members = [names_in(each) for each in (given if nested else [given])]
    names = names_in(said(case, "groupnames", "group_names"))
    stem = "set" if is_domir(case) else "G"
    return {
        names[at] if at < len(names) else f"{stem}{at + 1}": terms
        for at, terms in enumerate(members)
    }


def _check_groups(case: Case) -> None:
    """Refuse an argument that groups columns under a name that is not known."""
    for key, value in case.args.items():
        if key in (*_GROUPS, *_TERMS) or not isinstance(value, Mapping) or not value:
            continue
        members = [names_in(each) for each in value.values() if isinstance(each, list | str)]
        named = {_bare(name) for each in members for name in each}
        if len(members) == len(value) and named and named <= set(case.columns):
            raise NotSupported(f"groups of columns under the name {key!r}")


def _groups_in_call(call: str) -> Any:  # noqa: ANN401  (a mapping, a list or nothing)
    found = re.search(r"(?:groups|\.?sets?)\s*=\s*list\(((?:[^()]|\([^()]*\))*)\)", call)
    if found:
        parts = re.findall(
            r"(?:([\w.]+)\s*=\s*)?(?:c\(([^)]*)\)|~\s*([\w.+ ]+)|['\"]([^'\"]+)['\"])", found[1]
        )
        members = [
            re.findall(r"['\"]?([\w.]+)['\"]?", " ".join((quoted, formula, single)))
            for _, quoted, formula, single in parts
        ]
        names = [name for name, *_ in parts]
        return dict(zip(names, members, strict=True)) if all(names) and names else members
    if found := re.search(r"groups\s*=\s*c\(([^)]*)\)", call):
        return re.findall(r"['\"]?([\w.]+)['\"]?", found[1])
    return None


def _weights(case: Case) -> Floats | None:
    named = said(case, *_WEIGHT)
    if isinstance(named, list) and len(named) == len(next(iter(case.columns.values()))):
        return np.array(named, dtype=float)
    if not isinstance(named, str):
        found = re.search(r"weights?\s*=\s*(?:\w+\$)?([\w.]+)", case.call)
        named = found[1] if found else None
    return case.numbers(named) if named in case.columns else None


def _matrix(case: Case) -> tuple[list[str], Floats] | None:
    """Return names and figures where the data, or an argument, are a matrix of moments."""
    given = next(
        (
            case.args[key]
            for key in ("correlations", "correlation_matrix", "cor", "covariance", "cov", "matrix")
            if isinstance(case.args.get(key), list)
        ),
        None,
    )
    names = [name for name in case.columns if case.is_numeric(name)]
    if given is not None:
        matrix = np.array(given, dtype=float)
        named = names_in(case.args.get("names")) or names
        return named or [f"x{at}" for at in range(len(matrix))], matrix
    if len(names) < 2 or any(len(case.columns[name]) != len(names) for name in names):
        return None
    matrix = case.matrix(names)
    symmetric = np.isfinite(matrix).all() and np.allclose(matrix, matrix.T, atol=1e-6)
    return (names, matrix) if symmetric and (np.diag(matrix) > 0).all() else None


def _of_matrix(case: Case, names: list[str], matrix: Floats) -> CaseModel:
    found = formulas(case)
    outcome = said(case, *_OUTCOME) or (found[0].partition("~")[0].strip() if found else "")
    first = names.index(outcome) if outcome in names else 0
    order = [first, *[at for at in range(len(names)) if at != first]]
    named = [names[at] for at in order[1:]]
    always = [named.index(term) for term in names_in(said(case, *_ALWAYS)) if term in named]
    groups = _named_groups(case)
    grouped = {term for terms in groups.values() for term in terms}
    players = {
        name: [at] for at, name in enumerate(named) if at not in always and name not in grouped
    }
    players |= {name: [named.index(term) for term in terms] for name, terms in groups.items()}
    return CaseModel(
        y=np.empty(0),
        columns=np.empty((0, len(named))),
        players=players,
        always=always,
        weights=None,
        moments=matrix[np.ix_(order, order)],
    )
