"""A record with its files as the metadata of an RO-Crate: what lies in a package, and why."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, Final

from consilience.formats.metadata.json_ld import NO_LICENCE, Json, described, file_of, filled
from consilience.formats.metadata.model import Record, StudyFile

FILE_NAME: Final = "ro-crate-metadata.json"
PROFILE: Final = "https://w3id.org/ro/crate/1.2"

_ROOT: Final = "./"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._~/!$&'()*+,;=:@-]")


def crate_of(record: Record, *, at: dt.date, files: Iterable[StudyFile] | None = None) -> Json:
    """Return the metadata of an RO-Crate 1.2 for a study and its files.

    Args:
        record: the record.
        at: day on which the package is made; the date of publication where the record has none,
            since a crate must have one.
        files: the files in the package, by their paths in it; those of the record by default.

    Returns:
        A plain dictionary, to be written as `ro-crate-metadata.json` beside the files: the root
        with what the record says, each file with size, SHA-256, licence and level, and each data
        set as a collection of its files. Every thing has an `@id`, and is named by it. Variables
        are left to the codebook.

    Source: RO-Crate 1.2 specification.

    Example:
        >>> from consilience.formats.metadata.model import Text
        >>> crate = crate_of(Record(titles=(Text(value="A study"),)), at=dt.date(2021, 5, 1))
        >>> crate["@graph"][1]["datePublished"]
        '2021-05-01'
    """
    listed = tuple(record.files if files is None else files)
    root = filled(described(record))
    root.setdefault("datePublished", at.isoformat())
    root.setdefault("description", root.get("name", ""))
    access = record.access
    root["license"] = _licence(access.licence or access.licence_uri, access.licence_uri)
    root["hasPart"] = [_part(each) for each in listed]
    sets = dict.fromkeys(each.data_set for each in listed if each.data_set)
    root["mentions"] = [_collection(name, listed) for name in sets]
    graph = _Graph()
    graph.add(
        {
            "@id": FILE_NAME,
            "@type": "CreativeWork",
            "conformsTo": {"@id": PROFILE},
            "about": {"@id": _ROOT},
        }
    )
    graph.add({"@id": _ROOT, "@type": "Dataset", **filled(root)})
    return {"@context": f"{PROFILE}/context", "@graph": graph.things()}


def _part(file: StudyFile) -> Json:
    part = file_of(file, {"@id": _quoted(file.name), "@type": "File"})
    if file.licence:
        part["license"] = _licence(file.licence, "")
    return part


def _licence(name: str, uri: str) -> Json | str:
    """Return a licence as a thing of its own; a crate must say where there is none."""
    if not name:
        return NO_LICENCE
    address = uri or (name if "://" in name else f"#licence-{_quoted(name)}")
    return {"@id": address, "@type": "CreativeWork", "name": name}


def _collection(name: str, files: Iterable[StudyFile]) -> Json:
    return {
        "@type": "Collection",
        "@id": f"#data-set-{_quoted(name)}",
        "name": name,
        "hasPart": [{"@id": _quoted(each.name)} for each in files if each.data_set == name],
    }


def _quoted(path: str) -> str:
    """Return a path as a relative address, with all that has a meaning in addresses written out."""
    return _UNSAFE.sub(lambda found: "".join(f"%{each:02X}" for each in found[0].encode()), path)


class _Graph:
    """Things side by side, each once, naming each other by `@id`."""

    def __init__(self) -> None:
        self._things: dict[str, Json] = {}
        self._numbers: dict[str, int] = {}

    def add(self, thing: Json) -> Json:
        """Add a thing and all within it; return the reference to it."""
        name = thing.get("@id") or self._name(str(thing["@type"]))
        # The place is taken before what is within, so that the root stands before its parts.
        kept = self._things.setdefault(name, {"@id": name})
        for key, value in thing.items():
            if key != "@id":
                kept.setdefault(key, self._flat(value))
        return {"@id": name}

    def things(self) -> list[Json]:
        """Return all things in the order in which they came."""
        return list(self._things.values())

    def _flat(self, value: Any) -> Any:  # noqa: ANN401  (whatever JSON holds)
        if isinstance(value, list):
            return [self._flat(each) for each in value]
        return self.add(value) if isinstance(value, dict) and "@type" in value else value

    def _name(self, kind: str) -> str:
        number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return f"#{kind.lower()}-{number}"
