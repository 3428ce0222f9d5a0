"""The pages, a file an activity; each names its doors and who may use them."""

from __future__ import annotations

from typing import Final

from consilience.web.doors import Door
from consilience.web.pages import account, files, sign_in

DOORS: Final[tuple[Door, ...]] = (
    *files.DOORS,
    *sign_in.DOORS,
    *account.DOORS,
)
