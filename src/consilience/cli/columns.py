"""How is a table laid out on a terminal, so that words stay whole?"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from rich.cells import cell_len

_INDENT: Final = "  "


def column_widths(
    columns: Sequence[Sequence[str]], *, room: int, longest: int = 32
) -> list[int] | None:
    """Return the width of each column, None where their longest words do not fit side by side.

    Every column gets its longest word, and a short one all it says; what is left goes to those that
    would take most lines.

    Args:
        columns: the cells of each, with its heading.
        room: how many signs there are for all.
        longest: words of more signs, such as paths, are parted before they take others' place.

    Example:
        >>> column_widths([["S01"], ["pseudonymised"], ["read against the tape"]], room=27)
        [3, 13, 11]
        >>> column_widths([["S01"], ["pseudonymised"], ["tape"]], room=40)
        [3, 13, 4]
        >>> column_widths([["S01"], ["pseudonymised"]], room=12) is None
        True
    """
    whole = [
        max((cell_len(line) for cell in each for line in cell.splitlines()), default=1)
        for each in columns
    ]
    widths = [
        max(1, *(min(longest, cell_len(word)) for cell in each for word in (cell.split() or [""])))
        for each in columns
    ]
    if sum(widths) > room:
        return None
    for n in sorted(range(len(whole)), key=lambda n: whole[n]):
        # Who needs no more than a fair share has it; longer ones wrap.
        if whole[n] * len(whole) <= room and sum(widths) - widths[n] + whole[n] <= room:
            widths[n] = max(whole[n], widths[n])
    while sum(widths) < room:
        narrow = [n for n, width in enumerate(widths) if width < whole[n]]
        if not narrow:
            break
        widths[max(narrow, key=lambda n: whole[n] / widths[n])] += 1
    return widths


def as_lines(headings: Sequence[str], row: Sequence[str], *, room: int) -> Iterator[str]:
    """Yield a row of a table too wide for the terminal: what it is of, the other cells below it.

    Example:
        >>> list(as_lines(["text", "kind", "turns"], ["S01", "interview", "12"], room=20))
        ['S01', '  kind: interview;', '  turns: 12']
    """
    first, *others = row
    yield first
    told = "; ".join(
        f"{heading}: {cell}" if heading else cell
        for heading, cell in zip(headings[1:], others, strict=False)
        if cell
    )
    yield from textwrap.wrap(
        told,
        width=room,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
