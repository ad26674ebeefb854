"""Who may manage a group or channel from a private chat: its administrators, as Telegram says at that moment. It
changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from telegram.error import TelegramError

from bot.log import get
from bot.telegram.sender import Wire

log = get(__name__)

KNOWN_FOR = timedelta(seconds=60)
"""How long an answer is good enough to show things; before anything is changed it is asked for anew."""
_MOST_KNOWN = 1000


@dataclass(slots=True)
class Rights:
    """Remembers the administrators of chats for a minute."""

    _known: dict[int, tuple[datetime, frozenset[int]]] = field(default_factory=dict)

    async def may_manage(self, wire: Wire, user: int | None, chat: int, *, fresh: bool = False) -> bool | None:
        """Whether the user is an administrator of the chat; None where Telegram does not say. Anonymous administrators
        press buttons under their own name, so they are known here as well. `fresh`: nothing remembered counts."""
        if user is None:
            return False
        found = self._known.get(chat)
        if fresh or found is None or wire.clock() - found[0] > KNOWN_FOR:
            try:
                members = await wire.bot.get_chat_administrators(chat)
            except TelegramError as error:
                log.info("the administrators of a chat are not known", chat=chat, reason=str(error))
                self._known.pop(chat, None)
                return None
            found = (wire.clock(), frozenset(member.user.id for member in members if not member.user.is_bot))
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[chat] = found
        return user in found[1]
