"""Kinds of source by their names."""

import pytest

import sources
from newswire.errors import ConfigError
from sources import feed


def test_a_kind_is_the_name_of_its_file():
    assert sources.load("feed") is feed
    assert {"feed", "page", "sitemap", "wordpress"} <= set(sources.kinds())


@pytest.mark.parametrize(
    "name", ["nosuch", "_fetch", "article_page", "discovery", "", "../feed", "feed.poll", "profiles"]
)
def test_a_kind_nobody_has_is_refused_with_those_there_are(name):
    with pytest.raises(ConfigError, match=r"there is no kind of source called .*; there are: .*feed"):
        sources.load(name)
