"""Compose: the message that an article becomes in a channel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import publishers
from formatting import hashtags, links, summary, template
from formatting.fit import Wishes, fit
from newswire.article import Article
from newswire.channel import Channel
from newswire.errors import ConfigError
from newswire.post import Message
from newswire.settings import Settings


def template_of(channel: Channel, folder: Path) -> str:
    """The channel's own template, or its platform's."""
    if channel.template_file:
        try:
            return (folder / channel.template_file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"template_file '{channel.template_file}' cannot be read: {error}") from error
    return channel.template or template.DEFAULTS.get(channel.platform, template.DEFAULTS["plain"])


def compose(settings: Settings, channel: Channel, article: Article, folder: Path) -> Message:
    """`article` as `channel` will show it: fitted to the platform's limits, with the link in it. `Rejected` if it cannot be."""
    platform = publishers.load(channel.platform)
    shown = replace(article, lead=summary.lead(article, article.edition, channel.sentences))
    message = fit(shown, wishes(settings, channel, article, folder), platform.limits)
    return replace(message, silent=channel.silent)


def wishes(settings: Settings, channel: Channel, article: Article, folder: Path) -> Wishes:
    """What the channel asks for: its template, link parameters, tags and buttons."""
    return Wishes(
        template=template_of(channel, folder),
        language=article.edition,
        link=links.with_parameters(
            article.url, {f"utm_{key.removeprefix('utm_')}": value for key, value in channel.utm.items()}
        ),
        site=settings.site.name,
        hashtags=tuple(hashtags.tags(_tags(settings, article), limit=channel.tags)),
        share=channel.share,
        copy_link=channel.copy_link,
        picture=channel.picture,
    )


def _tags(settings: Settings, article: Article) -> list[str]:
    """The newsroom's tags for the article's section, in the words of its edition where there are some."""
    section = settings.sections.get(article.section)
    if section is None:
        return []
    own = section.tags.get(article.edition)
    return [own] if own else list(section.tag)
