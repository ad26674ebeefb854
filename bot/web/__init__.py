"""The door out: one guarded, polite HTTP client. It never lets a page decide what is contacted, read or remembered."""

from bot.web.client import Client
from bot.web.fetched import ACCEPT_FEED, ACCEPT_PAGE, Fetched, Validators
from bot.web.pace import Turns
from bot.web.room import Room
from bot.web.url import check_url, host_of

__all__ = ["ACCEPT_FEED", "ACCEPT_PAGE", "Client", "Fetched", "Room", "Turns", "Validators", "check_url", "host_of"]
