"""Where coders differ: a queue, and one passage after the other to be settled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from consilience.base.errors import Fault
from consilience.desk.agreement import take_over
from consilience.desk.differences import (
    Difference,
    differences_for,
    quotes,
    rule,
    ruling_of,
    stamp_of,
)
from consilience.desk.reading import Reading, reading_of
from consilience.web.audience import only
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.layout import LANES, Block, Ink, lane_count, lay_out, shortened
from consilience.web.mishaps import status_of
from consilience.web.pages.marks import number_of, trimmed

JUDGES: Final = only("lead", "coder")
_LEADS: Final = only("lead")
# As many lines as somebody looks through; the filters give the others.
_MOST: Final = 200
_REASONS: Final = 8
_FILTERS: Final = ("text", "code", "state")
_DRAFT: Final = ("choice", "reason", "words", "chosen", "start", "end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way to settle a passage: what is sent, in words, and the passage it would give."""

    value: str
    words: str
    quote: str = ""
    colour: int | None = None


def differences(call: Call) -> Response:
    """List the passages on which coders differ."""
    return _list(call)


def agreed(call: Call) -> Response:
    """Take over into the consensus what all coders marked alike."""
    take_over(call.site.engine, at=call.at, actor=call.who.id)
    return call.go("differences", done="taken")


def difference(call: Call) -> Response:
    """Show one passage with what each coder marked, and the ways to settle it."""
    return _page(call)


def settle(call: Call) -> Response:
    """Settle a passage, and go on to the next that is open."""
    found = differences_for(call.site.engine, call.who).items
    item = _asked(found, call.path["item"])
    queue = _chosen(found, {**call.query, "state": "open"})
    action, _, coder = call.field("choice", most=100).partition(":")
    try:
        if not action:
            raise Fault("WEB-030", what="way to settle it")
        rule(
            call.site.engine,
            call.who,
            item.id,
            ruling_of(
                action,
                reason=call.field("reason"),
                coder=coder or None,
                span=_own_span(call, item) if action == "own" else None,
            ),
            seen=call.field("seen"),
            at=call.at,
        )
    except Fault as fault:
        return _page(call, fault=fault)
    after = _beside(queue, item, 1) or next((each for each in queue if each.id != item.id), None)
    kept = _kept(call)
    if after is None:
        return call.go("differences", done="settled", query=kept)
    return call.go("difference", item=after.id, done="settled", query=kept)


def _list(call: Call) -> Response:
    found = differences_for(call.site.engine, call.who)
    chosen = _chosen(found.items, call.query)
    shown = chosen[:_MOST]
    words = quotes(call.site.engine, shown)
    texts = {each.document: each.name for each in found.items}
    codes = {each.code.id: each.code.name for each in found.items}
    return call.page(
        "differences.html",
        found=found,
        open=sum(each.decision is None for each in found.items),
        chosen=len(chosen),
        items=[(each, shortened(words[each.id])) for each in shown],
        texts=sorted(texts.items(), key=lambda pair: pair[1]),
        codes=sorted(codes.items(), key=lambda pair: pair[1]),
        filters={name: call.query.get(name, "") for name in _FILTERS},
        kept=_kept(call),
        may_take=_LEADS.lets_in(call.who.roles),
    )


def _page(call: Call, *, fault: Fault | None = None) -> Response:
    found = differences_for(call.site.engine, call.who).items
    item = _asked(found, call.path["item"])
    reading = reading_of(call.site.engine, item.document, call.who)
    queue = _chosen(found, call.query)
    blocks, lanes = _around(reading, item)
    return call.page(
        "difference.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        item=item,
        seen=stamp_of(item.decision),
        choices=_choices(item, reading.text),
        blocks=blocks,
        lanes=lanes,
        merged=reading.text[item.start : item.end],
        place=next((n for n, each in enumerate(queue, start=1) if each.id == item.id), None),
        count=len(queue),
        before=_beside(queue, item, -1),
        after=_beside(queue, item, 1),
        reasons=_reasons(found),
        draft={name: call.field(name, most=20_000) for name in _DRAFT},
        kept=_kept(call),
    )


def _asked(items: Sequence[Difference], item: str) -> Difference:
    found = next((each for each in items if each.id == item), None)
    if found is None:
        raise Fault("COD-068", item=item)
    return found


def _chosen(items: Sequence[Difference], query: Mapping[str, str]) -> list[Difference]:
    """Return what is asked for: open ones if nothing is said."""
    state = query.get("state", "") or "open"
    return [
        each
        for each in items
        if query.get("text", "") in ("", each.document)
        and query.get("code", "") in ("", each.code.id)
        and (state == "all" or (each.decision is None) == (state == "open"))
    ]


def _kept(call: Call) -> dict[str, str]:
    """Return the filters as they go along from page to page."""
    return {name: value[:64] for name in _FILTERS if (value := call.query.get(name, ""))}


def _beside(queue: Sequence[Difference], item: Difference, step: int) -> Difference | None:
    """Return the next of a queue, or the one before, whether or not this one is in it."""
    ids = [each.id for each in queue]
    if item.id not in ids:
        return next(iter(queue), None) if step > 0 else None
    at = ids.index(item.id) + step
    return queue[at] if 0 <= at < len(queue) else None


def _choices(item: Difference, text: str) -> list[Choice]:
    """Return the ways to settle a passage, each with what would be marked then."""
    choices = [
        Choice(
            value=f"accept:{each.coder}",
            words=f"As {each.name} marked it",
            quote=" ... ".join(shortened(text[start:end]) for start, end in each.spans),
            colour=number % LANES,
        )
        for number, each in enumerate(item.marked)
    ]
    places = {span for each in item.marked for span in each.spans}
    if len(places) > 1:
        whole = shortened(text[item.start : item.end])
        choices.append(Choice(value="merge", words="All of it together", quote=whole))
    choices.append(Choice(value="reject", words="Not at all: the code does not belong here"))
    choices.append(Choice(value="own", words="Another passage"))
    return choices


def _around(reading: Reading, item: Difference) -> tuple[list[Block], int]:
    """Return the turns of a passage and one on each side, with the lines of who marked what."""
    ids = {coding for each in item.marked for coding in each.codings}
    codings = [each for each in reading.codings if each.id in ids]
    ink = Ink(
        names={code.id: code.name for code in reading.codes},
        colours={each.coder: n % LANES for n, each in enumerate(item.marked)},
        coders={each.coder: each.name for each in item.marked},
        own="",
        by_coder=True,
    )
    blocks = lay_out(
        reading.text,
        turns=reading.turns,
        sentences=reading.sentences,
        codings=codings,
        ink=ink,
    )
    touched = [n for n, each in enumerate(blocks) if each.start < item.end > item.start < each.end]
    first, last = (touched[0], touched[-1]) if touched else (0, len(blocks) - 1)
    return list(blocks[max(0, first - 1) : last + 2]), lane_count(codings)


def _own_span(call: Call, item: Difference) -> tuple[int, int]:
    """Return where the words of an own passage stand, nearest to what the coders marked.

    The script sends where it found them; words that were typed since are looked for.

    Raises:
        Fault: WEB-031 if no words were sent, WEB-040 if they do not stand in the text.
    """
    words, chosen = (call.field(name, most=20_000).split() for name in ("words", "chosen"))
    if not words:
        raise Fault("WEB-031", what="own passage")
    text = reading_of(call.site.engine, item.document, call.who).text
    if words == chosen:
        return trimmed(text, number_of(call.field("start")), number_of(call.field("end")))
    found = re.finditer(r"\s+".join(re.escape(word) for word in words), text)
    spans = [each.span() for each in found]
    if not spans:
        raise Fault("WEB-040")
    return min(spans, key=lambda span: abs(span[0] - item.start))


def _reasons(items: Sequence[Difference]) -> list[str]:
    """Return the reasons given last, to be given again without typing."""
    made = [each.decision for each in items if each.decision is not None]
    given = sorted(made, key=lambda decision: decision.at, reverse=True)
    return list(dict.fromkeys(decision.ruling.reason for decision in given))[:_REASONS]


DOORS: Final = (
    Door(method="GET", path="/differences", name="differences", to=JUDGES, handler=differences),
    Door(
        method="POST", path="/differences/agreed", name="agreed", to=_LEADS, handler=agreed
    ),
    Door(
        method="GET", path="/differences/{item}", name="difference", to=JUDGES,
        handler=difference,
    ),
    Door(
        method="POST", path="/differences/{item}", name="difference", to=JUDGES, handler=settle
    ),
)  # fmt: skip
