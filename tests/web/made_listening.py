"""What a page complains of while it is looked at."""

from __future__ import annotations


def listen(page, complaints):
    """Keep what the console of a page says, and errors of its scripts.

    That the focus is where a script or the address put it is no complaint.
    """

    def said(message):
        if not message.text.startswith("Autofocus processing was"):
            complaints.append(message.text)

    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(str(error)))
