"""Feeds of any size, as WordPress writes them: the same for the same seed."""

from __future__ import annotations

import html
import random
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

TEXT = (
    "the port opened a second berth on Monday and minister says grain exports will grow next year while rail links to "
    "north remain closed for repairs until spring talks about bridge are to go on"
)
WORDS = TEXT.split()


def rss(size: int, *, item: int, seed: int = 1) -> bytes:
    """A feed of about `size` bytes as WordPress writes them, its items with about `item` bytes of text each."""
    chance = random.Random(seed)

    def some(count: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(count))

    head = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"><channel>'
        f"<title>Lantern {seed}</title><link>https://lantern.example/</link>"
    )
    parts = [head]
    left, number = size, 0
    while left > 0:
        number += 1
        body, address = "", f"https://lantern.example/{seed}/{number}"
        while len(body.encode()) < item:
            body += (
                f'<p>{some(chance.randint(20, 60))}, <a href="{address}">{some(2)}</a> &#8220;{some(5)}&#8221;.</p>\n'
            )
        lead = body.partition("\n")[0]
        at = NOW - timedelta(minutes=7 * number)
        part = (
            f"<item><title>{some(8).capitalize()} &amp; more</title><link>{address}/?utm_source=rss</link>"
            f'<guid isPermaLink="false">{address}</guid><pubDate>{at:%a, %d %b %Y %H:%M:%S} +0000</pubDate>'
            f"<dc:creator><![CDATA[{some(2).title()}]]></dc:creator><category>{some(1)}</category>"
            f"<description>{html.escape(lead)}</description><content:encoded><![CDATA[{body}]]></content:encoded>"
            f'<media:content url="{address}.jpg" medium="image" width="1200" height="630"/></item>\n'
        )
        parts.append(part)
        left -= len(part.encode())
    return "".join([*parts, "</channel></rss>"]).encode()
