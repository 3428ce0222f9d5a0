"""Can the deposit be made as the study file has it: data sets, sources, keys, recodings?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from consilience.design.model import Dataset, Study
from consilience.design.model.deposit import DepositedSet, DepositStage, DepositTable, Recoding
from consilience.design.positions import Finding, Route
from consilience.design.wording import guess, listed


def check_deposits(study: Study) -> list[Finding]:
    """Return deposits at odds with data sets, stages or their own columns: DES-220 to DES-229."""
    found: list[Finding] = []
    for number, stage in enumerate(study.stages):
        if isinstance(stage, DepositStage):
            route: Route = ("stages", number)
            if study.catalogue is None:
                values = {"stage": stage.id}
                found.append(Finding(code="DES-224", route=(*route, "id"), values=values))
            found += _sets(study, stage, route)
            found += _statements(stage, route)
    return found


def _statements(stage: DepositStage, route: Route) -> Iterator[Finding]:
    """Yield what is publicly known of a unit and is a key of no table: it would be passed over."""
    keys = {key for rules in stage.sets for table in rules.tables for key in table.keys}
    for number, each in enumerate(stage.named):
        for at, key in enumerate(each.keys):
            if key not in keys:
                values = {"value": key, "id": each.id, "guess": guess(key, keys)}
                yield Finding(code="DES-229", route=(*route, "named", number, "keys", at),
                              values=values)  # fmt: skip


def _sets(study: Study, stage: DepositStage, route: Route) -> Iterator[Finding]:
    plans = {each.id: each for each in study.datasets}
    seen: set[str] = set()
    tables: set[str] = set()
    for number, rules in enumerate(stage.sets):
        place: Route = (*route, "sets", number)
        values = {"stage": stage.id, "value": rules.data_set}
        if rules.data_set in seen:
            yield Finding(code="DES-221", route=(*place, "data_set"), values=values)
        elif rules.data_set not in plans:
            more = values | {"guess": guess(rules.data_set, plans), "known": listed(plans)}
            yield Finding(code="DES-220", route=(*place, "data_set"), values=more)
        else:
            yield from _kind(plans[rules.data_set], rules, place)
        seen.add(rules.data_set)
        yield from _sources(study, stage, rules, place)
        yield from _recodings(rules.recode, rules.data_set, place)
        for at, table in enumerate(rules.tables):
            own: Route = (*place, "tables", at)
            if table.id in tables:
                yield Finding(code="DES-226", route=(*own, "id"), values={"value": table.id})
            tables.add(table.id)
            yield from _columns(table, own)


def _kind(plan: Dataset, rules: DepositedSet, place: Route) -> Iterator[Finding]:
    texts = rules.texts is not None and not rules.tables
    numbers = rules.texts is None and bool(rules.tables)
    if not (texts if plan.type == "text" else numbers):
        values = {"value": plan.id, "kind": plan.type}
        yield Finding(code="DES-223", route=(*place, "data_set"), values=values)


def _sources(
    study: Study, stage: DepositStage, rules: DepositedSet, place: Route
) -> Iterator[Finding]:
    """Yield sources that the stage does not read, or that are of another kind."""
    kinds = {each.id: each.kind for each in study.stages}
    asked = [((*place, "texts"), rules.texts, "interview")]
    for at, table in enumerate(rules.tables):
        asked.append(((*place, "tables", at, "of"), table.of, "link"))
        asked.append(((*place, "tables", at, "survey"), table.survey, "survey"))
    for route, name, kind in asked:
        if name is None:
            continue
        known = [each for each in stage.of if kinds.get(each) == kind]
        if name not in known:
            values = {
                "stage": stage.id, "value": name, "kind": kind, "guess": guess(name, known),
                "known": listed(known) if known else "none",
            }  # fmt: skip
            yield Finding(code="DES-222", route=route, values=values)


def _recodings(recodings: Sequence[Recoding], owner: str, place: Route) -> Iterator[Finding]:
    """Yield recodings of a table, or of all tables of a data set, that name not just one way."""
    for number, each in enumerate(recodings):
        ways = [
            bool(each.groups),
            bool(each.bands),
            each.top is not None or each.bottom is not None,
        ]
        if sum(ways) != 1:
            values = {"table": owner, "value": each.column}
            yield Finding(code="DES-225", route=(*place, "recode", number), values=values)
        olds = Counter(str(old) for group in each.groups.values() for old in group)
        for old in (old for old, times in olds.items() if times > 1):
            values = {"table": owner, "column": each.column, "value": old}
            yield Finding(code="DES-228", route=(*place, "recode", number), values=values)


def _columns(table: DepositTable, place: Route) -> Iterator[Finding]:
    yield from _recodings(table.recode, table.id, place)
    for key in ("keys", "sensitive", "first"):
        for number, name in enumerate(getattr(table, key)):
            lost = name not in table.keys if key == "first" else name in table.withhold
            if lost:
                values = {"table": table.id, "key": key, "value": name}
                yield Finding(code="DES-227", route=(*place, key, number), values=values)
