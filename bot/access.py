"""Access: who is writing, and where. Strangers hear one polite sentence an hour and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from telegram import Chat, User
from telegram.constants import ChatType

from bot.room import Room
from newswire.editor import Editor
from newswire.settings import Settings

_HOUR = 3600.0
_REMEMBERED = 10_000


@dataclass(slots=True)
class Doorkeeper:
    """Lets editors in. `told` remembers when each stranger was told where they are, so that nobody hears it twice an hour."""

    settings: Settings
    room: Room
    told: dict[tuple[int, int], float] = field(default_factory=dict)

    def editor(self, user: User | None) -> Editor | None:
        """The editor behind a Telegram user; None for a stranger."""
        role = self.settings.editors.role(user.id) if user else None
        return Editor(user.id, _name(user), role) if user and role else None

    def listens(self, chat: Chat | None) -> bool:
        """The editors' chat and private chats are listened to; other groups are none of our business."""
        return chat is not None and (chat.id == self.room.chat or chat.type == ChatType.PRIVATE)

    def refusal(self, user: User | None, chat: Chat, *, hidden: bool) -> str:
        """What somebody without a role hears, or `hidden` behind a chat's name; empty when they have heard it in this hour."""
        now, who = self.room.newsroom.clock.monotonic(), (chat.id, user.id if user else 0)
        if now - self.told.get(who, -_HOUR) < _HOUR:
            return ""
        if len(self.told) >= _REMEMBERED:
            self.told.clear()
        self.told[who] = now
        if user is None or hidden:
            return (
                "You write in the name of a chat, so I cannot tell who you are. Please write as yourself: an administrator "
                'switches off "Remain anonymous" in the rights of this group. Buttons work all the same.'
            )
        return (
            f"This bot serves the editors of {self._site}. If you are one of them, ask its owner to add you; "
            f"your Telegram number is {user.id}."
        )

    def no_press(self) -> str:
        """What a stranger hears who presses a button."""
        return f"This button is for the editors of {self._site}."

    @property
    def _site(self) -> str:
        return self.settings.site.name or "a newsroom"


def _name(user: User) -> str:
    """The name the audit shows, on one line."""
    return " ".join(user.full_name.split()) or str(user.id)
