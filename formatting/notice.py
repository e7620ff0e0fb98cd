"""Notice: what a post says once it is withdrawn, where the platform does not let us take it away."""

from __future__ import annotations

from dataclasses import replace

from formatting.labels import labels
from newswire.post import Message
from newswire.richtext import RichText, Span, Style


def withdrawn(message: Message) -> Message:
    """`message` withdrawn: one sentence and the link, which a post never loses; no buttons and no card.

    A thread says so in each of its parts.
    """
    sentence = f"{labels(message.language).withdrawn}\n"
    whole = sentence + message.link
    text = RichText(whole, (Span(len(sentence), len(whole), Style.LINK, message.link),))
    notice = Message(text=text, link=message.link, language=message.language, media=message.media, silent=True)
    return replace(notice, more=tuple(replace(notice, media=part.media) for part in message.more))
