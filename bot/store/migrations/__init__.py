"""How a database of an older release becomes one of this release. Nothing here runs unless `schema.py` asks."""

# The newest revision. Kept here so that opening a database that is up to date need not load Alembic;
# a test holds it equal to the newest file in `versions/`.
HEAD = "0009"

# Programs whose own newest revision is this one or a later one can work on the newest schema: while machines are
# replaced one after the other, both are at work. A revision that takes something away from them raises it.
OLDEST_PROGRAM = "0009"
