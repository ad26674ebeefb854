"""What decides when a feed is asked again, where, and which of its items are read."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("feeds", sa.Column("moved_times", sa.Integer(), server_default="0", nullable=False))
    op.add_column("feeds", sa.Column("trusted", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column("feeds", sa.Column("unproven", sa.Integer(), server_default="0", nullable=False))
    op.add_column("feeds", sa.Column("reading", sa.String(length=40)))
    op.add_column("feeds", sa.Column("asks", sa.JSON()))
    op.add_column("feeds", sa.Column("note", sa.Text()))
    op.add_column("feeds", sa.Column("gone", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("feeds", sa.Column("told", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_table(
        "feed_items",
        sa.Column("feed_id", ID, autoincrement=False, nullable=False),
        sa.Column("hashes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="fk_feed_items_feed_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("feed_id", name="pk_feed_items"),
    )
    op.create_index("ix_entries_seen", "entries", ["feed_id", "first_seen"])
