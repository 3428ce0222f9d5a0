"""Seven real interviews and 293 passages that their researchers coded in MAXQDA (PDPilot study).

The passages were published as quotations in a PDF. Here they are found again in the interviews,
coded at their places, and sent through an exchange file.
"""

import datetime as dt
import re
import uuid
from collections import Counter

import pyarrow as pa
import pytest
from rapidfuzz import fuzz

from consilience.coding.exchange import Outgoing, OutgoingText
from consilience.coding.exchange_in import incoming
from consilience.coding.exchange_out import outgoing_project
from consilience.coding.model import CODING, Code
from consilience.formats.documents.pdf import read_pdf
from consilience.formats.qda.read import read_project
from consilience.formats.qda.write import write_project
from consilience.interviews.model import Document, Version
from consilience.text.normal import normal_text, text_hash

# A document's name before the path of a code.
HEAD = re.compile(r"^(P[1-7]) (?=[A-Z])", re.MULTILINE)
NEAR = 90


def words_of(path):
    """Return what the pages of a PDF show, line by line."""
    import pypdf

    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def bare(text):
    """Return a text without white space and with straight quotation marks."""
    return "".join(text.split()).replace("\u2019", "'")


def common(first, second):
    """Return how many letters two texts begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
                min(len(first), len(second)))  # fmt: skip


def segments(folder):
    """Return (document, path of the code, quotation) of each coded passage, without white space."""
    system = [bare(line) for line in words_of(folder / "code-system.pdf").split("\n")]
    text = words_of(folder / "coded-segments.pdf")
    starts = [match.start() for match in HEAD.finditer(text)]
    found = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        document, rest = text[start:end].split(" ", 1)
        *above, last = rest.split(" > ") if " > " in rest[:160] else [rest]
        last = bare(last)
        size = max(common(last, each) for each in system)
        found.append((document, (*map(bare, above), last[:size]), last[size:]))
    # A passage that goes on over the page stands there twice, the first time cut.
    return [
        each
        for each, after in zip(found, [*found[1:], ("", (), "")], strict=True)
        if each[:2] != after[:2] or not after[2].startswith(each[2])
    ]


def place_of(quote, text):
    """Return how a quotation was found in a text, and where."""
    places = [at for at, letter in enumerate(text) if not letter.isspace()]
    flat = bare(text)
    at = flat.find(quote)
    if at >= 0:
        return "exact", (places[at], places[at + len(quote) - 1] + 1)
    near = fuzz.partial_ratio_alignment(quote, flat, score_cutoff=NEAR)
    if near is None:
        return "not found", None
    return "near", (places[near.dest_start], places[near.dest_end - 1] + 1)


@pytest.fixture(scope="module")
def study(shared):
    """Return the interviews, and the passages with how and where they were found."""
    folder = shared / "data" / "transcripts" / "pdpilot_bsd3"
    texts = {
        path.stem: normal_text(read_pdf(path.read_bytes(), file=path.name).text)
        for path in sorted(folder.glob("P[1-7].pdf"))
    }
    found = [
        (document, path, quote, *place_of(quote, texts[document]))
        for document, path, quote in segments(folder)
    ]
    return texts, found


@pytest.mark.shared
def test_all_passages_that_were_published_are_told_apart(study):
    _, found = study
    # The code system counts 293; the 32 of the code Anonymize were not published.
    assert len(found) == 293 - 32
    counts = Counter(path[0] for _, path, *_ in found)
    assert counts["Explainabilitypurposes"] == 21
    assert counts["Explainabilitytechniques"] == 56
    assert counts["PDPilotGeneralUsage"] == 23
    assert Counter(path[-1] for _, path, *_ in found)["SHAP"] == 6


@pytest.mark.shared
def test_nearly_all_are_found_in_the_interviews(study):
    _, found = study
    how = Counter(each[3] for each in found)
    # The other sixteen go over a page: there the interviews repeat the paragraph that was cut.
    assert how == {"exact": 245, "near": 13, "not found": 3}


@pytest.mark.shared
def test_they_go_through_an_exchange_file_unchanged(study, tmp_path):
    texts, found = study
    names = sorted({path for _, path, *_ in found})
    codes = [Code(id=str(uuid.uuid5(uuid.NAMESPACE_OID, "/".join(path))), name=path[-1])
             for path in names]  # fmt: skip
    of_path = dict(zip(names, codes, strict=True))
    rows = [
        {"id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"coding {number}")), "document": document,
         "version": 1, "start": place[0], "end": place[1], "code": of_path[path].id,
         "coder": "team", "at": "", "origin": "person"}
        for number, (document, path, _, _, place) in enumerate(found) if place
    ]  # fmt: skip
    outgoing = Outgoing(
        study="pdpilot", title="PDPilot", origin="here", at="",
        texts=[_outgoing(name, text) for name, text in texts.items()], codes=codes,
        codings=pa.Table.from_pylist(rows, schema=CODING),
    )  # fmt: skip
    project, _ = outgoing_project(outgoing)
    path = tmp_path / "pdpilot.qdpx"
    for profile in ("standard", "nvivo-windows", "maxqda", "atlas-ti"):
        with path.open("wb") as handle:
            at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
            write_project(project, handle, at=at, profile=profile, sidecar=False)
        reading = read_project(path)
        assert reading.warnings == ()
        assert reading.project.selections == project.selections
        back = incoming(reading.project)
        assert back.codings.num_rows == len(rows)
        words = {text.key: text.content.decode() for text in back.texts}
        passages = Counter(
            words[row["document"]][row["start"] : row["end"]] for row in back.codings.to_pylist()
        )
        assert passages == Counter(
            texts[row["document"]][row["start"] : row["end"]] for row in rows
        )


def _outgoing(name, text):
    version = Version(document=name, number=1, kind="raw", parent=None, sha256=text_hash(text),
                      length=len(text), sealed=False, at="", actor="")  # fmt: skip
    return OutgoingText(
        document=Document(id=name, name=name), version=version, content=text.encode()
    )
