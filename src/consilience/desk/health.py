"""Is every data file fit to be deposited?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from consilience.deposit.health import examine, read_examined
from consilience.deposit.health_settings import USUAL, read_settings
from consilience.deposit.model import Health
from consilience.report.health import place, render_health, verdict
from consilience.store.files import write_whole

__all__ = ["Health", "examined", "place", "verdict", "write_page"]


def examined(files: Sequence[Path], *, config: Path | None = None) -> tuple[Health, ...]:
    """Check data files.

    Args:
        files: tables of any kind that is read here.
        config: QAMyData's configuration; the usual checks if None.

    Raises:
        Fault: DEP-080 if the configuration cannot be read; DEP-084 if a file is none of data;
            FMT-001 and on if one cannot be read.
        Faults: DEP-081 to DEP-083 if the configuration asks for what is not known.
    """
    settings = USUAL if config is None else read_settings(config)
    return tuple(examine(read_examined(file), settings) for file in files)


def write_page(healths: Sequence[Health], target: Path) -> None:
    """Write the results as one page of HTML.

    Raises:
        Fault: as `store.files.write_whole`, if it cannot be written.
    """
    write_whole(target, render_health(healths).encode())
