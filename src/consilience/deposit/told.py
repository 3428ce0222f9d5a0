"""What readers of a package are told of interviews: some one by one, others as a count only.

One that was held and not withdrawn has a line of its own, deposited or not. One that was declined
or not held yet, or withdrawn, is counted: its role, place and month would tell of somebody who gave
nothing, or took it back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from consilience.deposit.model import DataSet, Interview, Withheld


def interviews_told(interviews: Sequence[Interview]) -> tuple[Interview, ...]:
    """Return the interviews that have a line of their own in what readers see.

    Example:
        >>> one = Interview(id="s1", data_set="a", role="head")
        >>> gone = Interview(id="s2", data_set="a", role="head", deposited=False, told=False)
        >>> [each.id for each in interviews_told([one, gone])]
        ['s1']
    """
    return tuple(each for each in interviews if each.told)


def data_sets_told(
    data_sets: Sequence[DataSet], interviews: Sequence[Interview]
) -> tuple[DataSet, ...]:
    """Return data sets in which interviews without a line of their own are counted by reason.

    Args:
        data_sets: with what is withheld, one by one.
        interviews: all of them, also those that readers are not told of.
    """
    counted = {(each.data_set, each.id) for each in interviews if not each.told}
    made = []
    for data_set in data_sets:
        alone = [each for each in data_set.withheld if (data_set.id, each.thing) not in counted]
        together = Counter(
            (each.stopped, each.reason)
            for each in data_set.withheld
            if (data_set.id, each.thing) in counted
        )
        groups = [
            Withheld(thing="", stopped=stopped, reason=reason, count=count)
            for (stopped, reason), count in sorted(together.items())
        ]
        made.append(replace(data_set, withheld=(*alone, *groups)))
    return tuple(made)
