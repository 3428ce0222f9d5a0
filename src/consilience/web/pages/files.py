"""The style sheet and the scripts."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from consilience.base.errors import Fault
from consilience.web.audience import PUBLIC
from consilience.web.call import Call
from consilience.web.doors import Door

_FOR_GOOD: Final = "public, max-age=31536000, immutable"


def file(call: Call) -> Response:
    """Answer with one file of this version."""
    asset = call.site.assets.get(call.path["version"], call.path["name"])
    if asset is None:
        raise Fault("WEB-025")
    return Response(asset.content, headers={"Cache-Control": _FOR_GOOD, "Content-Type": asset.kind})


DOORS: Final = (
    Door(method="GET", path="/static/{version}/{name}", name="static", to=PUBLIC, handler=file),
)
