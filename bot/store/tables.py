"""The database's shape, one definition for SQLite and PostgreSQL. It holds no queries.

What must happen next is a row with a `due_at`: first try, retry, `Retry-After`, back-off and digest hour are one
column.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
    true,
)

# Names are given so that Alembic can drop a constraint on either engine.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """An aware time in UTC. SQLite stores none of the zone, so it is put back on reading; naive times are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite gives ids of its own only to INTEGER keys. Without `sqlite_autoincrement` it may give a deleted row's id again,
# which is a trap wherever an id leaves its table: in a delivery's key, in a button of a message.
Id = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _fk(target: str, *, index: bool = False, **options: Any) -> Column[Any]:
    name = options.pop("name", target.split(".")[0].removesuffix("s") + "_id")
    return Column(name, Id, ForeignKey(target, ondelete="CASCADE"), index=index, **options)


feeds = Table(
    "feeds",
    metadata,
    _id(),
    Column("url", Text, nullable=False, unique=True),
    Column("source", String(100), nullable=False),
    Column("active", Boolean, nullable=False, default=True, server_default=text("true")),
    Column("every_s", Integer),
    Column("lane", SmallInteger, nullable=False),
    Column("host", String(255), nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    # Where the last good answer came from, and its validators: both or neither, only after a parse that worked.
    Column("final_url", Text),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", String(64)),
    # Where permanent redirects lead, and how many polls in a row have proved it.
    Column("moved_to", Text),
    Column("moved_times", Integer, nullable=False, default=0, server_default="0"),
    # False: the body changed and its validators did not. And how many polls have relied on them since the last body.
    Column("trusted", Boolean, nullable=False, default=True, server_default=text("true")),
    Column("unproven", Integer, nullable=False, default=0, server_default="0"),
    # With which parser and hints the last document was read.
    Column("reading", String(40)),
    # What the last document asks of its readers: `[seconds, [hours], [weekdays]]`.
    Column("asks", JSON(none_as_null=True)),
    # Something the operator should know of a feed that works.
    Column("note", Text),
    Column("first_success", Utc),
    Column("last_polled", Utc),
    Column("last_success", Utc),
    Column("last_error", Text),
    Column("failures", Integer, nullable=False, default=0, server_default="0"),
    # The server says that the feed is gone for good.
    Column("gone", Boolean, nullable=False, default=False, server_default=text("false")),
    # The admins know that it does not work.
    Column("told", Boolean, nullable=False, default=False, server_default=text("false")),
    Index("ix_feeds_due", "active", "due_at"),
)

# The items of the last document that was read of a feed, as hashes in one text: looked at only when a body changed.
feed_items = Table(
    "feed_items",
    metadata,
    Column("feed_id", Id, ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("hashes", Text, nullable=False),
)

pages = Table(
    "pages",
    metadata,
    _id(),
    Column("url", Text, nullable=False),
    Column("url_key", String(64), nullable=False, unique=True),
    Column("lane", SmallInteger, nullable=False),
    Column("host", String(255), nullable=False),
    Column("source", String(100), nullable=False),
    # Null when there is nothing left to do.
    Column("due_at", Utc),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    Column("state", String(20), nullable=False, default="waiting", server_default="waiting"),
    Column("error", Text),
    # True: found by a first look, a flood, or after a long gap; its matches go into a starting picture.
    Column("quiet", Boolean, nullable=False, default=False, server_default=text("false")),
    Column("rereads", Integer, nullable=False, default=0, server_default="0"),
    Column("first_seen", Utc, nullable=False),
    Index(
        "ix_pages_due",
        "lane",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
)

entries = Table(
    "entries",
    metadata,
    _id(),
    _fk("feeds.id", nullable=False),
    _fk("pages.id", nullable=False, index=True),
    Column("guid_key", String(64)),
    Column("url_key", String(64)),
    Column("title_key", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("paragraphs", JSON, nullable=False),
    Column("author", Text),
    Column("published", Utc),
    Column("published_raw", Text),
    Column("changes", Integer, nullable=False, default=0, server_default="0"),
    Column("first_seen", Utc, nullable=False),
    Index("ix_entries_guid", "feed_id", "guid_key"),
    Index("ix_entries_url", "feed_id", "url_key"),
    Index("ix_entries_title", "feed_id", "title_key"),
    # How many a feed has brought lately is asked with every poll.
    Index("ix_entries_seen", "feed_id", "first_seen"),
)

stories = Table(
    "stories",
    metadata,
    _id(),
    Column("headline", Text, nullable=False),
    Column("first_seen", Utc, nullable=False),
    Column("latest", Utc, nullable=False, index=True),
    # The story that an operator put this one into.
    Column("merged_into", Id),
    sqlite_autoincrement=True,
)

articles = Table(
    "articles",
    metadata,
    _id(),
    Column("page_id", Id, ForeignKey("pages.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("story_id", Id, ForeignKey("stories.id"), index=True),
    Column("source", String(100), nullable=False),
    Column("url", Text, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("paragraphs", JSON, nullable=False),
    Column("author", Text),
    Column("published", Utc),
    Column("published_from", String(20)),
    Column("language", String(8)),
    Column("canonical", Text),
    Column("basis", String(8), nullable=False),
    Column("note", Text),
    Column("first_seen", Utc, nullable=False, index=True),
    Column("read_at", Utc, nullable=False),
    Column("agency", Text),
    Column("modified", Utc),
    Column("published_raw", Text),
    sqlite_autoincrement=True,
)

# On how many of a source's recent pages a line stands: what its furniture is learnt from. The line without letters
# counts the pages themselves.
lines = Table(
    "lines",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("mark", String(20), primary_key=True),
    Column("pages", Integer, nullable=False),
    Column("first_seen", Utc, nullable=False),
    Column("last_seen", Utc, nullable=False),
    Index("ix_lines_pages", "source", "pages"),
)

# Hosts that want no request, by Retry-After.
holds = Table(
    "holds",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("until", Utc, nullable=False),
)

# Sketch hashes of matched articles: what duplicates are found by.
shingles = Table(
    "shingles",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True),
)

# What of a matched article survives translation, and what it is found by.
article_facts = Table(
    "article_facts",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("facts", JSON, nullable=False),
)

features = Table(
    "features",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True),
)

# Why an article is in its story: by which other one, and what they have in common.
joins = Table(
    "joins",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("kind", String(12), nullable=False),
    Column("other_id", Id),
    Column("score", Float),
    Column("why", JSON, nullable=False),
    Column("at", Utc, nullable=False),
)

# Stories an article may belong to as well: open, joined, or apart by somebody's word.
ties = Table(
    "ties",
    metadata,
    _id(),
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("story_id", Id, ForeignKey("stories.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("score", Float, nullable=False),
    Column("why", JSON, nullable=False),
    Column("state", String(10), nullable=False, default="open", server_default="open"),
    Column("at", Utc, nullable=False),
    UniqueConstraint("article_id", "story_id"),
    # A button in an old message must not decide another tie.
    sqlite_autoincrement=True,
)

# Stages of events that sentences report, each with its day: what chronicles are made of.
steps = Table(
    "steps",
    metadata,
    _id(),
    _fk("articles.id", nullable=False, index=True),
    Column("watchlist", String(100), nullable=False),
    Column("concept", String(100), nullable=False),
    Column("step", String(100), nullable=False),
    # Its place among the concept's steps.
    Column("rank", SmallInteger, nullable=False),
    Column("labels", JSON, nullable=False),
    # ISO 8601, a day, a month or a year; where it was read.
    Column("date", String(10), nullable=False),
    Column("date_from", String(10), nullable=False),
    Column("part", String(5), nullable=False),
    Column("paragraph", Integer),
    Column("sentence", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_steps_watchlist", "watchlist", "date"),
)

# Alarms about a label's volume: when, how many articles, and how many are usual.
spikes = Table(
    "spikes",
    metadata,
    _id(),
    Column("watchlist", String(100), nullable=False),
    Column("concept", String(100), nullable=False),
    Column("label", String(100), nullable=False),
    Column("count", Integer, nullable=False),
    Column("usual", Float, nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_spikes_watchlist", "watchlist", "concept", "label", "at"),
)

# What is out of the ordinary: a silent source, a rule that finds nothing, a host whose pages cannot be read.
alarms = Table(
    "alarms",
    metadata,
    _id(),
    Column("kind", String(20), nullable=False),
    # A source, a rule as `watchlist/rule`, a host; empty where there is only one.
    Column("target", String(200), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("began_at", Utc, nullable=False),
    Column("ended_at", Utc, index=True),
    sqlite_autoincrement=True,
)

matches = Table(
    "matches",
    metadata,
    _id(),
    _fk("articles.id", nullable=False),
    Column("watchlist", String(100), nullable=False),
    Column("rule", String(100), nullable=False),
    Column("version", String(64), nullable=False),
    Column("priority", String(10), nullable=False),
    Column("labels", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("created_at", Utc, nullable=False, index=True),
    # The match counts in a story that so many publishers have.
    Column("min_sources", SmallInteger, nullable=False, default=1, server_default="1"),
    UniqueConstraint("article_id", "watchlist", "rule"),
    Index("ix_matches_watchlist", "watchlist", "created_at"),
)

chats = Table(
    "chats",
    metadata,
    # Telegram's id; 0 is the console.
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("title", Text, nullable=False, default="", server_default=text("''")),
    Column("role", String(10), nullable=False),
    # active, or paused with a reason: blocked, kicked, no rights. A paused chat keeps everything.
    Column("state", String(20), nullable=False, default="active", server_default="active"),
    Column("state_reason", Text),
    Column("not_before", Utc),
    Column("timezone", String(64)),
    Column("language", String(8)),
    Column("joined_at", Utc, nullable=False),
    # The person who let the chat in, and is told what becomes of it.
    Column("owner_id", BigInteger),
    # Hours in the chat's zone, `22:00-06:30`.
    Column("quiet", String(11)),
    Column("buttons", Boolean, nullable=False, default=True, server_default=true()),
    # Whether a digest with nothing in it is one line, or nothing.
    Column("say_empty", Boolean, nullable=False, default=False, server_default=false()),
)

# What a chat or topic does not want to hear of for a while, or for ever: everything, a story, a source, a rule.
mutes = Table(
    "mutes",
    metadata,
    _id(),
    _fk("chats.id", nullable=False, name="chat_id"),
    Column("thread_id", BigInteger, nullable=False, default=0, server_default="0"),
    Column("kind", String(10), nullable=False),
    Column("target", String(200), nullable=False),
    Column("until", Utc),
    Column("user_id", BigInteger),
    Column("at", Utc, nullable=False),
    UniqueConstraint("chat_id", "thread_id", "kind", "target"),
    sqlite_autoincrement=True,
)

# Stories that somebody keeps for later.
saved = Table(
    "saved",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("story_id", Id, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("watchlist", String(100), nullable=False),
    Column("at", Utc, nullable=False),
)

# Texts of watchlists that came by chat, and those they took the place of.
versions = Table(
    "versions",
    metadata,
    _id(),
    Column("watchlist", String(100), nullable=False),
    Column("text", Text, nullable=False),
    # A hash of the text that it is to take the place of; null for a new file.
    Column("base", String(64)),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger),
    Column("state", String(10), nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_versions_watchlist", "watchlist", "at"),
    sqlite_autoincrement=True,
)

# Who was told once, politely, that the door is closed.
strangers = Table(
    "strangers",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("told_at", Utc, nullable=False),
)

invites = Table(
    "invites",
    metadata,
    # Only the hash of the secret is kept.
    Column("secret_hash", String(64), primary_key=True),
    Column("created_by", BigInteger, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("uses_left", Integer, nullable=False),
    Column("role", String(10), nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    _id(),
    _fk("chats.id", nullable=False, name="chat_id"),
    Column("thread_id", BigInteger, nullable=False, default=0, server_default="0"),
    Column("watchlist", String(100), nullable=False),
    Column("rhythm", String(10), nullable=False),
    Column("at", String(5), nullable=False),
    # The next digest; null for instant ones.
    Column("due_at", Utc, index=True),
    Column("since", Utc, nullable=False),
    # Only these, as `concept:label`; only urgent rules; only reports in these languages, of this tier or better.
    Column("labels", JSON(none_as_null=True)),
    Column("urgent_only", Boolean, nullable=False, default=False, server_default=false()),
    Column("languages", JSON(none_as_null=True)),
    Column("tier", SmallInteger),
    Column("silent", Boolean, nullable=False, default=False, server_default=false()),
    UniqueConstraint("chat_id", "thread_id", "watchlist"),
    sqlite_autoincrement=True,
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    # Unique: kind, story or subscription and period, destination, part. It stops duplicates of our own making.
    Column("key", String(200), nullable=False, unique=True),
    _fk("chats.id", nullable=False, name="chat_id"),
    Column("thread_id", BigInteger, nullable=False, default=0, server_default="0"),
    Column("kind", String(10), nullable=False),
    Column("watchlist", String(100)),
    Column("story_id", Id, ForeignKey("stories.id", ondelete="SET NULL"), index=True),
    Column("subscription_id", Id, ForeignKey("subscriptions.id", ondelete="SET NULL")),
    Column("since", Utc),
    Column("until", Utc),
    Column("priority", String(10), nullable=False, default="normal", server_default="normal"),
    # The composed message as a tree; null until its hour has come, so that it tells what is known then.
    Column("body", JSON(none_as_null=True)),
    Column("part", SmallInteger, nullable=False, default=1, server_default="1"),
    Column("status", String(10), nullable=False, default="pending", server_default="pending"),
    Column("due_at", Utc),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    Column("repeats", SmallInteger, nullable=False, default=0, server_default="0"),
    Column("message_id", BigInteger),
    Column("error", Text),
    Column("created_at", Utc, nullable=False),
    Column("sent_at", Utc),
    # When a message that stands in its chat is looked at again; when it last was changed; a hash of what it shows.
    Column("edit_at", Utc),
    Column("edited_at", Utc),
    Column("shown", String(64)),
    Index(
        "ix_deliveries_edit",
        "edit_at",
        sqlite_where=text("edit_at IS NOT NULL"),
        postgresql_where=text("edit_at IS NOT NULL"),
    ),
    Index(
        "ix_deliveries_due",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index("ix_deliveries_message", "chat_id", "message_id"),
    sqlite_autoincrement=True,
)

# Which stories a delivery tells: the memory behind "one story, one message".
told = Table(
    "told",
    metadata,
    Column("delivery_id", Id, ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("story_id", Id, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True, index=True),
    # What the story was like then: how many families had it, the highest step.
    Column("outlets", Integer, nullable=False, default=0, server_default="0"),
    Column("step", SmallInteger),
)

# Readers' verdicts on stories, the last one of each. A chat that is gone leaves its verdicts behind.
feedback = Table(
    "feedback",
    metadata,
    _id(),
    Column("story_id", Id, ForeignKey("stories.id", ondelete="CASCADE"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("watchlist", String(100), nullable=False),
    Column("verdict", String(12), nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("story_id", "chat_id", "user_id", "watchlist"),
    Index("ix_feedback_watchlist", "watchlist", "at"),
)

# Machines at work on this database; their hours by the clock of the database's server.
nodes = Table(
    "nodes",
    metadata,
    _id(),
    Column("name", String(100), nullable=False),
    Column("version", String(40), nullable=False),
    # Hash of its configuration's files.
    Column("config", String(64), nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("last_tick", Utc),
    Column("leads", Boolean, nullable=False, server_default=false()),
    # How many visits to lanes it has ended since its start.
    Column("visits", Id, nullable=False, server_default=text("0")),
    sqlite_autoincrement=True,
)

# Whose turn it is at a host, where several machines ask the same hosts; by the clock of the database's server.
host_turns = Table(
    "host_turns",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("node", String(100), nullable=False),
    # A machine that dies in its turn loses it then.
    Column("busy_until", Utc, nullable=False),
    # When its pause is over.
    Column("free_at", Utc, nullable=False),
)

# Small facts of the running program: the getUpdates offset, the last tick.
facts = Table(
    "facts",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("at", Utc, nullable=False),
)
