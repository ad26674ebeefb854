"""The door in: three pages for the operator and for monitoring, `/healthz`, `/readyz` and `/metrics`.

It knows nothing of the engine, which hands it a `Health`; it changes nothing and serves no article.
"""

from bot.desk.pages import Check, Health, application
from bot.desk.server import serve

__all__ = ["Check", "Health", "application", "serve"]
