"""How a database of an older release becomes one of this release. Nothing here runs unless `database.py` asks."""

# The newest revision. Kept here so that opening a database that is up to date need not load Alembic;
# a test holds it equal to the newest file in `versions/`.
HEAD = "0008"
