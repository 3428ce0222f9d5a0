"""Method notes: the formulas behind the numbers that this report holds, with sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from consilience.report.model import Block, Findings, Formula, Section, Words

_ENTITIES: Final = {"sum": "∑", "minus": "−", "times": "×"}


def _mi(name: str) -> str:
    return f"<mi>{name}</mi>"


def _mo(sign: str) -> str:
    return f"<mo>{_ENTITIES.get(sign, sign)}</mo>"


def _mn(value: str) -> str:
    return f"<mn>{value}</mn>"


def _row(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"


def _sub(base: str, *below: str) -> str:
    return f"<msub>{_mi(base)}{_row(*below)}</msub>"


def _over(above: str, below: str) -> str:
    return f"<mfrac>{_row(above)}{_row(below)}</mfrac>"


def _sum(below: str) -> str:
    return f"<munder>{_mo('sum')}{_row(below)}</munder>"


def _bars(*parts: str) -> str:
    return _row('<mo fence="true">|</mo>', *parts, '<mo fence="true">|</mo>')


def _formula(words: str, *parts: str) -> Formula:
    return Formula(f'<math display="block">{_row(*parts)}</math>', words)


def _distance() -> tuple[Block, ...]:
    k, w, s = _mi("k"), "w", "s"
    weight = _sub(w, k)
    return (
        Words(
            "Distance between two units (Gower 1971): a weighted mean over the attributes both "
            "have. A nominal attribute counts 0 if alike and 1 if not, a numeric one the "
            "difference over the range in the frame. 0 is alike in everything, 1 different in all."
        ),
        _formula(
            "d of i and j is the sum over attributes k of weight k times the part of k, over the "
            "sum of the weights.",
            _sub("d", _mi("i"), _mi("j")),
            _mo("="),
            _over(_sum(k) + weight + _sub(s, _mi("i"), _mi("j"), k), _sum(k) + weight),
        ),
        Words(
            "The choice maximises the smallest distance between two chosen units, the sum of all "
            "of them, or the one and then the other (lexicographic), subject to what is pinned, "
            "vetoed and asked for. Demands are soft: where they cannot be met, the shortfall is "
            "as small as can be and is explained. The bound comes from an exact search "
            "(enumeration, branch and bound, or mixed-integer programming): a gap of 0 is a proof."
        ),
        Words(
            "Sources: Gower (1971), A general coefficient of similarity and some of its "
            "properties, Biometrics 27, 857–871. Kuo, Glover and Dhir (1993), Analyzing and "
            "modeling the maximum diversity problem, Decision Sciences 24, 1171–1185.",
            "note",
        ),
    )


def _rates() -> tuple[Block, ...]:
    known = _row(
        _mi("C"), _mo("+"), _mi("P"), _mo("+"), _mi("R"), _mo("+"), _mi("N"), _mo("+"), _mi("U")
    )
    return (
        Words(
            "Each survey has its own denominator: the units invited to it, less those found not "
            "eligible. C complete, P partial, R refused and broken off, N no reply from a unit "
            "known to be eligible, U not known whether eligible, e the share of these taken to be."
        ),
        _formula("RR1 is complete over all.", _mi("RR1"), _mo("="), _over(_mi("C"), known)),
        _formula(
            "RR2 counts partial answers too.",
            _mi("RR2"),
            _mo("="),
            _over(_row(_mi("C"), _mo("+"), _mi("P")), known),
        ),
        Words(
            "RR3 and RR4 replace U by e times U; RR5 and RR6 leave U out; odd numbers count "
            "complete answers only, even ones partial answers too."
        ),
        Words(
            "Overlap: with the number of answers of each survey held, and the surveys "
            "independent, the number of units that answered all has an exact distribution "
            "(hypergeometric for two surveys, its repeated form for more). P is its upper tail."
        ),
        Words(
            "Source: American Association for Public Opinion Research, Standard Definitions: "
            "final dispositions of case codes and outcome rates for surveys.",
            "note",
        ),
    )


def _congruence() -> tuple[Block, ...]:
    a, b, k = _mi("a"), _mi("b"), _mi("k")
    gap = _bars(_sub("x", a, k), _mo("minus"), _sub("x", b, k))
    return (
        Words(
            "Congruence of an area, for the index mean absolute difference: one less the mean, "
            "over pairs of agencies and items, of the absolute difference of their answers, over "
            "the span of the answer scale. With centring by agency, each agency's mean over all "
            "areas is taken off its answers first, so that a stricter agency is not taken for "
            "disagreement."
        ),
        _formula(
            "c is 1 less the mean over agencies a and b and items k of the absolute difference of "
            "x of a on k and x of b on k, over the span of the scale.",
            _mi("c"),
            _mo("="),
            _mn("1"),
            _mo("minus"),
            _over(_mn("1"), _row(_mi("n"), _mo("times"), _mi("span"))),
            _sum(_row(a, _mo("<"), b, _mo(","), k)),
            gap,
        ),
        Words(
            "The probability of a category: items (or errors, as the study says) are drawn again "
            "many times, the index and the cuts are made anew, and the share of draws that put "
            "the area into each category is counted."
        ),
        Words(
            "The permutation test shuffles each agency's answers over the areas and asks how often "
            "mean congruence gets as high as observed; P counts the observed one, so it is never 0 "
            "(Phipson and Smyth 2010)."
        ),
        Words(
            "Coefficients over all areas take the agencies as raters of the areas. ICC(A,1) is the "
            "intraclass correlation for absolute agreement, ICC(C,1) that for consistency, which "
            "forgives an agency for always answering higher (McGraw and Wong 1996); both need "
            "areas where every agency answered. Krippendorff's alpha takes differences as they are "
            "and every area where two answered; its interval comes from areas drawn again. Near 0, "
            "agencies agree no more within areas than between them.",
        ),
        Words(
            "Sources: Phipson and Smyth (2010), Permutation P-values should never be zero, "
            "Statistical Applications in Genetics and Molecular Biology 9, 39. McGraw and Wong "
            "(1996), Forming inferences about some intraclass correlation coefficients, "
            "Psychological Methods 1, 30–46. Krippendorff (2011), Computing Krippendorff's "
            "alpha-reliability.",
            "note",
        ),
    )


def _linkage() -> tuple[Block, ...]:
    return (
        Words(
            "A response is linked by its key; else by the dated list of bodies and the areas they "
            "cover; else by a name that is equal once case, punctuation and words such as Council "
            "are set aside. Names that are only alike are never linked by the machine: they wait "
            "as doubts, with candidates scored from 0 to 100, for a person to decide."
        ),
    )


def _importance() -> tuple[Block, ...]:
    i, s = _mi("i"), _mi("S")
    return (
        Words(
            "Contribution of a predictor (general dominance, LMG, Shapley value): what it adds to "
            "the fit of a model, averaged over every order in which the predictors could enter. "
            "Contributions add up to what the predictors explain together, beyond those that stand "
            "in every model. Fit is the share of variance explained in a linear model, McFadden's "
            "measure in another."
        ),
        _formula(
            "v of i is, over p predictors, the sum over subsets S of the others of the fit F of S "
            "and i less that of S, over n of S, the number of subsets as large as S.",
            _sub("v", i),
            _mo("="),
            _over(_mn("1"), _mi("p")),
            _sum(s),
            _over(
                _row(_mi("F"), _mo("("), s, _mo("∪"), i, _mo(")"), _mo("minus"))
                + _row(_mi("F"), _mo("("), s, _mo(")")),
                _row(_sub("n", s)),
            ),
        ),
        Words(
            "Whole areas are drawn again with replacement; the interval holds the stated share of "
            "draws, and the probability of a rank is the share of draws in which the predictor had "
            "it. Missing predictors are imputed several times by predictive mean matching, with "
            "the outcome among the predictors; figures are means over the imputed tables, and "
            "draws are spread over them."
        ),
        Words(
            "Sources: Lindeman, Merenda and Gold (1980), Introduction to Bivariate and "
            "Multivariate Analysis, p. 119. Azen and Budescu (2003), The dominance analysis "
            "approach for comparing predictors in multiple regression, Psychological Methods 8, "
            "129–148. Schomaker and Heumann (2018), Bootstrap inference when using multiple "
            "imputation, Statistics in Medicine 37, 2252–2266.",
            "note",
        ),
    )


def _disclosure() -> tuple[Block, ...]:
    i = _mi("i")
    return (
        Words(
            "Probability of a right guess, where all units are listed: one over the number of "
            "units that agree with the case in every key that can be looked up of them. Keys that "
            "nobody can look up count only for units that told them in public; of these, it is "
            "the unit's share of the cases that fit it, if that is more. A suppressed key agrees "
            "with every value."
        ),
        _formula(
            "p of i is 1 over F of i, the number of units that the case i could be.",
            _sub("p", i),
            _mo("="),
            _over(_mn("1"), _sub("F", i)),
        ),
        Words(
            "Where no list is known, F is taken as negative binomial, given the cases that share "
            "the keys and the share of those asked that is in the table, and p is the mean of 1/F "
            "(Benedetti and Franconi). Cells are suppressed until at least k published cases have "
            "the same keys, a suppressed key being one more value; k and the order in which keys "
            "go first are the study's choice. The keys that single a case out are the smallest "
            "sets that leave few, as SUDA finds them; DIS is its probability that a match is right."
        ),
        Words(
            "Sources: Benedetti and Franconi (1998), Statistical and technological solutions for "
            "controlled data dissemination. Gionis, Mazza and Tassa (2008), k-Anonymization "
            "revisited, ICDE, 744–753. Elliot, Manning, Mayes, Gurd and Bance (2005), SUDA: a "
            "program for detecting special uniques. Dankar and El Emam (2010), A method for "
            "evaluating marketer re-identification risk. Elliot, Mackey and O'Hara (2020), The "
            "anonymisation decision-making framework.",
            "note",
        ),
    )


_NOTES: Final[tuple[tuple[str, str, str, Callable[[], tuple[Block, ...]]], ...]] = (
    ("select", "method-choice", "Diverse choice", _distance),
    ("link", "method-rates", "Response rates and overlap", _rates),
    ("link", "method-linkage", "Linkage", _linkage),
    ("congruence", "method-congruence", "Congruence and its categories", _congruence),
    ("importance", "method-importance", "Contributions of predictors", _importance),
    ("deposit", "method-deposit", "Risk of disclosure", _disclosure),
)


def methods_section(findings: Findings) -> Section | None:
    """Answer how the numbers were made, for the kinds of stages that have run."""
    sections = tuple(
        Section(id=name, title=title, blocks=notes())
        for kind, name, title, notes in _NOTES
        if findings.stages(kind)
    )
    return Section(id="methods", title="Method notes", sections=sections) if sections else None
