"""Every setting, from the one table that knows them."""

from __future__ import annotations

from consilience.base.settings import DEFAULT_FILE, FILE_VARIABLE, TABLE
from reference_pages.markdown import page, row, table


def settings() -> str:
    rows = [
        row(f"`{each.name}`", f"`{each.variable}`", each.allowed, each.default, each.help)
        for each in TABLE
    ]
    return page(
        "Settings",
        "A setting belongs to the installation, never to a study: results do not depend on it. "
        "It is looked for in the environment, then in the settings file "
        f"`~/{DEFAULT_FILE}` (or the file that `{FILE_VARIABLE}` names), then it has a default.",
        table(("in the file", "in the environment", "allowed", "default", "meaning"), rows),
        "```yaml\n# ~/" + DEFAULT_FILE + "\nworkers: 2\nactor: A. Researcher\n```",
    )
