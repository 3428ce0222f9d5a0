"""Does a request keep the rules of the protocol, and what does it ask?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Final

from consilience.formats.oaipmh.model import Asked, Code, Refusal, Verb

# Of each verb: what it must have, and what it may have beside.
_LISTS: Final = (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"}))
_RULES: Final[Mapping[Verb, tuple[frozenset[str], frozenset[str]]]] = {
    Verb.IDENTIFY: (frozenset(), frozenset()),
    Verb.FORMATS: (frozenset(), frozenset({"identifier"})),
    Verb.SETS: (frozenset(), frozenset()),
    Verb.RECORD: (frozenset({"identifier", "metadataPrefix"}), frozenset()),
    Verb.HEADERS: _LISTS,
    Verb.RECORDS: _LISTS,
}
_RESUMED: Final = frozenset({Verb.SETS, Verb.HEADERS, Verb.RECORDS})
_TOKEN: Final = "resumptionToken"

# By OAI-PMH.xsd: an argument that breaks these could not stand in the answer.
_WORD: Final = r"[A-Za-z0-9\-_.!~*'()]+"
_SPELT: Final = {
    "metadataPrefix": re.compile(_WORD),
    "set": re.compile(rf"{_WORD}(:{_WORD})*"),
    "identifier": re.compile(r"[^\s\x00-\x1f\x7f<>\"{}|\\^`\ufffe\uffff\ud800-\udfff]+"),
    _TOKEN: re.compile(r"[\x21-\x7e]+"),
}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_SECOND: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


def read_arguments(pairs: Sequence[tuple[str, str]]) -> Asked | tuple[Refusal, ...]:
    """Return what a harvester asks, or every reason why it is refused.

    Args:
        pairs: names and values of all arguments in the order in which they came, repeated ones
            too; from the address or from a form.

    Returns:
        The request; or refusals of the codes badVerb and badArgument.

    Source: The Open Archives Initiative Protocol for Metadata Harvesting 2.0, sections 2.7.1, 3.6
    and 4.

    Example:
        >>> read_arguments([("verb", "Identify")]).verb
        <Verb.IDENTIFY: 'Identify'>
        >>> read_arguments([("verb", "Identify"), ("set", "a")])[0].message
        'Identify takes no argument set'
    """
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in set(Verb):
        return (Refusal(code=Code.VERB, message=_about_verbs(verbs)),)
    verb = Verb(verbs[0])
    given = [(name, value) for name, value in pairs if name != "verb"]
    arguments = dict(given)
    wrong = [*_repeated(given), *_misplaced(verb, arguments), *_misspelt(arguments)]
    times = [] if wrong else _wrong_times(arguments)
    if wrong or times:
        return tuple(Refusal(code=Code.ARGUMENT, message=each) for each in (*wrong, *times))
    return Asked(
        verb=verb,
        identifier=arguments.get("identifier", ""),
        prefix=arguments.get("metadataPrefix", ""),
        since=_whole(arguments.get("from", ""), "T00:00:00Z"),
        until=_whole(arguments.get("until", ""), "T23:59:59Z"),
        set_spec=arguments.get("set", ""),
        token=arguments.get(_TOKEN, ""),
        given=(("verb", verb.value), *given),
    )


def _about_verbs(verbs: Sequence[str]) -> str:
    if not verbs:
        return "the argument verb is missing"
    if len(verbs) > 1:
        return "the argument verb is given more than once"
    return f"there is no verb {_shown(verbs[0])}"


def _repeated(given: Sequence[tuple[str, str]]) -> list[str]:
    names = [name for name, _ in given]
    twice = dict.fromkeys(name for name in names if names.count(name) > 1)
    return [f"the argument {_shown(name)} is given more than once" for name in twice]


def _misplaced(verb: Verb, arguments: Mapping[str, str]) -> list[str]:
    """Return what is wrong with which arguments are there."""
    needed, allowed = _RULES[verb]
    if verb in _RESUMED and _TOKEN in arguments:
        others = [name for name in arguments if name != _TOKEN]
        return [f"{_TOKEN} excludes the argument {_shown(name)}" for name in others]
    missing = [name for name in sorted(needed) if name not in arguments]
    strange = [name for name in arguments if name not in needed | allowed]
    return [
        *[f"{verb} needs the argument {name}" for name in missing],
        *[f"{verb} takes no argument {_shown(name)}" for name in strange],
    ]


def _misspelt(arguments: Mapping[str, str]) -> list[str]:
    return [
        f"{_shown(arguments[name])} cannot be the value of {name}"
        for name, form in _SPELT.items()
        if name in arguments and not form.fullmatch(arguments[name])
    ]


def _wrong_times(arguments: Mapping[str, str]) -> list[str]:
    times = {name: arguments[name] for name in ("from", "until") if name in arguments}
    wrong = [
        f"{_shown(value)} in {name} is no UTC date such as 2026-03-02 or 2026-03-02T09:00:00Z"
        for name, value in times.items()
        if not _is_time(value)
    ]
    if wrong or len(times) < 2:
        return wrong
    if len(times["from"]) != len(times["until"]):
        return ["from and until must both be days, or both go to the second"]
    return ["from is later than until"] if times["from"] > times["until"] else []


def _is_time(value: str) -> bool:
    if not (value.isascii() and (_DAY.fullmatch(value) or _SECOND.fullmatch(value))):
        return False
    try:
        dt.datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _whole(value: str, rest: str) -> str:
    """Return a time to the second; a day means its first or its last one."""
    return value + rest if _DAY.fullmatch(value) else value


def _shown(value: str) -> str:
    """Return what somebody sent, fit to be shown in an answer."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in value[:80])
    return plain or "''"
