"""Everything the stand-in knows: bots, people, chats, messages, pictures; and who hears of what."""

from __future__ import annotations

import random
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.chats import RIGHTS, Bot, Chat, ChatType, Member, Person, Status
from sandbox.telegram.messages import Message
from sandbox.telegram.pictures import Pictures
from sandbox.telegram.rates import NO_LIMITS, Pace, Rates
from sandbox.world import World

USUAL_RATES = Rates()
POSTING = frozenset(("can_manage_chat", "can_post_messages", "can_edit_messages", "can_delete_messages"))


@dataclass(slots=True)
class Press:
    """A button pressed by someone, until the bot answers: `answer` is then what it said."""

    id: str
    bot: Bot
    person: Person
    message: Message
    data: str
    at: float
    answer: dict[str, Any] | None = None


class Cloud:
    """One Telegram. `gaps` is the chance that a message id is left out, as happens at Telegram.

    `rates` None is no limits. `callback_seconds` is how long a pressed button waits for its answer.
    """

    def __init__(
        self,
        world: World,
        *,
        rates: Rates | None = USUAL_RATES,
        gaps: float = 0.0,
        callback_seconds: float = 30.0,
    ) -> None:
        self.world = world
        self.rates = rates or NO_LIMITS
        self.gaps = gaps
        self.callback_seconds = callback_seconds
        self.bots: dict[str, Bot] = {}
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.pictures = Pictures()
        self.presses: dict[str, Press] = {}
        self.last_id = 0
        self.rng = random.Random(1)
        self.owner = self.add_user(1_000_001, "Channel Owner")

    # -- who and what is there

    def add_bot(self, token: str, username: str, name: str = "") -> Bot:
        """A bot; its id is the number its token begins with."""
        number = int(token.partition(":")[0])
        pace = Pace(self.rates)
        bot = Bot(number, token, username.lstrip("@"), name or username, added_at=self.world.now(), pace=pace)
        self.bots[token] = bot
        return bot

    def add_user(
        self, user_id: int, name: str, language: str = "en", username: str = "", *, started: bool = True
    ) -> Person:
        """A person. `started`: they have pressed Start at every bot that is there now."""
        person = Person(user_id, name, language, username)
        if started:
            person.started = {bot.id for bot in self.bots.values()}
        self.people[user_id] = person
        return person

    def add_channel(self, chat_id: int, username: str = "", title: str = "") -> Chat:
        """A channel, public when it has a username. Bots come in by `set_member`."""
        return self._add(Chat(chat_id, "channel", title=title, username=username.lstrip("@")))

    def add_group(self, chat_id: int, title: str = "", username: str = "") -> Chat:
        """A group; a supergroup when its id begins with -100."""
        kind: ChatType = "supergroup" if str(chat_id).startswith("-100") else "group"
        return self._add(Chat(chat_id, kind, title=title, username=username.lstrip("@")))

    def _add(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        chat.members[self.owner.id] = Member("creator")
        return chat

    def who(self, user_id: int) -> Bot | Person | None:
        """The bot or person with this id."""
        return self.people.get(user_id) or next((bot for bot in self.bots.values() if bot.id == user_id), None)

    def bot_named(self, username: str) -> Bot | None:
        """The bot with this username; without one, the only bot."""
        if not username and len(self.bots) == 1:
            return next(iter(self.bots.values()))
        return next((bot for bot in self.bots.values() if bot.username == username.lstrip("@")), None)

    def private(self, bot: Bot, person: Person) -> Chat:
        """What this bot and this person say to each other."""
        return bot.private.setdefault(person.id, Chat(person.id, "private", person=person))

    def every_chat(self) -> Iterator[tuple[Bot | None, Chat]]:
        """All chats; the private ones with the bot they are held with."""
        for chat in self.chats.values():
            yield None, chat
        for bot in self.bots.values():
            for chat in bot.private.values():
                yield bot, chat

    def set_member(
        self, chat_id: int, who_id: int, status: Status = "administrator", rights: Collection[str] | None = None
    ) -> None:
        """Make someone administrator (of posts, unless `rights` says else), member, or show them the door."""
        chat = self.chats[chat_id]
        old = chat.member(who_id)
        granted = frozenset(POSTING if rights is None else rights) & RIGHTS
        new = chat.members[who_id] = Member(status, granted if status == "administrator" else frozenset())
        who = self.who(who_id)
        if isinstance(who, Bot):
            self._tell_of_member(who, chat, old, new)

    def set_blocked(self, person: Person, bot: Bot, *, blocked: bool) -> None:
        """A person blocks a bot, or takes it back."""
        old, new = (Member("member"), Member("kicked"))[:: 1 if blocked else -1]
        (person.blocked.add if blocked else person.blocked.discard)(bot.id)
        self._tell_of_member(bot, self.private(bot, person), old, new)

    def _tell_of_member(self, bot: Bot, chat: Chat, old: Member, new: Member) -> None:
        changed = {
            "chat": chat.to_json(),
            "from": (chat.person or self.owner).to_json(),
            "date": int(self.world.now()),
            "old_chat_member": old.to_json(bot, chat.type),
            "new_chat_member": new.to_json(bot, chat.type),
        }
        bot.updates.add(self.world.now(), "my_chat_member", changed)

    # -- what happens

    def post(self, chat: Chat, author: Bot | Person, **content: Any) -> Message:
        """A new message, seen by all whom it concerns."""
        content["protected"] = content.get("protected", False) or chat.protected
        message = Message(chat=chat, id=self._next_id(chat), date=int(self.world.now()), author=author, **content)
        chat.messages[message.id] = message
        self.tell("said" if isinstance(author, Person) else "sent", message)
        self._pass_on(message, "channel_post" if chat.type == "channel" else "message")
        return message

    def _next_id(self, chat: Chat) -> int:
        """Ids grow: in a channel or supergroup by themselves, in private chats and basic groups across all of them."""
        counter = chat if chat.type in ("channel", "supergroup") else self
        counter.last_id += 1
        while self.rng.random() < self.gaps:
            counter.last_id += 1
        return counter.last_id

    def rename(self, chat: Chat, title: str) -> Message:
        """Give a chat a new title; a service message in it tells so."""
        chat.title = title
        return self.post(chat, self.owner, service={"new_chat_title": title})

    def edited(self, message: Message) -> None:
        """A message has changed."""
        message.edit_date = int(self.world.now())
        self.tell("edited", message)
        self._pass_on(message, "edited_channel_post" if message.chat.type == "channel" else "edited_message")

    def delete(self, message: Message) -> None:
        """A message is gone for everyone."""
        message.deleted_at = int(self.world.now())
        self.tell("deleted", message)

    def tell(self, kind: str, message: Message, **more: Any) -> None:
        """Put it on the sandbox's record."""
        self.world.tell("telegram", kind, str(message.chat.id), message=message.for_page(), **more)

    def press(self, bot: Bot, person: Person, message: Message, data: str) -> Press:
        """A button was pressed: its bot hears of it."""
        query = Press(str(secrets.randbits(62)), bot, person, message, data, at=self.world.now())
        self.presses[query.id] = query
        self.tell("pressed", message, data=data, user_id=person.id, query=query.id)
        body = {
            "id": query.id,
            "from": person.to_json(),
            "message": message.to_json(bot.id),
            "chat_instance": str(message.chat.id),
            "data": data,
        }
        bot.updates.add(self.world.now(), "callback_query", body)
        return query

    def _pass_on(self, message: Message, kind: str) -> None:
        for bot in self.bots.values():
            if bot is not message.author and self._hears(bot, message):
                bot.updates.add(self.world.now(), kind, message.to_json(bot.id))

    def _hears(self, bot: Bot, message: Message) -> bool:
        """Whether a bot gets this message of somebody else, in groups by the rules of privacy mode."""
        chat = message.chat
        if chat.type == "private":
            return bot.private.get(chat.id) is chat
        if not chat.member(bot.id).present or chat.type == "channel":
            return chat.member(bot.id).present
        if isinstance(message.author, Bot):
            return False
        if chat.member(bot.id).status == "administrator":
            return True
        if message.reply_to is not None and message.reply_to.author is bot:
            return True
        commands = [e for e in message.body.entities if e.kind == "bot_command"]
        named = message.body.text.encode("utf-16-le")
        words = [named[2 * e.start : 2 * e.end].decode("utf-16-le").partition("@")[2] for e in commands]
        return any(not word or word.lower() == bot.username.lower() for word in words)
