"""Catalogue, publications, readers and deposits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    _catalogue()
    _records()
    _publications()
    _readers()
    _deposits()
    # No record is older than this revision, so that the index of words begins empty.
    op.execute(
        "CREATE VIRTUAL TABLE search_records USING fts5"
        "(title, creators, words, tokenize='unicode61 remove_diacritics 2')"
    )


def _catalogue() -> None:
    op.create_table(
        "catalogue_key",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_catalogue_key_only_one_row")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_catalogue_key")),
    )
    op.create_table(
        "catalogue_set",
        sa.Column("spec", sa.String(length=128), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("spec", name=op.f("pk_catalogue_set")),
    )
    op.create_table(
        "facet_page",
        sa.Column("facet", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=512), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("facet", "value", "page", name=op.f("pk_facet_page")),
    )
    op.create_index("ix_facet_page_page", "facet_page", ["page"], unique=False)


def _records() -> None:
    op.create_table(
        "record",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(length=256), nullable=False),
        sa.Column("datestamp", sa.String(length=20), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("sets", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("year", sa.String(length=4), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "length(datestamp) = 20", name=op.f("ck_record_datestamp_is_to_the_second")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_record")),
        sa.UniqueConstraint("identifier", name=op.f("uq_record_identifier")),
    )
    op.create_index("ix_record_datestamp", "record", ["datestamp"], unique=False)
    op.create_index("ix_record_source", "record", ["source"], unique=False)
    op.create_table(
        "record_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_form")),
    )
    op.create_table(
        "record_content",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("json", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["record.number"], name=op.f("fk_record_content_number_record")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_record_content")),
    )
    op.create_table(
        "record_set",
        sa.Column("spec", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["record.number"], name=op.f("fk_record_set_number_record")
        ),
        sa.PrimaryKeyConstraint("spec", "number", name=op.f("pk_record_set")),
        sqlite_with_rowid=False,
    )


def _publications() -> None:
    op.create_table(
        "publication",
        sa.Column("record", sa.String(length=256), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("prepared_by", sa.String(length=128), nullable=False),
        sa.Column("released_by", sa.String(length=128), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("record_xml", sa.String(length=64), nullable=False),
        sa.Column("data_sets", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_publication_version_from_one")),
        sa.PrimaryKeyConstraint("record", "version", name=op.f("pk_publication")),
    )
    op.create_table(
        "published_file",
        sa.Column("record", sa.String(length=256), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=256), nullable=False),
        sa.Column("path", sa.String(length=512), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=128), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("data_set", sa.String(length=128), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("licence", sa.String(length=128), nullable=False),
        sa.Column("embargo", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "level IN ('open', 'safeguarded', 'controlled')",
            name=op.f("ck_published_file_level_is_known"),
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_published_file_sha256_is_whole")),
        sa.ForeignKeyConstraint(
            ["record", "version"],
            ["publication.record", "publication.version"],
            name=op.f("fk_published_file_record_publication"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record", "version", "file", name=op.f("pk_published_file")),
    )
    op.create_table(
        "doi",
        sa.Column("record", sa.String(length=256), nullable=False),
        sa.Column("doi", sa.String(length=256), nullable=False),
        sa.Column("endpoint", sa.String(length=512), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'draft', 'findable')", name=op.f("ck_doi_state_is_known")
        ),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_doi")),
        sa.UniqueConstraint("doi", name=op.f("uq_doi_doi")),
    )


def _readers() -> None:
    op.create_table(
        "reader",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("confirmed", sa.String(length=32), nullable=False),
        sa.Column("terms", sa.String(length=64), nullable=False),
        sa.Column("terms_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_reader_account_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_reader")),
        sa.UniqueConstraint("email", name=op.f("uq_reader_email")),
    )
    op.create_table(
        "access_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("record", sa.String(length=256), nullable=False),
        sa.Column("data_set", sa.String(length=128), nullable=False),
        sa.Column("file", sa.String(length=256), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("asked", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided", sa.String(length=32), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'approved', 'refused', 'withdrawn')",
            name=op.f("ck_access_request_state_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_access_request_account_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_request")),
    )
    op.create_index(op.f("ix_access_request_account"), "access_request", ["account"], unique=False)
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=256), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("sent", sa.String(length=32), nullable=False),
        sa.Column("failed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_mail_account_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )


def _deposits() -> None:
    op.create_table(
        "deposit_waiver",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("where", sa.String(length=512), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("back", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_deposit_waiver")),
    )
    op.create_table(
        "deposit_prepared",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("identifier", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_deposit_prepared")),
    )
