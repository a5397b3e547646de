"""Qualification, gates, contested gold, group sessions and proposals. Frozen: later changes are later migrations."""

import sqlalchemy as sa
from alembic import op

from prefterm.store.engine import append_only_changes

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the tables of calibration; no row is touched."""
    _attempts()
    _gates_and_contests()
    _sessions()
    _session_votes()
    _proposals()
    if op.get_bind().dialect.name == "sqlite":
        for statement in append_only_changes("0002", "0003"):
            op.execute(statement)


def _attempts() -> None:
    op.create_table(
        "qualification_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", sa.String(), nullable=False),
        sa.Column("ended_at", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'done', 'abandoned')", name=op.f("ck_qualification_attempt_state")),
        sa.CheckConstraint("kind IN ('qualification', 'recalibration')", name=op.f("ck_qualification_attempt_kind")),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotator.id"], name=op.f("fk_qualification_attempt_annotator_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_qualification_attempt_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification_attempt")),
        sa.UniqueConstraint("uuid", name=op.f("uq_qualification_attempt_uuid")),
    )
    op.create_index(
        op.f("ix_qualification_attempt_annotator_id_round_id"), "qualification_attempt", ["annotator_id", "round_id"], unique=False
    )
    op.create_index(op.f("ix_qualification_attempt_round_id"), "qualification_attempt", ["round_id"], unique=False)
    op.create_table(
        "qualification_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("gold_id", sa.Integer(), nullable=False),
        sa.Column("presented_order", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_qualification_item_assignment_id")),
        sa.ForeignKeyConstraint(["attempt_id"], ["qualification_attempt.id"], name=op.f("fk_qualification_item_attempt_id")),
        sa.ForeignKeyConstraint(["gold_id"], ["gold.id"], name=op.f("fk_qualification_item_gold_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification_item")),
        sa.UniqueConstraint("attempt_id", "position", name=op.f("uq_qualification_item_attempt_id_position")),
        sa.UniqueConstraint("uuid", name=op.f("uq_qualification_item_uuid")),
    )
    op.create_index(op.f("ix_qualification_item_assignment_id"), "qualification_item", ["assignment_id"], unique=False)
    op.create_index(op.f("ix_qualification_item_gold_id"), "qualification_item", ["gold_id"], unique=False)


def _gates_and_contests() -> None:
    op.create_table(
        "hidden_gap",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("items_left", sa.Integer(), nullable=False),
        sa.CheckConstraint("purpose IN ('calibration', 'repeat')", name=op.f("ck_hidden_gap_purpose")),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotator.id"], name=op.f("fk_hidden_gap_annotator_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_hidden_gap_round_id")),
        sa.PrimaryKeyConstraint("round_id", "annotator_id", "purpose", name=op.f("pk_hidden_gap")),
    )
    op.create_table(
        "gate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.String(), nullable=False),
        sa.Column("lifted_at", sa.String(), nullable=True),
        sa.Column("lifted_by", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('drift', 'not_passed', 'to_lead')", name=op.f("ck_gate_kind")),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotator.id"], name=op.f("fk_gate_annotator_id")),
        sa.ForeignKeyConstraint(["lifted_by"], ["annotator.id"], name=op.f("fk_gate_lifted_by")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_gate_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate")),
        sa.UniqueConstraint("uuid", name=op.f("uq_gate_uuid")),
    )
    op.create_index(op.f("ix_gate_annotator_id_round_id"), "gate", ["annotator_id", "round_id"], unique=False)
    op.create_index(op.f("ix_gate_round_id"), "gate", ["round_id"], unique=False)
    op.create_table(
        "contest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("gold_id", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reviewed_at", sa.String(), nullable=True),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'upheld', 'rejected')", name=op.f("ck_contest_state")),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotator.id"], name=op.f("fk_contest_annotator_id")),
        sa.ForeignKeyConstraint(["gold_id"], ["gold.id"], name=op.f("fk_contest_gold_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["annotator.id"], name=op.f("fk_contest_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
        sa.UniqueConstraint("uuid", name=op.f("uq_contest_uuid")),
    )
    op.create_index(op.f("ix_contest_annotator_id"), "contest", ["annotator_id"], unique=False)
    op.create_index(op.f("ix_contest_gold_id"), "contest", ["gold_id"], unique=False)


def _sessions() -> None:
    op.create_table(
        "calibration_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("guideline_version_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("deadline_at", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", sa.String(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_calibration_session_state")),
        sa.ForeignKeyConstraint(
            ["guideline_version_id"], ["guideline_version.id"], name=op.f("fk_calibration_session_guideline_version_id")
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["annotator.id"], name=op.f("fk_calibration_session_opened_by")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_calibration_session_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_session")),
        sa.UniqueConstraint("name", name=op.f("uq_calibration_session_name")),
        sa.UniqueConstraint("uuid", name=op.f("uq_calibration_session_uuid")),
    )
    op.create_index(op.f("ix_calibration_session_guideline_version_id"), "calibration_session", ["guideline_version_id"], unique=False)
    op.create_index(op.f("ix_calibration_session_round_id"), "calibration_session", ["round_id"], unique=False)
    op.create_table(
        "session_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("presented_order", sa.Text(), nullable=False),
        sa.Column("revealed_at", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["comparison_id"], ["comparison.id"], name=op.f("fk_session_item_comparison_id")),
        sa.ForeignKeyConstraint(["session_id"], ["calibration_session.id"], name=op.f("fk_session_item_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_item")),
        sa.UniqueConstraint("session_id", "comparison_id", name=op.f("uq_session_item_session_id_comparison_id")),
        sa.UniqueConstraint("session_id", "position", name=op.f("uq_session_item_session_id_position")),
        sa.UniqueConstraint("uuid", name=op.f("uq_session_item_uuid")),
    )
    op.create_index(op.f("ix_session_item_comparison_id"), "session_item", ["comparison_id"], unique=False)


def _session_votes() -> None:
    op.create_table(
        "session_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("session_item_id", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("vote", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.CheckConstraint("vote IN ('blind', 'again')", name=op.f("ck_session_answer_vote")),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotator.id"], name=op.f("fk_session_answer_annotator_id")),
        sa.ForeignKeyConstraint(["session_item_id"], ["session_item.id"], name=op.f("fk_session_answer_session_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_answer")),
        sa.UniqueConstraint(
            "session_item_id", "annotator_id", "vote", "revision", name=op.f("uq_session_answer_session_item_id_annotator_id_vote_revision")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_session_answer_uuid")),
    )
    op.create_index(op.f("ix_session_answer_annotator_id"), "session_answer", ["annotator_id"], unique=False)
    op.create_table(
        "session_draft",
        sa.Column("session_item_id", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("vote", sa.String(), nullable=False),
        sa.Column("answer_uuid", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotator.id"], name=op.f("fk_session_draft_annotator_id")),
        sa.ForeignKeyConstraint(["session_item_id"], ["session_item.id"], name=op.f("fk_session_draft_session_item_id")),
        sa.PrimaryKeyConstraint("session_item_id", "annotator_id", "vote", name=op.f("pk_session_draft")),
    )
    op.create_table(
        "session_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("session_item_id", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotator.id"], name=op.f("fk_session_note_annotator_id")),
        sa.ForeignKeyConstraint(["session_item_id"], ["session_item.id"], name=op.f("fk_session_note_session_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_note")),
        sa.UniqueConstraint("uuid", name=op.f("uq_session_note_uuid")),
    )
    op.create_index(op.f("ix_session_note_annotator_id"), "session_note", ["annotator_id"], unique=False)
    op.create_index(op.f("ix_session_note_session_item_id"), "session_note", ["session_item_id"], unique=False)


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("guideline_version_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("session_item_id", sa.Integer(), nullable=True),
        sa.Column("contest_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_at", sa.String(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'taken', 'declined')", name=op.f("ck_proposal_state")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_proposal_contest_id")),
        sa.ForeignKeyConstraint(["created_by"], ["annotator.id"], name=op.f("fk_proposal_created_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["annotator.id"], name=op.f("fk_proposal_decided_by")),
        sa.ForeignKeyConstraint(["guideline_version_id"], ["guideline_version.id"], name=op.f("fk_proposal_guideline_version_id")),
        sa.ForeignKeyConstraint(["session_item_id"], ["session_item.id"], name=op.f("fk_proposal_session_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("uuid", name=op.f("uq_proposal_uuid")),
    )
    op.create_index(op.f("ix_proposal_contest_id"), "proposal", ["contest_id"], unique=False)
    op.create_index(op.f("ix_proposal_guideline_version_id"), "proposal", ["guideline_version_id"], unique=False)
    op.create_index(op.f("ix_proposal_session_item_id"), "proposal", ["session_item_id"], unique=False)
