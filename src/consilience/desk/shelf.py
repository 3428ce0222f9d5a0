"""The tables that the stages of a study made, by stage and name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from consilience.base.errors import Fault, unpack
from consilience.base.lineage import code_version
from consilience.base.version import __version__
from consilience.design.model import Study
from consilience.engine.tables import DuckTables, load
from consilience.report.model import Findings
from consilience.store.database import HIDDEN
from consilience.store.results import Result, snapshot_path


class Shelf:
    """Reads snapshots through the engine, each at most once."""

    def __init__(self, folder: Path, results: Mapping[str, Result] | None = None) -> None:
        """Stand before the results of the study in `folder`."""
        self._hidden = folder / HIDDEN
        self._results: dict[str, Result] = dict(results or {})
        self._loaded: dict[str, pa.Table] = {}
        self._engine = DuckTables()

    def __enter__(self) -> Self:
        """Return the shelf; leaving closes the engine."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the engine."""
        self._engine.close()

    @property
    def results(self) -> Mapping[str, Result]:
        """The result of each stage that has one."""
        return self._results

    def put(self, stage: str, result: Result) -> None:
        """Let a result hold for its stage."""
        self._results[stage] = result

    def path(self, stage: str, name: str) -> Path:
        """Return where a table lies.

        Raises:
            Fault: STU-004 if the stage has not made it.
        """
        result = self._results.get(stage)
        if result is None or name not in result.tables:
            there = sorted(result.tables) if result else []
            raise Fault("STU-004", stage=stage, table=name, known=", ".join(there) or "none yet")
        return snapshot_path(self._hidden, result.tables[name])

    def table(self, stage: str, name: str) -> pa.Table:
        """Return a table of a stage."""
        path = self.path(stage, name)
        if path.stem not in self._loaded:
            self._loaded[path.stem] = load(self._engine, path)
        return self._loaded[path.stem]

    def rows(self, stage: str, name: str) -> int:
        """Return how many rows a table has, without reading it."""
        return int(pq.read_metadata(self.path(stage, name)).num_rows)


def gather(study: Study, shelf: Shelf) -> Findings:
    """Return everything that the stages of a study have found so far."""
    results = shelf.results
    return Findings(
        study=study,
        tables={
            stage: {name: shelf.table(stage, name) for name in result.tables}
            for stage, result in results.items()
        },
        lineage={stage: result.lineage for stage, result in results.items()},
        hashes={stage: dict(result.tables) for stage, result in results.items()},
        warnings={
            stage: tuple(unpack(each) for each in result.warnings)
            for stage, result in results.items()
        },
        version=f"{__version__} ({code_version()})",
    )
