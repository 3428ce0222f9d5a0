"""Figures of importance under the names, and in the form, in which programs print them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.importance.dominance import Dominance
from consilience.validation.importance_model import is_domir
from consilience.validation.model import Case

Floats = NDArray[np.float64]
Values = dict[str, Any]


# Names of the fit of the model with every player.
_WHOLE: Final = (
    *("value", "fit", "r2", "fit_statistic_overall", "fitstat"),
    *("fullmodel", "full_model", "full"),
)


def by_name(names: Sequence[str], values: Floats) -> dict[str, float]:
    """Return values by the name of the player."""
    return {name: float(value) for name, value in zip(names, values, strict=True)}


def ranks(values: Floats) -> Floats:
    """Return ranks from 1, the greatest value; equal values share theirs, nan has none."""
    above = (values[None, :] > values[:, None]).sum(axis=1)
    equal = (values[None, :] == values[:, None]).sum(axis=1)
    return np.where(np.isnan(values), np.nan, above + (equal + 1) / 2)


def differences(names: Sequence[str], values: Floats) -> dict[str, float]:
    """Return the difference of every two players under `first-second`."""
    return {
        f"{one}-{other}": float(values[at] - values[at + 1 + further])
        for at, one in enumerate(names)
        for further, other in enumerate(names[at + 1 :])
    }


def dominance_values(case: Case, names: Sequence[str], held: Dominance) -> Values:
    """Return everything that dominance is called by relaimpo, dominanceanalysis and domir."""
    general = by_name(names, held.general)
    total = float(np.nansum(held.general))
    scaled = held.general / total if total else np.full(len(names), np.nan)
    order = by_name(names, ranks(held.general))
    values: Values = dict.fromkeys(
        ("lmg", "general", "general_dominance", "average", "shapley"), general
    )
    values["contribution.average"] = general | {"r2": general}
    values |= {"first": by_name(names, held.first), "last": by_name(names, held.last)}
    values |= dict.fromkeys(("standardized", "standardised", "share"), by_name(names, scaled))
    values |= dict.fromkeys(("rank", "ranks", "lmg.rank", "lmg_rank"), order)
    values |= dict.fromkeys(("diff", "lmg.diff", "lmg_diff"), differences(names, held.general))
    for key in ("conditional", "conditional_dominance", "by_level", "contribution.by.level"):
        values[key] = by_level(_at(case.expected, key), names, held.conditional)
    matrices = {
        "conditional_matrix": held.conditional_matrix,
        "general_matrix": held.general_matrix,
        "complete_share": held.complete_share,
        "complete_matrix": held.complete_matrix,
    }
    for key, matrix in matrices.items():
        values[key] = pairs(_at(case.expected, key), names, matrix)
    for key in ("complete", "complete_dominance"):
        form = _at(case.expected, key)
        values[key] = pairs(form, names, _complete(case, form, held))
    values |= dict.fromkeys(_WHOLE, held.fit)
    values |= dict.fromkeys(("value_all", "fit_statistic_all_subsets", "base"), held.base)
    values["value_adjust"] = 0.0
    return values


def labelled(values: Any, labels: Mapping[str, str]) -> Any:  # noqa: ANN401  (any form)
    """Return figures with those of each player under the label, too, that its formula has.

    Example:
        >>> labelled({"lmg": {"x": 0.5}}, {"x": "factor(x)"})
        {'lmg': {'x': 0.5, 'factor(x)': 0.5}}
    """
    if not isinstance(values, Mapping) or not labels:
        return values
    inner = {name: labelled(each, labels) for name, each in values.items()}
    return inner | {label: inner[name] for name, label in labels.items() if name in inner}


def by_level(form: Any, names: Sequence[str], conditional: Floats) -> Any:  # noqa: ANN401  (any)
    """Return conditional dominance, levels by players, in the form of the case.

    Args:
        form: what the case has there; only its keys and lengths are looked at.
        names: of the players.
        conditional: (levels, players).

    Returns:
        By level and player; or by player and level, as domir prints it, under the case's names
        of levels in their order; or bare rows.
    """
    levels = {str(size): by_name(names, row) for size, row in enumerate(conditional)}
    if isinstance(form, Mapping) and form:
        if set(form) <= set(names):
            rows = zip(names, conditional.T, strict=True)
            return {name: _row(form.get(name), row) for name, row in rows}
        return levels | dict(zip(form, levels.values(), strict=False))
    if isinstance(form, list) and form:
        return _listed_levels(form, names, conditional)
    return levels


def _listed_levels(form: list[Any], names: Sequence[str], conditional: Floats) -> Any:  # noqa: ANN401
    if isinstance(form[0], Mapping):
        rows = [each.get("_row") for each in form]
        if set(rows) <= set(names):
            pairs_of = zip(rows, form, strict=True)
            held = dict(zip(names, conditional.T, strict=True))
            return {str(name): _row(each, held[str(name)]) for name, each in pairs_of}
        return [
            by_name(names, row) | {"level": float(size)} for size, row in enumerate(conditional)
        ]
    by_player = len(form) == len(names) and isinstance(form[0], list)
    return (conditional.T if by_player else conditional).tolist()


def _row(form: Any, values: Floats) -> Any:  # noqa: ANN401  (named or bare)
    if isinstance(form, Mapping):
        keys = [key for key in form if key != "_row"]
        return dict(zip(keys, map(float, values), strict=False))
    return values.tolist()


def pairs(form: Any, names: Sequence[str], matrix: Floats) -> Any:  # noqa: ANN401  (any form)
    """Return a matrix by names (domir adds signs to them), or as bare rows if the case does."""
    if isinstance(form, list) and form and isinstance(form[0], list):
        return matrix.tolist()
    return {
        one: {
            key: float(value)
            for other, value in zip(names, row, strict=True)
            for key in (other, f">{other}", f"> {other}", f"Dmned_{other}", f"Dmnated_{other}")
        }
        for name, row in zip(names, matrix, strict=True)
        for one in (name, f"{name}>", f"{name} >", f"Dmnates_{name}", f"Dmate_{name}")
    }


def _complete(case: Case, form: Any, held: Dominance) -> Floats:  # noqa: ANN401  (any form)
    """Return complete dominance as the program says it: a share, yes and no, or 1, 0 and 0.5."""
    if _has_truths(form) or ("domin(" in case.call and "domir" not in case.call):
        off = np.where(np.eye(len(held.general), dtype=bool), np.nan, held.complete_matrix)
        return np.where(off == 0.5, np.nan, off)
    return held.complete_share if is_domir(case) else held.complete_matrix


def _has_truths(form: Any) -> bool:  # noqa: ANN401  (any form)
    if isinstance(form, bool):
        return True
    if isinstance(form, Mapping):
        return any(_has_truths(each) for each in form.values())
    return isinstance(form, list) and any(_has_truths(each) for each in form)


def _at(expected: Any, key: str) -> Any:  # noqa: ANN401  (any form)
    if not isinstance(expected, Mapping):
        return None
    alike = {str(name).lower(): value for name, value in expected.items()}
    return alike.get(key)
