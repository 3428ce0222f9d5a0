"""How the part of the report about one stage is put together."""

from __future__ import annotations

from collections.abc import Iterable

from consilience.design.model import StageBase
from consilience.report.model import Block, Section
from consilience.report.wording import titled

# Name in the address, heading, what stands below it.
Part = tuple[str, str, tuple[Block, ...]]


def stage_section(
    stage: StageBase, blocks: tuple[Block, ...], parts: Iterable[Part], *, title: str | None = None
) -> Section:
    """Return the section of a stage.

    Args:
        stage: the stage; its id makes the addresses.
        blocks: what stands first.
        parts: the sections below it; those without a block are left out.
        title: heading, None for the title of the stage.
    """
    return Section(
        id=f"stage-{stage.id}",
        title=titled(stage) if title is None else title,
        blocks=blocks,
        sections=tuple(
            Section(id=f"stage-{stage.id}-{name}", title=heading, blocks=below)
            for name, heading, below in parts
            if below
        ),
    )
