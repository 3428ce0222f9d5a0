"""Commands that change single codes: add, edit, rename, move, merge, split, retire."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click
from rich.markup import escape
from sqlalchemy import Engine

from consilience.base.counting import counted
from consilience.cli.caller import NAMED_STUDY, actor, now
from consilience.cli.codings import filtered
from consilience.cli.open_words import compared
from consilience.cli.output import as_json, faults_told, out, print_json
from consilience.desk import codebook_changes as desk
from consilience.desk.codebook import code_called
from consilience.desk.codebook_changes import NOTHING, Said, Step
from consilience.desk.kept import at_work, opened
from consilience.desk.open_words import words_of_code
from consilience.desk.retrieval import ALL, Filters, codings_within, person_called

Command = Callable[..., Any]

_CODE = click.argument("code")
_WHAT: Final = "what the code says"


def says(command: Command) -> Command:
    """Give a command the options for what a code says of itself."""

    @functools.wraps(command)
    def asked(**given: Any) -> None:  # noqa: ANN401  (the options of any command)
        own = {each.name: given.pop(each.name) for each in dataclasses.fields(Said)}
        examples = own["examples"] or None
        if given.pop("no_examples"):
            examples = examples or ()
        command(said=Said(**own | {"examples": examples}), **given)

    options = [
        click.option("--definition", help="What it means."),
        click.option("--inclusion", help="When to use it."),
        click.option("--exclusion", help="When not to use it."),
        click.option("--example", "examples", multiple=True,
                     help="A passage that shows it, instead of those there; several times."),
        click.option("--no-examples", is_flag=True, help="Take its examples out."),
        click.option("--colour", metavar="#RRGGBB", help="Its colour; empty lets pages choose."),
        click.option("--codable/--heading", default=None,
                     help="Whether passages may carry it, or it only holds others."),
    ]  # fmt: skip
    made: Command = asked
    for option in reversed(options):
        made = option(made)
    return made


@click.command()
@NAMED_STUDY
@click.argument("name")
@click.option("--below", metavar="CODE", help="The code it comes below; else it is at the top.")
@says
@as_json
def add(study: Path, name: str, below: str | None, said: Said, machine: bool) -> None:
    """Add a code called NAME to the codebook of STUDY, as the last at its place.

    CODE is an id, a name, or a path such as "Trust > Lost" where several have the same name.

    \b
    Example:
      consilience codebook add my-study "Lost by post" --below Trust/Lost --definition "A letter."
    """  # noqa: D301
    with faults_told(machine=machine), at_work(study) as engine:
        parent = code_called(engine, below).id if below is not None else None
        compared(engine, study, _WHAT, name, *words_of_code(said))
        step = desk.add_code(
            engine, name=name, parent=parent, said=said, at=now(), actor=_who(engine)
        )
        _tell(step, f"{_named(step)} is there, {escape(step.code.id)}", machine=machine)


@click.command()
@NAMED_STUDY
@_CODE
@says
@as_json
def edit(study: Path, code: str, said: Said, machine: bool) -> None:
    """Change what CODE of STUDY says of itself; what no option names stays as it is.

    CODE is an id, a name, or a path such as "Trust > Lost" where several have the same name.

    \b
    Example:
      consilience codebook edit my-study Trust/Lost --exclusion "Trust that was never there."
      consilience codebook edit my-study lost --example "Nobody rang." --colour "#1B7F5C"
    """  # noqa: D301
    if said == NOTHING:
        raise click.UsageError("say what is to change, such as with --definition")
    with faults_told(machine=machine), opened(study) as engine:
        known = code_called(engine, code).id
        compared(engine, study, _WHAT, *words_of_code(said))
        step = desk.say_of_code(engine, known, said, at=now(), actor=_who(engine))
        _tell(step, f"{_named(step)} is changed; {_stay(step)}", machine=machine)


@click.command()
@NAMED_STUDY
@_CODE
@click.argument("name")
@as_json
def rename(study: Path, code: str, name: str, machine: bool) -> None:
    """Call CODE of STUDY by another NAME; its id and its passages stay.

    \b
    Example:
      consilience codebook rename my-study Trust/Lost "Broken"
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        known = code_called(engine, code).id
        compared(engine, study, _WHAT, name)
        step = desk.rename_code(engine, known, name=name, at=now(), actor=_who(engine))
        _tell(step, f"it is called {_named(step)} now; {_stay(step)}", machine=machine)


@click.command()
@NAMED_STUDY
@_CODE
@click.option("--below", metavar="CODE", help="The code it comes below.")
@click.option("--top", is_flag=True, help="It comes to the top.")
@click.option("--place", type=click.IntRange(1), help="1 puts it first there; else it is last.")
@as_json
def move(
    study: Path, code: str, below: str | None, top: bool, place: int | None, machine: bool
) -> None:
    """Put CODE of STUDY, with all below it, below another, at the top, or elsewhere in its row.

    With --place alone it stays where it is and changes its place among its brothers and sisters.

    \b
    Example:
      consilience codebook move my-study Lost --below Feedback
      consilience codebook move my-study Lost --place 1
    """  # noqa: D301
    if (below is not None) == top and (top or place is None):
        raise click.UsageError("say where it goes: --below CODE or --top, or --place")
    with faults_told(machine=machine), opened(study) as engine:
        known = code_called(engine, code)
        parent = None if top else known.parent if below is None else code_called(engine, below).id
        position = None if place is None else place - 1
        step = desk.move_code(
            engine, known.id, parent=parent, position=position, at=now(), actor=_who(engine)
        )
        _tell(step, f"{_named(step)} is moved; {_stay(step)}", machine=machine)


@click.command()
@NAMED_STUDY
@_CODE
@click.argument("into")
@as_json
def merge(study: Path, code: str, into: str, machine: bool) -> None:
    """Give passages, memos, examples and lower codes of CODE to INTO, and take CODE out.

    A passage that the same coder marked with both is kept once.

    \b
    Example:
      consilience codebook merge my-study "Lost by post" Trust/Lost
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        old, kept = code_called(engine, code), code_called(engine, into)
        step = desk.merge_code(engine, old.id, into=kept.id, at=now(), actor=_who(engine))
        told = [
            f"{counted(step.moved, 'passage')} went to it",
            f"{step.together} fell together with one there by the same coder",
            f"{step.passages} {'carries' if step.passages == 1 else 'carry'} it now",
        ]
        told += [f"{counted(step.memos, 'memo')} went along"] if step.memos else []
        told += [f"{counted(step.below, 'code')} came below it"] if step.below else []
        said = f"{escape(old.name)} is part of {_named(step)}: {', '.join(told)}"
        _tell(step, said, machine=machine)


@click.command()
@NAMED_STUDY
@_CODE
@click.argument("name")
@click.option("--query", help="Those within what answers this, as for `codings find`.")
@click.option("--coding", "chosen", multiple=True, help="The one of this id; several times.")
@filtered
@says
@as_json
def split(
    study: Path,
    code: str,
    name: str,
    query: str | None,
    chosen: tuple[str, ...],
    machine: bool,
    filters: Filters,
    said: Said,
) -> None:
    """Make a code called NAME beside CODE of STUDY, and give it some passages of CODE.

    Say which: those of a text, case, coder or speaker, those that lie wholly within a passage
    that answers a query, or single ones by id as `codings export` writes them. Several options
    narrow each other; ids come on top. As everywhere, passages that a coder has not released
    count only if you may see them.

    \b
    Example:
      consilience codebook split my-study Trust "Trust in heads" --query "Trust overlapping Heads"
      consilience codebook split my-study Trust "Trust, 2018" --document S01 --coder person-1
    """  # noqa: D301
    asks = query is not None or filters != ALL
    if not asks and not chosen:
        raise click.UsageError("say which passages go, such as with --query or --document")
    with faults_told(machine=machine), opened(study) as engine:
        known = code_called(engine, code)
        codings = set(chosen)
        if asks:
            person = person_called(engine, actor())
            codings |= set(
                codings_within(engine, study, known.id, person=person, query=query, filters=filters)
            )
        compared(engine, study, _WHAT, name, *words_of_code(said))
        step = desk.split_code(
            engine, known.id, name=name, codings=codings, said=said, at=now(), actor=_who(engine)
        )
        told = f"{counted(step.moved, 'passage')} went from {escape(known.name)} to {_named(step)}"
        _tell(step, f"{told}, {escape(step.code.id)}", machine=machine)


@click.command()
@NAMED_STUDY
@_CODE
@click.option("--back", is_flag=True, help="Bring it back into use.")
@as_json
def retire(study: Path, code: str, back: bool, machine: bool) -> None:
    """Take CODE of STUDY out of use: what was coded with it stays, nothing new can be.

    \b
    Example:
      consilience codebook retire my-study Trust/Lost
      consilience codebook retire my-study Trust/Lost --back
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        known = code_called(engine, code).id
        step = desk.retire_code(engine, known, retired=not back, at=now(), actor=_who(engine))
        state = "in use again" if back else "retired"
        _tell(step, f"{_named(step)} is {state}; {_stay(step)}", machine=machine)


def _who(engine: Engine) -> str:
    """Return who is here by the id of the account, as pages note it: its steps are one's own."""
    return person_called(engine, actor()).id


def _named(step: Step) -> str:
    return escape(step.code.name)


def _stay(step: Step) -> str:
    return f"its {counted(step.passages, 'passage stays', 'passages stay')}"


def _tell(step: Step, said: str, *, machine: bool) -> None:
    if machine:
        print_json(step)
    elif step.change is None:
        out.print("nothing differs")
    else:
        out.print(f"change {step.change}: {said}")
        out.print("`consilience codebook undo` takes it back.")


COMMANDS: Final = (add, edit, rename, move, merge, split, retire)
