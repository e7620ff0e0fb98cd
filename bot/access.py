"""Access: who is writing, and where. Strangers hear one polite sentence an hour and nothing else."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from telegram import Message, Update, User
from telegram.constants import ChatType

from newswire.editor import Editor
from newswire.settings import Settings

ANONYMOUS_ADMIN = 1_087_968_824
_HOUR = 3600.0
_REMEMBERED = 10_000


@dataclass(slots=True)
class Doorkeeper:
    """Lets editors in. `refused` remembers when each chat was told, so that nobody is told again and again."""

    settings: Settings
    refused: dict[int, float] = field(default_factory=dict)

    def editor(self, user: User | None) -> Editor | None:
        """The editor behind a Telegram user; None for a stranger."""
        role = self.settings.editors.role(user.id) if user else None
        return Editor(user.id, user.full_name, role) if user and role else None

    def listens(self, update: Update) -> bool:
        """Only the editors' chat and private chats are listened to; other groups are none of our business."""
        chat = update.effective_chat
        return chat is not None and (chat.id == self.settings.editors.chat or chat.type == ChatType.PRIVATE)

    def refusal(self, message: Message) -> str:
        """What a stranger hears, if it is time to say it; empty otherwise."""
        if message.from_user and message.from_user.id == ANONYMOUS_ADMIN:
            return "I cannot tell who you are while you write as an anonymous administrator. Please switch that off for yourself."
        now = time.monotonic()
        if now - self.refused.get(message.chat.id, -_HOUR) < _HOUR:
            return ""
        if len(self.refused) >= _REMEMBERED:
            self.refused.clear()
        self.refused[message.chat.id] = now
        site = self.settings.site.name or "this newsroom"
        return f"This bot serves the editors of {site}. If you are one of them, ask the owner to add you."
