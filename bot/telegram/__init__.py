"""The door to Telegram: commands, buttons, sending. It composes no news, and nobody else knows Telegram's library.

`bot.telegram.gateway` is the way in; importing this package alone costs nothing.
"""
