"""What the client hands back, as frozen values. Nothing here reads or decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

ACCEPT_FEED = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/json;q=0.8, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask `has it changed?` with. They belong to one address and go to no other."""

    url: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A usable answer. `url` is the final address; `status` is 200 or 304, and with 304 the body is empty.

    `max_age` is how long the server calls its answer fresh (at most 24 h). `moved_to` is set when every hop said
    "for good" (301 or 308) and none went from https to http. `retry_after` is what a server asked for although it
    answered.
    """

    url: str
    status: int
    not_modified: bool
    body: bytes
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    max_age: timedelta | None = None
    moved_to: str | None = None
    retry_after: timedelta | None = None

    @property
    def validators(self) -> Validators | None:
        """Both validators under the final address, to be stored together with what was parsed; None without any."""
        if self.etag is None and self.last_modified is None:
            return None
        return Validators(self.url, self.etag, self.last_modified)
