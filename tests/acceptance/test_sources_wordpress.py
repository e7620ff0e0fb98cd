"""A real WordPress: what its editors do is noticed by REST, by feed and by sitemap, and its default theme is read."""

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from support.desk import CHANNELS
from support.live import until
from support.wordpress import WordPress

from db import articles, posts, schema
from desk.newsroom import opened
from desk.watching import watch
from newswire.article import Article
from newswire.configuration import parse
from newswire.errors import SourceError
from newswire.source import Memory, Source
from sources import article_page, discovery, feed, hook, page, sitemap, wordpress
from sources._fetch import Fetcher
from sources._identity import identity

LATER = timedelta(minutes=11)


@pytest.fixture
def site(wordpress_site: WordPress) -> WordPress:
    return wordpress_site


@pytest.fixture
async def fetcher():
    async with Fetcher("Newswire test", allow_loopback=True) as ours:
        yield ours


class Watch:
    """Looks at one source, one after the other."""

    def __init__(self, fetcher, kind, url) -> None:
        self.fetcher, self.kind = fetcher, kind
        self.source = Source(name="wp", url=url, kind=kind.__name__.rpartition(".")[2])
        self.memory = Memory()

    async def first_look(self):
        """Later than the site's last second, so that none of what is there looks as if it were modified just now."""
        return await self.look(later=timedelta(seconds=3))

    async def look(self, *, later: timedelta = timedelta()):
        sight = await self.kind.poll(self.fetcher, self.source, self.memory, now=datetime.now(UTC) + later)
        self.memory = sight.memory
        return sight


async def test_a_new_post_is_noticed_with_all_it_has(site, fetcher):
    watch = Watch(fetcher, wordpress, site.address)
    await watch.first_look()
    ports = site.rest("POST", "categories", name="Ports & Sea")
    ships = site.rest("POST", "tags", name="ships")
    site.publish(
        "Port opens &#8220;second&#8221; berth VIDEO",
        "<p>The port has opened its <b>second</b> berth.</p><p>It is 300 metres long.</p>",
        categories=[ports["id"]],
        tags=[ships["id"]],
    )
    (article,) = (await watch.look()).articles
    assert (article.title, article.flags) == ("Port opens “second” berth", ("video",))
    assert article.body == "The port has opened its second berth.\n\nIt is 300 metres long."
    assert (article.lead, article.author) == ("The port has opened its second berth.", "Anna Ray")
    assert article.categories == ("Ports & Sea", "ships")
    assert abs(datetime.now(UTC) - article.published_at) < timedelta(minutes=1)
    later = await watch.look(later=timedelta(seconds=3))
    assert not later.articles or article in later.articles
    assert (await watch.look(later=timedelta(seconds=3))).articles is None


async def test_an_edit_also_of_an_old_post_is_noticed(site, fetcher):
    old = site.publish("An old story", date_gmt="2026-01-01T10:00:00")
    for n in range(wordpress.HEAD):
        site.publish(f"Filler {n}", date_gmt=f"2026-02-01T10:00:{n:02}")
    watch = Watch(fetcher, wordpress, site.address)
    await watch.first_look()
    site.rest("POST", f"posts/{old['id']}", title="An old story, corrected")
    sight = await watch.look()
    assert [article.title for article in sight.articles] == ["An old story, corrected"]


async def test_all_that_happened_during_an_outage_is_read_though_it_is_more_than_a_page_shows(site, fetcher):
    """Posts published one after the other and all at once, old ones edited, and put off ones that were not modified."""
    watch = Watch(fetcher, wordpress, site.address)
    site.publish("Before the outage")
    await watch.first_look()
    site.php(
        "global $wpdb; $now = time() + 60; $day = 86400; for ($n = 0; $n < 380; $n++) {"
        " $apart = $n < 130 ? $n : 200; $written = $n < 260 ? $now + $apart : $now - 200 * $day - $n;"
        " if ($n >= 320) $written = $now + $n; $modified = $n < 320 ? $now + $apart + ($n >= 260 ? 5 : 0) : $now - 9 * $day;"
        " $wpdb->insert($wpdb->posts, ['post_title' => \"Outage $n\", 'post_name' => \"outage-$n\", 'post_status' => 'publish',"
        " 'post_content' => 'x', 'post_excerpt' => '', 'to_ping' => '', 'pinged' => '', 'post_content_filtered' => '',"
        " 'post_author' => 1, 'post_date' => wp_date('Y-m-d H:i:s', $written), 'post_date_gmt' => gmdate('Y-m-d H:i:s', $written),"
        " 'post_modified' => wp_date('Y-m-d H:i:s', $modified), 'post_modified_gmt' => gmdate('Y-m-d H:i:s', $modified)]); }"
    )
    came, hour = [], timedelta(hours=1)
    try:
        while found := (await watch.look(later=hour)).articles:
            came += [article.title for article in found if article.title.startswith("Outage")]
    finally:
        site.php("global $wpdb; $wpdb->query(\"DELETE FROM $wpdb->posts WHERE post_name LIKE 'outage-%'\");")
    assert sorted(came) == sorted(f"Outage {n}" for n in range(380))


async def test_a_post_put_off_is_noticed_when_it_comes_out_though_it_was_not_modified_since(site, fetcher):
    watch = Watch(fetcher, wordpress, site.address)
    made = site.rest("POST", "posts", title="Put off", content="x", status="future", date_gmt="2031-01-01T10:00:00")
    await watch.first_look()
    site.php(
        f"global $wpdb; $wpdb->update($wpdb->posts, ['post_date' => current_time('mysql'), 'post_date_gmt' => "
        f"current_time('mysql', 1), 'post_modified_gmt' => '2026-01-05 10:00:00'], ['ID' => {made['id']}]); "
        f"clean_post_cache({made['id']}); wp_publish_post({made['id']});"
    )
    assert "Put off" in [article.title for article in (await watch.look()).articles]


async def test_trashed_hidden_and_unpublished_posts_are_gone(site, fetcher):
    posts = [site.publish(f"To go {n}") for n in range(3)]
    old = site.publish("To go from far below", date_gmt="2025-01-01T10:00:00")
    watch = Watch(fetcher, wordpress, site.address)
    await watch.look()
    watch.memory.extra["seen"][str(old["id"])] = ["2025-01-01T10:00:00", "2026-11-01T10:00:00", old["link"]]
    site.rest("DELETE", f"posts/{posts[0]['id']}")
    site.rest("POST", f"posts/{posts[1]['id']}", status="draft")
    site.rest("POST", f"posts/{posts[2]['id']}", status="private")
    site.rest("DELETE", f"posts/{old['id']}")
    sight = await watch.look()
    assert set(sight.gone) == {post["link"] for post in posts}
    assert (await watch.look(later=LATER)).gone == (old["link"],)
    assert (await watch.look(later=2 * LATER)).gone == ()


async def test_a_page_of_a_category_is_watched_for_its_own_posts(site, fetcher):
    category = site.rest("POST", "categories", name="Weather", slug="weather")
    mine = site.publish("Rain", categories=[category["id"]])
    site.publish("Something else")
    watch = Watch(fetcher, wordpress, f"{site.address}/category/weather/")
    assert [article.title for article in (await watch.look()).articles] == ["Rain"]
    site.rest("POST", f"posts/{mine['id']}", categories=[1])
    assert (await watch.look()).gone == ()


async def test_a_closed_api_says_what_to_do(site, fetcher):
    plugins = site.folder / "site/wp-content/mu-plugins"
    plugins.mkdir()
    closed = plugins / "closed.php"
    closed.write_text(
        "<?php add_filter('rest_authentication_errors', function ($r) { return is_user_logged_in() ? $r : "
        "new WP_Error('rest_closed', 'no', ['status' => 401]); });"
    )
    try:
        with pytest.raises(SourceError, match=r"closed to us \(401\): watch its feed"):
            await Watch(fetcher, wordpress, site.address).look()
    finally:
        closed.unlink()


async def test_one_article_in_feed_section_feed_api_and_sitemap_is_one_by_its_keys(site, fetcher):
    category = site.rest("POST", "categories", name="Sport", slug="sport")
    site.publish("Final whistle", categories=[category["id"]])
    keys = []
    for kind, path in (
        (feed, "/feed/"),
        (feed, "/category/sport/feed/"),
        (feed, "/feed/atom/"),
        (wordpress, "/"),
        (sitemap, "/wp-sitemap.xml"),
    ):
        found = (await Watch(fetcher, kind, site.address + path).look()).articles
        keys += [identity(article)[0] for article in found if article.url.endswith("/final-whistle/")]
    assert len(keys) == 5
    assert len(set(keys)) == 1


async def test_trashing_an_older_post_is_hidden_by_the_feeds_304_but_not_from_the_api(site, fetcher):
    older = site.publish("Older, to be trashed")
    site.publish("Newer")
    by_feed, by_api = Watch(fetcher, feed, f"{site.address}/feed/"), Watch(fetcher, wordpress, site.address)
    await by_feed.look()
    await by_api.look()
    site.rest("DELETE", f"posts/{older['id']}")
    assert (await by_feed.look()).articles is None
    assert (await by_api.look()).gone == (older["link"],)
    with pytest.raises(SourceError) as refused:
        await article_page.read(fetcher, older["link"], by_api.source, now=datetime.now(UTC))
    assert refused.value.gone


async def test_the_default_themes_page_is_read_and_nothing_around_it(site, fetcher):
    post = site.publish(
        "Berth number three PHOTO",
        "<p>A third berth is planned.</p><p>Work begins in May.</p>",
        excerpt="Three is better than two.",
    )
    source = Source(name="wp", url=site.address)
    article = await article_page.read(fetcher, post["link"], source, now=datetime.now(UTC))
    assert (article.url, article.title, article.flags) == (post["link"], "Berth number three", ("photo",))
    assert article.body == "A third berth is planned.\n\nWork begins in May."
    assert article.author == "Anna Ray"
    assert abs(datetime.now(UTC) - article.published_at) < timedelta(minutes=1)
    assert article.language == "en"


async def test_everything_to_watch_is_discovered_from_the_front_page(site, fetcher):
    for n in range(4):
        site.publish(f"Something to discover, part {n}")
    found = await discovery.candidates(fetcher, f"{site.address}/", now=datetime.now(UTC))
    assert [(one.kind, one.url.removeprefix(site.address)) for one in found] == [
        ("feed", "/feed/"),
        ("wordpress", "/"),
        ("sitemap", "/wp-sitemap.xml"),
        ("page", "/"),
    ]
    assert all(one.articles for one in found)
    assert found[0].title == "Caspian Lantern"


async def test_the_front_page_lists_what_the_api_lists(site, fetcher):
    for n in range(4):
        site.publish(f"On the front page, number {n}")
    by_page = (await Watch(fetcher, page, f"{site.address}/").look()).articles
    by_api = (await Watch(fetcher, wordpress, f"{site.address}/").look()).articles
    titles = {article.url: article.title for article in by_api}
    assert len(by_page) >= 4
    assert {article.url: article.title for article in by_page}.items() <= titles.items()


async def test_a_ping_of_wordpress_is_a_reason_to_look(site, fetcher):
    calls = []

    async def answer(request):
        calls.append((await request.read(), dict(request.headers)))
        return web.Response(text="")

    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    plugins = site.folder / "site/wp-content/mu-plugins"
    plugins.mkdir(exist_ok=True)
    opened = plugins / "loopback.php"
    opened.write_text(
        "<?php add_filter('http_request_host_is_external', '__return_true');"
        f"add_filter('http_allowed_safe_ports', function () {{ return [{port}]; }});"
    )
    try:
        site.php(f"update_option('ping_sites', 'http://127.0.0.1:{port}/hooks/wp');")
        site.publish("Worth a ping")
        await fetcher.get(f"{site.address}/wp-cron.php")

        async def called():
            return calls

        await until(called, "WordPress did not ping")
    finally:
        opened.unlink()
        site.php("update_option('ping_sites', '');")
        await runner.cleanup()
    body, headers = calls[0]
    source = Source(name="wp", url=f"{site.address}/feed/", kind="hook")
    heard = hook.receive(source, Memory(), body, headers, secret="", now=datetime.now(UTC))
    assert (heard.status, heard.look) == (200, True)


async def test_an_article_whose_slug_changes_keeps_a_key(site, fetcher):
    post = site.publish("Before the change")
    source = Source(name="wp", url=site.address)
    before = await article_page.read(fetcher, post["link"], source, now=datetime.now(UTC))
    site.rest("POST", f"posts/{post['id']}", slug="after-the-change")
    after = await article_page.read(fetcher, post["link"], source, now=datetime.now(UTC))
    assert (before.url, after.url) == (post["link"], f"{site.address}/after-the-change/")
    assert set(identity(before)) & set(identity(after))


async def test_what_editors_do_reaches_the_desk(site, tmp_path):
    settings = parse(
        f'fetch = {{ allow_loopback = true }}\n{CHANNELS}\n[[source]]\nname = "wp"\nkind = "wordpress"\nfeeds = ["{site.address}"]\n',
        environ={"DATABASE_URL": f"sqlite:///{tmp_path / 'newswire.db'}"},
    )
    (source,) = settings.sources()
    async with opened(settings, folder=tmp_path) as newsroom:
        await schema.require_current(newsroom.store, migrate=False)
        await watch.look(newsroom, source)
        post = site.publish("Noticed by the desk")
        assert (await watch.look(newsroom, source)).new == 1
        assert (await watch.look(newsroom, source)).new == 0

        async def stored():
            async with newsroom.store.read() as connection:
                found = await articles.find(connection, identity(Article(url=post["link"], title="")))
                return found, await posts.of_article(connection, found.article.id)

        article, own = await stored()
        assert (article.article.title, article.article.author) == ("Noticed by the desk", "Anna Ray")
        assert {one.state for one in own} == {"scheduled"}
        site.rest("POST", f"posts/{post['id']}", title="Noticed by the desk, corrected")
        await watch.look(newsroom, source)
        assert (await stored())[0].article.title == "Noticed by the desk, corrected"
        site.rest("DELETE", f"posts/{post['id']}")
        await watch.look(newsroom, source)
        article, own = await stored()
        assert article.gone_at is not None
        assert {one.state for one in own} == {"cancelled"}
