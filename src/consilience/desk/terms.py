"""The terms of use of a catalogue: words in a file, and a version that changes with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault
from consilience.base.ids import short_id

FILE: Final = "terms.txt"
# Where a catalogue has no words of its own: what archives ask of users at least.
_PLAIN: Final = """\
Use the data only for research, teaching and learning, and not for profit.

Do not try to find out who a person, a school or an organisation in the data is. If you happen to \
recognise one, tell nobody but the people who run this catalogue.

Keep the data safe, give them to nobody, and delete them when your work is done.

Name the study in everything you publish, in the words that its page gives under "How to cite".

Some files have a licence of their own, which their page names; it holds beside these terms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of use of a catalogue.

    Attributes:
        name: of the version, as the settings have it.
        text: what they say, paragraphs parted by empty lines.
    """

    name: str
    text: str

    @property
    def version(self) -> str:
        """Return what tells these terms from any others: their name, or their words, changed.

        Example:
            >>> Terms(name="1", text="Be kind.").version
            '1 5499befb38db'
        """
        return f"{self.name} {short_id(self.text.strip())}"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Return the paragraphs of the text."""
        return tuple(part.strip() for part in self.text.split("\n\n") if part.strip())


def terms_of(folder: Path, *, name: str) -> Terms:
    """Return the terms of use that hold now in a catalogue.

    Args:
        folder: of the catalogue; `terms.txt` there, or plain terms of ours if there is none.
        name: of the version, as the settings have it.

    Raises:
        Fault: CAT-040 if the file cannot be read: without its terms a catalogue gives out nothing
            that needs them.
    """
    path = folder / FILE
    if not path.exists():
        return Terms(name=name, text=_PLAIN)
    try:
        return Terms(name=name, text=path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Fault("CAT-040", path=str(path), reason=str(error)) from error
