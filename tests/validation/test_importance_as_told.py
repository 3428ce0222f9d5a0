"""Cases of importance as calls of R tell them: links, terms as formulas write them."""

import pytest

from consilience.base.seeds import stream
from consilience.validation.importance import STATISTICS
from consilience.validation.importance_model import link_of, outcome_kind
from consilience.validation.importance_tables import labelled
from consilience.validation.model import Case, NotSupported

DRAWN = stream(4, "links").normal(size=(60, 3))
COLUMNS = {
    "y": [str(int(a + b > 0)) for a, b, _ in DRAWN],
    "a": [f"{a:.3f}" for a, _, _ in DRAWN],
    "c": [f"{c:.3f}" for _, _, c in DRAWN],
    "f": [str(at % 3) for at in range(60)],
}


def told(statistic, call, *, args=None):
    return Case(
        id="made",
        statistic=statistic,
        data="d",
        columns=COLUMNS,
        args=args or {},
        expected={},
        tolerance=1e-8,
        call=call,
        packages=(),
        note="",
    )


def values(statistic, call, **given):
    return STATISTICS[statistic](told(statistic, call, **given)).values


@pytest.mark.parametrize(
    ("call", "link"),
    [
        ("glm(y ~ a + c, binomial)", "logit"),
        ("glm(y ~ a + c, binomial(probit))", "probit"),
        ("glm(y ~ a + c, family = binomial(link = 'cloglog'))", "cloglog"),
        ("polr(y ~ a, method = 'logistic')", "logit"),
        ("clm(y ~ a, link=probit)", "probit"),
    ],
)
def test_the_link_that_a_call_names(call, link):
    case = told("dominance_analysis_glm", call)
    assert link_of(case) == link
    assert outcome_kind(case) != "linear"


def test_each_link_has_its_own_fit():
    fits = [
        values("dominance_analysis_glm", f"glm(y ~ a + c, binomial('{link}'))")["loglik"]
        for link in ("logit", "probit", "cloglog")
    ]
    assert len({round(fit, 6) for fit in fits}) == 3
    assert "tjur" not in values("dominance_logit", "glm(y ~ a + c, binomial(probit))")


def test_what_has_no_other_link_says_so():
    for name in ("johnson_relative_weights", "boot_lmg"):
        with pytest.raises(NotSupported):
            values(name, "glm(y ~ a + c, binomial(probit))")
    with pytest.raises(NotSupported):
        values("dominance_analysis_glm", "glm(y ~ a, binomial(cauchit))")
    with pytest.raises(NotSupported):
        values("dominance_analysis_glm", "glm(cbind(y, a) ~ c, binomial)")


def test_a_term_goes_by_its_label_too():
    found = values("relative_importance", "calc.relimp(lm(a ~ factor(f) + I(c^2) + c))")
    assert found["lmg"]["f"] == found["lmg"]["factor(f)"]
    compared = values("dominance_analysis_glm", "glm((y == 1) ~ a + as.factor(f), binomial)")
    assert compared["mcfadden"]["as.factor(f)"] == compared["mcfadden"]["f"]
    assert labelled([1], {"f": "factor(f)"}) == [1]


@pytest.mark.parametrize("key", ["players", "blocks", "sets", "groups", ".set", "predictors"])
def test_groups_of_predictors_under_any_name(key):
    found = values(
        "dominance_analysis_glm", "", args={"outcome": "y", key: {"both": ["a", "c"], "f": "f"}}
    )
    assert set(found["mcfadden_details"]["general"]) == {"both", "f"}
    assert found["fullmodel"] == found["full_model"] == found["mcfadden_fit"]


def test_groups_under_an_unknown_name_are_refused():
    with pytest.raises(NotSupported, match="phlogiston"):
        values("dominance_analysis", "lm(y ~ a + c)", args={"phlogiston": {"both": ["a", "c"]}})


def test_shares_of_the_explained_share():
    found = values("relative_importance", "lm(y ~ a + c)")
    assert sum(found["lmg_rela"].values()) == pytest.approx(1)
    assert found["lmg_rela"]["a"] == pytest.approx(found["lmg"]["a"] / found["R2"])
