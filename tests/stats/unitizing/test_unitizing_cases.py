"""Agreement on passages against irrCAC on characters, and against figures of another program."""

import pytest

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
