"""Alembic's entry: runs the revisions on the connection `database.py` hands over. It opens none of its own."""

from alembic import context

from bot.store.tables import metadata

# SQLite cannot alter a column or drop a constraint: Alembic then writes the table anew ("batch").
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
