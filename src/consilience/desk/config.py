"""Settings of this installation: show them, and name the folder of official schemas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from consilience.base.errors import Fault
from consilience.base.settings import TABLE, load_settings, settings_file
from consilience.formats.metadata.schemas import FILES, KINDS, Schemas
from consilience.store.files import write_whole

_LINE: Final = re.compile(r"^schemas[ \t]*:.*(?:\n|\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSetting:
    """One setting as it holds.

    Attributes:
        name: its name in the file.
        variable: its name in the environment.
        value: what holds, as text; empty if nothing does.
        help: what it is for.
    """

    name: str
    variable: str
    value: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemasNamed:
    """What a folder of schemas holds.

    Attributes:
        folder: the whole path of the folder.
        there: the schemas in it.
        missing: the schemas that are not.
        file: the settings file that now names it.
    """

    folder: Path
    there: tuple[str, ...]
    missing: tuple[str, ...]
    file: Path


def shown_settings(environ: Mapping[str, str]) -> tuple[ShownSetting, ...]:
    """Answer which settings hold.

    Raises:
        Faults: BAS-002, BAS-003, BAS-004 as in `load_settings`.
    """
    held = load_settings(environ)
    return tuple(
        ShownSetting(
            name=each.name,
            variable=each.variable,
            value=str(getattr(held, each.name) or ""),
            help=each.help,
        )
        for each in TABLE
    )


def official_schemas(environ: Mapping[str, str]) -> Schemas:
    """Return the official schemas from the folder that the settings name.

    Raises:
        Faults: BAS-002, BAS-003, BAS-004 as in `load_settings`.
    """
    return Schemas(load_settings(environ).schemas)


def name_schemas(folder: Path, environ: Mapping[str, str]) -> SchemasNamed:
    """Write into the settings file where the official schemas lie.

    Args:
        folder: the folder, with one folder in it for each schema, such as `ddi-2.5.1`.
        environ: the environment, which may name another settings file.

    Returns:
        Which schemas are in it; the other settings and the comments of the file stay.

    Raises:
        Fault: FMT-326 if it holds none of the schemas.
        Faults: BAS-002, BAS-003, BAS-004 if the settings file is faulty; nothing is written then.
    """
    file = settings_file(environ)
    if file.exists():
        load_settings(environ)
    folder = folder.expanduser().resolve()
    missing = Schemas(folder).missing()
    if len(missing) == len(KINDS):
        raise Fault("FMT-326", schema=KINDS[0], file=str(folder / FILES[KINDS[0]]))
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    line = yaml.safe_dump({"schemas": str(folder)}, allow_unicode=True, width=2**20)
    kept = _LINE.sub("", before)
    kept += "\n" if kept and not kept.endswith("\n") else ""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, (kept + line).encode())
    there = tuple(kind for kind in KINDS if kind not in missing)
    return SchemasNamed(folder=folder, there=there, missing=missing, file=file)
