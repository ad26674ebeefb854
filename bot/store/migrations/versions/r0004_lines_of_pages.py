"""Which lines a source's pages repeat, and what else an article says of itself."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("articles", sa.Column("agency", sa.Text()))
    op.add_column("articles", sa.Column("modified", UTC))
    op.add_column("articles", sa.Column("published_raw", sa.Text()))
    op.create_table(
        "lines",
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("first_seen", UTC, nullable=False),
        sa.Column("last_seen", UTC, nullable=False),
        sa.PrimaryKeyConstraint("source", "mark", name="pk_lines"),
    )
    op.create_index("ix_lines_pages", "lines", ["source", "pages"])
