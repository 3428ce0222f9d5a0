"""What would come in, if the truth were known? Fieldwork simulated from the design."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from consilience.design.model import Construct
from consilience.rehearsal.model import (
    SIMULATED_ANSWER,
    SIMULATED_AREA,
    SIMULATED_RESPONSE,
    Effects,
    Fieldwork,
    Pattern,
)
from consilience.rehearsal.respond import who_answers

Floats = npt.NDArray[np.float64]
RngFor = Callable[[str], np.random.Generator]


def simulate_fieldwork(
    *,
    areas: Sequence[str],
    constructs: Sequence[Construct],
    span: tuple[float, float],
    pattern: Pattern,
    effects: Effects,
    rng_for: RngFor,
) -> Fieldwork:
    """What would come in from these areas, and what would be true?

    An answer is the middle of the scale + level + area (by construct) + agency + deviation of
    the informant (by construct, of a size that varies by area) + item + error, rounded to the
    points of the scale and kept within it. All but the error is the truth. Each part has its
    own random stream: another error leaves the truth and the response as they were. A construct
    with drivers follows them, not area and deviation, and leaves the other constructs alone.

    Args:
        areas: ids, in a fixed order.
        constructs: what is asked; agencies not in an item are not asked it.
        span: lowest and highest point of the scale, whole numbers.
        pattern: how many answer; its agencies are those simulated.
        effects: how large each part is.
        rng_for: name of a part to its random stream.

    Returns:
        Answers of all areas and agencies with their truth, and who answered. Simulated.

    Raises:
        Fault: SUR-040 if the pattern of response cannot be.
    """
    agencies = tuple(pattern.complete)
    answers = who_answers(len(areas), pattern=pattern, rng=rng_for("response"))
    sizes = rng_for("size").uniform(*effects.deviation_sd, size=len(areas))
    common = _common(areas, agencies, constructs, sizes, span, effects, rng_for)
    item_rng, error_rng = rng_for("item"), rng_for("error")
    tables: list[pa.Table] = []
    for number, construct in enumerate(constructs):
        for item in construct.items:
            shift = effects.item_sd * item_rng.standard_normal()
            latent = common[:, :, number] + shift
            error = effects.error_sd * error_rng.standard_normal(latent.shape)
            tables.extend(
                _answers(areas, agency, construct.id, item[agency], columns=(latent[:, at],
                         on_scale(latent[:, at], span), on_scale((latent + error)[:, at], span)))
                for at, agency in enumerate(agencies)
                if agency in item
            )  # fmt: skip
    return Fieldwork(
        answer=pa.concat_tables(tables).combine_chunks(),
        response=pa.table(
            {
                "area": np.repeat(np.array(areas, dtype=object), len(agencies)),
                "agency": list(agencies) * len(areas),
                "complete": answers.ravel(),
            },
            schema=SIMULATED_RESPONSE,
        ),
        area=pa.table({"area": list(areas), "deviation_sd": sizes}, schema=SIMULATED_AREA),
    )


def on_scale(values: Floats, span: tuple[float, float]) -> Floats:
    """Return values rounded to whole points (halves to the even one) and kept within `span`.

    Example:
        >>> on_scale(np.array([0.2, 2.6, 9.0]), (1, 5)).tolist()
        [1.0, 3.0, 5.0]
    """
    return np.clip(np.round(values), *span)


def _common(
    areas: Sequence[str],
    agencies: Sequence[str],
    constructs: Sequence[Construct],
    sizes: Floats,
    span: tuple[float, float],
    effects: Effects,
    rng_for: RngFor,
) -> Floats:
    """Return (areas, agencies, constructs): the answer before item and error."""
    free = [each.id for each in constructs if each.id not in effects.drivers]
    shape = (len(areas), len(agencies), len(free))
    area = effects.area_sd * rng_for("area").standard_normal((shape[0], 1, shape[2]))
    agency = effects.agency_sd * rng_for("agency").standard_normal((1, shape[1], 1))
    deviation = sizes[:, None, None] * rng_for("deviation").standard_normal(shape)
    middle = sum(span) / 2 + effects.level
    drawn: Floats = middle + agency + area + deviation
    of = dict(zip(free, np.moveaxis(area + deviation, 2, 0), strict=True))
    whole = np.empty((*shape[:2], len(constructs)))
    for place, construct in enumerate(constructs):
        if construct.id in effects.drivers:
            own = effects.own_sd * rng_for(f"own/{construct.id}").standard_normal(shape[:2])
            driven = sum(
                weight * of[name] for name, weight in effects.drivers[construct.id].items()
            )
            whole[:, :, place] = middle + agency[:, :, 0] + driven + own
        else:
            whole[:, :, place] = drawn[:, :, free.index(construct.id)]
    return whole


def _answers(
    areas: Sequence[str],
    agency: str,
    construct: str,
    item: str,
    *,
    columns: tuple[Floats, Floats, Floats],
) -> pa.Table:
    count = len(areas)
    latent, truth, value = columns
    return pa.table(
        {
            "area": list(areas),
            "agency": [agency] * count,
            "construct": [construct] * count,
            "item": [item] * count,
            "latent": latent,
            "truth": truth,
            "value": value,
        },
        schema=SIMULATED_ANSWER,
    )
