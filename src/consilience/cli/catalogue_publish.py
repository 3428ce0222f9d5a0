"""Commands that put studies into a catalogue, take them out, and give them DOIs."""

from __future__ import annotations

import os
from pathlib import Path

import click
from rich.markup import escape

from consilience.base.settings import DOI_PASSWORD, DOI_USER
from consilience.cli.caller import actor, now
from consilience.cli.catalogue_store import CATALOGUE
from consilience.cli.output import as_json, faults_told, out, print_json
from consilience.desk.catalogue import opened_catalogue
from consilience.desk.catalogue_publish import publish_bag, withdraw_study
from consilience.desk.minting import mint, registry_of

_IDENTIFIER = click.argument("identifier")


@click.command("publish")
@CATALOGUE
@click.argument("bag", type=click.Path(path_type=Path))
@click.option("--identifier", help="Name of the record; the one that its DDI gives if left out.")
@as_json
def catalogue_publish(catalogue: Path, bag: Path, identifier: str | None, machine: bool) -> None:
    """Publish BAG in CATALOGUE as a new version of its study.

    The bag is verified, and a package of consilience must have been released by a second person.
    Each file can be had by whom its access list says; older versions stay, for curators.

    \b
    Example:
      consilience catalogue publish archive my-study/out/deposit/joint-working
    """  # noqa: D301  (click's mark for lines that keep their breaks)
    with faults_told(machine=machine), opened_catalogue(catalogue) as opened:
        done = publish_bag(opened, bag, clock=now, actor=actor(), identifier=identifier)
        if machine:
            print_json(done)
            return
        word = "published" if done.new else "is published already"
        out.print(f"{escape(done.record)} version {done.version} {word}: {escape(done.title)}")
        counts = ", ".join(f"{count} {level}" for level, count in sorted(done.files.items()))
        out.print(f"files: {counts or 'none'}")
        out.print(escape(done.address))


@click.command("withdraw")
@CATALOGUE
@_IDENTIFIER
@click.option("--reason", required=True, help="Why, as the page that stays says it.")
def catalogue_withdraw(catalogue: Path, identifier: str, reason: str) -> None:
    """Withdraw the study IDENTIFIER from CATALOGUE: a page stays, and harvesters are told.

    \b
    Example:
      consilience catalogue withdraw archive oai:data.example.org:joint-working
        --reason "Two participants have withdrawn"
    """  # noqa: D301
    with faults_told(machine=False), opened_catalogue(catalogue) as opened:
        withdraw_study(opened, identifier, reason=reason, clock=now, actor=actor())
        out.print(f"{escape(identifier)} is withdrawn; its page says why.")


@click.command("mint")
@CATALOGUE
@_IDENTIFIER
@click.option("--repository", "prefix", required=True, metavar="PREFIX", help="Such as 10.5072.")
@click.option(
    "--endpoint",
    default="",
    metavar="URL",
    help="Address of the registry's REST interface. Without it nothing is asked of anybody.",
)
@as_json
def catalogue_mint(
    catalogue: Path, identifier: str, prefix: str, endpoint: str, machine: bool
) -> None:
    """Give the study IDENTIFIER of CATALOGUE a DOI at the registry at --endpoint.

    The account there is read from CONSILIENCE_DOI_USER and CONSILIENCE_DOI_PASSWORD. Given again
    after a failure, the command goes on where it stopped; given again after success, it brings the
    registry up to date.

    \b
    Example:
      consilience catalogue mint archive oai:data.example.org:joint-working
        --repository 10.5072 --endpoint https://api.test.datacite.org
    """  # noqa: D301
    with faults_told(machine=machine), opened_catalogue(catalogue) as opened:
        registry = registry_of(
            endpoint=endpoint,
            user=os.environ.get(DOI_USER, ""),
            password=os.environ.get(DOI_PASSWORD, ""),
        )
        done = mint(opened, identifier, registry, prefix=prefix, clock=now, actor=actor())
        if machine:
            print_json(done)
            return
        out.print(f"https://doi.org/{escape(done.doi)} is {done.state}")
