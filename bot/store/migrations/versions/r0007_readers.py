"""What readers choose: what of a watchlist they want, quiet hours, mutes, saved stories; messages that are edited."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("chats", sa.Column("owner_id", sa.BigInteger()))
    op.add_column("chats", sa.Column("quiet", sa.String(length=11)))
    op.add_column("chats", sa.Column("buttons", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("chats", sa.Column("say_empty", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("subscriptions", sa.Column("labels", sa.JSON()))
    op.add_column("subscriptions", sa.Column("urgent_only", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("subscriptions", sa.Column("languages", sa.JSON()))
    op.add_column("subscriptions", sa.Column("tier", sa.SmallInteger()))
    op.add_column("subscriptions", sa.Column("silent", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("deliveries", sa.Column("edit_at", UTC))
    op.add_column("deliveries", sa.Column("edited_at", UTC))
    op.add_column("deliveries", sa.Column("shown", sa.String(length=64)))
    op.create_index(
        "ix_deliveries_edit",
        "deliveries",
        ["edit_at"],
        sqlite_where=sa.text("edit_at IS NOT NULL"),
        postgresql_where=sa.text("edit_at IS NOT NULL"),
    )
    op.create_table(
        "mutes",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("thread_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("until", UTC),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_mutes_chat_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_mutes"),
        sa.UniqueConstraint("chat_id", "thread_id", "kind", "target", name="uq_mutes_chat_id_thread_id_kind_target"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "saved",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("story_id", ID, autoincrement=False, nullable=False),
        sa.Column("watchlist", sa.String(length=100), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_saved_story_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", "user_id", "story_id", name="pk_saved"),
    )
    op.create_table(
        "versions",
        sa.Column("id", ID, nullable=False),
        sa.Column("watchlist", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("base", sa.String(length=64)),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_versions_watchlist", "versions", ["watchlist", "at"])
