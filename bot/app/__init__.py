"""Puts the program together: engine, Telegram, schedule, desk. The one room that knows all of them."""

from bot.app.line import TelegramCourier, ask_telegram
from bot.app.opening import open_app
from bot.app.service import serve
from bot.app.single import single_round

__all__ = ["TelegramCourier", "ask_telegram", "open_app", "serve", "single_round"]
