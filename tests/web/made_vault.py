"""Sealed texts in the study of the web tests, whose vault is cheap to open."""

from __future__ import annotations

from consilience.desk.sealed import seal_words, sealed_turns
from consilience.interviews.model import Document
from consilience.interviews.transcripts import turns_in
from consilience.store.database import transaction
from consilience.store.ledger import lines
from consilience.store.transcripts import keep_document
from consilience.store.vault import make_vault, open_vault

KEY = "four random words here"
ONE = """Interviewer: Who leads on safeguarding at Lark Hill School?
Mrs Featherstone: I do. Deborah Featherstone, since 3 March 2016. Ring me on 01632 960 455.
Interviewer: And before?
Mrs Featherstone: Kwame Boateng. Kwame moved to Leeds.
"""
TWO = """Interviewer: You know Featherstone's work?
Head: Yes, we trained together; FEATHERSTONE is known all over. Lark Hill is small.
"""


def seal_texts(web, **texts):
    """Keep texts in the vault of a study, each under its id."""
    make_vault(web.folder / ".consilience", KEY, cost=2**4)
    seal_more(web, **(texts or {"s01": ONE, "s02": TWO}))


def seal_more(web, **texts):
    """Keep more texts in the vault."""
    vault = open_vault(web.folder / ".consilience", KEY)
    with transaction(web.engine) as connection:
        for name, words in texts.items():
            turns = sealed_turns(vault, name, 1, turns_in(words))
            seal_words(vault, name, 1, words)
            keep_document(
                connection, Document(id=name, name=name.upper()), text=words, turns=turns,
                sealed=True, at="2026-01-01T00:00:00Z", actor="test",
            )  # fmt: skip


def told(web):
    """Return what the ledger says: action, subject and who."""
    with transaction(web.engine) as connection:
        return [(line.action, line.subject, line.actor) for line in lines(connection)]
