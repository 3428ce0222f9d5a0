"""Commands over the staff of a study: who may sign in, with which roles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from rich.markup import escape

from consilience.cli.caller import STUDY, actor, now
from consilience.cli.output import as_json, faults_told, out, print_json, print_table
from consilience.desk import accounts
from consilience.desk.kept import at_work
from consilience.desk.roles import MEANING

_LOGIN = click.argument("login")
_ASK = click.option(
    "--ask", is_flag=True, help="Ask for the password here instead of making a one-time one."
)


@click.group()
def people() -> None:
    """The staff of a study: who may sign in at `consilience serve`, and what they may do."""


@people.command()
@STUDY
@_LOGIN
@click.option("--role", "roles", multiple=True, required=True, help="May be given several times.")
@click.option("--name", default="", help="The name that colleagues read; the login if left out.")
@click.option("--id", "person", help="Id for codings; the next free person-N if left out.")
@_ASK
@as_json
def add(
    study: Path,
    login: str,
    roles: tuple[str, ...],
    name: str,
    person: str | None,
    ask: bool,
    machine: bool,
) -> None:
    """Make an account in STUDY and print a one-time password to be given to its owner.

    \b
    Example:
      consilience people add my-study ann --name "Ann B." --role coder
    """  # noqa: D301
    with faults_told(machine=machine), at_work(study) as engine:
        made, once = accounts.add_person(
            engine,
            login=login,
            name=name,
            roles=roles,
            person=person,
            password=_asked() if ask else None,
            at=now(),
            actor=actor(),
        )
        if machine:
            print_json({"person": _plain(made), "one_time_password": once})
            return
        out.print(f"{escape(made.login)} may sign in; the id in codings is {made.id}.")
        _print_once(once)


@people.command("list")
@STUDY
@as_json
def listed(study: Path, machine: bool) -> None:
    """Print who has an account in STUDY.

    \b
    Example:
      consilience people list my-study
    """  # noqa: D301
    with faults_told(machine=machine), at_work(study) as engine:
        found = accounts.people(engine)
        if machine:
            print_json({"people": [_plain(person) for person in found]})
            return
        print_table(
            ("login", "name", "id", "roles", ""),
            [
                (p.login, p.name, p.id, ", ".join(sorted(p.roles)), "" if p.active else "closed")
                for p in found
            ],
        )


@people.command()
@STUDY
@click.argument("login", required=False)
@click.argument("names", nargs=-1)
@as_json
def roles(study: Path, login: str | None, names: tuple[str, ...], machine: bool) -> None:
    """Give LOGIN these roles instead of the present ones; without LOGIN say what each is for.

    \b
    Example:
      consilience people roles my-study ann coder analyst
    """  # noqa: D301
    with faults_told(machine=machine):
        if login is None:
            _print_roles(machine)
            return
        with at_work(study) as engine:
            person = accounts.change_roles(engine, login, roles=names, at=now(), actor=actor())
        if machine:
            print_json({"person": _plain(person)})
        else:
            out.print(f"{escape(person.login)}: {', '.join(sorted(person.roles))}")


@people.command()
@STUDY
@_LOGIN
@_ASK
@as_json
def password(study: Path, login: str, ask: bool, machine: bool) -> None:
    """Give LOGIN a new password and end all its sessions.

    \b
    Example:
      consilience people password my-study ann
    """  # noqa: D301
    with faults_told(machine=machine), at_work(study) as engine:
        once = accounts.reset_password(
            engine, login, password=_asked() if ask else None, at=now(), actor=actor()
        )
        if machine:
            print_json({"login": login, "one_time_password": once})
            return
        out.print(f"{escape(login)} has a new password; open sessions have ended.")
        _print_once(once)


@people.command()
@STUDY
@_LOGIN
@as_json
def deactivate(study: Path, login: str, machine: bool) -> None:
    """Close the account of LOGIN at once; what was coded stays.

    \b
    Example:
      consilience people deactivate my-study ann
    """  # noqa: D301
    _set_active(study, login, machine, active=False)


@people.command()
@STUDY
@_LOGIN
@as_json
def reactivate(study: Path, login: str, machine: bool) -> None:
    """Open the account of LOGIN again.

    \b
    Example:
      consilience people reactivate my-study ann
    """  # noqa: D301
    _set_active(study, login, machine, active=True)


def _set_active(study: Path, login: str, machine: bool, *, active: bool) -> None:
    with faults_told(machine=machine), at_work(study) as engine:
        person = accounts.set_active(engine, login, active=active, at=now(), actor=actor())
        if machine:
            print_json({"person": _plain(person)})
        else:
            state = "may sign in" if active else "is shut out, and signed out everywhere"
            out.print(f"{escape(person.login)} {state}.")


def _print_once(once: str | None) -> None:
    if once is not None:
        out.print(f"One-time password: [bold]{once}[/]")
        out.print("Give it on another way than the login; it is kept nowhere and works once.")


def _print_roles(machine: bool) -> None:
    if machine:
        print_json({"roles": dict(MEANING)})
    else:
        print_table(("role", "what it is for"), list(MEANING.items()))


def _plain(person: accounts.Person) -> dict[str, object]:
    return {
        "id": person.id,
        "login": person.login,
        "name": person.name,
        "roles": sorted(person.roles),
        "active": person.active,
        "created": person.created,
    }


def _asked() -> str:
    ask: Callable[..., str] = click.prompt
    return ask("Password", hide_input=True, confirmation_prompt=True)
