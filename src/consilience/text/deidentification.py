"""How well are identifiers found? The measures of the Text Anonymization Benchmark.

Source: Pilán, Lison, Øvrelid, Papadopoulou, Sánchez and Batet (2022), The Text Anonymization
Benchmark (TAB), Computational Linguistics 48(4), sections 6.2 and 6.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from consilience.base.errors import Fault
from consilience.text.identifiers.tables import group

_TOKEN: Final = re.compile(r"\w+")
# Closed-class words that annotators take in or leave out at will; TAB's measure skips the same.
_SKIPPED: Final = group("closed", "skipped")
_TO_MASK: Final = ("DIRECT", "QUASI")
# Code points shown before a mention that was missed.
_BEFORE: Final = 40

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mention:
    """One marked passage of a gold standard.

    Args:
        start: first code point.
        end: code point after the last.
        entity: what it mentions; mentions of one entity share it.
        type: PERSON, CODE, LOC, ORG, DEM, DATETIME, QUANTITY or MISC.
        identifier: DIRECT, QUASI or NO_MASK.
    """

    start: int
    end: int
    entity: str
    type: str
    identifier: str


@dataclass(frozen=True, slots=True)
class GoldText:
    """A text with the mentions that each annotator marked.

    Args:
        id: the document.
        text: its text.
        annotators: the mentions of each.
    """

    id: str
    text: str
    annotators: tuple[tuple[Mention, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was found; None where there was nothing to find.

    Args:
        recall_direct: share of direct identifiers (entities) of which every mention is masked.
        recall_quasi: the same of quasi identifiers.
        precision_token: share of masked tokens that stand in a mention to be masked.
        recall_token_dem: share of the tokens of demographic mentions to be masked that are.
        texts: number of texts.
        words: number of words, parted by white space.
    """

    recall_direct: float | None
    recall_quasi: float | None
    precision_token: float | None
    recall_token_dem: float | None
    texts: int
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A mention to be masked of which a token is not.

    Args:
        text: id of the text.
        start: its first code point there.
        type: as of the mention.
        identifier: DIRECT or QUASI.
        before: what stands before it in its line, some code points of it.
        words: the mention.
    """

    text: str
    start: int
    type: str
    identifier: str
    before: str
    words: str


def read_gold(content: object, *, file: str) -> list[GoldText]:
    """Return the texts of a file in TAB's own JSON form.

    Args:
        content: a list of objects with `doc_id`, `text` and `annotations` (by annotator, each with
            `entity_mentions`), as parsed from JSON.
        file: its name, for messages.

    Raises:
        Fault: TXT-020 if it has another form.
    """
    try:
        return [_gold_text(each) for each in _list(content)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Fault("TXT-020", file=file, reason=f"{type(error).__name__} {error}") from error


def _list(content: object) -> list[Mapping[str, Any]]:
    if not isinstance(content, list):
        raise TypeError("no list of documents")
    return content


def _gold_text(each: Mapping[str, Any]) -> GoldText:
    text = str(each["text"])
    annotators = tuple(
        tuple(
            Mention(
                start=int(mention["start_offset"]),
                end=int(mention["end_offset"]),
                entity=str(mention["entity_id"]),
                type=str(mention["entity_type"]),
                identifier=str(mention["identifier_type"]),
            )
            for mention in marked["entity_mentions"]
        )
        for marked in each["annotations"].values()
    )
    for mention in (mention for marked in annotators for mention in marked):
        if not 0 <= mention.start <= mention.end <= len(text):
            raise ValueError(f"mention from {mention.start} to {mention.end} outside the text")
    return GoldText(str(each["doc_id"]), text, annotators)


def figures(texts: Sequence[GoldText], masks: Sequence[Sequence[Span]]) -> Figures:
    """Return recall and precision of masks against a gold standard.

    A mention is masked if every token of it is, apart from closed-class words and titles; an
    entity is masked if every mention of it is; it is direct if any mention is marked DIRECT, else
    quasi if any is marked QUASI. Several annotators are averaged over (micro-average).

    Args:
        texts: the gold standard.
        masks: for each text the spans that are masked; they may overlap.

    Differs: TAB weighs tokens for precision by how hard a language model finds them, here each
    counts one; TAB takes also words by part of speech as skipped, here a closed list.

    Example:
        >>> gold = GoldText("a", "Ann was born in 1971.", ((
        ...     Mention(0, 3, "e1", "PERSON", "DIRECT"),
        ...     Mention(16, 20, "e2", "DATETIME", "QUASI")),))
        >>> found = figures([gold], [[(0, 3), (4, 7)]])
        >>> found.recall_direct, found.recall_quasi, found.precision_token
        (1.0, 0.0, 0.5)
    """
    direct, quasi, dem, masked = [0, 0], [0, 0], [0, 0], [0, 0]
    for gold, spans in zip(texts, masks, strict=True):
        covered = _covered(len(gold.text), spans)
        tokens = [match.span() for match in _TOKEN.finditer(gold.text) if covered[match.start()]]
        for mentions in gold.annotators:
            _count_entities(gold.text, mentions, covered, direct, quasi)
            to_mask = [each for each in mentions if each.identifier in _TO_MASK]
            wanted = _covered(len(gold.text), [(each.start, each.end) for each in to_mask])
            _add(masked, sum(wanted[start] for start, _ in tokens), len(tokens))
            for mention in to_mask:
                if mention.type == "DEM":
                    found = [covered[at] for at, _ in _tokens(gold.text, mention)]
                    _add(dem, sum(found), len(found))
    return Figures(
        recall_direct=_share(direct),
        recall_quasi=_share(quasi),
        precision_token=_share(masked),
        recall_token_dem=_share(dem),
        texts=len(texts),
        words=sum(len(gold.text.split()) for gold in texts),
    )


def missed(texts: Sequence[GoldText], masks: Sequence[Sequence[Span]]) -> tuple[Missed, ...]:
    """Return the mentions to be masked that are not, in order; each once for each annotator.

    Args:
        texts: the gold standard.
        masks: as of `figures`.

    Example:
        >>> gold = GoldText("a", "Ann was born.", ((Mention(0, 3, "e1", "PERSON", "DIRECT"),),))
        >>> [(each.type, each.words) for each in missed([gold], [[(4, 7)]])]
        [('PERSON', 'Ann')]
    """
    found = []
    for gold, spans in zip(texts, masks, strict=True):
        covered = _covered(len(gold.text), spans)
        for mention in sorted(
            (each for marked in gold.annotators for each in marked), key=lambda each: each.start
        ):
            if mention.identifier in _TO_MASK and not is_masked(gold.text, mention, covered):
                before = gold.text[max(0, mention.start - _BEFORE) : mention.start]
                found.append(
                    Missed(
                        text=gold.id,
                        start=mention.start,
                        type=mention.type,
                        identifier=mention.identifier,
                        before=before.rpartition("\n")[2],
                        words=gold.text[mention.start : mention.end],
                    )
                )
    return tuple(found)


def _add(counts: list[int], part: int, whole: int) -> None:
    counts[0] += part
    counts[1] += whole


def _share(counts: Sequence[int]) -> float | None:
    return counts[0] / counts[1] if counts[1] else None


def share_covered(lengths: Sequence[int], masks: Sequence[Sequence[Span]]) -> float:
    """Return the share of the characters of texts that masks cover, 0 to 1; 0 without texts.

    High recall is easy to have by marking much: this says how much was marked.

    Example:
        >>> share_covered([10], [[(0, 3), (2, 5)]])
        0.5
    """
    covered = sum(sum(_covered(n, spans)) for n, spans in zip(lengths, masks, strict=True))
    return covered / max(1, sum(lengths))


def _covered(length: int, spans: Iterable[Span]) -> bytearray:
    covered = bytearray(length)
    for start, end in spans:
        covered[start:end] = b"\x01" * (end - start)
    return covered


def _tokens(text: str, mention: Mention) -> list[Span]:
    found = []
    for match in _TOKEN.finditer(text, mention.start, mention.end):
        word = match.group().lower()
        owner = word == "s" and match.start() > 0 and text[match.start() - 1] in "'’"
        if word not in _SKIPPED and not owner:
            found.append(match.span())
    return found


def is_masked(text: str, mention: Mention, covered: bytearray) -> bool:
    """Return whether every token of a mention is masked, apart from those that say nothing."""
    return all(all(covered[start:end]) for start, end in _tokens(text, mention))


def _count_entities(
    text: str,
    mentions: Sequence[Mention],
    covered: bytearray,
    direct: list[int],
    quasi: list[int],
) -> None:
    entities: dict[str, list[Mention]] = {}
    for mention in mentions:
        entities.setdefault(mention.entity, []).append(mention)
    for mentioned in entities.values():
        marks = {mention.identifier for mention in mentioned}
        if marks.isdisjoint(_TO_MASK):
            continue
        whole = all(is_masked(text, mention, covered) for mention in mentioned)
        _add(direct if "DIRECT" in marks else quasi, whole, 1)
