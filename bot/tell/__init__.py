"""What to say and when: policy and messages. Nothing here sends anything."""

from bot.tell.compose import Card, alert, why
from bot.tell.digests import digest
from bot.tell.entry import FEED_ONLY
from bot.tell.policy import Telling, alert_due, next_digest, telling
from bot.tell.split import split
from bot.tell.tree import Bold, Code, Italic, Link, Message, Node, Quote, Text, html, plain
from bot.tell.wording import local

__all__ = [
    "FEED_ONLY",
    "Bold",
    "Card",
    "Code",
    "Italic",
    "Link",
    "Message",
    "Node",
    "Quote",
    "Telling",
    "Text",
    "alert",
    "alert_due",
    "digest",
    "html",
    "local",
    "next_digest",
    "plain",
    "split",
    "telling",
    "why",
]
