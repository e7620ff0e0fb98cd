"""Compose: the message that an article becomes in a channel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import publishers
from formatting import hashtags, links
from formatting.fit import Wishes, fit
from formatting.sentences import base
from newswire.article import Article
from newswire.channel import Channel
from newswire.errors import ConfigError
from newswire.post import Message
from newswire.settings import Settings


def template_of(channel: Channel, folder: Path) -> str:
    """The channel's own template; empty where it takes its platform's."""
    if not channel.template_file:
        return channel.template
    try:
        return (folder / channel.template_file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"template_file '{channel.template_file}' cannot be read: {error}") from error


def compose(settings: Settings, channel: Channel, article: Article, folder: Path) -> Message:
    """`article` as `channel` will show it, within the platform's limits and with the link. `Rejected` if it cannot be."""
    message = fit(article, wishes(settings, channel, article, folder), publishers.load(channel.platform).limits)
    return replace(message, silent=channel.silent)


def wishes(settings: Settings, channel: Channel, article: Article, folder: Path) -> Wishes:
    """What the channel asks for: its template, link parameters, tags and buttons."""
    parameters = {f"utm_{key.removeprefix('utm_')}": value for key, value in channel.utm.items()}
    return Wishes(
        link=links.with_parameters(article.url, parameters),
        template=template_of(channel, folder),
        language=article.edition,
        site=settings.site.name,
        hashtags=tuple(hashtags.tags(_tags(settings, article), limit=channel.tags, language=article.edition)),
        sentences=channel.sentences,
        share=channel.share,
        copy_link=channel.copy_link,
        picture=channel.picture,
        zone=settings.timezone,
        editions=tuple(_other_editions(settings, article, parameters)),
    )


def _other_editions(settings: Settings, article: Article, parameters: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The story in the newsroom's other languages, in the newsroom's order, as far as its page or the desk knows them."""
    there = {base(language): url for language, url in reversed(article.alternates)}
    for edition in editions(settings):
        if base(edition) != base(article.edition) and base(edition) in there:
            yield edition, links.with_parameters(there[base(edition)], parameters)


def editions(settings: Settings) -> list[str]:
    """The newsroom's editions, the preferred ones first."""
    return list(dict.fromkeys((*settings.languages, *(source.edition for source in settings.source))))


def _tags(settings: Settings, article: Article) -> tuple[str, ...]:
    """The newsroom's tags for the article's section, in the words of its edition where there are some."""
    section = settings.sections.get(article.section)
    if section is None:
        return ()
    own = section.tags.get(article.edition)
    return (own,) if own else section.tag
