"""consilience: from sampling frame to archived data set, one study in one place.

`open_study(path)` opens a study folder; every statistic is a plain function on arrays in
`consilience.stats`. Whatever goes wrong is a `Fault`, or several `Faults`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

from consilience.base.version import __version__

if TYPE_CHECKING:
    from consilience.base.errors import Fault, Faults
    from consilience.desk.studies import OpenStudy, open_study

# Loaded when first asked for, so that `import consilience` costs nothing.
_LAZY: Final = {
    "Fault": "consilience.base.errors",
    "Faults": "consilience.base.errors",
    "OpenStudy": "consilience.desk.studies",
    "open_study": "consilience.desk.studies",
}

__all__ = ["Fault", "Faults", "OpenStudy", "__version__", "open_study"]


def __getattr__(name: str) -> object:
    """Return a public name, loading the room it lives in."""
    if name in _LAZY:
        return getattr(importlib.import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'consilience' has no attribute {name!r}")
