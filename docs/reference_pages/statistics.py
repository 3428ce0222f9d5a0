"""Every public statistic, from its docstring: one page a family."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType

import consilience.stats
from reference_pages.markdown import page, row, table

SECTIONS = ("Args", "Returns", "Yields", "Raises", "Source", "Differs", "Example")
HEAD = re.compile(rf"^({'|'.join(SECTIONS)}):[ ]*(.*)$")

# Family: its title and the modules or packages of `consilience.stats` it holds.
FAMILIES = {
    "agreement": ("Agreement of raters", ("agreement",)),
    "passages": ("Agreement on passages of text", ("unitizing",)),
    "profiles": (
        "Profiles and congruence",
        ("similarity", "profile_permutation", "distance", "bands"),
    ),
    "within-group": ("Within-group agreement and components", ("within_group",)),
    "scales": ("Scales, reliability, norms", ("scales",)),
    "mixtures": ("Latent profiles", ("mixtures",)),
    "importance": ("Relative importance", ("importance",)),
    "imputation": ("Missing data", ("imputation", "regression")),
    "weighting": ("Response, weighting, nonresponse", ("rates", "weighting")),
    "resampling": ("Resampling and distributions", ("resample", "distributions")),
    "choice": ("Exact choice", ("choice", "assignment")),
}


def statistics() -> str:
    """Return the page that lists the families."""
    rows = []
    for stem, (title, names) in FAMILIES.items():
        count = sum(1 for _ in things(names))
        rows.append(row(f"[{title}](statistics-{stem}.md)", str(count)))
    intro = (
        "Every statistic is a plain function on NumPy arrays, without a study and without anything "
        "but NumPy and SciPy. `nan` is what is missing on the way in and what is undefined on the "
        "way out; nothing warns. Randomness is an argument: a generator, or `streams`, a function "
        "from the number of a block to its generator, so that results do not depend on how blocks "
        "are spread: `lambda block: stream(seed, name, block=block)` of `consilience.base.seeds`."
    )
    return page("Statistics", intro, table(("family", "functions and records"), rows))


def families() -> dict[str, str]:
    """Return the text of each family's page by its file stem."""
    return {f"statistics-{stem}": _family(*held) for stem, held in FAMILIES.items()}


def modules(names: tuple[str, ...]) -> Iterator[ModuleType]:
    """Yield the modules of a family, packages opened."""
    for name in names:
        found = importlib.import_module(f"consilience.stats.{name}")
        if not hasattr(found, "__path__"):
            yield found
            continue
        for inner in sorted(each.name for each in pkgutil.iter_modules(found.__path__)):
            yield importlib.import_module(f"{found.__name__}.{inner}")


def things(names: tuple[str, ...]) -> Iterator[tuple[ModuleType, str, object]]:
    """Yield the public functions and classes of a family with their module."""
    for module in modules(names):
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
                continue
            if inspect.isfunction(thing) or inspect.isclass(thing):
                yield module, name, thing


def all_modules() -> set[str]:
    """Return the names of all modules of the statistics."""
    walked = pkgutil.walk_packages(consilience.stats.__path__, "consilience.stats.")
    return {each.name for each in walked if not each.ispkg}


def _family(title: str, names: tuple[str, ...]) -> str:
    parts = []
    for module in modules(names):
        own = [(name, thing) for of, name, thing in things(names) if of is module]
        if own:
            parts.append(
                f"## {module.__name__.removeprefix('consilience.stats.')}\n\n{_first(module)}"
            )
            parts += [_thing(module, name, thing) for name, thing in own]
    return page(title, *parts)


def _first(thing: object) -> str:
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")


def _thing(module: ModuleType, name: str, thing: object) -> str:
    parts = [f"### {name}"]
    if inspect.isfunction(thing):
        parts.append(
            f"```python\nfrom {module.__name__} import {name}\n\n{_signature(name, thing)}\n```"
        )
    parts += _sections(inspect.getdoc(thing) or "")
    return "\n\n".join(parts)


def _signature(name: str, function: object) -> str:
    found = inspect.signature(function)  # type: ignore[arg-type]  # a function, as asked before
    shown = [str(each) for each in found.parameters.values()]
    marked: list[str] = []
    for text, each in zip(shown, found.parameters.values(), strict=True):
        if each.kind is each.KEYWORD_ONLY and "*" not in marked:
            marked.append("*")
        marked.append(text.replace("'", ""))
    inside = ", ".join(marked)
    if len(inside) > 70:
        inside = "\n    " + ",\n    ".join(marked) + ",\n"
    return f"{name}({inside})"


def _sections(text: str) -> Iterator[str]:
    """Yield the parts of a docstring as Markdown."""
    for title, body in split(text):
        yield _section(title, body)


def split(text: str) -> Iterator[tuple[str, str]]:
    """Yield the sections of a docstring with their titles, that of the first being empty."""
    title, lines = "", []
    for line in [*text.splitlines(), "Args:"]:
        head = HEAD.match(line)
        if not head:
            lines.append(line)
            continue
        body = inspect.cleandoc("\n".join(["", *lines])).strip()
        if body:
            yield title, body
        title, lines = head[1], [head[2]] if head[2] else []


def _section(title: str, body: str) -> str:
    if title == "Example":
        return f"```pycon\n{body}\n```"
    if title in ("Args", "Raises"):
        return f"**{title}**\n\n{_listed(body)}"
    return f"**{title}**\n\n{body}" if title else body


def _listed(body: str) -> str:
    """Return `name: what` lines as a list, continued lines joined."""
    items: list[str] = []
    for line in body.splitlines():
        found = re.match(r"^([\w*]+): (.*)$", line)
        if found:
            items.append(f"- `{found[1]}`: {found[2]}")
        elif items and line.strip():
            items[-1] += f" {line.strip()}"
        elif line.strip():
            items.append(line.strip())
    return "\n".join(items)
