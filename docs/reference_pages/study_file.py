"""Every key of the study file, from the model and a sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from consilience.design.model import Study
from reference_pages.markdown import DOCS, page, row, table

STAGES = {
    "FrameStage": "frame",
    "SelectStage": "select",
    "SurveyStage": "survey",
    "LinkStage": "link",
    "CongruenceStage": "congruence",
    "ImportanceStage": "importance",
    "InterviewStage": "interview",
    "GroupStage": "group",
    "CodeStage": "code",
    "DepositStage": "deposit",
}
WORDS = {
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
}
LIMITS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤"}


def study_file() -> str:
    notes = yaml.safe_load((DOCS / "notes" / "study_keys.yaml").read_text(encoding="utf-8"))
    schema = Study.model_json_schema(by_alias=True)
    nouns: dict[str, Any] = {"Study": schema, **schema["$defs"]}
    unknown = sorted(set(notes) - set(nouns))
    if unknown:
        raise SystemExit(f"docs/notes/study_keys.yaml explains no longer existing {unknown}")
    intro = (
        "A study is a folder with a `study.yaml`. This page lists every key. A key that is not "
        "listed is refused, with the line and the nearest known key. **Bold** keys are required. "
        "Instruments and topic guides are files of their own, with the keys of *Instrument* and "
        "*Question*, *Guide* and *Topic*."
    )
    names = sorted(nouns, key=lambda noun: _order(noun, list(notes)))
    return page("The study file", intro, *[_noun(n, nouns[n], notes.get(n, {})) for n in names])


def _order(name: str, order: list[str]) -> int:
    if name not in order:
        raise SystemExit(f"docs/notes/study_keys.yaml does not explain {name}")
    return order.index(name)


def _noun(name: str, schema: Mapping[str, Any], notes: Mapping[str, str]) -> str:
    hidden = {"instruments", "guides"} if name == "Study" else set()
    keys = {key: what for key, what in schema["properties"].items() if key not in hidden}
    if missing := sorted(set(keys) ^ set(notes)):
        raise SystemExit(f"docs/notes/study_keys.yaml: {name}: {', '.join(missing)}")
    required = set(schema.get("required", ()))
    rows = [
        row(
            f"**`{key}`**" if key in required else f"`{key}`",
            _kind(what),
            "" if key in required else _default(what),
            notes[key],
        )
        for key, what in keys.items()
    ]
    stage = STAGES.get(name)
    title = f"Stage of kind `{stage}`" if stage else name
    doc = schema.get("description", "").replace("\n", " ")
    return f"## {title}\n\n{doc}\n\n" + table(("key", "value", "default", "meaning"), rows)


def _kind(what: Mapping[str, Any]) -> str:
    if "$ref" in what:
        return _link(what["$ref"])
    for words in ("anyOf", "oneOf"):
        if words in what:
            # that a key may be empty is said by its default and its not being bold
            told = [each for each in what[words] if each.get("type") != "null"]
            return " or ".join(dict.fromkeys(_kind(each) for each in told))
    if "const" in what:
        return f"`{what['const']}`"
    if "enum" in what:
        return ", ".join(f"`{each}`" for each in what["enum"])
    if what.get("type") == "array":
        return f"list of {_kind(what.get('items', {}))}"
    if what.get("type") == "object":
        return f"mapping to {_kind(what.get('additionalProperties') or _pattern(what))}"
    return _plain(what)


def _pattern(what: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(iter(what.get("patternProperties", {}).values()), {})


def _link(reference: str) -> str:
    name = reference.rsplit("/", 1)[1]
    title = f"stage-of-kind-{STAGES[name]}" if name in STAGES else name.lower()
    return f"[{STAGES.get(name, name)}](#{title})"


def _plain(what: Mapping[str, Any]) -> str:
    if what.get("format") == "date":
        return "date"
    if what.get("pattern"):
        return "id"
    limits = [f"{sign} {what[key]:g}" for key, sign in LIMITS.items() if key in what]
    word = WORDS.get(str(what.get("type")), "text")
    return " ".join([word, ", ".join(limits)]).strip()


def _default(what: Mapping[str, Any]) -> str:
    value = what.get("default")
    if value in (None, [], {}, "") or isinstance(value, dict):
        return ""
    return f"`{yaml.safe_dump(value, default_flow_style=True).strip().removesuffix('...').strip()}`"
