"""What an operator asks: real processes, the sandbox's site, Telegram and X, and nothing that a question changes."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cli._stage import Stage
from cli.output import at
from newswire.configuration import parse

Town = dict[str, Any]


@pytest.fixture
def story(town: Town, control: Callable[..., Any], tmp_path: Path) -> dict[str, Any]:
    """A new English article on the site, and a newsroom for it in the test's folder."""
    Stage(tmp_path, where=town).write_configuration()
    found: dict[str, Any] = control("site/publish", edition="en")
    return found


def shown_title(story: dict[str, Any]) -> str:
    """Its title less the site's own tags at the end, such as PHOTO/VIDEO, which become signs."""
    return re.sub(r"( [A-Z/]{5,})+$", "", story["title"])


def counts(shell) -> dict[str, int]:
    told = json.loads(shell("status", "--json").stdout)
    return {channel["name"]: channel["waiting"] for channel in told["channels"]}


@pytest.mark.parametrize("words", [("preview",), ("post", "--dry-run")], ids=" ".join)
def test_a_preview_shows_each_channels_post_with_its_room_and_stores_nothing(shell, story, control, words):
    before = control("events.json")["last"]
    done = shell(*words, story["url"])
    assert (done.returncode, done.stderr) == (0, "")
    posts = done.stdout.strip().split("\n\ntg-")
    assert done.stdout.startswith("tg-en (telegram) ")
    assert "\nx-en (x) " in done.stdout
    assert "tg-ru" not in done.stdout, "an English article is not for the Russian channel"
    assert shown_title(story) in posts[0]
    assert f"{story['url']}?utm_source=x" in done.stdout
    assert "\x1b" not in done.stdout
    assert counts(shell) == dict.fromkeys(("tg-en", "tg-ru", "tg-hy", "x-en"), 0)
    kinds = {event["platform"] for event in control(f"events.json?after={before}")["events"]}
    assert kinds <= {"site"}, "nothing was sent"


def test_a_preview_that_no_channel_takes_says_why_for_each(shell, story, tmp_path):
    settings = tmp_path / "newswire.toml"
    before, channels = settings.read_text().split("[[channel]]", 1)
    settings.write_text(before + "[[channel]]" + channels.replace('edition = "en"', 'edition = "ru"'))
    done = shell("preview", story["url"])
    assert done.returncode == 0
    assert done.stdout.splitlines()[:2] == ["No channel takes this article.", "tg-en: takes ru only"]


def test_a_preview_for_programs_says_what_a_platform_would_get(shell, story):
    done = shell("preview", story["url"], "--json")
    told = {one["channel"]: one for one in json.loads(done.stdout)}
    assert told.keys() == {"tg-en", "x-en"}
    x = told["x-en"]
    assert (x["platform"], x["limit"], x["trouble"]) == ("x", 280, "")
    assert 0 < x["used"] <= 280
    assert shown_title(story)[:40] in x["message"]["text"]["text"]


def test_an_article_posted_by_hand_waits_for_the_daemon_and_once_only(shell, story):
    done = shell("post", story["url"])
    assert done.returncode == 0
    assert done.stderr.splitlines() == ["tg-ru: not posted: takes ru only", "tg-hy: not posted: takes hy only"]
    title, head, *rows = done.stdout.splitlines()
    assert shown_title(story) in title
    assert head.split("\t") == ["channel", "state", "link"]
    assert [row.split("\t")[:2] for row in rows] == [["tg-en", "scheduled"], ["x-en", "scheduled"]]
    again = json.loads(shell("post", story["url"], "--json").stdout)
    assert again["known"] is True
    assert counts(shell) == {"tg-en": 1, "x-en": 1, "tg-ru": 0, "tg-hy": 0}
    number = title.split()[0]
    assert shown_title(story) in shell("preview", number).stdout


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("preview", "no-address"), 2, "no-address"),
        (("post", "no-address"), 2, "no-address"),
        (("preview", "#4711"), 2, "4711"),
        (("post", "{site}/en/"), 2, "/en/ is a front page or a feed, no article; give the article's own address"),
        (("post", "{site}/en/rss.xml"), 2, "is a front page or a feed"),
        (("preview", "http://127.0.0.1:{closed}"), 2, "is a front page or a feed"),
        (("post", "why", "#99999999999999999999"), 2, "never seen here"),
        (("post", "why", "²"), 2, "never seen here"),
        (("channel", "resume", "tg-e"), 2, "there is no channel 'tg-e'; there are: tg-en, tg-ru, tg-hy, x-en"),
        (("post", "--dry-run", "{site}/nowhere"), 1, "404"),
        (("preview", "http://127.0.0.1:{closed}/a"), 1, "/a "),
        (("preview",), 2, "Missing argument 'URL'"),
        (("source", "test", "{site}/nowhere"), 1, "404"),
        (("source", "test", "no-address"), 1, "no-address"),
        (("source", "test", "ftp://127.0.0.1/x"), 1, "ftp"),
        (("source", "test", "{site}/en/", "--kind", "fax"), 78, "there is no kind of source called 'fax'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_cannot_be_done_is_one_line(shell, story, words: tuple[str, ...], code: int, says: str):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    done = shell(*(word.format(site=story["url"].partition("/en/")[0], closed=closed) for word in words))
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert says in last
    assert "Newswire stumbled" not in last
    assert "Traceback" not in done.stderr


def test_a_platform_that_does_not_exist_is_said_by_preview_too(shell, story, tmp_path: Path):
    file = tmp_path / "newswire.toml"
    file.write_text(file.read_text().replace('type = "x"', 'type = "xx"'))
    done = shell("preview", story["url"])
    assert done.returncode == 78
    assert "channel 'x-en': unknown platform 'xx'" in done.stderr


def test_status_of_a_quiet_newsroom_is_tables_without_drawing(shell, story):
    done = shell("status")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Channels"
    head = lines[1].split("\t")
    assert head[:3] == ["channel", "state", "waiting"]
    assert all(len(line.split("\t")) == len(head) for line in lines[2:6])
    assert lines[6] == "Sources"
    assert "\x1b" not in done.stdout


def test_a_channel_is_stopped_and_let_go_on_without_an_editors_chat(shell, story):
    assert shell("channel", "pause", "tg-en", "--reason", "wrong picture").stdout == (
        "tg-en paused: wrong picture. The queue stays.\n"
    )
    told = json.loads(shell("status", "--json").stdout)["channels"]
    assert [(c["state"], c["reason"]) for c in told if c["name"] == "tg-en"] == [("paused", "wrong picture")]
    assert "`newswire channel resume tg-en` lets tg-en go on." in shell("status").stdout
    done = shell("channel", "resume", "tg-en")
    assert (done.returncode, done.stdout, done.stderr) == (0, "tg-en on again.\n", "")
    again = shell("channel", "resume", "tg-en")
    assert (again.returncode, again.stdout) == (0, "tg-en is not paused.\n")
    assert "paused" not in shell("status").stdout


def on_a_terminal(folder: Path, *words: str, **environment: str) -> str:
    """What a terminal of 80 columns gets to show."""
    master, slave = pty.openpty()
    known = {"PATH": os.environ["PATH"], "TERM": "xterm", "COLUMNS": "80", **environment}
    subprocess.run([sys.executable, "-m", "cli", *words], stdout=slave, cwd=folder, env=known, timeout=60, check=True)
    os.close(slave)
    shown = os.read(master, 65_536).decode()
    os.close(master)
    return shown


def test_no_color_is_obeyed(shell, story, tmp_path: Path):
    for words, colour in ((("check", "--offline"), "\x1b[32m"), (("preview", story["url"]), "\x1b[1m")):
        assert colour in on_a_terminal(tmp_path, *words)
    assert "\x1b[32m" not in on_a_terminal(tmp_path, "check", "--offline", NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(tmp_path, "preview", story["url"], NO_COLOR="1")


def test_times_are_the_newsrooms():
    assert at(datetime(2026, 11, 24, 20, tzinfo=UTC), ZoneInfo("Asia/Baku")) == "2026-11-25 00:00"
    assert at(None, ZoneInfo("Asia/Baku")) == "-"


def test_status_fits_a_terminal_as_columns_that_say_nothing_are_left_out(shell, story, tmp_path: Path):
    shell("channel", "pause", "tg-en")
    shown = on_a_terminal(tmp_path, "status")
    assert "tg-en" in shown
    assert "overdue since" not in shown
    assert all(len(line.rstrip()) <= 80 for line in re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines())


def test_status_for_programs_says_what_is_wrong_as_well(shell, story, town: Town):
    done = shell("status", "--json")
    told = json.loads(done.stdout)
    assert told.keys() >= {"channels", "sources", "alerts"}
    assert {channel["state"] for channel in told["channels"]} == {"on"}
    wanted = {
        "waiting",
        "in_review",
        "in_flight",
        "uncertain",
        "failed",
        "published",
        "overdue_since",
        "lane_closed_until",
    }
    assert told["channels"][0].keys() >= wanted
    assert {source["url"] for source in told["sources"]} == set(town["feeds"].values())


def test_a_source_is_shown_as_the_daemon_would_see_it(shell, story, town: Town):
    done = shell("source", "test", town["feeds"]["en"])
    assert done.returncode == 0
    rows = [line.split("\t") for line in done.stdout.splitlines()[1:]]
    assert rows[0] == ["published", "title", "categories", "author", "picture", "link"]
    assert any(row[-1] == story["url"] for row in rows)
    told = json.loads(shell("source", "test", town["feeds"]["en"], "--json", "--no-page").stdout)
    assert story["url"] in [article["url"] for article in told["articles"]]


BAD = (
    "malformed.xml",
    "html",
    "bomb.xml",
    "outside.xml",
    "gzip.xml",
    "huge.xml",
    "loop",
    "status/410",
    "status/503",
    "charset.xml",
    "nodates.xml",
    "futuredates.xml",
    "dupguid.xml",
    "nolinks.xml",
    "emptytitles.xml",
    "relative.xml",
)


@pytest.mark.parametrize("path", BAD)
def test_a_feed_that_is_wrong_is_read_as_far_as_it_goes_or_refused_in_one_line(shell, story, town: Town, path: str):
    done = shell("source", "test", f"{town['site'].rstrip('/')}/bad/{path}", "--no-page")
    assert done.returncode in (0, 1)
    assert "stumbled" not in done.stderr
    if done.returncode:
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1
    else:
        assert "published\ttitle" in done.stdout
        assert all(line.startswith("warning: ") for line in done.stderr.splitlines())


def test_the_settings_that_count_are_shown_as_a_file_that_says_the_same_and_no_secret(shell, story, town: Town):
    done = shell("config", "show", env={"NEWSWIRE_LOG_LEVEL": "debug"})
    assert done.returncode == 0
    shown = tomllib.loads(done.stdout)
    assert shown["log"] == {"format": "text", "level": "debug"}
    assert [channel.name for channel in parse(done.stdout).channel] == [c["name"] for c in shown["channel"]]
    as_json = shell("config", "show", "--json", env={"NEWSWIRE_LOG_LEVEL": "debug"})
    assert json.loads(as_json.stdout) == shown
    for secret in town["secrets"].values():
        assert secret not in done.stdout + as_json.stdout


def test_progress_is_shown_on_a_terminal_only(shell, story, town: Town, tmp_path: Path):
    words = ["source", "test", town["feeds"]["en"], "--no-page"]
    assert "Reading" not in shell(*words).stderr
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", *words],
        stdin=slave,
        stdout=subprocess.DEVNULL,
        stderr=slave,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "TERM": "xterm", "NO_COLOR": "1"},
    )
    os.close(slave)
    shown, end = "", time.monotonic() + 20
    while "Reading" not in shown and time.monotonic() < end:
        if select.select([master], [], [], 1)[0]:
            shown += os.read(master, 4096).decode()
    assert process.wait(20) == 0
    os.close(master)
    assert "Reading http" in shown


def test_a_pause_may_have_an_end_and_one_that_nobody_understands_stops_nothing(shell, story):
    for end in ("tomorrow 9:00", "2h"):
        assert shell("channel", "pause", "tg-en", "--until", end).stdout.startswith("tg-en paused until ")
    assert shell("channel", "resume", "tg-en").returncode == 0
    done = shell("channel", "pause", "tg-en", "--until", "whenever")
    assert done.returncode == 2
    assert "--until: 'whenever' is no time to come; write 18:00, 'tomorrow 9:00' or 2h" in done.stderr
    assert "paused" not in [c["state"] for c in json.loads(shell("status", "--json").stdout)["channels"]]
