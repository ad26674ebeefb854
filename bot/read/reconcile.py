"""Chooses the date of publication where a page's metadata, its visible lines and its feed tell different ones.

Reads no date itself.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from .dates import Line, Printed


def choose(
    metadata: Printed | None, visible: Line | None, feed: datetime | None, zone: tzinfo | None = None
) -> tuple[datetime | None, str | None]:
    """The date of publication and the clue that gave it: `metadata`, `page`, `feed`. `zone` is the source's.

    Metadata come first, then the visible line, then the feed, with these exceptions, each for what sites print wrong:
    - a date without a clock time gives way to the first later clue that has one on the same local day;
    - metadata in UTC that show the very clock time which the visible line gives with another zone were printed in
      local time: the visible line holds; so does the feed where they show its moment's clock time in `zone`;
    - metadata without a zone that differ from the feed by whole half-hours, up to 14 hours, are the feed's moment;
    - a visible line that only tells an update is used when there is nothing else.
    """
    line = visible.reading if visible and not visible.updated else None
    if metadata and metadata.clock:
        if line and line.clock and line.zoned and metadata.zoned and _same_face(metadata, line):
            return line.when, "page"
        if metadata.zoned and feed and zone and _is_local(metadata, feed, zone):
            return feed, "feed"
        if not metadata.zoned and feed and _zone_apart(metadata.when, feed):
            return feed, "feed"
        return metadata.when, "metadata"
    for reading, clue in ((metadata, "metadata"), (line, "page")):
        if reading is None:
            continue
        if reading.clock:
            if not reading.zoned and feed and _zone_apart(reading.when, feed):
                return feed, "feed"
            return reading.when, clue
        if line and line.clock and line.day == reading.day:
            return line.when, "page"
        if feed and feed.astimezone(reading.zone).date() == reading.day:
            return feed, "feed"
        return reading.when, clue
    if feed:
        return feed, "feed"
    return (visible.reading.when, "page") if visible else (None, None)


def _same_face(metadata: Printed, line: Printed) -> bool:
    if metadata.when.astimezone(metadata.zone).utcoffset() != timedelta(0):
        return False
    shown = line.when.astimezone(line.zone).replace(tzinfo=UTC)
    return metadata.when != line.when and abs(metadata.when - shown) < timedelta(minutes=1)


def _is_local(metadata: Printed, feed: datetime, zone: tzinfo) -> bool:
    """Whether metadata in UTC print the clock time that the feed's moment has in another zone."""
    if metadata.when.astimezone(metadata.zone).utcoffset() != timedelta(0):
        return False
    shown = feed.astimezone(zone).replace(tzinfo=UTC)
    return shown != feed and abs(metadata.when - shown) < timedelta(minutes=1)


def _zone_apart(one: datetime, other: datetime) -> bool:
    apart = abs(one - other)
    off = apart % timedelta(minutes=30)
    return timedelta(0) < apart <= timedelta(hours=14) and min(off, timedelta(minutes=30) - off) < timedelta(seconds=60)
