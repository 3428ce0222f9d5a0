r"""Which passages does somebody ask for? A small language over codes, read strictly.

A query stands for a set of passages. Each operation makes passages of passages:

- a code gives the passages that its codings mark; two coders who mark the same stretch give one.
  A code is written by its id, its name or its path `Parent > Child` (also `Parent/Child`, and
  `/Parent` for one at the top, as the commands of the codebook take it), in double quotes where the
  name has a word or mark of this language; a quote within quotes is doubled. `Code*` gives the
  code and all below it, `*` alone every code.
- `A or B`: the passages of both, as they are.
- `A and B`: the stretches that a passage of A and one of B have in common.
- `not A`: the stretches of the texts that no passage of A covers, so that `A and not B` is what
  is left of A outside B.
- `A in B`: the passages of A that lie wholly within a passage of B.
- `A overlapping B`: the passages of A that share a character with a passage of B.
- `A near B within 200 characters`: the passages of A that overlap one of B, or from which it is
  at most 200 characters to the nearest of B in the same text, before or after. Touching passages
  are 0 apart.
- `A before B`, `A after B`: the passages of A that end before one of B begins, or begin after one
  of B ends; `within` says how far away at most.

Sentences and turns are counted by their numbers: `within 0 sentences` is in the same sentence,
`within 1 turns` in the same turn or the next. A text without turns has no passages near by turns
but those that overlap. What comes back of the last five is always passages of A, whole.

`not` binds closest but for the last five, then `and`, then `or`; the last five join two codes or
expressions in parentheses and do not chain. Words of the language are read in any case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from rapidfuzz import process

from consilience.base.errors import Fault
from consilience.coding.code_names import STEP, named_code
from consilience.coding.model import Code

Unit = Literal["characters", "sentences", "turns"]
Relation = Literal["in", "overlapping", "near", "before", "after"]

_RELATIONS: Final = get_args(Relation)
_UNITS: Final = get_args(Unit)
_WORDS: Final = frozenset(("and", "or", "not", "within", *_RELATIONS))
_MARKS: Final = frozenset("()>*")
_TOKEN: Final = re.compile(r'\s*(?:("(?:[^"]|"")*")|([()>*])|([^\s()>*"]+))')
# Each takes a level of Python's stack when the query is read or answered.
_DEEPEST: Final = 50
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Codes:
    """Passages of any of these codes."""

    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class And:
    """What passages of both have in common."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Or:
    """Passages of both."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Not:
    """What passages do not cover."""

    of: Expression


@dataclass(frozen=True, slots=True)
class Related:
    """Passages of the left that stand so to passages of the right; `most` None for no limit."""

    left: Expression
    how: Relation
    right: Expression
    most: int | None = None
    unit: Unit = "characters"


Expression = Codes | And | Or | Not | Related


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    at: int
    quoted: bool = False

    @property
    def word(self) -> str:
        """The word of the language that it is, else what it is; empty for a quoted name."""
        return "" if self.quoted else self.text.casefold()


def read_query(query: str, codes: Sequence[Code]) -> Expression:
    """Read a query over a codebook.

    Args:
        query: as the head of this file says.
        codes: the codebook, parents before children.

    Raises:
        Fault: COD-020 if a code is unknown, COD-021 if a name means several, COD-022 where the
            query cannot be read on, COD-023 if a quote is not closed, COD-024 if a distance is
            none, COD-025 if it is too long or nested too deep; each with the place, from 1.

    Example:
        >>> book = [Code(id="c1", name="Trust"), Code(id="c2", name="Head", parent="c1")]
        >>> read_query("trust > head and not Trust", book)
        And(left=Codes(ids=frozenset({'c2'})), right=Not(of=Codes(ids=frozenset({'c1'}))))
    """
    reading = _Reading(_tokens(query), len(query), codes)
    found = reading.either()
    reading.end()
    return found


def named_codes(query: Expression) -> frozenset[str]:
    """Return the ids of all codes that a query names."""
    if isinstance(query, Codes):
        return query.ids
    if isinstance(query, Not):
        return named_codes(query.of)
    return named_codes(query.left) | named_codes(query.right)


def units_of(query: Expression) -> frozenset[Unit]:
    """Return the units in which a query measures distances."""
    if isinstance(query, Codes):
        return frozenset()
    if isinstance(query, Not):
        return units_of(query.of)
    below = units_of(query.left) | units_of(query.right)
    return below | {query.unit} if isinstance(query, Related) and query.most is not None else below


def path_of(code: Code, codes: Sequence[Code]) -> str:
    """Return the name of a code after those above it, as a query may write it."""
    return STEP.join(each.name for each in _line(code, {each.id: each for each in codes}))


def with_below(ids: frozenset[str], codes: Sequence[Code]) -> frozenset[str]:
    """Return codes and all codes below them; parents come before children in `codes`."""
    found = set(ids)
    for each in codes:
        if each.parent in found:
            found.add(each.id)
    return frozenset(found)


def _tokens(query: str) -> list[_Token]:
    found: list[_Token] = []
    at, end = 0, len(query.rstrip())
    while at < end:
        match = _TOKEN.match(query, at)
        if match is None:
            raise Fault("COD-023", place=query.index('"', at) + 1)
        quoted, mark, word = match.groups()
        place = match.start(match.lastindex or 0)
        at = match.end()
        if len(found) == _LONGEST:
            raise Fault("COD-025", place=place + 1, most=_LONGEST, what="words and marks")
        if quoted is None:
            found.append(_Token(mark or word, place))
        else:
            found.append(_Token(quoted[1:-1].replace('""', '"'), place, quoted=True))
    return found


class _Reading:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[_Token], length: int, codes: Sequence[Code]) -> None:
        self._tokens, self._length, self._codes = tokens, length, codes
        self._at, self._depth = 0, 0

    def either(self) -> Expression:
        """Read terms joined by `or`."""
        found = self._both()
        while self._take("or"):
            found = Or(found, self._both())
        return found

    def end(self) -> None:
        """Require that nothing is left."""
        if self._at < len(self._tokens):
            self._refuse("`and`, `or` or the end")

    def _both(self) -> Expression:
        found = self._negated()
        while self._take("and"):
            found = And(found, self._negated())
        return found

    def _negated(self) -> Expression:
        if not self._take("not"):
            return self._related()
        self._deeper()
        found = Not(self._negated())
        self._depth -= 1
        return found

    def _related(self) -> Expression:
        left = self._term()
        how = self._word()
        if how not in _RELATIONS:
            return left
        self._at += 1
        right = self._term()
        if how in ("in", "overlapping"):
            return Related(left, cast("Relation", how), right)
        if self._take("within"):
            return Related(left, cast("Relation", how), right, *self._distance())
        if how == "near":
            self._refuse("`within` and a distance")
        return Related(left, cast("Relation", how), right)

    def _term(self) -> Expression:
        if not self._take("("):
            return self._code()
        self._deeper()
        found = self.either()
        if not self._take(")"):
            self._refuse("`)`")
        self._depth -= 1
        return found

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Fault("COD-025", place=self._place(), most=_DEEPEST, what="levels")

    def _distance(self) -> tuple[int, Unit]:
        place, number = self._place(), self._word()
        self._at += 1
        unit = self._word()
        self._at += 1
        plural = unit if unit.endswith("s") else f"{unit}s"
        # Nine digits are more characters than any text has.
        if not re.fullmatch(r"[0-9]{1,9}", number) or plural not in _UNITS:
            raise Fault("COD-024", place=place, value=f"{number} {unit}".strip())
        return int(number), cast("Unit", plural)

    def _code(self) -> Expression:
        place = self._place()
        if self._take("*"):
            return Codes(frozenset(each.id for each in self._codes))
        parts = [self._name()]
        while self._take(">"):
            parts.append(self._name())
        found = frozenset({_find(parts, self._codes, place)})
        return Codes(with_below(found, self._codes) if self._take("*") else found)

    def _name(self) -> str:
        if self._at < len(self._tokens) and self._tokens[self._at].quoted:
            self._at += 1
            return self._tokens[self._at - 1].text
        words = []
        while (word := self._word()) and word not in _WORDS and word not in _MARKS:
            words.append(self._tokens[self._at].text)
            self._at += 1
        if not words:
            self._refuse("a code")
        return " ".join(words)

    def _word(self) -> str:
        return self._tokens[self._at].word if self._at < len(self._tokens) else ""

    def _take(self, word: str) -> bool:
        if self._word() != word:
            return False
        self._at += 1
        return True

    def _place(self) -> int:
        ended = self._at >= len(self._tokens)
        return (self._length if ended else self._tokens[self._at].at) + 1

    def _refuse(self, wanted: str) -> None:
        ended = self._at >= len(self._tokens)
        found = "the end" if ended else repr(self._tokens[self._at].text)
        raise Fault("COD-022", place=self._place(), found=found, wanted=wanted)


def _find(parts: Sequence[str], codes: Sequence[Code], place: int) -> str:
    """Return the id of the code that parts of a path name, in exactly this case if there is one."""
    known = {code.id: code for code in codes}
    if len(parts) == 1 and parts[0] in known:
        return parts[0]
    paths = {code.id: [each.name for each in _line(code, known)][-len(parts) :] for code in codes}
    lower = [part.casefold() for part in parts]
    found = [code for code, path in paths.items() if path == parts] or [
        code for code, path in paths.items() if [part.casefold() for part in path] == lower
    ]
    written = STEP.join(parts)
    if not found:
        found = _by_steps(written, codes)
    if not found:
        raise Fault("COD-020", place=place, code=written, like=_like(written, codes))
    if len(found) > 1:
        raise Fault("COD-021", place=place, code=written, count=len(found))
    return found[0]


def _by_steps(written: str, codes: Sequence[Code]) -> list[str]:
    """Return the codes that a path with `/` between its names means: one, several or none."""
    try:
        return [named_code(codes, written).id]
    except Fault as fault:
        return [written] * int(str(fault.values["count"])) if fault.code == "COD-040" else []


def _line(code: Code, known: Mapping[str, Code]) -> list[Code]:
    line = [code]
    while (parent := line[0].parent) is not None and parent in known:
        line.insert(0, known[parent])
    return line


def _like(written: str, codes: Sequence[Code]) -> str:
    """Say which names of codes look like what was written; nothing if none does."""
    found = process.extract(written, [code.name for code in codes], limit=3, score_cutoff=60)
    names = ", ".join(dict.fromkeys(name for name, _, _ in found))
    return f"; like it: {names}" if names else ""
