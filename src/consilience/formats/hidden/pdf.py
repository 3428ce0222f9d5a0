"""PDF: properties, reviewers' marks, attachments, scripts, layers and earlier versions."""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import Any, Final

from consilience.base.errors import Fault, Where
from consilience.formats.documents.pdf import without_complaints
from consilience.formats.hidden.images import clean_jpeg
from consilience.formats.hidden.model import Tally

_LINKS: Final = ("/Link", "/Widget", "/PrinterMark", "/TrapNet", "/Watermark")
_ATTACHED: Final = ("/FileAttachment", "/Sound", "/Movie", "/RichMedia", "/Screen", "/3D")
_END: Final = re.compile(rb"startxref\s+\d+\s+%%EOF")
# Of the properties these name nobody.
_PLAIN: Final = ("/Producer", "/Creator", "/CreationDate", "/ModDate", "/Trapped")
_SCRIPTS: Final = ("/JavaScript", "/JS", "/Launch", "/SubmitForm", "/ImportData")


def clean_pdf(name: str, data: bytes, tally: Tally) -> bytes:
    """Find what a PDF document hides and take out what can be.

    Highlights, notes and drawings of reviewers go; links and fields of forms stay.

    Args:
        name: of the file.
        data: the file.
        tally: where findings are noted.

    Raises:
        Fault: FMT-202 if it is damaged or locked with a password.
    """
    import pypdf  # noqa: PLC0415  (slow to load)

    with without_complaints():
        try:
            reader = pypdf.PdfReader(io.BytesIO(data))
            if reader.is_encrypted and not reader.decrypt(""):
                raise _broken(name, "it is locked with a password")
            _judge_file(reader, data, tally)
            writer = pypdf.PdfWriter(clone_from=reader)
            cleaner = _Cleaner(writer)
            cleaner.run()
            for kind, count in cleaner.counts.items():
                tally.add(kind, count=count)
            # Copied once more, without the objects to which nothing refers any longer.
            again = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(_written(writer))))
            return _written(again)
        except Fault:
            raise
        except Exception as error:  # a damaged file surfaces as nearly anything
            raise _broken(name, str(error) or type(error).__name__) from error


def _written(writer: Any) -> bytes:  # noqa: ANN401  (pypdf's writer)
    writer.metadata = None
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _broken(name: str, reason: str) -> Fault:
    return Fault("FMT-202", where=Where(file=name), name=name, reason=reason)


def _judge_file(reader: Any, data: bytes, tally: Tally) -> None:  # noqa: ANN401  (pypdf's reader)
    told = [
        key
        for key, value in (reader.metadata or {}).items()
        if str(value).strip() and key not in _PLAIN
    ]
    tally.add("property", "Info", count=len(told))
    ends = len(_END.findall(data))
    # A file made for the web has its table of contents twice.
    versions = ends - 1 - (b"/Linearized" in data[:2048])
    tally.add("earlier version", count=max(0, versions))


class _Cleaner:
    """Takes out of a document what its pages do not show."""

    def __init__(self, writer: Any) -> None:  # noqa: ANN401  (pypdf's writer)
        self.counts: Counter[str] = Counter()
        self._writer = writer

    def run(self) -> None:
        """Clean the document as a whole, then its pages, then every object."""
        root = self._writer.root_object
        self._clean_root(root)
        for page in self._writer.pages:
            self._clean_annotations(page)
        for each in list(self._writer._objects):  # noqa: SLF001  (pypdf has no other way to all)
            if hasattr(each, "keys"):
                self._clean_object(each)

    def _clean_root(self, root: Any) -> None:  # noqa: ANN401  (pypdf's dictionary)
        names = root.get("/Names")
        names = names.get_object() if names is not None else {}
        for key, kind in (("/EmbeddedFiles", "attachment"), ("/JavaScript", "script")):
            if key in names:
                del names[key]
                self.counts[kind] += 1
        for key in ("/OpenAction", "/AA"):
            if key in root and not (key == "/OpenAction" and self._is_view(root[key])):
                del root[key]
                self.counts["script"] += 1
        root.pop("/Collection", None)
        self._judge_layers(root)
        form = root.get("/AcroForm")
        if form is not None:
            self.counts["form field"] += len(form.get_object().get("/Fields", ()))
            form.get_object().pop("/XFA", None)

    @staticmethod
    def _is_view(action: Any) -> bool:  # noqa: ANN401  (pypdf's object)
        """Tell an action on opening that only says which page is shown first."""
        found = action.get_object()
        return not hasattr(found, "keys") or found.get("/S") in ("/GoTo", None)

    def _judge_layers(self, root: Any) -> None:  # noqa: ANN401  (pypdf's dictionary)
        layers = root.get("/OCProperties")
        if layers is None:
            return
        shown = layers.get_object().get("/D", {}).get_object()
        every = len(layers.get_object().get("/OCGs", ()))
        if shown.get("/BaseState") == "/OFF":
            self.counts["hidden layer"] += every - len(shown.get("/ON", ()))
        else:
            self.counts["hidden layer"] += len(shown.get("/OFF", ()))

    def _clean_annotations(self, page: Any) -> None:  # noqa: ANN401  (pypdf's page)
        import pypdf.generic  # noqa: PLC0415  (loaded already by who calls)

        kept = []
        for each in page.get("/Annots") or ():
            found = each.get_object()
            subtype = found.get("/Subtype")
            if subtype in _LINKS:
                kept.append(each)
                self.counts["web link"] += "/URI" in found.get("/A", {}).get_object()
            else:
                self.counts["attachment" if subtype in _ATTACHED else "comment"] += 1
        if "/Annots" in page and len(kept) < len(page["/Annots"]):
            page[pypdf.generic.NameObject("/Annots")] = pypdf.generic.ArrayObject(kept)

    def _clean_object(self, found: Any) -> None:  # noqa: ANN401  (pypdf's dictionary)
        for key, kind in (
            ("/Metadata", "property"),
            ("/PieceInfo", "program data"),
            ("/AF", "attachment"),
            ("/Thumb", "thumbnail"),
            ("/LastModified", ""),
        ):
            if key in found and found.get("/Type") != "/Font":
                del found[key]
                if kind:
                    self.counts[kind] += 1
        for key in ("/A", "/AA"):
            action = found.get(key)
            action = action.get_object() if action is not None else None
            if hasattr(action, "keys") and self._runs(action):
                del found[key]
                self.counts["script"] += 1
        if found.get("/Filter") == "/DCTDecode" and hasattr(found, "_data"):
            self._clean_picture(found)

    @staticmethod
    def _runs(action: Any) -> bool:  # noqa: ANN401  (pypdf's dictionary)
        """Tell an action that runs something: a script, a program, a form sent off."""
        every = [action, *(each.get_object() for each in action.values())]
        return any(hasattr(each, "keys") and each.get("/S") in _SCRIPTS for each in every)

    def _clean_picture(self, found: Any) -> None:  # noqa: ANN401  (pypdf's stream)
        inner = Tally("")
        raw = found._data  # noqa: SLF001  (get_data would decode the picture)
        if not raw.startswith(b"\xff\xd8\xff"):
            return
        try:
            found._data = clean_jpeg("", raw, inner)  # noqa: SLF001
        except Fault:
            return  # what is cut short is shown as far as it goes
        for each in inner.found:
            self.counts[each.kind] += each.count
