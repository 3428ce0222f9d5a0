"""Texts, codings, accounts and recordings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    _documents()
    _versions()
    _turns()
    _codes()
    _codings()
    _changes()
    _decisions()
    _accounts()
    _recordings()
    _suggestions()
    _search()
    # No text is older than this revision, so that the index of words begins empty.
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5"
        "(words, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2')"
    )


def _documents() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("interview", sa.String(length=64), nullable=True),
        sa.Column("case", sa.String(length=128), nullable=True),
        sa.Column("source", sa.String(length=512), nullable=True),
        sa.Column("source_sha256", sa.String(length=64), nullable=True),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("name", name=op.f("uq_document_name")),
    )
    op.create_table(
        "document_state",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document"],
            ["document.id"],
            name=op.f("fk_document_state_document_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_document_state")),
    )


def _versions() -> None:
    op.create_table(
        "version",
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("edits", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_version_number_from_one")),
        sa.ForeignKeyConstraint(
            ["document"],
            ["document.id"],
            name=op.f("fk_version_document_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document", "number", name=op.f("pk_version")),
    )
    op.create_table(
        "content",
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document", "version"],
            ["version.document", "version.number"],
            name=op.f("fk_content_document_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document", "version", name=op.f("pk_content")),
    )


def _turns() -> None:
    op.create_table(
        "turn",
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.String(length=256), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("said", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("t0", sa.Float(), nullable=True),
        sa.Column("t1", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document", "version"],
            ["version.document", "version.number"],
            name=op.f("fk_turn_document_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document", "version", "number", name=op.f("pk_turn")),
    )


def _codes() -> None:
    op.create_table(
        "code",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=True),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("inclusion", sa.Text(), nullable=False),
        sa.Column("exclusion", sa.Text(), nullable=False),
        sa.Column("examples", sa.Text(), nullable=False),
        sa.Column("codable", sa.Boolean(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["code.id"], name=op.f("fk_code_parent_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code")),
    )
    op.create_table(
        "memo",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("on", sa.String(length=16), nullable=False),
        sa.Column("thing", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=256), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memo")),
    )
    op.create_index("ix_memo_thing", "memo", ["on", "thing"], unique=False)


def _codings() -> None:
    op.create_table(
        "assignment",
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("coder", sa.String(length=64), nullable=False),
        sa.Column("assigned_at", sa.String(length=32), nullable=False),
        sa.Column("released_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["document"],
            ["document.id"],
            name=op.f("fk_assignment_document_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document", "coder", name=op.f("pk_assignment")),
    )
    op.create_table(
        "coding",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("coder", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.CheckConstraint('"end" > start', name=op.f("ck_coding_not_empty")),
        sa.ForeignKeyConstraint(["code"], ["code.id"], name=op.f("fk_coding_code_code")),
        sa.ForeignKeyConstraint(
            ["document"], ["document.id"], name=op.f("fk_coding_document_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding")),
    )
    op.create_index("ix_coding_code", "coding", ["code"], unique=False)
    op.create_index("ix_coding_document", "coding", ["document", "start"], unique=False)


def _changes() -> None:
    op.create_table(
        "change",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("area", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_change")),
    )
    op.create_index("ix_change_document", "change", ["document"], unique=False)
    op.create_table(
        "codebook_version",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_codebook_version")),
    )


def _decisions() -> None:
    op.create_table(
        "adjudication",
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("coder", sa.String(length=64), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("codings", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["code.id"], name=op.f("fk_adjudication_code_code")),
        sa.ForeignKeyConstraint(
            ["document"],
            ["document.id"],
            name=op.f("fk_adjudication_document_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_adjudication")),
    )
    op.create_index("ix_adjudication_document", "adjudication", ["document"], unique=False)


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("one_time", sa.Boolean(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "session",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("created", sa.String(length=32), nullable=False),
        sa.Column("seen", sa.String(length=32), nullable=False),
        sa.Column("expires", sa.String(length=32), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_session_sha256_is_whole")),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_session_account_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_account"), "session", ["account"], unique=False)


def _recordings() -> None:
    op.create_table(
        "recording",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("interview", sa.String(length=64), nullable=True),
        sa.Column("transcriber", sa.String(length=64), nullable=True),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_recording_sha256_is_whole")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_recording")),
    )


def _suggestions() -> None:
    op.create_table(
        "judgement",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("coder", sa.String(length=64), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["code.id"], name=op.f("fk_judgement_code_code")),
        sa.ForeignKeyConstraint(
            ["document"], ["document.id"], name=op.f("fk_judgement_document_document")
        ),
        sa.PrimaryKeyConstraint(
            "code", "document", "version", "start", "end", "coder", name=op.f("pk_judgement")
        ),
    )
    op.create_table(
        "turn_vectors",
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("turns", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document"],
            ["document.id"],
            name=op.f("fk_turn_vectors_document_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document", "version", "model", name=op.f("pk_turn_vectors")),
    )


def _search() -> None:
    op.create_table(
        "passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("speaker", sa.String(length=256), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
    )
    op.create_table(
        "searched",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document"], ["document.id"], name=op.f("fk_searched_document_document")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_searched")),
        sa.UniqueConstraint("document", name=op.f("uq_searched_document")),
        sa.UniqueConstraint("revision", name=op.f("uq_searched_revision")),
    )
