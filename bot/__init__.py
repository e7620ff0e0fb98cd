"""The editors' bot: cards, presses and commands in Telegram."""
