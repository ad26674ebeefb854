"""What must hold after every kill, asked of the database and of the chats. It mends nothing."""

from __future__ import annotations

from program import ADMIN, World

_CHECKS = {
    "an entry without an article is not due": (
        "SELECT p.url FROM entries e JOIN pages p ON p.id = e.page_id LEFT JOIN articles a ON a.page_id = p.id "
        "WHERE a.id IS NULL AND p.due_at IS NULL"
    ),
    "an article has no match": "SELECT url FROM articles WHERE id NOT IN (SELECT article_id FROM matches)",
    "a matched article is in no story": "SELECT url FROM articles WHERE story_id IS NULL",
    "a story has no delivery": (
        "SELECT headline FROM stories WHERE id NOT IN (SELECT t.story_id FROM told t "
        f"JOIN deliveries d ON d.id = t.delivery_id WHERE d.chat_id = {ADMIN})"
    ),
    "a delivery will never be tried and nobody is told why": (
        "SELECT key FROM deliveries WHERE due_at IS NULL AND status != 'sent' AND error IS NULL"
    ),
    "a feed has validators and no entries": (
        "SELECT url FROM feeds WHERE etag IS NOT NULL AND id NOT IN (SELECT feed_id FROM entries)"
    ),
}
_OF_SQLITE = {
    "the database is damaged": "SELECT * FROM pragma_integrity_check WHERE integrity_check != 'ok'",
    "a row points nowhere": "SELECT * FROM pragma_foreign_key_check",
}


def broken_promises(w: World) -> list[str]:
    """What the database says that it must not say; empty where all is well. Every entry of the feeds must match."""
    engine = getattr(w.program, "engine", "sqlite")
    checks = _CHECKS | (_OF_SQLITE if engine == "sqlite" else {})
    found = [f"{what}: {row}" for what, query in checks.items() for row in w.program.rows(query)]
    received = {(sent.chat_id, sent.message_id) for sent in w.telegram.messages()}
    marked = w.program.rows("SELECT chat_id, message_id FROM deliveries WHERE status = 'sent' AND kind != 'picture'")
    return found + [f"marked but not received: {row}" for row in marked if row not in received]


def never_told(w: World, chat: int = ADMIN) -> list[str]:
    """The articles whose story this chat has not received, by a message that is really there."""
    received = {sent.message_id for sent in w.telegram.messages(chat)}
    told = w.program.rows(
        "SELECT t.story_id, d.message_id FROM told t JOIN deliveries d ON d.id = t.delivery_id "
        f"WHERE d.chat_id = {chat} AND d.status = 'sent'"
    )
    stories = {story for story, message in told if message in received}
    return [url for url, story in w.program.rows("SELECT url, story_id FROM articles") if story not in stories]


def said_twice(w: World, chat: int) -> list[str]:
    """What a chat was told more than once, word for word."""
    texts = [sent.text for sent in w.news(chat)]
    return sorted({text for text in texts if texts.count(text) > 1})
