"""What to say and when: policy and messages. Nothing here sends anything."""

from bot.tell.compose import FEED_ONLY, Card, alert, digest, local, why
from bot.tell.policy import Telling, alert_due, next_digest, telling
from bot.tell.split import split
from bot.tell.tree import Bold, Code, Italic, Link, Message, Node, Quote, Text, html, plain

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
