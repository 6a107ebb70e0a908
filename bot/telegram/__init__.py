"""The Telegram door: the only place that knows python-telegram-bot."""
