"""Which addresses name one article, and which do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.article import Article
from sources._identity import canonical, identity, same_site

ONE = "https://news.example/en/post/talks-resume"


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example/en/post/talks-resume",
        "https://www.news.example/en/post/talks-resume",
        "https://NEWS.example:443/en/post/talks-resume/",
        "http://news.example:80/en/post/talks-resume#comments",
        "https://news.example/en/post/talks-resume?utm_source=rss&utm_medium=feed&utm_campaign=x",
        "https://news.example/en/post/talks-resume?fbclid=1&gclid=2&yclid=3&mc_cid=4&mc_eid=5&ysclid=6&_openstat=7",
        "https://news.example./en/post/t%61lks%2Dresume",
        "  https://news.example/en/post/talks-resume\n",
    ],
)
def test_decoration_does_not_make_another_article(url):
    assert canonical(url) == ONE


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/en/post/talks-resume-2",
        "https://news.example/EN/post/talks-resume",
        "https://news.example/en/post/talks-resume?id=2",
        "https://m.news.example/en/post/talks-resume",
        "https://news.example:8443/en/post/talks-resume",
        "https://news.example/en/post/talks-resume#!/2",
        "https://news.example/post/talks-resume",
    ],
)
def test_what_tells_articles_apart_stays(url):
    assert canonical(url) != ONE


def test_a_query_is_sorted_and_its_empty_values_stay():
    assert canonical("https://a.example/?b=2&a=1&c=") == canonical("https://a.example?c=&a=1&b=2&utm_id=9")
    assert canonical("https://a.example/?p=1") != canonical("https://a.example/?p=2")


def test_one_percent_encoding_and_one_host_name_for_all_scripts():
    assert canonical("https://сайт.example/новости/1") == canonical(
        "https://xn--80aswg.example/%d0%bd%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1"
    )


def test_an_encoded_slash_is_no_slash_where_it_stands_in_a_query():
    assert canonical("https://a.example/?u=b%2Fc") == canonical("https://a.example/?u=b/c")


def test_loopback_has_an_identity_and_its_link_stays_usable():
    article = Article(url="http://127.0.0.1:8080/site/post/1/", title="x", source="wire", guid="g")
    assert identity(article) == ("url:https://127.0.0.1:8080/site/post/1", "guid:wire:g")
    assert article.url == "http://127.0.0.1:8080/site/post/1/"


def test_an_id_is_a_hint_of_its_source_only():
    one, other = (Article(url=ONE, title="x", source=name, guid="1") for name in ("en", "ru"))
    assert identity(one)[0] == identity(other)[0]
    assert identity(one)[1] != identity(other)[1]


@pytest.mark.parametrize(
    ("guid", "key"),
    [
        ("https://news.example/?p=4", "guid:https://news.example?p=4"),
        ("http://www.news.example/en/?p=4", "guid:https://news.example/en?p=4"),
        ("https://news.example/index.php?news_id=12", "guid:https://news.example/index.php?news_id=12"),
        ("https://evil.example/?p=4", ""),
        ("https://news.example/?p=four", ""),
        ("https://news.example/?p=4&x=1", ""),
        ("https://news.example/en/post/talks", ""),
        ("4", ""),
        ("http://[oops?p=4", ""),
    ],
)
def test_a_sites_own_number_holds_for_all_its_feeds(guid, key):
    keys = [identity(Article(url=ONE, title="x", source=name, guid=guid)) for name in ("en", "section")]
    shared = set(keys[0]) & set(keys[1])
    assert shared == {f"url:{ONE}", *([key] if key else [])}


def test_an_address_that_is_a_number_itself_is_no_second_key():
    url = "https://news.example/?p=4"
    assert identity(Article(url=url, title="x", source="w", guid=url)) == (
        "url:https://news.example?p=4",
        "guid:w:https://news.example/?p=4",
    )


def test_an_article_without_an_id_is_known_by_its_address_alone():
    assert identity(Article(url=ONE, title="x")) == (f"url:{ONE}",)


@pytest.mark.parametrize("url", ["", "not an address", "mailto:a@b.example", "http://[oops", "https://a.example:x/"])
def test_what_is_no_address_stays_as_it_is(url):
    assert canonical(url) == url


@given(st.text())
def test_any_text_has_one_canonical_form(text):
    once = canonical(text)
    assert canonical(once) == once


@given(st.from_regex(r"https?://[a-z]{1,5}\.[a-z]{2}/[ -~]{0,30}(\?[ -~]{0,30})?", fullmatch=True))
def test_canonical_is_settled_after_one_step(url):
    assert canonical(canonical(url)) == canonical(url)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://news.example/a", "https://www.news.example/b", True),
        ("https://m.news.com.tr/a", "https://news.com.tr/b", True),
        ("https://evil.com.tr/", "https://news.com.tr/", False),
        ("https://news.example.evil.example/", "https://news.example/", False),
        ("http://127.0.0.1:80/", "http://127.0.0.1:81/", False),
        ("http://127.0.0.1:80/a", "http://127.0.0.1:80/b", True),
        ("http://localhost:80/", "http://localhost:80/", True),
        ("http://10.0.0.1/", "http://20.0.0.1/", False),
        ("https://[oops/", "https://[oops/", False),
        ("", "", False),
    ],
)
def test_a_site_is_its_registrable_name(one, other, same):
    assert same_site(one, other) is same


LABELS = st.lists(st.sampled_from(["www", "news", "a-b", "com", "x1"]), min_size=1, max_size=4).map(".".join)
PATHS = st.text(alphabet="ab./-_~%2F;=:@!'()*,+$& ü", max_size=12)
QUERIES = st.text(alphabet="abid=&.utm_source-%+;?", max_size=16) | st.sampled_from(
    ["utm_source=rss", "utm_source=rss&utm_medium=x", "id=3&utm_source=rss", "fbclid=1", "fbclid=", "xutm_source=1"]
)


@given(st.sampled_from(["http", "https"]), LABELS, PATHS, QUERIES)
def test_usual_links_are_written_as_all_others(scheme, host, path, query):
    url = f"{scheme}://{host}/{path}{'?' if query else ''}{query}"
    assert canonical(url) == canonical(f" {url}"), "which is not read at a glance"
