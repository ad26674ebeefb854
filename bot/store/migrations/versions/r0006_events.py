"""Why an article is in its story, what may be the same event, steps with their dates, and what was told of a story."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTC = sa.DateTime(timezone=True)


def _article(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=f"fk_{table}_article_id", ondelete="CASCADE")


def upgrade() -> None:
    op.add_column("stories", sa.Column("merged_into", ID))
    op.add_column("told", sa.Column("outlets", sa.Integer(), server_default="0", nullable=False))
    op.add_column("told", sa.Column("step", sa.SmallInteger()))
    op.create_table(
        "article_facts",
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        _article("article_facts"),
        sa.PrimaryKeyConstraint("article_id", name="pk_article_facts"),
    )
    op.create_table(
        "features",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        _article("features"),
        sa.PrimaryKeyConstraint("hash", "article_id", name="pk_features"),
    )
    op.create_index("ix_features_article_id", "features", ["article_id"])
    op.create_table(
        "joins",
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("other_id", ID),
        sa.Column("score", sa.Float()),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        _article("joins"),
        sa.PrimaryKeyConstraint("article_id", name="pk_joins"),
    )
    op.create_table(
        "ties",
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("story_id", ID, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="open", nullable=False),
        sa.Column("at", UTC, nullable=False),
        _article("ties"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_ties_story_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_ties"),
        sa.UniqueConstraint("article_id", "story_id", name="uq_ties_article_id_story_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ties_story_id", "ties", ["story_id"])
    op.create_table(
        "steps",
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("watchlist", sa.String(length=100), nullable=False),
        sa.Column("concept", sa.String(length=100), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("date", sa.String(length=10), nullable=False),
        sa.Column("date_from", sa.String(length=10), nullable=False),
        sa.Column("part", sa.String(length=5), nullable=False),
        sa.Column("paragraph", sa.Integer()),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        _article("steps"),
        sa.PrimaryKeyConstraint("id", name="pk_steps"),
    )
    op.create_index("ix_steps_article_id", "steps", ["article_id"])
    op.create_index("ix_steps_watchlist", "steps", ["watchlist", "date"])
    op.create_table(
        "spikes",
        sa.Column("id", ID, nullable=False),
        sa.Column("watchlist", sa.String(length=100), nullable=False),
        sa.Column("concept", sa.String(length=100), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Float(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_spikes"),
    )
    op.create_index("ix_spikes_watchlist", "spikes", ["watchlist", "concept", "label", "at"])
