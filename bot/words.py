"""Words: rich text to Telegram and back to people: times, states, and texts as the library takes them."""

from __future__ import annotations

from datetime import datetime

from telegram import MessageEntity

from formatting import entities
from newswire.post import PostState
from newswire.richtext import RichText
from newswire.settings import Settings

MARKS = {
    PostState.DRAFT: "✏️ draft",
    PostState.IN_REVIEW: "🟡 waits for you",
    PostState.SCHEDULED: "⏳",
    PostState.PUBLISHING: "📤 on its way",
    PostState.PUBLISHED: "✅",
    PostState.CORRECTING: "✏️ being corrected",
    PostState.RETRACTED: "🗑 retracted",
    PostState.FAILED: "❌ failed",
    PostState.UNCERTAIN: "❓ unknown",
    PostState.SKIPPED: "🙈 skipped",
    PostState.EXPIRED: "⌛ too old",
    PostState.CANCELLED: "🚫 called off",
}


def styled(text: RichText) -> tuple[str, list[MessageEntity]]:
    """Text and entities, as sendMessage takes them."""
    return text.text, [MessageEntity(**entity) for entity in entities.of(text)]


def clock(settings: Settings, at: datetime, now: datetime) -> str:
    """`18:30`, or `18:30, 25 Nov` on another day, in the newsroom's zone."""
    local = at.astimezone(settings.timezone)
    same_day = local.date() == now.astimezone(settings.timezone).date()
    return f"{local:%H:%M}" if same_day else f"{local:%H:%M, %d %b}"


def ago(seconds: float) -> str:
    """`40 s`, `14 min`, `3 h`, `2 d`."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
