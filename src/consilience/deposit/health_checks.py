"""The checks of data health, one by one, over the columns of a table and what is said of them."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import pyarrow as pa

from consilience.deposit.model import HealthPlace

Outcome = tuple[int, list[HealthPlace]]

_PUNCTUATION: Final = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True, slots=True)
class Value:
    """A value that stands in a column: how often, and in which record first."""

    value: Any
    count: int
    row: int


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A data file to be checked.

    Args:
        name: of the file.
        table: its values, null where nothing stands.
        labels: label by column; None if the format of the file has none.
        value_labels: label by code, by column.
        missing: lowest and highest of each range of codes that mean no answer, by column.
        title: label of the file.
    """

    name: str
    table: pa.Table
    labels: Mapping[str, str] | None = None
    value_labels: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    missing: Mapping[str, Sequence[tuple[Any, Any]]] = field(default_factory=dict)
    title: str = ""

    @cached_property
    def values(self) -> Mapping[str, tuple[Value, ...]]:
        """The different values of each column, null left out, in the order in which they come."""
        return {
            name: tuple(_distinct(column))
            for name, column in zip(self.table.column_names, self.table.columns, strict=True)
        }

    def texts(self) -> Iterator[tuple[str, Value]]:
        """Yield each text that stands in a column of texts."""
        for name, column in zip(self.table.column_names, self.table.columns, strict=True):
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                for each in self.values[name]:
                    yield name, each

    def labels_of_values(self) -> Iterator[tuple[str, Any, str]]:
        """Yield column, code and label of each code that has one."""
        for column, found in self.value_labels.items():
            for code, label in found.items():
                yield column, code, label


def _distinct(column: pa.ChunkedArray) -> Iterator[Value]:
    """Yield the values of a column with their counts and first rows."""
    coded = column.combine_chunks().dictionary_encode()
    counts: dict[int, int] = {}
    first: dict[int, int] = {}
    for row, index in enumerate(coded.indices.to_pylist(), start=1):
        if index is not None:
            counts[index] = counts.get(index, 0) + 1
            first.setdefault(index, row)
    values = coded.dictionary.to_pylist()
    for index, row in first.items():
        yield Value(values[index], counts[index], row)


def written(value: Any) -> str:  # noqa: ANN401  (any value a cell can have)
    """Return a value as it is written; whole numbers without a point.

    Example:
        >>> written(3.0), written("a")
        ('3', 'a')
    """
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _sorted(things: Iterator[tuple[bool, HealthPlace]]) -> Outcome:
    """Return how many passed and where the others stand."""
    passed, places = 0, []
    for wrong, place in things:
        if wrong:
            places.append(place)
        else:
            passed += 1
    return passed, places


def file_name(data: Examined, pattern: str) -> Outcome:
    """Is the file called as agreed?"""
    return _sorted(iter([(re.search(pattern, data.name) is None, HealthPlace())]))


def primary_variable(data: Examined, name: str) -> Outcome:
    """Is the variable there by which cases are counted?"""
    return _sorted(iter([(name not in data.table.column_names, HealthPlace(column=name))]))


def labels_there(data: Examined, _: bool) -> Outcome:
    """Has every variable a label?"""
    labels = data.labels or {}
    return _sorted(
        (not labels.get(name, "").strip(), HealthPlace(column=name))
        for name in data.table.column_names
    )


def odd_variables(data: Examined, signs: Sequence[str]) -> Outcome:
    """Do names and labels of variables hold signs that travel badly?"""
    labels = data.labels or {}
    return _sorted(
        (_holds(f"{name}\n{labels.get(name, '')}", signs), HealthPlace(column=name))
        for name in data.table.column_names
    )


def odd_labels(data: Examined, signs: Sequence[str]) -> Outcome:
    """Do labels of values hold such signs?"""
    return _sorted(
        (_holds(label, signs), HealthPlace(column=column, code=written(code)))
        for column, code, label in data.labels_of_values()
    )


def odd_texts(data: Examined, signs: Sequence[str]) -> Outcome:
    """Do texts in the data hold such signs?"""
    return _sorted(
        (_holds(each.value, signs), HealthPlace(column=column, row=each.row))
        for column, each in data.texts()
    )


def _holds(text: str, signs: Sequence[str]) -> bool:
    return any(sign in text for sign in signs)


def long_variable_labels(data: Examined, most: float) -> Outcome:
    """Is a label of a variable longer than so many characters?

    Differs:
        From QAMyData, which counts bytes and so finds letters with accents longer.
    """
    labels = data.labels or {}
    return _sorted(
        (len(labels.get(name, "")) > most, HealthPlace(column=name))
        for name in data.table.column_names
    )


def long_value_labels(data: Examined, most: float) -> Outcome:
    """Is a label of a value longer than so many characters?

    Differs:
        From QAMyData, which looks at labels of values that occur; all are looked at here, for all
        are deposited.
    """
    return _sorted(
        (len(label) > most, HealthPlace(column=column, code=written(code)))
        for column, code, label in data.labels_of_values()
    )


def missing_without_label(data: Examined, _: bool) -> Outcome:
    """Has every code that means no answer and is used a label?

    Differs:
        From QAMyData, which counts records; codes are counted here.
    """
    return _sorted(
        (
            not data.value_labels.get(column, {}).get(each.value, "").strip(),
            HealthPlace(column=column, row=each.row, code=written(each.value)),
        )
        for column, ranges in data.missing.items()
        for each in data.values.get(column, ())
        if any(_within(each.value, low, high) for low, high in ranges)
    )


def _within(value: Any, low: Any, high: Any) -> bool:  # noqa: ANN401  (numbers or texts)
    try:
        return bool(low <= value <= high)
    except TypeError:
        return False


def duplicates(data: Examined, names: Sequence[str]) -> Outcome:
    """Does any value of a variable come twice that should tell records apart?

    Records in which nothing stands count as one value, for they are not told apart either.
    """
    return _sorted(
        (
            any(each.count > 1 for each in data.values[name]) or data.table[name].null_count > 1,
            HealthPlace(column=name, row=_again(data, name)),
        )
        for name in names
        if name in data.table.column_names
    )


def _again(data: Examined, name: str) -> int | None:
    twice = (each.row for each in data.values[name] if each.count > 1)
    return next(twice, None)


def often_missing(data: Examined, most: float) -> Outcome:
    """Is a variable empty in more than so many of a hundred records?"""
    rows = data.table.num_rows
    return _sorted(
        (rows > 0 and 100 * column.null_count / rows > most, HealthPlace(column=name))
        for name, column in zip(data.table.column_names, data.table.columns, strict=True)
    )


def like_patterns(data: Examined, patterns: Sequence[str]) -> Outcome:
    """Is a value or its label like one of these patterns, such as a postcode?"""
    known = [re.compile(pattern) for pattern in patterns]

    def like(text: str) -> bool:
        return any(each.search(text) for each in known)

    return _sorted(
        (
            like(written(each.value)) or like(data.value_labels.get(name, {}).get(each.value, "")),
            HealthPlace(column=name, row=each.row),
        )
        for name, values in data.values.items()
        for each in values
    )


def rare_values(data: Examined, most: float) -> Outcome:
    """Has a variable a value that stands in so few records that it may tell who it is?"""
    rare = {
        name: next((each.row for each in values if each.count <= most), None)
        for name, values in data.values.items()
    }
    return _sorted(
        (row is not None, HealthPlace(column=name, row=row)) for name, row in rare.items()
    )


def _words(text: str) -> list[str]:
    """Return the words of a text in lower case without punctuation; numbers are no words."""
    plain = text.translate(_PUNCTUATION).lower()
    return [word for word in plain.split() if any(sign.isalpha() for sign in word)]


def misspelt_variable_labels(data: Examined, known: frozenset[str]) -> Outcome:
    """Are all words of the labels of variables in a list?

    Differs:
        From QAMyData: numbers are no words and need not be in the list.
    """
    return _sorted(
        (not known.issuperset(_words(label)), HealthPlace(column=name))
        for name, label in (data.labels or {}).items()
    )


def misspelt_value_labels(data: Examined, known: frozenset[str]) -> Outcome:
    """Are all words of the labels of values in a list?"""
    return _sorted(
        (not known.issuperset(_words(label)), HealthPlace(column=column, code=written(code)))
        for column, code, label in data.labels_of_values()
    )


def misspelt_texts(data: Examined, known: frozenset[str]) -> Outcome:
    """Are all words of the texts in the data in a list?"""
    return _sorted(
        (not known.issuperset(_words(each.value)), HealthPlace(column=column, row=each.row))
        for column, each in data.texts()
    )


def listed_words(data: Examined, listed: frozenset[str]) -> Outcome:
    """Does a text in the data hold any word of a list, such as a name?

    Differs:
        From QAMyData, by which a text fails only if all of its words are in the list; a name in a
        longer answer discloses as much.
    """
    return _sorted(
        (not listed.isdisjoint(_words(each.value)), HealthPlace(column=column, row=each.row))
        for column, each in data.texts()
    )


Check = Callable[[Examined, Any], Outcome]

RUN: Final[Mapping[str, Check]] = {
    "bad_filename": file_name,
    "primary_variable": primary_variable,
    "missing_variable_labels": labels_there,
    "variable_odd_characters": odd_variables,
    "variable_label_max_length": long_variable_labels,
    "variable_label_spellcheck": misspelt_variable_labels,
    "value_label_odd_characters": odd_labels,
    "value_label_max_length": long_value_labels,
    "value_label_spellcheck": misspelt_value_labels,
    "value_defined_missing_no_label": missing_without_label,
    "duplicate_values": duplicates,
    "string_value_odd_characters": odd_texts,
    "string_value_spellcheck": misspelt_texts,
    "system_missing_value_threshold": often_missing,
    "regex_patterns": like_patterns,
    "unique_values": rare_values,
    "string_value_stopword": listed_words,
}
