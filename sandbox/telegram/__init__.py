"""A Telegram on loopback: the Bot API's methods, limits and refusals, for real bots to talk to."""

from sandbox.telegram.chats import Bot, Chat, Member, Person
from sandbox.telegram.messages import Message
from sandbox.telegram.rates import Rates
from sandbox.telegram.server import Telegram

__all__ = ["Bot", "Chat", "Member", "Message", "Person", "Rates", "Telegram"]
