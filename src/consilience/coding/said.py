"""What somebody says of a code, the rest left as it is."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Final

from consilience.base.errors import Fault
from consilience.coding.model import Code

_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a code; None leaves it as it is.

    Args:
        definition: what it means.
        inclusion: when to use it.
        exclusion: when not to.
        examples: passages or sentences that show it, instead of those that are there.
        colour: `#RRGGBB`; empty lets the page choose.
        codable: whether passages may carry it.
    """

    definition: str | None = None
    inclusion: str | None = None
    exclusion: str | None = None
    examples: tuple[str, ...] | None = None
    colour: str | None = None
    codable: bool | None = None

    def of(self, code: Code) -> Code:
        """Return a code of which this is said.

        Raises:
            Fault: COD-041 for a colour that is none.

        Example:
            >>> Said(definition="It went.").of(Code(id="lost", name="Lost")).definition
            'It went.'
        """
        if self.colour and not _COLOUR.fullmatch(self.colour):
            raise Fault("COD-041", value=self.colour)
        given = {name: value for name, value in asdict(self).items() if value is not None}
        if self.examples is not None:
            given["examples"] = tuple(each.strip() for each in self.examples if each.strip())
        return replace(code, **given | ({"colour": None} if self.colour == "" else {}))


NOTHING: Final = Said()
