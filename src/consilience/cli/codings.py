"""Commands over what was coded: find, table, cooccurrence, saturation, drift."""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click
from rich.markup import escape
from sqlalchemy import Engine

from consilience.base.counting import counted
from consilience.base.settings import load_settings
from consilience.cli import coding_work
from consilience.cli.caller import STUDY
from consilience.cli.lost_codings import lost
from consilience.cli.memos import memo
from consilience.cli.output import as_json, faults_told, out, print_json, print_table
from consilience.desk import coded_tables as tables
from consilience.desk.coded_tables import By, Measure
from consilience.desk.kept import opened
from consilience.desk.retrieval import Filters, find, person_called
from consilience.desk.table_files import SIMULATED, check_form, write_table

_SHOWN: Final = 160
_MOST: Final = 50
_COLUMNS: Final = 12

Command = Callable[..., Any]
_TO: Final = click.option(
    "--to", "target", type=click.Path(path_type=Path), help="Write .csv, .xlsx or .sav."
)


def _levels(_context: object, _parameter: object, given: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in given:
        name, sign, level = each.partition("=")
        if not sign:
            raise click.BadParameter(f"{each!r} is not of the form attribute=level")
        found.setdefault(name, []).append(level)
    return found


def filtered(command: Command) -> Command:
    """Give a command the options that say which texts, coders and speakers are asked of."""

    @functools.wraps(command)
    def asked(**given: Any) -> None:  # noqa: ANN401  (the options of any command)
        own = {each.name: given.pop(each.name) for each in dataclasses.fields(Filters)}
        command(filters=Filters(**own), **given)

    options = [
        click.option("--document", "documents", multiple=True, help="Only this text."),
        click.option("--case", "cases", multiple=True, help="Only texts of this case."),
        click.option(
            "--where",
            "attributes",
            multiple=True,
            callback=_levels,
            help="Only cases with attribute=level, such as region=north.",
        ),
        click.option("--coder", "coders", multiple=True, help="Only what this coder marked."),
        click.option("--speaker", "speakers", multiple=True, help="Only what this speaker says."),
        click.option("--kind", "kinds", multiple=True, help="Only texts of this kind."),
    ]
    made: Command = asked
    for option in reversed(options):
        made = option(made)
    return made


@contextmanager
def _study(folder: Path, *, machine: bool) -> Iterator[tuple[Engine, Any]]:
    """Open a study for whoever the settings say works here."""
    with faults_told(machine=machine), opened(folder) as engine:
        yield engine, person_called(engine, load_settings(os.environ).actor)


@click.group()
def codings() -> None:
    """Ask what was coded, and give texts out to coders.

    What a coder has not released is shown to nobody else but the lead. Every option that names a
    text, case, coder, speaker or kind may be given several times.
    """


for _each in (*coding_work.COMMANDS, memo, lost):
    codings.add_command(_each)


@codings.command("find")
@STUDY
@click.argument("query")
@filtered
@click.option("--most", type=click.IntRange(1), help="Print so many passages; else 50.")
@_TO
@as_json
def found(
    study: Path, query: str, most: int | None, target: Path | None, machine: bool, filters: Filters
) -> None:
    """Find the passages that answer QUERY.

    A query joins codes by `and`, `or`, `not`, `in`, `overlapping`, and by `near`, `before` and
    `after` with `within N characters`, `sentences` or `turns`. A code is written by its name, its
    path `Parent > Child` or its id, in double quotes if it has words or marks of the language;
    `Code*` takes in all codes below it, `*` alone is every code. How-to: `code`.

    \b
    Example:
      consilience codings find my-study 'Thresholds* near Feedback within 1 turns' --to found.csv
      consilience codings find my-study 'Trust and not "Trust in heads"' --speaker R
    """  # noqa: D301
    with _study(study, machine=machine) as (engine, person):
        if target:
            check_form(target)
        limit = most or (None if target or machine else _MOST)
        told = find(engine, study, query, person=person, filters=filters, most=limit)
        rows = told.passages.to_pylist()
        simulated = any(row["simulated"] for row in rows)
        if target:
            write_table(told.passages, target, note=_note(simulated))
        if machine:
            print_json({"total": told.total, "texts": told.texts, "passages": rows})
            return
        passages, texts = counted(told.total, "passage"), counted(told.texts, "text")
        _heading(f"{passages} in {texts}", simulated=simulated)
        if target:
            _written(target)
            return
        print_table(
            ("text", "from", "to", "speaker", "passage"),
            [
                (r["name"], r["start"], r["end"], ", ".join(r["speakers"]), _short(r["text"]))
                for r in rows
            ],
        )


@codings.command()
@STUDY
@click.option(
    "--by",
    type=click.Choice(["case", "document", "coder", "speaker"]),
    default="case",
    show_default=True,
    help="What a row is.",
)
@click.option("--count", "measure", flag_value="count", default="count", help="How many passages.")
@click.option("--presence", "measure", flag_value="presence", help="1 if there is one, else 0.")
@click.option(
    "--characters", "measure", flag_value="characters", help="How many characters they cover."
)
@click.option("--below", is_flag=True, help="Count passages for the codes above theirs too.")
@filtered
@_TO
@as_json
def table(
    study: Path,
    by: By,
    measure: Measure,
    below: bool,
    target: Path | None,
    machine: bool,
    filters: Filters,
) -> None:
    """Count passages of each code by case, text, coder or speaker.

    All coders count; the consensus is left out, as in the report, unless you say --coder consensus.
    By case, what the study knows of it stands beside: attributes, responses, scores, bands. By
    speaker, a row is a person of the plan or a pseudonym in [brackets], wherever they speak; any
    other label is of one text: R1 (S01) is not R1 (S02).

    \b
    Example:
      consilience codings table my-study --by case --presence --to cases.sav
    """  # noqa: D301
    with _study(study, machine=machine) as (engine, person):
        if target:
            check_form(target)
        made = tables.code_table(
            engine, study, by=by, person=person, measure=measure, below=below,
            filters=filters,
        )  # fmt: skip
        if target:
            tables.write_crosstab(made, target)
        if machine:
            told: dict[str, object] = {"measure": measure, "codes": made.codes}
            told |= {"counted": made.counted, "without_case": made.caseless}
            print_json(told | {"rows": made.table.to_pylist()})
            return
        rows, codes = counted(made.table.num_rows, "row"), counted(len(made.codes), "code")
        _heading(f"{rows}, {codes}", simulated=made.simulated)
        if target:
            _written(target)
        else:
            _print_turned(made)
        if made.caseless:
            texts = counted(
                made.caseless,
                "text belongs to no case and has no row",
                "texts belong to no case and have no row",
            )
            out.print(f"{texts}; --by document has all")
        _tell_counted(made.counted)


def _tell_counted(whose: tables.Counted) -> None:
    """Say whose codings count, and what was left out."""
    if whose.coders:
        out.print(f"Counted: {escape(', '.join(whose.coders))}")
    if whose.left_out:
        left = counted(whose.left_out, "coding")
        out.print(f"Left out: {left} of the consensus; --coder consensus counts these alone")


def _print_turned(made: tables.Crosstab) -> None:
    """Print codes as rows: they are many and their names long."""
    rows = made.table.to_pylist()
    shown = rows[:_COLUMNS]
    print_table(
        ("code", *(str(row.get("name") or row[made.by]) for row in shown)),
        [
            (path, *(row[code] for row in shown))
            for code, path in made.codes.items()
            if any(row[code] for row in shown)
        ],
    )
    if len(rows) > len(shown):
        out.print(f"and {len(rows) - len(shown)} more; --to writes all")


@codings.command()
@STUDY
@filtered
@click.option("--most", default=_MOST, show_default=True, type=click.IntRange(1))
@_TO
@as_json
def cooccurrence(
    study: Path, most: int, target: Path | None, machine: bool, filters: Filters
) -> None:
    """Say which codes meet: whose passages by the same coder overlap, the most frequent first.

    \b
    Example:
      consilience codings cooccurrence my-study --most 20
    """  # noqa: D301
    with _study(study, machine=machine) as (engine, person):
        if target:
            check_form(target)
        made = tables.meeting_codes(engine, study, person=person, filters=filters)
        if target:
            write_table(made.table, target, note=_note(made.simulated))
        rows = made.table.to_pylist()
        if machine:
            print_json({"pairs": rows, "codes": made.codes, "counted": made.counted})
        elif target:
            _written(target)
        else:
            _heading(
                counted(len(rows), "pair of codes", "pairs of codes"), simulated=made.simulated
            )
            rows.sort(key=lambda row: -row["passages"])
            print_table(
                ("code", "meets", "passages", "texts", "of the first", "of the second"),
                [
                    (
                        made.codes[row["code"]],
                        made.codes[row["other"]],
                        row["passages"],
                        row["texts"],
                        f"{row['of_code']:.0%}",
                        f"{row['of_other']:.0%}",
                    )
                    for row in rows[:most]
                ],
            )
            _tell_counted(made.counted)


@codings.command()
@STUDY
@filtered
@_TO
@as_json
def saturation(study: Path, target: Path | None, machine: bool, filters: Filters) -> None:
    """Say how many codes were new in each text, in the order of collection.

    \b
    Example:
      consilience codings saturation my-study --kind interview
    """  # noqa: D301
    with _study(study, machine=machine) as (engine, person):
        if target:
            check_form(target)
        made = tables.code_saturation(engine, study, person=person, filters=filters)
        if target:
            write_table(made, target)
        rows = made.to_pylist()
        if machine:
            print_json({"texts": rows})
        elif target:
            _written(target)
        else:
            print_table(
                ("", "text", "new codes", "codes so far"),
                [(row["step"], row["name"], row["new"], row["codes"]) for row in rows],
            )


@codings.command()
@STUDY
@click.option("--batches", default=4, show_default=True, help="Batches of texts, 2 or more.")
@filtered
@_TO
@as_json
def drift(study: Path, batches: int, target: Path | None, machine: bool, filters: Filters) -> None:
    """Say whether coders set codes as often in late texts as in early ones.

    Passages per 1,000 words in successive batches of texts, in the order in which the coder took
    them; p of a chi-squared test that one rate holds for all, a dash where there are too few.
    A small p does not say why: where other coders' rates on the same texts change likewise, the
    texts differ; where they do not, the coder has drifted.

    \b
    Example:
      consilience codings drift my-study --batches 3
    """  # noqa: D301
    with _study(study, machine=machine) as (engine, person):
        if target:
            check_form(target)
        made = tables.coder_drift(engine, study, person=person, batches=batches, filters=filters)
        if target:
            write_table(made.table, target, note=_note(made.simulated))
        rows = made.table.to_pylist()
        if machine:
            print_json({"drift": rows, "codes": made.codes})
        elif target:
            _written(target)
        else:
            _heading("passages per 1,000 words", simulated=made.simulated)
            rows.sort(key=lambda row: 2.0 if row["p"] is None else row["p"])
            print_table(
                ("coder", "code", *(f"batch {n + 1}" for n in range(batches)), "p"),
                [
                    (
                        row["coder"],
                        made.codes[row["code"]],
                        *(f"{rate:.2f}" for rate in row["rates"]),
                        "-" if row["p"] is None else f"{row['p']:.3f}",
                    )
                    for row in rows
                ],
            )


def _heading(words: str, *, simulated: bool) -> None:
    out.print(f"{words} (SIMULATED)" if simulated else words)


def _note(simulated: bool) -> str:
    return SIMULATED if simulated else ""


def _written(target: Path) -> None:
    out.print(f"wrote {escape(str(target))}")


def _short(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"
