"""Variables in DDI: labels, questions, categories, missing codes and figures, in and out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from lxml import etree

from consilience.formats.metadata.ddi_files import digits, said, whole
from consilience.formats.metadata.ddi_values import NONE, Reading, Writing, own_language
from consilience.formats.metadata.model import Category, Variable
from consilience.formats.metadata.xml_safe import local, tidy, words

INTERVALS: Final = ("discrete", "contin")
MEASURES: Final = ("nominal", "ordinal", "interval", "ratio")
KINDS: Final = ("numeric", "character")
FIGURES: Final = ("mean", "medn", "mode", "min", "max", "stdev")
_COUNTS: Final[Mapping[str, str]] = {"vald": "valid", "invd": "invalid"}
_ATTRIBUTES: Final = frozenset({"ID", "name", "files", "dcml", "intrvl", "nature", "wgt"})


class VariableReader:
    """Reads variables, their words in one language where there are several."""

    def __init__(self, language: str, into: Reading) -> None:
        """Take the language that is wanted and what takes note of the rest."""
        self.language, self.into = language, into

    def read(self, element: etree._Element, inherited: str) -> Variable:
        """Return a variable; its id may be empty, its files are as the source names them."""
        parts: dict[str, list[etree._Element]] = {}
        for child in element:
            parts.setdefault(local(child), []).append(child)
        self.into.lose_attributes(element, but=_ATTRIBUTES)
        own = own_language(element, inherited)
        fields: dict[str, Any] = {
            "id": element.get("ID") or "",
            "name": tidy(element.get("name")),
            "interval": _known(element.get("intrvl"), INTERVALS),
            "measure": _known(element.get("nature"), MEASURES),
            "decimals": whole(tidy(element.get("dcml"))),
            "weight": element.get("wgt") == "wgt",
            "label": self._words(parts.pop("labl", ()), own),
            "universe": self._words(parts.pop("universe", ()), own),
            "concept": self._words(parts.pop("concept", ()), own),
            "notes": self._notes(parts.pop("txt", []) + parts.pop("notes", [])),
            **self._place(element, parts.pop("location", ())),
            **self._question(parts.pop("qstn", ()), own),
            **self._range(parts.pop("valrng", ())),
            **self._figures(parts.pop("sumStat", ())),
            **self._format(parts.pop("varFormat", ())),
        }
        categories = [self._category(each, own) for each in parts.pop("catgry", ())]
        fields["categories"] = self._missing(categories, parts.pop("invalrng", ()))
        for rest in parts.values():
            for each in rest:
                self.into.lose(each)
        return Variable(**fields)

    def _words(
        self, elements: Iterable[etree._Element], inherited: str, *, lines: bool = False
    ) -> str:
        """Return the words in the wanted language, else the first ones."""
        found = [
            (own_language(each, inherited), value, each)
            for each in elements
            if (value := words(each, lines=lines))
        ]
        if not found:
            return ""
        chosen = next((each for each in found if each[0] == self.language), found[0])
        for each in found:
            if each is not chosen and each[1] != chosen[1]:
                self.into.lose(each[2])
        self.into.lose_attributes(chosen[2], but=NONE)
        return chosen[1]

    def _notes(self, elements: Iterable[etree._Element]) -> tuple[str, ...]:
        notes = []
        for each in elements:
            self.into.lose_attributes(each, but=NONE)
            notes.append(words(each, lines=True))
        return tuple(each for each in notes if each)

    def _place(
        self, element: etree._Element, locations: Iterable[etree._Element]
    ) -> dict[str, object]:
        files, width = (element.get("files") or "").split(), None
        for each in locations:
            self.into.lose_attributes(each, but=frozenset({"width", "fileid"}))
            width = whole(tidy(each.get("width"))) if width is None else width
            named = tidy(each.get("fileid"))
            files += [named] if named and named not in files else []
        return {"files": tuple(files), "width": width}

    def _question(self, elements: Sequence[etree._Element], inherited: str) -> dict[str, str]:
        parts: dict[str, list[etree._Element]] = {"preQTxt": [], "qstnLit": [], "ivuInstr": []}
        bare: list[etree._Element] = []
        for question in elements:
            found = False
            for child in question:
                if local(child) in parts:
                    parts[local(child)].append(child)
                    found = True
                else:
                    self.into.lose(child)
            if not found:
                bare.append(question)
            self.into.lose_attributes(question, but=frozenset({"ID"}))
        return {
            "before": self._words(parts["preQTxt"], inherited, lines=True),
            "question": self._words(parts["qstnLit"] + bare, inherited, lines=True),
            "instruction": self._words(parts["ivuInstr"], inherited, lines=True),
        }

    def _range(self, elements: Iterable[etree._Element]) -> dict[str, str]:
        bounds: dict[str, str] = {}
        for each in [part for element in elements for part in element]:
            low, high = tidy(each.get("min")), tidy(each.get("max"))
            if local(each) == "range" and not bounds and (low or high):
                bounds = {"low": low, "high": high}
                self.into.lose_attributes(each, but=frozenset({"min", "max", "UNITS"}))
            else:
                self.into.lose(each)
        return bounds

    def _figures(self, elements: Iterable[etree._Element]) -> dict[str, object]:
        fields: dict[str, Any] = {}
        statistics: list[tuple[str, str]] = []
        for each in elements:
            kind, value = each.get("type") or "", words(each, without=frozenset({"ExtLink"}))
            name = _COUNTS.get(kind)
            count = whole(value)
            if each.get("wgtd") == "wgtd" or not value or (name and name in fields):
                self.into.lose(each)
            elif name and count is not None:
                fields[name] = count
            else:
                statistics.append((_figure_name(each, kind), value))
        return {**fields, "statistics": tuple(statistics)}

    def _format(self, elements: Iterable[etree._Element]) -> dict[str, str]:
        kind = ""
        for each in elements:
            kind = kind or _known(each.get("type"), KINDS)
            self.into.lose_attributes(each, but=frozenset({"type", "schema"}))
        return {"kind": kind} if kind else {}

    def _category(self, element: etree._Element, inherited: str) -> Category:
        self.into.lose_attributes(element, but=frozenset({"ID", "missing"}))
        labels: list[etree._Element] = []
        value, frequency = "", None
        for child in element:
            tag = local(child)
            if tag == "labl":
                labels.append(child)
            elif tag == "catValu" and not value:
                value = words(child)
            elif tag == "catStat" and frequency is None and _is_plain_count(child):
                frequency = whole(words(child))
            else:
                self.into.lose(child)
        return Category(
            value=value,
            label=self._words(labels, inherited),
            missing=element.get("missing") == "Y",
            frequency=frequency,
        )

    def _missing(
        self, categories: list[Category], elements: Iterable[etree._Element]
    ) -> tuple[Category, ...]:
        """Mark what the range of invalid values names; what is no category yet becomes one."""
        for each in [part for element in elements for part in element]:
            value = tidy(each.get("VALUE"))
            if local(each) != "item" or not value:
                self.into.lose(each)
                continue
            at = next((i for i, known in enumerate(categories) if known.value == value), None)
            if at is None:
                categories.append(Category(value=value, missing=True))
            else:
                categories[at] = replace(categories[at], missing=True)
        return tuple(categories)


def _known(value: str | None, known: Sequence[str]) -> str:
    return value if value and value in known else ""


def _is_plain_count(element: etree._Element) -> bool:
    plain = element.get("type", "freq") == "freq" and element.get("wgtd") != "wgtd"
    return plain and whole(words(element)) is not None


def _figure_name(element: etree._Element, kind: str) -> str:
    if kind != "other":
        return kind
    named = [tidy(link.get("title")) for link in element if local(link) == "ExtLink"]
    return named[0] if named else element.get("otherType") or kind


# --- writing ------------------------------------------------------------------------------------


def write_variable(out: Writing, variable: Variable, *, name: str, files: Sequence[str]) -> None:
    """Write a variable under the id `name`, held by the files of these ids."""
    element = out.put(
        "dataDscr/var",
        ID=name,
        name=variable.name,
        files=" ".join(files),
        dcml=digits(variable.decimals),
        intrvl=_known(variable.interval, INTERVALS),
        nature=_known(variable.measure, MEASURES),
        wgt="wgt" if variable.weight else "",
    )
    # The name is required, an empty one too.
    element.set("name", element.get("name") or "")
    if variable.width is not None:
        out.add(element, "location", width=str(variable.width))
    said(out, element, "labl", variable.label)
    _write_question(out, element, variable)
    if variable.low or variable.high:
        valid = out.add(element, "valrng")
        out.add(valid, "range", min=variable.low, max=variable.high)
    missing = [each.value for each in variable.categories if each.missing and each.value]
    if missing:
        invalid = out.add(element, "invalrng")
        for value in missing:
            out.add(invalid, "item", VALUE=value)
    said(out, element, "universe", variable.universe)
    _write_figures(out, element, variable)
    for category in variable.categories:
        _write_category(out, element, category)
    said(out, element, "concept", variable.concept)
    if variable.kind in KINDS:
        out.add(element, "varFormat", type=variable.kind)
    for note in variable.notes:
        out.add(element, "notes", note)


def _write_question(out: Writing, parent: etree._Element, variable: Variable) -> None:
    if variable.before or variable.question or variable.instruction:
        question = out.add(parent, "qstn")
        said(out, question, "preQTxt", variable.before)
        said(out, question, "qstnLit", variable.question)
        said(out, question, "ivuInstr", variable.instruction)


def _write_figures(out: Writing, parent: etree._Element, variable: Variable) -> None:
    for kind, name in _COUNTS.items():
        if (count := getattr(variable, name)) is not None:
            out.add(parent, "sumStat", str(count), type=kind)
    for name, value in variable.statistics:
        if name in FIGURES:
            out.add(parent, "sumStat", value, type=name)
        else:
            out.link(out.add(parent, "sumStat", value, type="other"), role="name", title=name)


def _write_category(out: Writing, parent: etree._Element, category: Category) -> None:
    element = out.add(parent, "catgry", missing="Y" if category.missing else "")
    said(out, element, "catValu", category.value)
    said(out, element, "labl", category.label)
    if category.frequency is not None:
        out.add(element, "catStat", str(category.frequency), type="freq")
