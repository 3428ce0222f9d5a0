"""The coefficients of a domain of codes, from its sums over texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consilience.stats.agreement.linearised import NOTHING
from consilience.stats.unitizing.code_sums import TextSums
from consilience.stats.unitizing.measures import MEASURES, OF_PAIRS, mean_of_pairs
from consilience.stats.unitizing.spans import Booleans, Floats
from consilience.stats.unitizing.value_sums import ValueSums


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DomainValues:
    """Coefficients of one domain for s choices of texts.

    Args:
        values: by name, (s,), or (p, s) for those of pairs.
        of_codes: (s, c) (k)u-alpha of each code of the domain.
        used: (s,) whether somebody used a code of the domain.
        varies: (s,) whether more than one value occurs, nothing among them.
    """

    values: dict[str, Floats]
    of_codes: Floats
    used: Booleans
    varies: Booleans


def domain_values(
    sums: ValueSums, texts: TextSums, weights: Floats, *, readers: Booleans, codes: int
) -> DomainValues:
    """Return the coefficients of a domain for weighted texts.

    Args:
        sums: of the domain.
        texts: of the texts.
        weights: (s, d) how often each text counts.
        readers: (d, m) who read what.
        codes: how many codes the domain has.
    """
    found = _Domain(sums=sums, texts=weights @ texts.table, weights=weights, readers=readers)
    scale = 1 + codes + sum(len(each) > 1 for each in sums.values)
    used, varies = found.used(), found.varies()
    values = found.plain() | found.by_chance(scale) | found.alphas()
    for name in MEASURES:
        here = used if name in ("percent", *OF_PAIRS, "cu_alpha") else varies
        values[name] = np.where(here, values[name], np.nan)
    return DomainValues(values=values, of_codes=found.of_codes(codes), used=used, varies=varies)


def _over(above: Floats, below: Floats) -> Floats:
    below = np.broadcast_to(below, np.shape(above))
    share: Floats = np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0)
    return share


def _beyond(agreed: Floats, chance: Floats) -> Floats:
    rest = np.where(1 - chance > NOTHING, 1 - chance, np.nan)
    return np.asarray((agreed - chance) / rest)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Domain:
    """A domain over choices of texts."""

    sums: ValueSums
    texts: Floats
    weights: Floats
    readers: Booleans

    def _counts(self) -> Floats:
        """Return (s, v) how often each value was given, where two read."""
        paired = self.readers.sum(axis=1) > 1
        return np.asarray((self.weights * paired) @ self.sums.margin.sum(axis=0))

    def used(self) -> Booleans:
        """Return whether somebody used a code of the domain."""
        return np.asarray(self._counts()[:, 1:].sum(axis=1) > 0)

    def varies(self) -> Booleans:
        """Return whether two values occur."""
        return np.asarray((self._counts() > 0).sum(axis=1) > 1) & self.used()

    def plain(self) -> dict[str, Floats]:
        """Return what is seen, without chance."""
        alike = self.sums.alike @ self.weights.T
        first, second = self.sums.either @ self.weights.T
        dice = _over(2 * alike, first + second)
        return {
            "percent": self._agreed(),
            "holsti": dice,
            "f1": dice,
            "jaccard": _over(alike, first + second - alike),
        }

    def _agreed(self) -> Floats:
        return np.asarray(1 - _over(self.weights @ self.sums.apart, self.texts[:, -3]))

    def by_chance(self, scale: int) -> dict[str, Floats]:
        """Return kappas and AC1, `scale` values being possible."""
        each = self.readers.sum(axis=1)
        given = self.sums.margin.sum(axis=0) / np.maximum(each, 1)[:, None]
        shares = _over(self.weights @ given, self.texts[:, -2:-1])
        agreed = self._agreed()
        same = (shares**2).sum(axis=1)
        return {
            "cohen": self._cohen(),
            "fleiss": _beyond(agreed, same),
            "brennan_prediger": _beyond(agreed, np.full(len(same), 1 / scale)),
            "ac1": _beyond(agreed, (1 - same) / (scale - 1)),
        }

    def _cohen(self) -> Floats:
        found = []
        same = self.sums.same @ self.weights.T
        m = self.readers.shape[1]
        pairs = [(one, other) for one in range(m) for other in range(one + 1, m)]
        for number, (one, other) in enumerate(pairs):
            both = self.weights * (self.readers[:, one] & self.readers[:, other])
            length = self.texts[:, number]
            first, second = (
                _over(both @ self.sums.margin[coder], length[:, None]) for coder in (one, other)
            )
            found.append(_beyond(_over(same[number], length), (first * second).sum(axis=1)))
        return np.array(found).reshape(len(pairs), len(self.weights))

    def alphas(self) -> dict[str, Floats]:
        """Return alpha and the family of unitizing alphas."""
        n, counts = self.texts[:, -1], self._counts()
        observed = self.weights @ self.sums.observed
        squares = self.weights @ self.sums.squares
        itself = squares + counts[:, 0]
        marked = n - counts[:, 0]
        met, agreed, own = self._met()
        meeting = met.sum(axis=1)
        between = n * n - (counts**2).sum(axis=1)
        return {
            "alpha_binary": _alpha(observed, n, between, n),
            "u_alpha": _alpha(observed, n, between, itself),
            "u_alpha_binary": _alpha(
                self.weights @ self.sums.outside, n, marked * counts[:, 0], itself
            ),
            "cu_alpha": _alpha(
                meeting - agreed.sum(axis=1),
                meeting,
                meeting**2 - (met**2).sum(axis=1),
                own.sum(axis=1),
            ),
        }

    def _met(self) -> tuple[Floats, Floats, Floats]:
        sums = self.sums
        met, agreed, own = (
            self.weights @ table for table in (sums.met, sums.agreed, sums.met_squares)
        )
        return met, agreed, own

    def of_codes(self, codes: int) -> Floats:
        """Return (s, c) (k)u-alpha; nan for a code that meets nothing, or nothing else."""
        met, agreed, own = self._met()
        total = met.sum(axis=1, keepdims=True)
        rest = met * (total - met)
        others = total**2 - own.sum(axis=1, keepdims=True)
        defined = (rest > NOTHING * total**2) & (others > NOTHING * total**2)
        chance = _over(met * total - own, np.where(defined, rest, 0.0))
        alphas = 1 - _over(met - agreed, met) * chance
        found = np.full((len(self.weights), codes), np.nan)
        for value, name in enumerate(self.sums.values):
            if len(name) == 1:
                found[:, name[0]] = alphas[:, value]
        return found


def _alpha(observed: Floats, n: Floats, between: Floats, itself: Floats) -> Floats:
    """Return 1 - Do / De, with De = n between / (n^2 - itself), both as lengths."""
    others = n * n - itself
    # Nothing varies, or no passage but its own is left for any to meet by chance.
    defined = (between > NOTHING * n * n) & (others > NOTHING * n * n)
    return np.asarray(1 - _over(observed * others, np.where(defined, n * between, 0.0)))


def mean_values(found: DomainValues) -> dict[str, Floats]:
    """Return the coefficients by name, (s,), those of pairs as their mean."""
    return {
        name: mean_of_pairs(value) if name in OF_PAIRS else value
        for name, value in found.values.items()
    }
