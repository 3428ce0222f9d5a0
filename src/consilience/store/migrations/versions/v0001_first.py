"""The first schema: snapshots, results, outputs and the audit ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SHA = sa.String(64)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "snapshot",
        sa.Column("sha256", _SHA),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_snapshot"),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_snapshot_sha256_is_whole")),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_snapshot_rows_not_negative")),
    )
    op.create_table(
        "result",
        sa.Column("key", _SHA),
        sa.Column("stage", sa.String(64), nullable=False),
        sa.Column("parameters", _SHA, nullable=False),
        sa.Column("seed_stream", sa.String(128), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.Column("warnings", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_result"),
    )
    op.create_table(
        "result_input",
        sa.Column("result", _SHA),
        sa.Column("name", sa.String(512)),
        sa.Column("sha256", _SHA, nullable=False),
        sa.PrimaryKeyConstraint("result", "name", name="pk_result_input"),
        sa.ForeignKeyConstraint(
            ["result"], ["result.key"], name="fk_result_input_result_result", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "result_table",
        sa.Column("result", _SHA),
        sa.Column("name", sa.String(64)),
        sa.Column("snapshot", _SHA, nullable=False),
        sa.PrimaryKeyConstraint("result", "name", name="pk_result_table"),
        sa.ForeignKeyConstraint(
            ["result"], ["result.key"], name="fk_result_table_result_result", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["snapshot"], ["snapshot.sha256"], name="fk_result_table_snapshot_snapshot"
        ),
    )
    op.create_table(
        "current",
        sa.Column("stage", sa.String(64)),
        sa.Column("result", _SHA, nullable=False),
        sa.PrimaryKeyConstraint("stage", name="pk_current"),
        sa.ForeignKeyConstraint(["result"], ["result.key"], name="fk_current_result_result"),
    )
    op.create_table(
        "output",
        sa.Column("path", sa.String(512)),
        sa.Column("sha256", _SHA, nullable=False),
        sa.Column("shows", _SHA, nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_output"),
    )
    _make_ledger()


def _make_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("line", sa.Integer),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(256), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("previous", _SHA, nullable=False),
        sa.Column("sha256", _SHA, nullable=False),
        sa.PrimaryKeyConstraint("line", name="pk_ledger"),
    )
    op.create_table(
        "ledger_head",
        sa.Column("one", sa.Integer),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("sha256", _SHA, nullable=False),
        sa.PrimaryKeyConstraint("one", name="pk_ledger_head"),
        sa.CheckConstraint("one = 1", name=op.f("ck_ledger_head_only_one_row")),
    )
