"""What people change by hand, as tables: read once a run, so that all stages see the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pyarrow as pa
from sqlalchemy import Connection, Engine

from consilience.base.lineage import hash_bytes
from consilience.desk.answer_notes import answer_notes
from consilience.desk.live_coding import codebook_table, coded_text_table, released_codings
from consilience.desk.live_texts import document_state_table, document_table
from consilience.store.database import snapshot

# Each kind of live record and who gives it: rows in a fixed order, no clock of this machine.
LIVE: Final[Mapping[str, Callable[[Connection], pa.Table]]] = {
    "document": document_table,
    "document_state": document_state_table,
    "codebook": codebook_table,
    "released_coding": released_codings,
    "coded_text": coded_text_table,
    "answer_note": answer_notes,
}


class LiveRecords:
    """Reads live records, each kind at most once until told that they changed."""

    def __init__(self, engine: Engine) -> None:
        """Stand before the database of a study."""
        self._engine = engine
        self._read: dict[str, pa.Table] = {}

    def forget(self) -> None:
        """Read anew when next asked: something was brought in."""
        self._read.clear()

    def table(self, name: str) -> pa.Table:
        """Return the records of a kind."""
        if name not in self._read:
            with snapshot(self._engine) as connection:
                self._read[name] = LIVE[name](connection)
        return self._read[name]

    def sha256(self, name: str) -> str:
        """Return the hash of the records of a kind."""
        sink = pa.BufferOutputStream()
        table = self.table(name).combine_chunks()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        return hash_bytes(sink.getvalue().to_pybytes())
