"""One call of one bot, and the questions every method asks first: which chat, which message, may it do that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sandbox.telegram.chats import Bot, Chat, Person
from sandbox.telegram.cloud import Cloud
from sandbox.telegram.messages import Message
from sandbox.telegram.params import Params
from sandbox.telegram.refusal import Refused, bad_request, forbidden

Access = Literal["read", "members", "write"]
TWO_DAYS = 48 * 3600


@dataclass(slots=True, kw_only=True)
class Call:
    """What a bot asked. `connected` says whether it still listens; `remark` is the answer's `description`, rarely set."""

    cloud: Cloud
    bot: Bot
    method: str
    params: Params
    connected: Callable[[], bool]
    remark: str = ""

    @property
    def now(self) -> float:
        """The sandbox's time."""
        return self.cloud.world.now()

    def chat(self, access: Access, name: str = "chat_id") -> Chat:
        """The chat that the call names, when the bot may enter it so far."""
        wanted = self.params.text(name).strip()
        if not wanted:
            raise bad_request(f"{name} is empty")
        chat = self._public(wanted[1:]) if wanted.startswith("@") else self._numbered(self.params.integer(name))
        if chat is None:
            raise bad_request("chat not found")
        if chat.type != "private":
            self._enter(chat, access)
        elif access == "write":
            self._may_write_to(chat.person)
        return chat

    def _public(self, username: str) -> Chat | None:
        named = (chat for chat in self.cloud.chats.values() if chat.username)
        return next((chat for chat in named if chat.username.lower() == username.lower()), None)

    def _numbered(self, number: int) -> Chat | None:
        if person := self.cloud.people.get(number):
            return self.cloud.private(self.bot, person)
        chat = self.cloud.chats.get(number)
        if chat is not None and not chat.username and self.bot.id not in chat.members:
            return None
        return chat

    def _enter(self, chat: Chat, access: Access) -> None:
        member = chat.member(self.bot.id)
        if chat.upgraded_to and access != "read":
            raise Refused(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.upgraded_to,
            )
        if member.status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind}")
        if not member.present and not (chat.username and access == "read"):
            raise forbidden(f"bot is not a member of the {chat.kind}")

    def _may_write_to(self, person: Person | None) -> None:
        if person is None or self.bot.id in person.blocked:
            raise forbidden("bot was blocked by the user")
        if self.bot.id not in person.started:
            raise forbidden("bot can't initiate conversation with a user")

    def writable(self, *, messages: int = 1) -> Chat:
        """The chat to post to, with the post counted against the bot's limits."""
        chat = self.chat("write")
        if chat.type == "channel" and not chat.member(self.bot.id).may("can_post_messages"):
            raise bad_request("need administrator rights in the channel chat")
        if self.params.integer("message_thread_id"):
            raise bad_request("message thread not found")
        self.bot.pace.spend(self.now, chat.id, group=chat.is_group, messages=messages)
        return chat

    def message(self, chat: Chat, what: str, name: str = "message_id") -> Message:
        """The message that the call names; `what` is Telegram's name for it when it is not there."""
        found = chat.live(self.params.integer(name))
        if found is None:
            raise bad_request(f"{what} not found")
        return found

    def editable(self) -> Message:
        """The message to edit, counted like a post: a bot's own, or in a channel another's of the last 48 hours."""
        if self.params.text("inline_message_id"):
            raise bad_request("MESSAGE_ID_INVALID")
        chat = self.chat("write")
        message = self.message(chat, "message to edit")
        member = chat.member(self.bot.id)
        own = message.author is self.bot and message.origin is None
        if chat.type == "channel":
            young = self.now - message.date < TWO_DAYS and message.origin is None
            may = (own and member.may("can_post_messages")) or (young and member.may("can_edit_messages"))
        else:
            may = own
        if not may:
            raise bad_request("message can't be edited")
        self.bot.pace.spend(self.now, chat.id, group=chat.is_group)
        return message
