"""What to say and when: policy and messages. Nothing here sends anything."""

from bot.tell.tree import Bold, Code, Italic, Link, Message, Quote, Text, html, plain, split

__all__ = ["Bold", "Code", "Italic", "Link", "Message", "Quote", "Text", "html", "plain", "split"]
