"""Who answers which press: a letter behind the version in a button's data, and its handler. It answers none itself.

A letter is never given to another handler: buttons live as long as their messages.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.telegram import digestkeys, editing, hours, library, menupress, people, pressing, tongue
from bot.telegram.asked import Pressed
from bot.telegram.resend import send_again

PRESSES: Mapping[str, Pressed] = {
    "s": send_again,
    **digestkeys.PRESSES,
    **editing.PRESSES,
    **hours.PRESSES,
    **library.PRESSES,
    **menupress.PRESSES,
    **people.PRESSES,
    **pressing.PRESSES,
    **tongue.PRESSES,
}
