"""The pages, a file an activity; each names its doors and who may use them."""

from __future__ import annotations

from typing import Final

from consilience.web.doors import Door
from consilience.web.pages import (
    account,
    agreement,
    bringing,
    codebook,
    coders,
    compare,
    deposit,
    differences,
    files,
    find,
    home,
    interviews,
    live,
    marks,
    memos,
    pseudonyms,
    sign_in,
    tables,
    texts,
    transcripts,
    vault,
    withdrawing,
)

DOORS: Final[tuple[Door, ...]] = (
    *files.DOORS,
    *sign_in.DOORS,
    *account.DOORS,
    *home.DOORS,
    *texts.DOORS,
    *marks.DOORS,
    *live.DOORS,
    *compare.DOORS,
    *coders.DOORS,
    *codebook.DOORS,
    *memos.DOORS,
    *differences.DOORS,
    *agreement.DOORS,
    *interviews.DOORS,
    *transcripts.DOORS,
    *bringing.DOORS,
    *withdrawing.DOORS,
    *vault.DOORS,
    *pseudonyms.DOORS,
    *find.DOORS,
    *deposit.DOORS,
    *tables.DOORS,
)
