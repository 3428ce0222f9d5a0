"""What commands print: tables for people, JSON for machines, and faults with the way out."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from consilience.base.errors import Fault, Faults
from consilience.cli.columns import as_lines, column_widths

FAULTY: Final = 1
STOPPED: Final = 130
_MOST_FAULTS: Final = 100
# What a terminal obeys, or shows in another order than it stands; ends of lines and tabs are meant.
_OBEYED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class _PlainConsole(Console):
    """A console that shows words as they stand, whatever a terminal would make of them."""

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401  (of its class)
        """Return a string as it is shown."""
        return super().render_str(_OBEYED.sub("\ufffd", text), **options)


out = _PlainConsole(soft_wrap=True, highlight=False)
err = _PlainConsole(stderr=True, soft_wrap=True, highlight=False)


as_json: Final = click.option(
    "--json", "machine", is_flag=True, help="Print JSON for machines instead of text."
)


def print_json(value: object) -> None:
    """Print plain values, records and paths as JSON."""
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows below headings; on a narrow terminal cells wrap between words, nothing is cut.

    Where not even the longest words fit side by side, each row is some lines: the first column,
    which says what it is of, then the others with their headings.
    """
    cells = [[str(cell) for cell in row] for row in rows]
    columns = [
        [heading, *(row[at] for row in cells if at < len(row))]
        for at, heading in enumerate(headings)
    ]
    for gap, longest in ((2, 48), (2, 32), (1, 32)):
        room = out.width - gap * (len(columns) - 1)
        widths = column_widths(columns, room=room, longest=longest)
        if widths is not None:
            break
    else:
        for row in cells:
            for line in as_lines(headings, row, room=out.width):
                out.print(escape(line))
        return
    table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="bold")
    for heading, width in zip(headings, widths, strict=True):
        table.add_column(heading, overflow="fold", width=width)
    for row in cells:
        table.add_row(*[escape(cell) for cell in row])
    out.print(table, soft_wrap=False)


def print_fault(fault: Fault) -> None:
    """Print a fault and what to do next, on the error stream."""
    look, word = ("yellow", "warning") if fault.is_warning else ("red", "error")
    err.print(f"[bold {look}]{word}[/] {escape(str(fault))}")
    err.print(f"        {escape(fault.remedy)}")


def print_faults(faults: Sequence[Fault]) -> None:
    """Print faults, of very many the first: nobody mends more at once, and each takes time."""
    for fault in faults[:_MOST_FAULTS]:
        print_fault(fault)
    if len(faults) > _MOST_FAULTS:
        err.print(f"and {len(faults) - _MOST_FAULTS:,} more; `--json` prints all")


@contextlib.contextmanager
def faults_told(*, machine: bool) -> Iterator[None]:
    """Tell faults without a traceback and end with exit code 1, or 130 on Ctrl-C."""
    try:
        yield
    except (Fault, Faults) as error:
        faults = error.faults if isinstance(error, Faults) else (error,)
        if machine:
            print_json({"faults": [fault.to_json() for fault in faults]})
        else:
            print_faults(faults)
        raise SystemExit(FAULTY) from None
    except KeyboardInterrupt:
        err.print("Stopped. Run the same command again to go on from here.")
        raise SystemExit(STOPPED) from None


@contextlib.contextmanager
def progress_shown(*, machine: bool) -> Iterator[Callable[[str, str, int, int], None]]:
    """Show how far a run has come; nothing is shown to machines or into a file."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=machine) as bar:
        task = bar.add_task("checking the study file", total=None)

        def told(stage: str, state: str, number: int, total: int) -> None:
            bar.update(task, description=f"{stage}: {state}", completed=number, total=total)

        yield told


def _plain(value: Any) -> object:  # noqa: ANN401  (whatever a record holds)
    if isinstance(value, Fault):
        return value.to_json()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, dt.date):  # a moment too
        return value.isoformat()
    if hasattr(value, "items"):
        return dict(value.items())
    raise TypeError(f"{type(value).__name__} is not plain")
