"""How somebody comes to a page, and what it complains of while it is looked at."""

from __future__ import annotations

from made_site import PASSWORD


def listen(page, complaints):
    """Keep what the console of a page says, and errors of its scripts.

    That the focus is where a script or the address put it is no complaint.
    """

    def said(message):
        if not message.text.startswith("Autofocus processing was"):
            complaints.append(message.text)

    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(str(error)))


def come_to(page, study, path, *, login):
    """Open a page of a study, signing in once for each login."""
    page.goto(f"{study.address}{path}")
    if "/sign-in" in page.url:
        page.fill("#field-login", login)
        page.fill("#field-password", PASSWORD)
        page.click("main button")
        study.sessions[login] = page.context.storage_state()
        page.goto(f"{study.address}{path}")
