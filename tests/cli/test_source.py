"""`newswire source` on the sandbox's site: found, added with every comment kept, rehearsed, listed."""

from __future__ import annotations

import json
import sqlite3
import tomllib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli import _files
from cli._stage import Stage
from newswire.configuration import load, parse

Town = dict[str, Any]

FILE = """\
# The newsroom's own words.
timezone = "Asia/Baku"          # where we sit
languages = ["en", "ru"]

[fetch]
allow_loopback = true

[[source]]                      # the first one
name = "site-en"
edition = "en"
feeds = [
  "{en}",                       # a comment inside
]

# Telegram, and below it nothing.
[[channel]]
name = "tg-en"
type = "dry_run"                # as long as we try
edition = "en"
"""


@pytest.fixture
def file(town: Town, tmp_path: Path) -> Path:
    path = tmp_path / "newswire.toml"
    path.write_text(FILE.replace("{en}", town["feeds"]["en"]))
    path.chmod(0o640)
    return path


def rows(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines() if "\t" in line]


# -- add


def test_what_can_be_watched_is_shown_and_the_first_is_written_with_every_comment_kept(shell, town: Town, file: Path):
    before = file.read_text()
    done = shell("source", "add", town["site"], "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    head, first, *others = rows(done.stdout)
    assert head[1:] == ["kind", "address", "title", "language", "articles", "newest", "hub"]
    assert (first[1:3], first[4]) == (["feed", town["feeds"]["ru"]], "ru")
    assert int(first[5]) > 0
    assert {"feed", "page", "sitemap"} == {row[1] for row in others}
    after = file.read_text()
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        "[[source]]",
        'name = "127-0-0-1-ru"',
        'edition = "ru"',
        f'feeds = ["{town["feeds"]["ru"]}"]',
        'first_run = "skip" # articles already there: skip, queue or ask',
    ]
    for line in before.splitlines():
        assert line in after
    assert after.index("[[source]]\nname") < after.index("# Telegram, and below it nothing.\n[[channel]]")
    assert file.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in load(file, {}).sources()] == ["site-en", "127-0-0-1-ru"]
    assert f"{file.name}:15 source '127-0-0-1-ru' is there now" in done.stdout
    assert shell("check", "--offline").returncode == 0


def test_a_kind_an_edition_and_a_name_can_be_chosen(shell, town: Town, file: Path):
    words = [
        "source",
        "add",
        town["site"],
        "--kind",
        "page",
        "--edition",
        "ru",
        "--name",
        "front",
    ]
    told = json.loads(shell(*words, "--json").stdout)
    assert told["added"]["kind"] == "page"
    assert told["candidates"][0]["kind"] == "feed"
    (one,) = [one for one in load(file, {}).sources() if one.name == "front"]
    assert (one.kind, one.edition, one.url) == ("page", "ru", told["added"]["url"])


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("{ru}",), 2, "nobody is there to choose; give --yes for the first, or --kind"),
        (("{en}", "--yes"), 2, "is watched already, by source 'site-en' (newswire.toml:8); nothing was written"),
        (("{hy}", "--yes"), 2, "is in 'hy', and newswire.toml has no such edition: add it to languages, or give"),
        (("{ru}", "--kind", "websub"), 2, "nothing there can be watched as websub"),
        (("{ru}", "--yes", "--name", "Our Site"), 78, "use small letters, digits and '-' only"),
        (("{site}/nowhere", "--yes"), 1, "404"),
        (("{bare}", "--yes"), 1, "names nothing that could be watched"),
    ],
)
def test_what_cannot_be_added_is_one_line_and_the_file_stays(
    shell, town: Town, bare_site: str, file: Path, *, words: tuple[str, ...], code: int, says: str
):
    before = file.read_text()
    places = {**town["feeds"], "site": town["site"].rstrip("/"), "bare": bare_site}
    done = shell("source", "add", *(word.format(**places) for word in words))
    assert done.returncode == code, done.stderr
    assert says in done.stderr.splitlines()[-1]
    assert file.read_text() == before


LINES = st.sampled_from(
    [
        "# a comment",
        "",
        "[web]",
        "port = 1",
        "[[source]]",
        "[[channel]]",
        'name = "a"',
        'feeds = ["x"]',
        "feeds = [",
        '  "y", # [[source]]',
        "]",
        "[source.selectors]",
        'text = """',
        '"""',
        "source = []",
    ]
)


@given(st.lists(LINES, max_size=14), st.sampled_from(["", "\n"]))
def test_a_source_is_added_to_any_file_without_a_change_of_what_it_said_or_not_at_all(lines: list[str], end: str):
    text = "\n".join(lines) + end
    try:
        old = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    try:
        new = _files.with_source(text, name="n", edition="en", kind="page", url="https://news.example/")
    except ValueError:
        return
    (added,) = [one for one in tomllib.loads(new)["source"] if one.get("name") == "n"]
    assert added["kind"] == "page"
    assert {**tomllib.loads(new), "source": 0} == {**old, "source": 0}
    left = iter(new.splitlines())
    assert all(line in left for line in text.rstrip().splitlines()), "every line is there, in its order"


def test_a_file_without_sources_gets_its_first_one_at_its_end():
    new = _files.with_source("# mine", name="a", edition="en", kind="feed", url="https://a.example/rss")
    assert new.startswith('# mine\n\n[[source]]\nname = "a"\n')
    assert [one.url for one in parse(new).sources()] == ["https://a.example/rss"]


# -- rehearse and list


@pytest.fixture
def newsroom(town: Town, tmp_path: Path) -> Path:
    Stage(tmp_path, where=town).write_configuration()
    return tmp_path


def test_a_feed_that_nobody_watched_yet_would_be_a_baseline_and_all_of_it_posted_where_that_is_wished(
    shell, town: Town, newsroom: Path
):
    done = shell("source", "rehearse", town["feeds"]["en"])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "0 would be posted"
    head, *found = rows(done.stdout)
    assert head == ["published", "what", "why", "title", "link"]
    assert {row[1] for row in found} == {"baseline"}

    queued = shell("source", "rehearse", town["feeds"]["en"], "--first-run", "queue")
    assert queued.returncode == 1
    assert queued.stdout.splitlines()[-1] == f"{len(found)} would be posted"
    assert {row[1:3] == ["WOULD BE POSTED", "in tg-en, x-en"] for row in rows(queued.stdout)[1:]} == {True}
    assert [one["state"] for one in json.loads(shell("source", "list", "--json").stdout)] == ["not read yet"] * 3
    assert not list(newsroom.glob("media/*")), "pictures of a rehearsal go with it"


def test_a_move_to_another_feed_of_the_same_articles_posts_nothing_and_one_that_is_new_is_told(
    shell, town: Town, control: Callable[..., Any], newsroom: Path
):
    story = control("site/publish", edition="en")
    assert shell("post", "send", story["url"]).returncode == 0
    atom = town["feeds"]["en"].replace("rss.xml", "atom.xml")
    assert atom != town["feeds"]["en"]
    told = json.loads(shell("source", "rehearse", atom, "--source", "site-en", "--json").stdout)
    by_url = {one["url"]: one for one in told["articles"]}
    assert by_url[story["url"]]["verdict"] == "known"
    assert by_url[story["url"]]["why"].startswith("by url:")
    assert told["source"] == "site-en"
    assert told["would_be_posted"] == 0


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("{en}", "--source", "nobody"), 2, "there is no source 'nobody' (known: site-en, site-ru, site-hy)"),
        (("{site}/nowhere",), 1, "404"),
        (("{en}", "--kind", "fax"), 78, "there is no kind of source called 'fax'"),
    ],
)
def test_what_cannot_be_rehearsed_is_one_line(
    shell, town: Town, newsroom: Path, *, words: tuple[str, ...], code: int, says: str
):
    places = {**town["feeds"], "site": town["site"].rstrip("/")}
    done = shell("source", "rehearse", *(word.format(**places) for word in words))
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert done.stdout == ""


def test_sources_are_listed_with_how_they_are(shell, town: Town, newsroom: Path):
    done = shell("source", "list")
    assert (done.returncode, done.stderr) == (0, "")
    head, *found = rows(done.stdout)
    assert head[:4] == ["source", "kind", "edition", "state"]
    assert [row[:4] for row in found] == [[f"site-{code}", "feed", code, "not read yet"] for code in ("en", "ru", "hy")]
    assert {row[6] for row in found} == set(town["feeds"].values())


def test_a_source_whose_sitemaps_cannot_be_read_says_so(shell, town: Town, newsroom: Path):
    shell("source", "list")
    why = "https://news.example/news.xml answers 503"
    with closing(sqlite3.connect(newsroom / "newswire.db")) as ledger, ledger:
        seen = (town["feeds"]["en"], "2026-11-24 12:00:00.000000")
        ledger.execute("INSERT INTO sources (name, url, memory, first_seen_at) VALUES ('site-en', ?, '{}', ?)", seen)
        ledger.execute("INSERT INTO marks (name, value) VALUES ('unmapped site-en', ?)", [why])
    _, first, *_ = rows(shell("source", "list").stdout)
    assert (first[3], first[7]) == ("ok", why)
