"""Which checks of data health are done, and by which limits: the configuration of QAMyData."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import yaml

from consilience.base.errors import Fault, Faults, Where
from consilience.deposit.model import Severity
from consilience.formats.opening import read_bytes

Kind = Literal["pattern", "patterns", "name", "names", "flag", "number", "signs", "files"]
_LARGEST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """A check that can be asked for: its group, the kind of its setting, what a failure does."""

    group: str
    kind: Kind
    severity: Severity
    words: str


_R, _W = Severity.REFUSE, Severity.WARN
# Groups and names are those of QAMyData's configuration files; what is wanted is in our words.
CHECKS: Final[Mapping[str, Known]] = MappingProxyType(
    {
        "bad_filename": Known(
            "basic_file_checks", "pattern", _W, "The name of the file is as agreed."
        ),
        "primary_variable": Known(
            "metadata", "name", _W, "The variable by which cases are counted is there."
        ),
        "missing_variable_labels": Known("metadata", "flag", _R, "Every variable has a label."),
        "variable_odd_characters": Known(
            "metadata", "signs", _W, "Names and labels of variables hold none of these signs."
        ),
        "variable_label_max_length": Known(
            "metadata", "number", _R, "No label of a variable is longer."
        ),
        "variable_label_spellcheck": Known(
            "metadata", "files", _W, "The words of variable labels are in the list of words."
        ),
        "value_label_odd_characters": Known(
            "metadata", "signs", _W, "Labels of values hold none of these signs."
        ),
        "value_label_max_length": Known("metadata", "number", _R, "No label of a value is longer."),
        "value_label_spellcheck": Known(
            "metadata", "files", _W, "The words of value labels are in the list of words."
        ),
        "value_defined_missing_no_label": Known(
            "metadata", "flag", _R, "Every code that means no answer and is used has a label."
        ),
        "duplicate_values": Known(
            "data_integrity", "names", _R, "No value of these variables comes twice."
        ),
        "string_value_odd_characters": Known(
            "data_integrity", "signs", _W, "Texts hold none of these signs."
        ),
        "string_value_spellcheck": Known(
            "data_integrity", "files", _W, "The words of texts are in the list of words."
        ),
        "system_missing_value_threshold": Known(
            "data_integrity", "number", _W, "No variable is empty in more of 100 records."
        ),
        "regex_patterns": Known(
            "disclosure_risk", "patterns", _R, "No value or label is like these patterns."
        ),
        "unique_values": Known(
            "disclosure_risk", "number", _W, "No value stands in so few records."
        ),
        "string_value_stopword": Known(
            "disclosure_risk", "files", _R, "No text holds a word of this list."
        ),
    }
)
# Names of earlier and later versions; spellcheck was one for all labels.
_ALSO: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "spellcheck": ("variable_label_spellcheck", "value_label_spellcheck"),
        "odd_characters": ("variable_odd_characters", "value_label_odd_characters"),
        "stopwords": ("string_value_stopword",),
        "defined_missing_no_label": ("value_defined_missing_no_label",),
    }
)
_GROUPS: Final = (
    *("basic_file_checks", "metadata", "data_integrity", "disclosure_risk"),
    "disclosure_control",
)
_NOT_CHECKED: Final = ("date_format",)
_TOP: Final = ("metadata_only", "progress", "include_locators")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a check is asked for.

    Args:
        value: a limit, a flag, or a list of names, signs, patterns or files.
        words: what is wanted, in the words of who configured it.
        severity: what a failure does.
    """

    value: Any
    words: str
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The checks to be done.

    Args:
        checks: by name; one that is not here is not done.
        metadata_only: whether values are left out.
        folder: where files of words lie that are named without a folder.
    """

    checks: Mapping[str, Setting] = field(default_factory=dict)
    metadata_only: bool = False
    folder: Path = Path()


def _usual(**values: object) -> dict[str, Setting]:
    return {
        name: Setting(value=value, words=CHECKS[name].words, severity=CHECKS[name].severity)
        for name, value in values.items()
    }


# The limits of labels are those of SPSS's and Stata's older versions, which archives still serve.
USUAL: Final = Settings(
    checks=_usual(
        bad_filename=r"^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9]+)+$",
        missing_variable_labels=True,
        variable_odd_characters=("!", "#", "  ", "@"),
        variable_label_max_length=79,
        value_label_odd_characters=("!", "#", "  ", "@"),
        value_label_max_length=39,
        value_defined_missing_no_label=True,
        system_missing_value_threshold=25,
        unique_values=1,
    )
)


def read_settings(path: Path) -> Settings:
    """Which checks does this configuration ask for?

    It is the YAML of QAMyData: groups of checks, each with `setting` and `desc`. Beside these,
    `severity: refuse` or `severity: warn` says what a failure does.

    Args:
        path: the file.

    Raises:
        Fault: DEP-080 if it is no YAML; FMT-001 to FMT-004 if it cannot be read.
        Faults: DEP-081 for names that are not known, DEP-082 for settings of another kind, DEP-083
            for patterns that cannot be followed.
    """
    data = read_bytes(path)
    place = Where(file=str(path))
    try:
        found = yaml.safe_load(data.decode("utf-8")) if len(data) <= _LARGEST else None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise Fault("DEP-080", where=place, name=path.name, reason=reason) from error
    if not isinstance(found, dict):
        raise Fault("DEP-080", where=place, name=path.name, reason="it holds no groups of checks")
    faults: list[Fault] = []
    checks = dict(_checks(found, place, faults))
    if faults:
        raise Faults(faults)
    only = bool(found.get("metadata_only"))
    return Settings(checks=checks, metadata_only=only, folder=path.parent)


def _checks(
    found: Mapping[str, Any], place: Where, faults: list[Fault]
) -> Iterator[tuple[str, Setting]]:
    for group, content in found.items():
        if group in _TOP:
            continue
        if group not in _GROUPS or not isinstance(content, dict | None):
            faults.append(_unknown(str(group), (*_GROUPS, *_TOP), place))
            continue
        for name, given in (content or {}).items():
            if name in CHECKS or name in _ALSO:
                yield from _settings(name, given, place, faults)
            elif name not in _NOT_CHECKED:
                faults.append(_unknown(str(name), tuple(CHECKS), place))


def _settings(
    name: str, given: object, place: Where, faults: list[Fault]
) -> Iterator[tuple[str, Setting]]:
    """Yield the settings of the checks that a name stands for."""
    for known in _ALSO.get(name, (name,)) if given is not None else ():
        setting = _setting(known, given, place, faults)
        if setting is not None:
            yield known, setting


def _unknown(name: str, known: tuple[str, ...], place: Where) -> Fault:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0)
    return Fault("DEP-081", where=place, name=name, near=near[0])


def _setting(name: str, given: object, place: Where, faults: list[Fault]) -> Setting | None:
    """Return the setting of a check; None, and a fault, if it is of another kind."""
    known = CHECKS[name]
    entry = given if isinstance(given, dict) else {"setting": given}
    value = _value(known.kind, entry.get("setting"))
    said = entry.get("severity", known.severity.value)
    if value is None or said not in {each.value for each in Severity}:
        wrong = entry.get("setting") if value is None else said
        faults.append(
            Fault("DEP-082", where=place, name=name, value=wrong, kind=_WANTED[known.kind])
        )
        return None
    for pattern in (
        (value,) if known.kind == "pattern" else value if known.kind == "patterns" else ()
    ):
        try:
            re.compile(pattern)
        except re.error as error:
            reason = str(error)
            faults.append(Fault("DEP-083", where=place, name=name, pattern=pattern, reason=reason))
            return None
    words = str(entry.get("desc") or known.words)
    return Setting(value=value, words=words, severity=Severity(said))


_WANTED: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        "pattern": "a regular expression",
        "patterns": "a list of regular expressions",
        "name": "the name of a variable",
        "names": "a list of variables",
        "flag": "true or false",
        "number": "a number that is not negative",
        "signs": "a list of signs",
        "files": "a list of files",
    }
)


def _value(kind: Kind, given: object) -> Any:  # noqa: ANN401  (as the kind of setting has it)
    """Return a setting as its check needs it, None if it is of another kind."""
    if kind == "flag":
        return given if isinstance(given, bool) else None
    if kind == "number":
        right = isinstance(given, int | float) and not isinstance(given, bool) and given >= 0
        return given if right else None
    if kind in ("pattern", "name"):
        return given if isinstance(given, str) and given else None
    every = [given] if isinstance(given, str) else given
    if not isinstance(every, list) or not every or not all(isinstance(e, str) for e in every):
        return None
    return tuple(every)
