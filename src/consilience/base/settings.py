"""The settings of this installation: what does not belong to a study.

A setting is looked for in the environment, then in the settings file, then it has a default.
`TABLE` is the only place that knows a setting; the reference page is made from it.
"""

from __future__ import annotations

import difflib
import getpass
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from consilience.base.errors import Fault, Faults, Where

PREFIX: Final = "CONSILIENCE_"
FILE_VARIABLE: Final = "CONSILIENCE_SETTINGS"
DEFAULT_FILE: Final = ".config/consilience/settings.yaml"

# The key of the vault is no setting: it never stands in a file.
VAULT_KEY: Final = "CONSILIENCE_VAULT_KEY"
# Account at a DOI registry; no settings either.
DOI_USER: Final = "CONSILIENCE_DOI_USER"
DOI_PASSWORD: Final = "CONSILIENCE_DOI_PASSWORD"
# Read by others: where this file lies, those keys, and whether the tests may skip.
NOT_SETTINGS: Final = frozenset(
    {FILE_VARIABLE, VAULT_KEY, DOI_USER, DOI_PASSWORD, "CONSILIENCE_REQUIRE_ALL"}
)

_NULL: Final = "tag:yaml.org,2002:null"  # YAML's own name of an empty value


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for every study on this machine and for this person.

    Args:
        workers: processes that independent pieces of work are spread over, 1 or more; the
            results do not depend on it.
        actor: who is named in the ledger.
        schemas: the folder of official schemas of exchange formats; None if there is none.
    """

    workers: int
    actor: str
    schemas: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: how it is called, read, checked and explained.

    Args:
        name: the key in the file; in the environment in capitals behind `CONSILIENCE_`.
        help: what it is for.
        allowed: what a value must be, in words.
        default: the default in words.
        read: turns text into the value; raises ValueError when it is not allowed.
        start: makes the default value on this machine.
    """

    name: str
    help: str
    allowed: str
    default: str
    read: Callable[[str], object]
    start: Callable[[], object]

    @property
    def variable(self) -> str:
        """Return the name of the environment variable."""
        return PREFIX + self.name.upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """A value as somebody wrote it, and where."""

    name: str
    text: str
    source: str
    where: Where


def _read_workers(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _read_actor(text: str) -> str:
    name = text.strip()
    if not name or not name.isprintable():
        raise ValueError(text)
    return name


def _read_folder(text: str) -> Path:
    folder = Path(text.strip()).expanduser()
    if not folder.is_absolute():
        raise ValueError(text)
    return folder


def _login_name() -> str:
    """Return the login name; containers may run under a number without one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


TABLE: Final = (
    Setting(
        name="workers",
        help="Processes that independent pieces of work (resamples, permutations) are spread "
        "over. Results are the same whatever it is.",
        allowed="a whole number of 1 or more",
        default="2, or the number of processors if there are fewer",
        read=_read_workers,
        start=lambda: min(2, os.cpu_count() or 1),
    ),
    Setting(
        name="actor",
        help="Who is named in the ledger as having run, decided or exported something.",
        allowed="a name on one line",
        default="the login name",
        read=_read_actor,
        start=_login_name,
    ),
    Setting(
        name="schemas",
        help="The folder of the official schemas (DDI-Codebook, DataCite, OAI-PMH) by which "
        "records are checked; `consilience config schemas` sets it.",
        allowed="the whole path of a folder",
        default="none: the schemas are not applied",
        read=_read_folder,
        start=lambda: None,
    ),
)


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Answer which settings hold, given the environment.

    Args:
        environ: the environment, as in `os.environ`.

    Returns:
        The settings: default, overruled by the file, overruled by the environment. The file
        is `~/.config/consilience/settings.yaml`, or what `CONSILIENCE_SETTINGS` names.

    Raises:
        Faults: all that is wrong at once: BAS-002 for a value that is not allowed, BAS-003
            for a name that is no setting, BAS-004 for a file that cannot be read.

    Example:
        >>> load_settings({"HOME": "/nowhere", "CONSILIENCE_WORKERS": "1"}).workers
        1
    """
    faults: list[Fault] = []
    values: dict[str, object] = {setting.name: setting.start() for setting in TABLE}
    for given in [*_from_file(environ, faults), *_from_environment(environ)]:
        try:
            values[given.name] = _value(given)
        except Fault as fault:
            faults.append(fault)
    if faults:
        raise Faults(faults)
    return Settings(**values)  # type: ignore[arg-type]  # each value came from its own `read`


def settings_file(environ: Mapping[str, str]) -> Path:
    """Return where the settings file lies, or would lie.

    Example:
        >>> settings_file({"CONSILIENCE_SETTINGS": "/etc/c.yaml"}).as_posix()
        '/etc/c.yaml'
    """
    named = environ.get(FILE_VARIABLE)
    return Path(named) if named else Path(environ.get("HOME") or Path.home()) / DEFAULT_FILE


def _value(given: _Given) -> object:
    known = {setting.name: setting for setting in TABLE}
    setting = known.get(given.name)
    if setting is None:
        nearest = difflib.get_close_matches(given.name, known, n=1, cutoff=0)[0]
        raise Fault(
            "BAS-003",
            where=given.where,
            name=given.name,
            nearest=nearest,
            known=", ".join(known),
        )
    try:
        return setting.read(given.text)
    except ValueError:
        raise Fault(
            "BAS-002",
            where=given.where,
            name=given.name,
            value=given.text,
            allowed=setting.allowed,
            source=given.source,
            default=setting.default,
        ) from None


def _from_environment(environ: Mapping[str, str]) -> list[_Given]:
    return [
        _Given(
            name=variable.removeprefix(PREFIX).lower(),
            text=environ[variable],
            source=f"the environment variable {variable}",
            where=Where(),
        )
        for variable in sorted(environ)
        if variable.startswith(PREFIX) and variable not in NOT_SETTINGS
    ]


def _from_file(environ: Mapping[str, str], faults: list[Fault]) -> list[_Given]:
    """Read the file as plain text values with their lines; add what is wrong to `faults`."""
    path = settings_file(environ)
    if not environ.get(FILE_VARIABLE) and not path.exists():
        return []
    try:
        # Nodes, not values: a line for each, and `actor: no` stays the name it is.
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = Where(file=str(path), line=mark.line + 1 if mark else None)
        faults.append(Fault("BAS-004", where=where, file=str(path), why=_why(error)))
        return []
    if node is None:
        return []
    pairs = node.value if isinstance(node, yaml.MappingNode) else [(node, node)]
    given = []
    for key, value in pairs:
        where = Where(
            file=str(path), line=key.start_mark.line + 1, column=key.start_mark.column + 1
        )
        if key is value or not isinstance(value, yaml.ScalarNode):
            why = "each line must be `name: value`"
            faults.append(Fault("BAS-004", where=where, file=str(path), why=why))
            continue
        text = "" if value.tag == _NULL else value.value
        given.append(_Given(name=str(key.value), text=text, source=str(path), where=where))
    return given


def _why(error: Exception) -> str:
    """Return the reason alone: PyYAML and the system wrap it in names of their own."""
    for name in ("problem", "strerror", "reason"):
        if text := getattr(error, name, None):
            return str(text)
    return " ".join(str(error).split())
