"""Who is there: bots, people, and the chats they meet in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from sandbox.telegram.rates import Pace, Rates
from sandbox.telegram.updates import Updates
from sandbox.telegram.webhook import Webhook

if TYPE_CHECKING:
    from sandbox.telegram.messages import Message

Status = Literal["creator", "administrator", "member", "left", "kicked"]
ChatType = Literal["private", "group", "supergroup", "channel"]

COMMON_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
GROUP_RIGHTS = ("can_pin_messages", "can_manage_topics")
RIGHTS = frozenset((*COMMON_RIGHTS, *CHANNEL_RIGHTS, *GROUP_RIGHTS))


@dataclass(slots=True)
class Person:
    """A user. `started` and `blocked` hold the ids of the bots they did that to."""

    id: int
    name: str
    language: str = "en"
    username: str = ""
    started: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)

    def to_json(self) -> dict[str, Any]:
        """The Bot API's User."""
        first, _, last = self.name.partition(" ")
        optional = {"last_name": last, "username": self.username, "language_code": self.language}
        return {"id": self.id, "is_bot": False, "first_name": first, **{k: v for k, v in optional.items() if v}}


@dataclass(slots=True)
class Bot:
    """A bot: its token, what it says of itself (by language), what waits for it, and how fast it goes."""

    id: int
    token: str
    username: str
    name: str
    added_at: float
    pace: Pace = field(default_factory=lambda: Pace(Rates()))
    updates: Updates = field(default_factory=Updates)
    webhook: Webhook | None = None
    private: dict[int, Chat] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    logged_out_at: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The Bot API's User."""
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}


@dataclass(slots=True)
class Member:
    """What someone is in a chat, and what an administrator may do there."""

    status: Status = "left"
    rights: frozenset[str] = frozenset()

    @property
    def present(self) -> bool:
        """Whether they are in the chat."""
        return self.status not in ("left", "kicked")

    def may(self, right: str) -> bool:
        """Whether they are an administrator with that right."""
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def to_json(self, who: Bot | Person, chat_type: ChatType) -> dict[str, Any]:
        """The Bot API's ChatMember."""
        body: dict[str, Any] = {"user": who.to_json(), "status": self.status}
        if self.status == "creator":
            body["is_anonymous"] = False
        elif self.status == "administrator":
            named = (*COMMON_RIGHTS, *(CHANNEL_RIGHTS if chat_type == "channel" else GROUP_RIGHTS))
            body |= {"can_be_edited": False, "is_anonymous": False}
            body |= {right: right in self.rights or right == "can_manage_chat" for right in named}
        elif self.status == "kicked":
            body["until_date"] = 0
        return body


@dataclass(slots=True)
class Chat:
    """A channel, a group, or what one person and one bot say to each other.

    `protected`: nothing may be forwarded from it. `linked` is a channel's discussion group, or the group's channel.
    """

    id: int
    type: ChatType
    title: str = ""
    username: str = ""
    person: Person | None = None
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    last_id: int = 0
    pinned: list[int] = field(default_factory=list)
    upgraded_to: int = 0
    protected: bool = False
    linked: int = 0

    @property
    def kind(self) -> str:
        """Its type in Telegram's refusals."""
        return f"{self.type} chat"

    @property
    def is_group(self) -> bool:
        """Whether the limit of groups holds: for channels too, as their owners report."""
        return self.type != "private"

    def member(self, who: int) -> Member:
        """What they are here; a stranger has left."""
        return self.members.get(who, Member())

    def live(self, message_id: int) -> Message | None:
        """A message that has not been deleted."""
        message = self.messages.get(message_id)
        return message if message is not None and message.deleted_at is None else None

    def to_json(self) -> dict[str, Any]:
        """The Bot API's Chat."""
        body: dict[str, Any] = {"id": self.id, "type": self.type}
        if self.person is not None:
            first, _, last = self.person.name.partition(" ")
            body |= {"first_name": first, **({"last_name": last} if last else {})}
        elif self.title:
            body["title"] = self.title
        if name := self.person.username if self.person else self.username:
            body["username"] = name
        return body
