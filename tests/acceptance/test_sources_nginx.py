"""Feeds behind a real nginx: ETag, gzip, and what it says of a feed that is gone."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks import _nginx
from newswire.errors import SourceError
from newswire.source import Memory, Source
from sources import feed
from sources._fetch import Fetcher

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FEED = (
    "<rss version='2.0'><channel><title>Wire</title>{}</channel></rss>",
    "<item><title>Порт открыл причал № {0}</title><link>https://news.example/{0}</link><description>{1}</description></item>",
)


def write(path, count):
    path.write_text(FEED[0].format("".join(FEED[1].format(n, "слово " * 200) for n in range(count))), encoding="utf-8")


@pytest.fixture
async def site(tmp_path):
    """Where nginx is, serving the folder `www`. Missing: skipped on a laptop, failed in CI."""
    if _nginx.program() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("nginx is not installed")
    tmp_path.chmod(0o755)
    (tmp_path / "www").mkdir()
    async with _nginx.serving(tmp_path / "www", hosts=["127.0.0.1"]) as hosts:
        yield hosts[0]


async def test_a_feed_is_fetched_packed_and_then_not_again_until_it_changes(site, tmp_path):
    path = tmp_path / "www" / "feed.xml"
    write(path, 30)
    source = Source(name="wire", url=f"{site}/feed.xml")
    async with Fetcher("Newswire test", allow_loopback=True) as fetcher:
        first = await feed.poll(fetcher, source, Memory(), now=NOW)
        assert len(first.articles) == 30
        assert first.articles[0].title == "Порт открыл причал № 0"
        assert first.memory.etag.startswith('W/"'), "nginx marks what it packs"
        second = await feed.poll(fetcher, source, first.memory, now=NOW + timedelta(minutes=1))
        assert (second.articles, second.memory) == (None, first.memory)
        write(path, 31)
        assert len((await feed.poll(fetcher, source, second.memory, now=NOW)).articles) == 31


async def test_a_feed_that_is_not_there_is_said(site):
    async with Fetcher("Newswire test", allow_loopback=True) as fetcher:
        with pytest.raises(SourceError, match=r"is not there \(404\)") as caught:
            await feed.poll(fetcher, Source(name="wire", url=f"{site}/none.xml"), Memory(), now=NOW)
    assert caught.value.gone
