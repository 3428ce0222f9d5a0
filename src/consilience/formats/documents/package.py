"""The parts of a zipped document, opened so that no file can fill the memory or reach out."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Final

from lxml import etree

from consilience.base.errors import Fault, Where
from consilience.formats.opening import DAMAGED

# A transcript of two hours is about 1 MB of XML; what is beyond is an attack or no transcript.
LARGEST_PART: Final = 32_000_000
MOST_PARTS: Final = 10_000
# Each becomes an object of 140 bytes or more; beyond this the memory fills with empty paragraphs.
MOST_TAGS: Final = 1_500_000


class Package:
    """The parts of a document in a zip archive, each read with a limit."""

    def __init__(self, data: bytes, *, file: str) -> None:
        """Open the archive.

        Args:
            data: the file.
            file: its name for messages.

        Raises:
            Fault: FMT-202 if it is no archive, FMT-201 if it has too many parts.
        """
        self._file = file
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except DAMAGED as error:
            raise self._broken(str(error)) from error
        if len(self._zip.infolist()) > MOST_PARTS:
            raise Fault(
                "FMT-201", where=Where(file=file), name=Path(file).name, part="the list of parts"
            )

    def names(self) -> list[str]:
        """Return the names of the parts in order."""
        return sorted(self._zip.namelist())

    def part(self, name: str) -> etree._Element | None:
        """Return the root of a part, None if there is no such part.

        Raises:
            Fault: FMT-201 if it unpacks to more than 32 MB or to 1.5 million tags, FMT-202 if it is
                damaged, FMT-203 if it declares a document type, which could name other files.
        """
        if name not in self._zip.namelist():
            return None
        content = self.unpacked(name)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self._broken(f"{name}: {error}") from error
        if getattr(root.getroottree().docinfo, "doctype", ""):
            raise Fault("FMT-203", where=Where(file=self._file), part=name)
        return root

    def unpacked(self, name: str) -> bytes:
        """Return what stands in a part.

        Raises:
            Fault: FMT-201 if it unpacks to more than 32 MB or to 1.5 million tags, FMT-202 if it is
                damaged.
        """
        try:
            # What the archive states of its size may be false: so much is read, and no more.
            with self._zip.open(name) as stream:
                content = stream.read(LARGEST_PART + 1)
        except DAMAGED as error:
            raise self._broken(f"{name}: {error}") from error
        if len(content) > LARGEST_PART or content.count(b"<") > MOST_TAGS:
            place = Where(file=self._file)
            raise Fault("FMT-201", where=place, name=Path(self._file).name, part=name)
        return content

    def _broken(self, reason: str) -> Fault:
        return Fault(
            "FMT-202", where=Where(file=self._file), name=Path(self._file).name, reason=reason
        )
