"""The first schema: one function a table, in the order of their references. Frozen: later changes are later migrations."""

import sqlalchemy as sa
from alembic import context, op

from prefterm.store.engine import append_only_statements

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table, the append-only triggers and the file's identity."""
    for table in TABLES:
        table()
    if op.get_bind().dialect.name == "sqlite":
        for statement in append_only_statements():
            op.execute(statement)
        context.config.attributes["database"].mark_identity(op.get_bind())


def _annotator() -> None:
    op.create_table(
        "annotator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("may_log_in", sa.Boolean(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("retired_at", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('human', 'judge')", name=op.f("ck_annotator_kind")),
        sa.CheckConstraint("role IN ('annotator', 'adjudicator', 'admin')", name=op.f("ck_annotator_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotator")),
        sa.UniqueConstraint("name", name=op.f("uq_annotator_name")),
        sa.UniqueConstraint("uuid", name=op.f("uq_annotator_uuid")),
    )


def _prompt() -> None:
    op.create_table(
        "prompt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("messages", sa.Text(), nullable=False),
        sa.Column("normal_sha256", sa.String(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("cluster", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=True),
        sa.Column("quarantined", sa.Boolean(), nullable=False),
        sa.CheckConstraint("side IN ('train', 'eval')", name=op.f("ck_prompt_side")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt")),
        sa.UniqueConstraint("sha256", name=op.f("uq_prompt_sha256")),
        sa.UniqueConstraint("uuid", name=op.f("uq_prompt_uuid")),
    )
    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prompt_cluster"), ["cluster"], unique=False)
        batch_op.create_index(batch_op.f("ix_prompt_normal_sha256"), ["normal_sha256"], unique=False)


def _response() -> None:
    op.create_table(
        "response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("messages", sa.Text(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
    )


def _setting() -> None:
    op.create_table(
        "setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )


def _comparison() -> None:
    op.create_table(
        "comparison",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=True),
        sa.Column("n_responses", sa.Integer(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("meta", sa.Text(), nullable=False),
        sa.Column("servable", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompt.id"], name=op.f("fk_comparison_prompt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison")),
        sa.UniqueConstraint("key", name=op.f("uq_comparison_key")),
        sa.UniqueConstraint("uuid", name=op.f("uq_comparison_uuid")),
    )
    with op.batch_alter_table("comparison", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comparison_prompt_id"), ["prompt_id"], unique=False)


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("payload_sha256", sa.String(), nullable=False),
        sa.Column("prev", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["annotator.id"], name=op.f("fk_event_actor_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sa.UniqueConstraint("uuid", name=op.f("uq_event_uuid")),
    )


def _guideline_version() -> None:
    op.create_table(
        "guideline_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("editorial", sa.Boolean(), nullable=False),
        sa.Column("requalify", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.String(), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["published_by"], ["annotator.id"], name=op.f("fk_guideline_version_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guideline_version")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_guideline_version_name_version")),
        sa.UniqueConstraint("uuid", name=op.f("uq_guideline_version_uuid")),
    )


def _comparison_response() -> None:
    op.create_table(
        "comparison_response",
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["comparison_id"], ["comparison.id"], name=op.f("fk_comparison_response_comparison_id")),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_comparison_response_response_id")),
        sa.PrimaryKeyConstraint("comparison_id", "position", name=op.f("pk_comparison_response")),
    )
    with op.batch_alter_table("comparison_response", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comparison_response_response_id"), ["response_id"], unique=False)


def _gold() -> None:
    op.create_table(
        "gold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("import_sha256", sa.String(), nullable=True),
        sa.Column("meta", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "settled_by IN ('unanimous', 'majority', 'adjudicated', 'import', 'promotion')", name=op.f("ck_gold_settled_by")
        ),
        sa.CheckConstraint("status IN ('active', 'retired')", name=op.f("ck_gold_status")),
        sa.ForeignKeyConstraint(["comparison_id"], ["comparison.id"], name=op.f("fk_gold_comparison_id")),
        sa.ForeignKeyConstraint(["created_by"], ["annotator.id"], name=op.f("fk_gold_created_by")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["gold.id"], name=op.f("fk_gold_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gold")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_gold_supersedes_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_gold_uuid")),
    )
    with op.batch_alter_table("gold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gold_comparison_id"), ["comparison_id"], unique=False)


def _guideline_section() -> None:
    op.create_table(
        "guideline_section",
        sa.Column("guideline_version_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("applies_to", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["guideline_version_id"], ["guideline_version.id"], name=op.f("fk_guideline_section_guideline_version_id")),
        sa.PrimaryKeyConstraint("guideline_version_id", "id", name=op.f("pk_guideline_section")),
    )


def _guideline_seen() -> None:
    op.create_table(
        "guideline_seen",
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("guideline_version_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotator.id"], name=op.f("fk_guideline_seen_annotator_id")),
        sa.ForeignKeyConstraint(["guideline_version_id"], ["guideline_version.id"], name=op.f("fk_guideline_seen_guideline_version_id")),
        sa.PrimaryKeyConstraint("annotator_id", "guideline_version_id", name=op.f("pk_guideline_seen")),
    )


def _round() -> None:
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("guideline_version_id", sa.Integer(), nullable=True),
        sa.Column("overlap", sa.Integer(), nullable=False),
        sa.Column("up_to", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.String(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.String(), nullable=True),
        sa.Column("freed", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('labelling', 'import')", name=op.f("ck_round_kind")),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_round_state")),
        sa.ForeignKeyConstraint(["guideline_version_id"], ["guideline_version.id"], name=op.f("fk_round_guideline_version_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["annotator.id"], name=op.f("fk_round_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("name", name=op.f("uq_round_name")),
        sa.UniqueConstraint("uuid", name=op.f("uq_round_uuid")),
    )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_guideline_version_id"), ["guideline_version_id"], unique=False)


def _worked_example() -> None:
    op.create_table(
        "worked_example",
        sa.Column("guideline_version_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["guideline_version_id"], ["guideline_version.id"], name=op.f("fk_worked_example_guideline_version_id")),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompt.id"], name=op.f("fk_worked_example_prompt_id")),
        sa.PrimaryKeyConstraint("guideline_version_id", "id", name=op.f("pk_worked_example")),
    )
    with op.batch_alter_table("worked_example", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_worked_example_prompt_id"), ["prompt_id"], unique=False)


def _flag() -> None:
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotator.id"], name=op.f("fk_flag_annotator_id")),
        sa.ForeignKeyConstraint(["comparison_id"], ["comparison.id"], name=op.f("fk_flag_comparison_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_flag_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("uuid", name=op.f("uq_flag_uuid")),
    )
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flag_annotator_id"), ["annotator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_flag_comparison_id"), ["comparison_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_flag_round_id"), ["round_id"], unique=False)


def _gold_citation() -> None:
    op.create_table(
        "gold_citation",
        sa.Column("gold_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["gold_id"], ["gold.id"], name=op.f("fk_gold_citation_gold_id")),
        sa.PrimaryKeyConstraint("gold_id", "section", name=op.f("pk_gold_citation")),
    )


def _reveal() -> None:
    op.create_table(
        "reveal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotator.id"], name=op.f("fk_reveal_annotator_id")),
        sa.ForeignKeyConstraint(["comparison_id"], ["comparison.id"], name=op.f("fk_reveal_comparison_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_reveal_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reveal")),
        sa.UniqueConstraint("uuid", name=op.f("uq_reveal_uuid")),
    )
    with op.batch_alter_table("reveal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reveal_annotator_id"), ["annotator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reveal_comparison_id"), ["comparison_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reveal_round_id"), ["round_id"], unique=False)


def _round_item() -> None:
    op.create_table(
        "round_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("shuffle", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(), nullable=True),
        sa.CheckConstraint("side IN ('train', 'eval')", name=op.f("ck_round_item_side")),
        sa.ForeignKeyConstraint(["comparison_id"], ["comparison.id"], name=op.f("fk_round_item_comparison_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_item_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_item")),
        sa.UniqueConstraint("round_id", "comparison_id", name=op.f("uq_round_item_round_id_comparison_id")),
    )
    with op.batch_alter_table("round_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_item_comparison_id"), ["comparison_id"], unique=False)
        batch_op.create_index("ix_round_item_round_id_shuffle", ["round_id", "shuffle"], unique=False)


def _sitting() -> None:
    op.create_table(
        "sitting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.String(), nullable=False),
        sa.Column("last_at", sa.String(), nullable=False),
        sa.Column("ended_at", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotator.id"], name=op.f("fk_sitting_annotator_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_sitting_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
        sa.UniqueConstraint("uuid", name=op.f("uq_sitting_uuid")),
    )
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sitting_annotator_id"), ["annotator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sitting_round_id"), ["round_id"], unique=False)


def _slot() -> None:
    op.create_table(
        "slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("round_item_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("presented_order", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("shuffle", sa.Integer(), nullable=False),
        sa.CheckConstraint("origin IN ('planned', 'opened')", name=op.f("ck_slot_origin")),
        sa.CheckConstraint("state IN ('free', 'claimed', 'answered')", name=op.f("ck_slot_state")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_slot_round_id")),
        sa.ForeignKeyConstraint(["round_item_id"], ["round_item.id"], name=op.f("fk_slot_round_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.UniqueConstraint("round_item_id", "number", name=op.f("uq_slot_round_item_id_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_slot_uuid")),
    )
    with op.batch_alter_table("slot", schema=None) as batch_op:
        batch_op.create_index("ix_slot_round_id_state_shuffle", ["round_id", "state", "shuffle"], unique=False)


def _assignment() -> None:
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("presented_order", sa.Text(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("claimed_at", sa.String(), nullable=False),
        sa.Column("painted_at", sa.String(), nullable=True),
        sa.Column("lease_until", sa.String(), nullable=True),
        sa.CheckConstraint("origin IN ('planned', 'opened')", name=op.f("ck_assignment_origin")),
        sa.CheckConstraint("purpose IN ('work', 'calibration', 'repeat', 'qualification')", name=op.f("ck_assignment_purpose")),
        sa.CheckConstraint("state IN ('open', 'parked', 'answered', 'skipped', 'expired')", name=op.f("ck_assignment_state")),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotator.id"], name=op.f("fk_assignment_annotator_id")),
        sa.ForeignKeyConstraint(["comparison_id"], ["comparison.id"], name=op.f("fk_assignment_comparison_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_assignment_round_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_assignment_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("uuid", name=op.f("uq_assignment_uuid")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index("ix_assignment_annotator_id_comparison_id", ["annotator_id", "comparison_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_comparison_id"), ["comparison_id"], unique=False)
        batch_op.create_index("ix_assignment_round_id_annotator_id_state", ["round_id", "annotator_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_slot_id"), ["slot_id"], unique=False)
        batch_op.create_index("ix_assignment_state_lease_until", ["state", "lease_until"], unique=False)
        batch_op.create_index(
            "uq_assignment_one_open",
            ["round_id", "annotator_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )


def _draft() -> None:
    op.create_table(
        "draft",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("judgment_uuid", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.String(), nullable=False),
        sa.Column("hold_until", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_draft_assignment_id")),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_draft")),
    )


def _judgment() -> None:
    op.create_table(
        "judgment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("active_seconds", sa.Float(), nullable=True),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.Column("view", sa.Text(), nullable=True),
        sa.Column("guideline_version_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.String(), nullable=True),
        sa.Column("import_sha256", sa.String(), nullable=True),
        sa.Column("meta", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('submitted', 'withdrawn')", name=op.f("ck_judgment_status")),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotator.id"], name=op.f("fk_judgment_annotator_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_judgment_assignment_id")),
        sa.ForeignKeyConstraint(["comparison_id"], ["comparison.id"], name=op.f("fk_judgment_comparison_id")),
        sa.ForeignKeyConstraint(["guideline_version_id"], ["guideline_version.id"], name=op.f("fk_judgment_guideline_version_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["judgment.id"], name=op.f("fk_judgment_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgment")),
        sa.UniqueConstraint("assignment_id", "revision", name=op.f("uq_judgment_assignment_id_revision")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_judgment_supersedes_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_judgment_uuid")),
    )
    with op.batch_alter_table("judgment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judgment_annotator_id"), ["annotator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_judgment_comparison_id"), ["comparison_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_judgment_guideline_version_id"), ["guideline_version_id"], unique=False)


def _skip() -> None:
    op.create_table(
        "skip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_skip_assignment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skip")),
        sa.UniqueConstraint("uuid", name=op.f("uq_skip_uuid")),
    )
    with op.batch_alter_table("skip", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_skip_assignment_id"), ["assignment_id"], unique=False)


def _judgment_citation() -> None:
    op.create_table(
        "judgment_citation",
        sa.Column("judgment_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["judgment_id"], ["judgment.id"], name=op.f("fk_judgment_citation_judgment_id")),
        sa.PrimaryKeyConstraint("judgment_id", "section", name=op.f("pk_judgment_citation")),
    )


def _preference() -> None:
    op.create_table(
        "preference",
        sa.Column("judgment_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("second", sa.Integer(), nullable=False),
        sa.Column("strength", sa.Integer(), nullable=False),
        sa.Column("tie", sa.String(), nullable=True),
        sa.CheckConstraint("tie IN ('equal', 'both_good', 'both_bad')", name=op.f("ck_preference_tie")),
        sa.ForeignKeyConstraint(["judgment_id"], ["judgment.id"], name=op.f("fk_preference_judgment_id")),
        sa.PrimaryKeyConstraint("judgment_id", "dimension", "first", "second", name=op.f("pk_preference")),
    )


def _response_score() -> None:
    op.create_table(
        "response_score",
        sa.Column("judgment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["judgment_id"], ["judgment.id"], name=op.f("fk_response_score_judgment_id")),
        sa.PrimaryKeyConstraint("judgment_id", "position", "dimension", name=op.f("pk_response_score")),
    )


TABLES = (
    _annotator,
    _prompt,
    _response,
    _setting,
    _comparison,
    _event,
    _guideline_version,
    _comparison_response,
    _gold,
    _guideline_section,
    _guideline_seen,
    _round,
    _worked_example,
    _flag,
    _gold_citation,
    _reveal,
    _round_item,
    _sitting,
    _slot,
    _assignment,
    _draft,
    _judgment,
    _skip,
    _judgment_citation,
    _preference,
    _response_score,
)
