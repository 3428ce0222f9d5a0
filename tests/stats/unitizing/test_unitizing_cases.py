"""Agreement on passages against irrCAC on characters, and against figures of another program."""

import numpy as np
import pytest

from consilience.stats.unitizing.domain_agreement import domain_agreement
from consilience.stats.unitizing.spans import read_spans, read_texts
from consilience.validation.compare import judge
from consilience.validation.model import Case, NotSupported
from consilience.validation.read import SHIPPED, read_cases
from consilience.validation.unitizing import STATISTICS

CASES = read_cases(SHIPPED / "unitizing")


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_as_irrcac_says_of_characters(case):
    outcome = judge(case, STATISTICS[case.statistic](case))
    assert outcome.verdict == "agrees", outcome.figures
    assert len(outcome.figures) == 6


def test_passages_without_texts_cannot_be_computed():
    case = Case(
        id="a", statistic="passages", data="d", columns={}, args={}, expected={}, tolerance=1e-9,
        call="", packages=(), note="",
    )  # fmt: skip
    with pytest.raises(NotSupported):
        STATISTICS["passages"](case)


# An implementation of Krippendorff et al. (2016) by others prints for two observers and 60 units:
# u-alpha 0.474, |u-alpha 0.433, cu-alpha 0.779 covering 38.33 % of the continuum, (k)u-alpha 0.769
# covering 95.45 % of value 1 and 0.787 covering 59.52 % of value 2. Its passages are not printed;
# these were sought to have the lengths that the percentages state (value 1: 22, of which 21 meet
# something; value 2: 42 and 25) and the squares that u-alpha and (k)u-alpha then imply.
ONE = [(4, 27, 2), (27, 30, 1), (38, 45, 1), (55, 57, 2)]
OTHER = [(8, 9, 2), (9, 17, 2), (24, 30, 1), (39, 45, 1), (49, 57, 2)]


def test_as_another_implementation_of_the_unitizing_alphas():
    texts = read_texts([60], [[True, True]])
    rows = [(0, *passage, coder) for coder, held in enumerate((ONE, OTHER)) for passage in held]
    document, start, end, value, coder = np.array(rows).T
    spans = read_spans(document, start, end, value - 1, coder, texts=texts)
    found = domain_agreement(spans, texts, codes=[0, 1], unit="characters")
    for name, printed in (("u_alpha", 0.474), ("u_alpha_binary", 0.433), ("cu_alpha", 0.779)):
        assert round(found.value(name), 3) == printed, name
    assert found.of_codes[0].round(3).tolist() == [0.769, 0.787]


def test_unitizing_alphas_by_hand():
    """One text of 20: the first marks 0-10, the second 5-15.

    Observed: 5 + 5 units differ, from both sides 20 of 40 values. Margins 20 and 20; squares
    100 + 100 of passages and 10 + 10 of gaps. De = 40 (1600 - 800) / (1600 - 220) = 23.188,
    so alpha = 1 - 20 / 23.188 = 0.1375. Unit by unit 1 - 20 / (40 * 800 / 1560) = 0.025.
    """
    texts = read_texts([20], [[True, True]])
    spans = read_spans([0, 0], [0, 5], [10, 15], [0, 0], [0, 1], texts=texts)
    found = domain_agreement(spans, texts, codes=[0], unit="characters")
    assert found.value("u_alpha") == pytest.approx(0.1375)
    assert found.value("u_alpha_binary") == pytest.approx(0.1375)
    assert found.value("alpha_binary") == pytest.approx(0.025)


def test_coding_of_units_by_hand():
    """Both mark 0-4 and 6-10 of 10; the first A and B, the second A and A.

    Meeting 16 values: A 8 + 4, B 4; the same 8. Own squares 4 * 16 = 64. De = 16 (256 - 144 - 16)
    / (256 - 64) = 8, Do = 8: alpha 0. Of A: 1 - (4 / 12) (12 * 16 - 48) / (12 * 4) = 0.
    """
    texts = read_texts([10], [[True, True]])
    spans = read_spans(
        [0] * 4, [0, 6, 0, 6], [4, 10, 4, 10], [0, 1, 0, 0], [0, 0, 1, 1], texts=texts
    )
    found = domain_agreement(spans, texts, codes=[0, 1], unit="characters")
    assert found.value("cu_alpha") == pytest.approx(0.0)
    assert found.of_codes[0, 0] == pytest.approx(0.0)
    assert found.value("u_alpha_binary") == 1.0


def test_passages_of_three_coders_that_meet_in_twos_leave_nothing_to_chance():
    texts = read_texts([10], [[True, True, True]])
    spans = read_spans([0, 0], [0, 0], [4, 4], [0, 1], [0, 1], texts=texts)
    found = domain_agreement(spans, texts, codes=[0, 1], unit="characters")
    assert np.isnan(found.value("cu_alpha"))
    assert np.isnan(found.of_codes).all()
