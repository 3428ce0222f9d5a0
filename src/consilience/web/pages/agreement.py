"""How far the coders agree, code by code, as a chart and a table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup
from starlette.responses import Response

from consilience.base.errors import Fault, Faults
from consilience.desk.agreement import AgreementFound, Unit, agreement_of
from consilience.report.charts import Interval, intervals
from consilience.report.model import Drawing
from consilience.report.svg import element, sign
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.pages.differences import JUDGES
from consilience.web.pages.texts import READERS

# What may be counted, in words.
UNITS: Final[Mapping[Unit, str]] = {
    "characters": "characters",
    "tokens": "words",
    "sentences": "sentences",
    "turns": "turns",
}
_DRAWN: Final = "alpha_binary"
_TABLE: Final = {
    "percent": "Share alike",
    "cohen": "Kappa",
    "ac1": "AC1",
    "f1": "F1",
    _DRAWN: "Alpha",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLine:
    """One code: how much of the texts it marks, its figures, and why there is no alpha."""

    name: str
    share: float | None
    figures: tuple[float | None, ...]
    low: float | None
    high: float | None
    reason: str
    texts: int


def agreement(call: Call) -> Response:
    """Show how far the coders agree on each code, in the unit that is asked for."""
    asked = next((unit for unit in UNITS if unit == call.query.get("unit")), None)
    try:
        found = agreement_of(call.site.folder, unit=asked)
    except Fault as fault:
        broken = fault.code != "COD-060"
        return _page(call, unit=asked or "characters", found=None, broken=broken)
    except Faults:
        return _page(call, unit=asked or "characters", found=None, broken=True)
    return _page(call, unit=found.unit, found=found)


def _page(
    call: Call, *, unit: Unit, found: AgreementFound | None, broken: bool = False
) -> Response:
    lines = _lines(found) if found else []
    drawing = _drawn(lines)
    bar = element("rect", x=0, y=2, width=14, height=10, rx=3, class_="asked")
    return call.page(
        "agreement.html",
        broken=broken,
        unit=unit,
        units=UNITS,
        texts=len(found.texts) if found else 0,
        blind=found.blind if found else (),
        may_judge=JUDGES.lets_in(call.who.roles),
        headings=tuple(_TABLE.values()),
        any=bool(lines),
        lines=[line for line in lines if any(value is not None for value in line.figures)],
        undefined=_undefined(lines),
        drawing=drawing,
        picture=Markup(drawing.body) if drawing else "",
        keys=[(Markup(sign(0)), "alpha: 0 is chance, 1 is full agreement"),
              *[(Markup(bar), "its interval, 95%") for line in lines if line.low is not None][:1]],
    )  # fmt: skip


def _lines(found: AgreementFound) -> list[CodeLine]:
    """Return the figures of all coders together, a line a code in the codebook's order."""
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    for row in found.table.to_pylist():
        if not row["coder_a"] and not row["of"]:
            rows.setdefault(row["subject"], {})[row["measure"]] = row
    return [
        CodeLine(
            name=alpha["name"],
            share=alpha["share"],
            figures=tuple(_known(measures.get(name, alpha)["value"]) for name in _TABLE),
            low=_known(alpha["low"]),
            high=_known(alpha["high"]),
            reason=alpha["reason"],
            texts=alpha["documents"],
        )
        for measures in rows.values()
        if (alpha := measures.get(_DRAWN)) is not None
    ]


def _undefined(lines: list[CodeLine]) -> dict[str, list[str]]:
    """Return the codes without an alpha by the reason for it."""
    found: dict[str, list[str]] = {}
    for line in lines:
        if line.figures[-1] is None:
            found.setdefault(line.reason, []).append(line.name)
    return found


def _known(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def _drawn(lines: list[CodeLine]) -> Drawing | None:
    rows = [
        Interval(line.name.rsplit(" > ", 1)[-1], alpha, line.low, line.high)
        for line in lines
        if (alpha := line.figures[-1]) is not None
    ]
    if not rows:
        return None
    low, high = (pick(rows, key=lambda row: row.value) for pick in (min, max))
    return intervals(
        rows,
        title="Alpha by code",
        to=1.0,
        description=f"From {low.value:.2f} ({low.label}) to {high.value:.2f} ({high.label}); "
        "0 is chance, 1 is full agreement.",
    )


DOORS: Final = (
    # Intervals take a thousand samples: few such pages are made at once.
    Door(
        method="GET", path="/agreement", name="agreement", to=READERS, handler=agreement,
        slow=True,
    ),
)  # fmt: skip
