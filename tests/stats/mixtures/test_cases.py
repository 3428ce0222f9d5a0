"""How cases of other programs are read, and what is said to those shipped."""

import numpy as np
import pytest

from consilience.validation.compare import judge
from consilience.validation.mixtures import STATISTICS
from consilience.validation.model import Case, NotSupported
from consilience.validation.read import SHIPPED, read_cases

QUICK = ("EEI_1", "VVV_1", "holes_EEE_1", "EEI_2", "EEI_3", "constant", "more_profiles", "twice")


def shipped():
    return {case.id: case for case in read_cases(SHIPPED / "mixtures")}


def case(statistic="latent_profile", table=None, call="", **args):
    rng = np.random.Generator(np.random.Philox(3))
    values = rng.normal(size=(30, 2)) + 6 * (np.arange(30) % 2)[:, None]
    plain = {"id": [str(n + 1) for n in range(30)], "name": ["x"] * 30}
    plain |= {name: [repr(float(v)) for v in values[:, k]] for k, name in enumerate("ab")}
    return Case(
        id="c",
        statistic=statistic,
        data="d",
        columns=table or plain,
        args=args,
        expected={},
        tolerance=1e-6,
        call=call,
        packages=(),
        note="",
    )


def values(given):
    return STATISTICS[given.statistic](given).values


@pytest.mark.parametrize("name", [n for n in shipped() if any(q in n for q in QUICK)])
def test_shipped_cases_agree(name):
    given = shipped()[name]
    outcome = judge(given, STATISTICS[given.statistic](given))
    assert outcome.verdict == "agrees", [each for each in outcome.figures if not each.agrees]


def test_relations_agree_figure_by_figure():
    for name in ("quality_related", "bch_age", "bch_role", "ml_age", "ml_covariate"):
        given = shipped()[name]
        outcome = judge(given, STATISTICS[given.statistic](given))
        assert outcome.verdict == "agrees", [each for each in outcome.figures if not each.agrees]
        assert outcome.figures


def test_question_is_read_from_arguments_or_call():
    told = values(case(classes=2, model="EEI"))
    for other in (
        case(call="mclust::Mclust(d[,3:4],G=2,modelNames='EEI')"),
        case(call='Mclust(d[,-(1:2)], G=2, modelNames="EEI")'),
        case(G=2, tidyLPA_model=1),
        case(k=2, model="EEI", columns="a..b"),
        case(classes=[1, 2], models=["EEI"], columns=["a", "b"]),
        case(call="tidyLPA::estimate_profiles(d, n_profiles = 2)"),
    ):
        assert values(other)["loglik"] == pytest.approx(told["loglik"], abs=1e-6)
    assert told["prop"] == pytest.approx([0.5, 0.5], abs=1e-3)
    assert told["n_modal"] == [15, 15]
    assert values(case(classes=2, model="VVV"))["npar"] == 11
    assert values(case(classes=2, columns="a"))["npar"] == 4


def test_sign_of_icl_follows_the_call():
    told = values(case(classes=2))
    assert told["icl_mclust"] == -told["icl"]
    assert values(case(classes=2, call="mclust::icl(b)"))["icl"] == told["icl_mclust"]
    assert values(case(classes=2, call="-icl(b)"))["icl"] == told["icl"]


def test_tests_of_one_more_profile():
    alone = values(case("blrt", classes=2, replicates=9))
    assert alone["p"] == [0.1]
    every = values(case("blrt", maxG=1, nboot=9))
    assert every["LRTS"] == pytest.approx(alone["lrt"], rel=1e-6)


def test_table_holds_every_solution():
    told = values(case("profile_selection", call="mclustBIC(d, G=1:2, modelNames=c('EEI','VVI'))"))
    assert told["best_bic"] == {"model": "EEI", "profiles": 2}
    assert told["EEI_2"]["bic"] == -told["EEI"]["2"]["bic_mclust"]
    assert "VVI_1" in told


def test_weights_are_a_column():
    given = case(classes=1)
    table = {**given.columns, "w": ["2"] * 30}
    told = values(case(table=table, classes=1, weights="w"))
    assert told["n"] == 60
    assert told["loglik"] == pytest.approx(2 * values(case(classes=1))["loglik"])


def test_what_a_case_does_not_say_is_not_guessed():
    with pytest.raises(NotSupported):
        values(case(model="EEI"))
    with pytest.raises(NotSupported):
        values(case("profile_outcome", table={"p": ["1", "1"]}))
    with pytest.raises(NotSupported):
        values(case("profile_covariates", table={"p": ["1", "1"]}))
