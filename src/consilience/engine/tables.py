"""The one place that knows which engine computes tables.

Analyses are written against narwhals lazy frames; here they run on DuckDB over immutable
Parquet snapshots. A Spark cluster takes its place by another class with the same three verbs.
Row order is never promised by an engine, so every query that cares sorts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw


class Tables(Protocol):
    """What the house asks of an engine for tables."""

    def scan(self, path: Path) -> nw.LazyFrame[Any]:
        """Return a snapshot as a lazy frame."""
        ...

    def collect(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        """Return what a lazy frame describes."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class DuckTables:
    """DuckDB in this process, without extensions, downloads or telemetry.

    Example:
        >>> tables = DuckTables()
        >>> tables.close()
    """

    def __init__(self, *, threads: int = 2, memory: str = "2GB") -> None:
        """Open an engine that keeps nothing.

        Args:
            threads: how many threads it may use, 1 or more.
            memory: how much memory it may take before it spills to disk.
        """
        import duckdb  # noqa: PLC0415  (10 MB that only who opens tables pays)

        self._connection = duckdb.connect(
            config={
                "threads": threads,
                "memory_limit": memory,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
        )

    def scan(self, path: Path) -> nw.LazyFrame[Any]:
        """Return a snapshot as a lazy frame."""
        import narwhals.stable.v2 as nw  # noqa: PLC0415  (likewise)

        return nw.from_native(self._connection.read_parquet(str(path)))

    def collect(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        """Return what a lazy frame describes."""
        return frame.collect(backend="pyarrow").to_native()

    def close(self) -> None:
        """Let go of everything."""
        self._connection.close()


def load(tables: Tables, path: Path) -> pa.Table:
    """Return a whole snapshot, types and metadata as they were written."""
    schema = pq.read_schema(path)
    return tables.collect(tables.scan(path)).select(schema.names).cast(schema)
