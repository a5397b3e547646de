"""Passages that a judgment points at, and the seconds spent looking things up. Frozen: later changes are later migrations."""

import sqlalchemy as sa
from alembic import op

from prefterm.store.engine import append_only_changes

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add a table and a nullable column; no row is touched. The column is as final as its neighbours, so the trigger names it too."""
    op.add_column("judgment", sa.Column("lookup_seconds", sa.Float(), nullable=True))
    op.create_table(
        "judgment_passage",
        sa.Column("judgment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start_at", sa.Integer(), nullable=False),
        sa.Column("end_at", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("place IN ('prompt', 'response')", name=op.f("ck_judgment_passage_place")),
        sa.CheckConstraint("kind IN ('false', 'unsafe', 'decisive', 'note')", name=op.f("ck_judgment_passage_kind")),
        sa.ForeignKeyConstraint(["judgment_id"], ["judgment.id"], name=op.f("fk_judgment_passage_judgment_id")),
        sa.PrimaryKeyConstraint("judgment_id", "number", name=op.f("pk_judgment_passage")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in append_only_changes("0001", "0002"):
            op.execute(statement)
