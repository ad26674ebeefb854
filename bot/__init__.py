"""Kentongan watches the news: feeds in, matched stories out to Telegram. This package does nothing when imported."""

__version__ = "0.1.0"
