"""Do our statistics agree with those of other programs?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from consilience.validation.model import Outcome
from consilience.validation.read import SHIPPED, read_cases
from consilience.validation.run import validate

__all__ = ["Outcome", "validated"]

Progress = Callable[[str, str, int, int], None]


def validated(
    folder: Path | None = None, *, progress: Progress = lambda *_: None
) -> tuple[Outcome, ...]:
    """Run every case of a folder, or those that come with the package.

    Args:
        folder: cases of another program's figures; those shipped if None.
        progress: told case, verdict, number and total.

    Returns:
        The outcome of each case, in the order of the folder.

    Raises:
        Fault: VAL-001 if there are no cases, VAL-002 if they cannot be read.
    """
    cases = read_cases(folder or SHIPPED)
    outcomes = []
    for number, outcome in enumerate(validate(cases), start=1):
        outcomes.append(outcome)
        progress(outcome.case, outcome.verdict, number, len(cases))
    return tuple(outcomes)
