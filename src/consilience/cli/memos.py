"""Commands over memos: add, edit, delete, list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy import Engine

from consilience.base.errors import Fault
from consilience.cli.caller import NAMED_STUDY, STUDY, actor, now, vault_key_set
from consilience.cli.output import as_json, faults_told, out, print_fault, print_json, print_table
from consilience.desk.kept import at_work, opened
from consilience.desk.memo_names import vault_for_memos
from consilience.desk.memos import (
    SHOWN_OF_ID,
    How,
    change_memo,
    delete_memo,
    keep_memo,
    memo_editor,
    memos_for,
)
from consilience.desk.retrieval import person_called
from consilience.desk.unlocking import OpenVault


@click.group()
def memo() -> None:
    """Memos on codes, passages, texts and the study."""


_ON = click.Choice(["code", "coding", "document", "study"])


@memo.command()
@STUDY
@click.argument("on", type=_ON)
@click.argument("thing")
@click.argument("text")
@click.option("--title", default="", help="A few words.")
@as_json
def add(study: Path, on: str, thing: str, text: str, title: str, machine: bool) -> None:
    """Write TEXT as a memo on THING, the id of a code, coding or text.

    Where CONSILIENCE_VAULT_KEY is set, a memo that holds a name of the vault is refused.

    \b
    Example:
      consilience codings memo add my-study code thresholds "Split this one?"
    """  # noqa: D301
    with faults_told(machine=machine), at_work(study) as engine:
        person, at = person_called(engine, actor()), now()
        made = keep_memo(
            engine, person, on=on, thing=thing, title=title, text=text, at=at,
            vault=_vault(engine, study),
        )  # fmt: skip
        if machine:
            print_json({"memo": made})
        else:
            out.print(f"memo {made.id}")


@memo.command("list")
@STUDY
@click.option("--on", type=_ON, help="Only those on this kind of thing.")
@click.option("--thing", default="", help="Only those on the thing of this id.")
@as_json
def listed(study: Path, on: str | None, thing: str, machine: bool) -> None:
    """Print memos, the newest first.

    \b
    Example:
      consilience codings memo list my-study --on code
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        found = memos_for(engine, person_called(engine, actor()), on=on or "", thing=thing)
        if machine:
            print_json({"memos": found})
            return
        print_table(
            ("id", "on", "title", "memo", "by", "at"),
            [
                (each.id[:SHOWN_OF_ID], each.about, each.title, each.text, each.author, each.at)
                for each in found
            ],
        )


_MEMO = click.argument("memo_id", metavar="MEMO")
_FORGET = click.option(
    "--forget",
    is_flag=True,
    help="Take its words so far out of the log of changes too; that cannot be undone.",
)


@memo.command()
@NAMED_STUDY
@_MEMO
@click.argument("text")
@click.option("--title", default="", help="A few words.")
@_FORGET
@as_json
def edit(study: Path, memo_id: str, text: str, title: str, forget: bool, machine: bool) -> None:
    """Write MEMO of STUDY anew as TEXT; its writer and leads may. `list` tells how ids begin.

    The ledger keeps that it was changed, with the hash of the words before. Where
    CONSILIENCE_VAULT_KEY is set, a memo that holds a name of the vault is refused.

    \b
    Example:
      consilience codings memo edit my-study 3f2b9c1e "Asked the head again." --forget
    """  # noqa: D301
    with faults_told(machine=machine), at_work(study) as engine:
        person, vault = memo_editor(engine, actor()), _vault(engine, study)
        warnings = change_memo(
            engine,
            person,
            memo_id,
            title=title,
            text=text,
            at=now(),
            how=How(forget=forget),
            vault=vault,
        )
        _tell(machine, memo_id, "changed", warnings)


@memo.command()
@NAMED_STUDY
@_MEMO
@_FORGET
@as_json
def delete(study: Path, memo_id: str, forget: bool, machine: bool) -> None:
    """Take MEMO out of STUDY; its writer and leads may. `list` tells how ids begin.

    The ledger keeps that it was there, with the hash of its words. One whose words lie in the
    vault needs CONSILIENCE_VAULT_KEY, and they go with it for good.

    \b
    Example:
      consilience codings memo delete my-study 3f2b9c1e
    """  # noqa: D301
    with faults_told(machine=machine), at_work(study) as engine:
        person, vault = memo_editor(engine, actor()), _vault(engine, study)
        warnings = delete_memo(
            engine, person, memo_id, at=now(), how=How(forget=forget), vault=vault
        )
        _tell(machine, memo_id, "deleted", warnings)


def _vault(engine: Engine, study: Path) -> OpenVault | None:
    return vault_for_memos(engine, study, vault_key_set(), at=now(), actor=actor())


def _tell(machine: bool, memo_id: str, done: str, warnings: Sequence[Fault]) -> None:
    if machine:
        print_json({"memo": memo_id, "done": done, "warnings": warnings})
        return
    for fault in warnings:
        print_fault(fault)
    out.print(f"memo {memo_id} {done}")
