"""The official schemas, from a folder that the user names: none of them is ours to ship."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from consilience.base.errors import Fault

Kind = Literal[
    "ddi-2.5", "ddi-2.6", "nesstar-1.2.2", "datacite-4.5", "datacite-4.6", "datacite-4.7", "oai-pmh"
]

# Where each lies in the folder.
FILES: Final[Mapping[str, str]] = {
    "ddi-2.5": "ddi-2.5.1/ddi_codebook_2_5.xsd",
    "ddi-2.6": "ddi-2.6/codebook.xsd",
    "nesstar-1.2.2": "nesstar-1.2.2/Version1-2-2.xsd",
    "datacite-4.5": "datacite-4.5/metadata.xsd",
    "datacite-4.6": "datacite-4.6/metadata.xsd",
    "datacite-4.7": "datacite-4.7/metadata.xsd",
    "oai-pmh": "oai-pmh/OAI-PMH.xsd",
}


class Schemas:
    """Validators of the official schemas; each is loaded when it is first asked for."""

    def __init__(self, folder: Path | None) -> None:
        """Take the folder; None means that no schema is there."""
        self.folder = folder

    def check(self, data: bytes, kind: Kind, *, name: str) -> tuple[Fault, ...]:
        """Return what the schema finds wrong: FMT-327 each with line and element.

        Without a folder the answer is one warning, FMT-328: the schema was not applied.

        Raises:
            Fault: FMT-326 if the folder lacks the schema, FMT-300 to FMT-302 as in `read_ddi`.
        """
        raise NotImplementedError
