"""The door to the database, and the only room that knows SQLAlchemy. It decides nothing: it remembers."""

from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["AsyncConnection"]
