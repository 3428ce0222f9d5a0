"""Where the results come from: seed, versions, and the hash of everything that went in."""

from __future__ import annotations

from consilience.base.counting import counted
from consilience.report.lookup import make_grid
from consilience.report.model import Block, Column, Facts, Findings, Fold, Section, Words
from consilience.report.wording import titled

_SHORT = 12


def origins_section(findings: Findings) -> Section:
    """Answer from what, and with what, each result was made."""
    codes = sorted({each.code for each in findings.lineage.values()})
    facts = [
        ("Seed", str(findings.study.study.seed)),
        ("Code", ", ".join(codes)),
        ("Version", findings.version),
    ]
    blocks: list[Block] = [
        Words("The same study file, inputs, seed and code give the same bytes as this page."),
        Facts(tuple(pair for pair in facts if pair[1])),
    ]
    if findings.lineage:
        blocks.extend(_stages(findings))
    tables = [
        {
            "stage": titled(stage),
            "table": name,
            "rows": table.num_rows,
            "hash": findings.hashes.get(stage.id, {}).get(name),
        }
        for stage in findings.study.stages
        for name, table in sorted(findings.tables.get(stage.id, {}).items())
    ]
    columns = {"stage": Column("Stage"), "table": Column("Table"), "rows": Column("Rows", "count")}
    if findings.hashes:
        columns["hash"] = Column("SHA-256")
    grid = make_grid("Tables that this report was drawn from", columns, tables)
    blocks.append(Fold(f"All {counted(len(tables), 'table')}", (grid,)))
    return Section(id="lineage", title="Where this comes from", blocks=tuple(blocks))


def _stages(findings: Findings) -> tuple[Block, ...]:
    rows = [
        {
            "title": titled(stage),
            "kind": stage.kind,
            "result": line.key()[:_SHORT],
            "parameters": line.parameters[:_SHORT],
            "inputs": len(line.inputs),
            "stream": line.seed_stream or "none",
            "simulated": line.simulated,
        }
        for stage in findings.study.stages
        if (line := findings.lineage.get(stage.id))
    ]
    columns = {
        "title": Column("Stage"),
        "kind": Column("Kind"),
        "result": Column("Result"),
        "parameters": Column("Parameters"),
        "inputs": Column("Inputs", "count"),
        "stream": Column("Random stream"),
        "simulated": Column("Simulated", "flag"),
    }
    inputs = [
        {"title": titled(findings.study.stage(name)), "input": what, "hash": digest}
        for name, line in findings.lineage.items()
        for what, digest in sorted(line.inputs.items())
    ]
    details = {"title": Column("Stage"), "input": Column("Input"), "hash": Column("SHA-256")}
    return (
        make_grid(
            "Stages and the hashes they stand on",
            columns,
            rows,
            note="The first 12 of 64 hexadecimal digits.",
        ),
        Fold(f"All {counted(len(inputs), 'input')}", (make_grid("Inputs", details, inputs),)),
    )
