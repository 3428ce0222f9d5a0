"""Does the study hold together: stages feed stages, questions fit scales, dates fit dates?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from consilience.base.errors import Fault
from consilience.design.check_choices import check_choices
from consilience.design.check_dates import check_dates
from consilience.design.check_deposits import check_deposits
from consilience.design.check_findings import check_findings
from consilience.design.check_frames import FrameFacts, frame_findings
from consilience.design.check_items import check_items
from consilience.design.check_order import check_order
from consilience.design.check_references import check_references
from consilience.design.check_stages import check_stages
from consilience.design.check_talks import check_talks
from consilience.design.gather import positions_of
from consilience.design.model import Study
from consilience.design.positions import Finding, Positions, in_order

__all__ = ["FrameFacts", "check_frames", "check_study", "rule_findings"]


def check_study(study: Study, positions: Positions) -> list[Fault]:
    """Return everything in a study that does not hold together.

    Args:
        study: a study, from a file or made in Python.
        positions: where its parts stand; `positions.NOWHERE` for one made in Python.

    Returns:
        Faults and warnings DES-060 to DES-168 and DES-202 to DES-227, in the order of the file;
        none if it is sound.
        Whether files are there is looked up by `read.find_faults`, which knows the folder.
    """
    data = study.model_dump(mode="json", by_alias=True)
    for group, files in (("instruments", study.instruments), ("guides", study.guides)):
        data[group] = {
            file: each.model_dump(mode="json", by_alias=True) for file, each in files.items()
        }
    findings = [*check_references(data), *check_order(data), *rule_findings(study)]
    return in_order(finding.fault(positions) for finding in findings)


def rule_findings(study: Study) -> list[Finding]:
    """Return what does not hold together apart from references, which plain data tell."""
    return [
        *check_dates(study),
        *check_items(study),
        *check_stages(study),
        *check_choices(study),
        *check_talks(study),
        *check_findings(study),
        *check_deposits(study),
    ]


def check_frames(
    study: Study, at: Positions | Path, frames: Mapping[str, FrameFacts]
) -> list[Fault]:
    """Return what in a study does not fit its frames.

    Args:
        study: a checked study.
        at: where its parts stand, or the folder of which the study file tells.
        frames: id of a frame stage to what is known of the frame.

    Returns:
        Faults and warnings DES-190 to DES-199, in the order of the file.
    """
    positions = positions_of(at) if isinstance(at, Path) else at
    return in_order(finding.fault(positions) for finding in frame_findings(study, frames))
