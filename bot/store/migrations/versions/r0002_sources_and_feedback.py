"""How many publishers a match asks for, and what readers say of stories."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("matches", sa.Column("min_sources", sa.SmallInteger(), server_default="1", nullable=False))
    op.create_table(
        "feedback",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("story_id", ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("watchlist", sa.String(length=100), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_feedback_story_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.UniqueConstraint(
            "story_id", "chat_id", "user_id", "watchlist", name="uq_feedback_story_id_chat_id_user_id_watchlist"
        ),
    )
    op.create_index("ix_feedback_watchlist", "feedback", ["watchlist", "at"])
