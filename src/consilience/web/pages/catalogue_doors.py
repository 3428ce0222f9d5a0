"""The doors of a catalogue: what harvesters and readers may use."""

from __future__ import annotations

from typing import Final

from consilience.web.doors import Door
from consilience.web.pages import oai

CATALOGUE_DOORS: Final[tuple[Door, ...]] = (*oai.DOORS,)
