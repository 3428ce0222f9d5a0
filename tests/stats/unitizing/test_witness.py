"""Agreement on passages against slow witnesses: characters laid out, and sums pair by pair."""

from itertools import pairwise, permutations

import krippendorff
import numpy as np
import pytest

from consilience.stats.agreement.chance_corrected import chance_corrected
from consilience.stats.agreement.kappa import cohen_kappa
from consilience.stats.unitizing.code_agreement import code_agreement
from consilience.stats.unitizing.domain_agreement import domain_agreement
from consilience.stats.unitizing.spans import read_spans, read_texts

NAMES = {
    "percent": "percent",
    "fleiss": "fleiss",
    "ac1": "ac",
    "brennan_prediger": "brennan_prediger",
}


def laid_out(spans, texts, code):
    """Return (characters, coders) 1 where marked, 0 where not, nan where not read."""
    rows = []
    for document, length in enumerate(texts.lengths):
        table = np.zeros((length, texts.coded.shape[1]))
        table[:, ~texts.coded[document]] = np.nan
        for n in range(len(spans)):
            if spans.document[n] == document and spans.code[n] == code:
                table[spans.start[n] : spans.end[n], spans.coder[n]] = 1
        rows.append(table)
    return np.concatenate(rows)


def sets_laid_out(spans, texts, codes):
    """Return (characters, coders) sets of codes, None where not read."""
    found = []
    for document, length in enumerate(texts.lengths):
        rows = [
            [frozenset() if read else None for read in texts.coded[document]] for _ in range(length)
        ]
        for n in range(len(spans)):
            if spans.document[n] == document and spans.code[n] in codes:
                for place in range(spans.start[n], spans.end[n]):
                    rows[place][spans.coder[n]] |= {int(spans.code[n])}
        found += rows
    return found


def passages(spans, document, coder, codes, length):
    """Return (start, end, set of codes) of all that a coder marked and left, in order."""
    own = [
        (int(spans.start[n]), int(spans.end[n]), int(spans.code[n]))
        for n in range(len(spans))
        if spans.document[n] == document and spans.coder[n] == coder and spans.code[n] in codes
    ]
    edges = sorted({0, length, *(s for s, _, _ in own), *(e for _, e, _ in own)})
    return [
        (a, b, frozenset(code for s, e, code in own if s <= a and b <= e))
        for a, b in pairwise(edges)
    ]


def unitizing(spans, texts, codes):  # noqa: C901  (the sums as they are printed)
    """Return the u-alpha family by the sums of Krippendorff et al. (2016), unit by unit."""
    observed, squares, met, met_squares = {}, {}, {}, {}
    for document, length in enumerate(texts.lengths.tolist()):
        readers = np.flatnonzero(texts.coded[document])
        if len(readers) < 2:
            continue
        own = {i: passages(spans, document, i, codes, length) for i in readers}
        for i in readers:
            for a, b, c in own[i]:
                squares[c] = squares.get(c, 0) + ((b - a) ** 2 if c else b - a)
        for i, j in permutations(readers, 2):
            for a, b, c in own[i]:
                reach = 0
                for x, y, k in own[j]:
                    common = max(0, min(b, y) - max(a, x))
                    observed[c, k] = observed.get((c, k), 0) + common / (len(readers) - 1)
                    reach += common if k else 0
                if c:
                    met[c] = met.get(c, 0) + reach / (len(readers) - 1)
                    met_squares[c] = met_squares.get(c, 0) + reach**2 / (len(readers) - 1)
    return _family(observed, squares, met, met_squares)


def _family(observed, squares, met, met_squares):
    nothing = frozenset()
    margin = {}
    for (c, _), length in observed.items():
        margin[c] = margin.get(c, 0) + length
    n = sum(margin.values())
    rest = n**2 - sum(squares.values())

    def expected(c, k):
        return n * (margin[c] * margin[k] - (squares[c] if c == k else 0)) / rest

    agreed = sum(observed.get((c, c), 0) for c in margin)
    chance = sum(expected(c, c) for c in margin)
    gaps = margin.get(nothing, 0)
    outside = sum(v for (c, k), v in observed.items() if c == nothing and k != nothing)
    by_chance = sum(expected(nothing, k) for k in margin if k != nothing) if gaps else 0
    total = sum(met.values())
    between = total - sum(met_squares.values()) / total if total else 0
    if between < 1e-9:
        total = 0  # no passage but one's own is left to be met by chance

    def meeting(c, k):
        return (met[c] * met[k] - (met_squares[c] if c == k else 0)) / between

    same = sum(observed.get((c, c), 0) for c in met)
    seen = sum(meeting(c, c) for c in met) if total else 0
    of_codes = {}
    for k in met if total else ():
        row = sum(meeting(c, k) for c in met)
        if met[k] and row - meeting(k, k) > 1e-9:
            apart = (met[k] - observed.get((k, k), 0)) / met[k]
            of_codes[k] = 1 - row / (row - meeting(k, k)) * apart
    return {
        "u_alpha": 1 - (n - agreed) / (n - chance) if n - chance > 1e-9 else np.nan,
        "u_alpha_binary": 1 - outside / by_chance if by_chance > 1e-9 else np.nan,
        "cu_alpha": 1 - (total - same) / (total - seen) if total - seen > 1e-9 else np.nan,
        "of_codes": of_codes,
    }


def drawn(seed):
    """Return passages of up to four coders, some of whom did not read every text."""
    rng = np.random.Generator(np.random.Philox(seed))
    documents, coders, codes = (int(rng.integers(low, 5)) for low in (1, 2, 1))
    n = int(rng.integers(1, 25))
    lengths = rng.integers(5, 40, documents)
    coded = rng.random((documents, coders)) < 0.8
    coded[0, :2] = True
    texts = read_texts(lengths, coded)
    document, coder = np.nonzero(coded)
    pick = rng.integers(len(document), size=n)
    document, coder = document[pick], coder[pick]
    start = (rng.random(n) * lengths[document]).astype(int)
    end = np.minimum(lengths[document], start + 1 + rng.integers(0, 12, n))
    code = rng.integers(codes, size=n)
    return read_spans(document, start, end, code, coder, texts=texts), texts, codes


def same(found, wanted):
    return bool(np.isnan(found) and np.isnan(wanted)) or abs(found - wanted) < 1e-9


SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_code_is_as_on_characters_laid_out(seed):
    spans, texts, codes = drawn(seed)
    found = code_agreement(spans, texts, unit="characters", codes=codes)
    for code in range(codes):
        table = laid_out(spans, texts, code)
        there = chance_corrected(table, categories=[0, 1])
        for name, theirs in NAMES.items():
            value = found.value(name, code=code)
            assert np.isnan(value) or same(value, there[theirs].coefficient), name
        alpha = found.value("alpha_binary", code=code)
        if not np.isnan(alpha):
            wanted = krippendorff.alpha(reliability_data=table.T, level_of_measurement="nominal")
            assert same(alpha, wanted)
        for number, (one, other) in enumerate(found.pairs):
            both = table[~np.isnan(table[:, [one, other]]).any(axis=1)][:, [one, other]]
            kappa = cohen_kappa(both[:, 0], both[:, 1], categories=[0, 1]).kappa
            assert same(found.cohen[0, code, number], kappa)
        first = found.cohen[0, code]
        known = first[~np.isnan(first)]
        assert same(found.value("cohen", code=code), known.mean() if len(known) else np.nan)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_domain_is_as_on_characters_laid_out(seed):
    spans, texts, codes = drawn(seed)
    found = domain_agreement(spans, texts, codes=range(codes), unit="characters")
    rows = sets_laid_out(spans, texts, range(codes))
    held = {each for row in rows for each in row if each is not None}
    alone = {frozenset([code]) for code in range(codes)}
    scale = sorted({frozenset(), *alone, *held}, key=sorted)
    table = np.array([[np.nan if v is None else scale.index(v) for v in row] for row in rows])
    there = chance_corrected(table, categories=np.arange(len(scale)))
    for name, theirs in NAMES.items():
        value = found.value(name)
        assert np.isnan(value) or same(value, there[theirs].coefficient), name
    alpha = found.value("alpha_binary")
    if not np.isnan(alpha):
        wanted = krippendorff.alpha(reliability_data=table.T, level_of_measurement="nominal")
        assert same(alpha, wanted)
    for number, (one, other) in enumerate(found.pairs):
        both = table[~np.isnan(table[:, [one, other]]).any(axis=1)][:, [one, other]]
        kappa = cohen_kappa(both[:, 0], both[:, 1], categories=np.arange(len(scale))).kappa
        assert np.isnan(found.cohen[0, 0, number]) or same(found.cohen[0, 0, number], kappa)


@pytest.mark.parametrize("seed", SEEDS)
def test_unitizing_alphas_are_as_the_published_sums(seed):
    spans, texts, codes = drawn(seed)
    found = domain_agreement(spans, texts, codes=range(codes), unit="characters")
    wanted = unitizing(spans, texts, range(codes))
    for name in ("u_alpha", "u_alpha_binary", "cu_alpha"):
        assert same(found.value(name), wanted[name]), name
    for code in range(codes):
        theirs = wanted["of_codes"].get(frozenset([code]), np.nan)
        assert same(found.of_codes[0, code], theirs)
    alone = code_agreement(spans, texts, unit="characters", codes=codes)
    for code in range(codes):
        one = unitizing(spans, texts, [code])
        assert same(alone.value("u_alpha", code=code), one["u_alpha"])


@pytest.mark.parametrize("seed", SEEDS)
def test_f1_and_jaccard_are_those_of_sets_of_characters(seed):
    spans, texts, codes = drawn(seed)
    found = code_agreement(spans, texts, unit="characters", codes=codes)
    for code in range(codes):
        table = laid_out(spans, texts, code)
        dice, jaccard = [], []
        for one, other in found.pairs:
            both = table[~np.isnan(table[:, [one, other]]).any(axis=1)][:, [one, other]] > 0
            if both.any():
                dice.append(2 * both.all(axis=1).sum() / both.sum())
                jaccard.append(both.all(axis=1).sum() / both.any(axis=1).sum())
        for name, each in (("f1", dice), ("holsti", dice), ("jaccard", jaccard)):
            assert same(found.value(name, code=code), np.mean(each) if each else np.nan)
