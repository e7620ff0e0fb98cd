"""What only the editors' chat could do is done at the command line as well: late posts, and posts taken back."""

from __future__ import annotations

import asyncio
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dotenv import dotenv_values

from cli._stage import Stage
from db import posts
from db.store import Store
from newswire.post import PostState


@pytest.fixture
def story(town: dict[str, Any], control: Callable[..., Any], tmp_path: Path) -> dict[str, Any]:
    """A new English article on the site, in a newsroom without an editors' chat."""
    Stage(tmp_path, where=town, overrides={"editors": {}}).write_configuration()
    found: dict[str, Any] = control("site/publish", edition="en")
    return found


@pytest.fixture
def states(tmp_path: Path) -> Callable[[], dict[str, PostState]]:
    """`states()`: how the posts of each channel stand."""

    async def read() -> dict[str, PostState]:
        store = Store(str(dotenv_values(tmp_path / ".env")["DATABASE_URL"]))
        async with store.read() as connection:
            found = {post.channel: post.state for post in await posts.in_states(connection, list(PostState))}
        await store.close()
        return found

    return lambda: asyncio.run(read())


def test_late_posts_of_a_channel_are_decided_about(shell, story, states):
    assert shell("channel", "late", "tg-en", "drop").stdout == "Nothing is late in tg-en.\n"
    shell("post", story["url"])
    assert shell("channel", "late", "tg-en", "newest").stdout == "It goes out now.\n"
    assert states() == {"tg-en": PostState.SCHEDULED, "x-en": PostState.SCHEDULED}
    assert shell("channel", "late", "tg-en", "drop").stdout == "1 post will not go out.\n"
    assert states() == {"tg-en": PostState.EXPIRED, "x-en": PostState.SCHEDULED}
    assert "tg-en expired by command line: too late" in shell("post", "why", story["url"]).stdout


def test_what_waits_for_a_channel_that_was_taken_out_of_the_file_is_let_go(shell, story, states, tmp_path: Path):
    shell("post", story["url"])
    file = tmp_path / "newswire.toml"
    file.write_text(file.read_text().replace('name = "tg-en"', 'name = "tg-new"'))
    assert shell("channel", "late", "tg-en", "drop").stdout == "1 post will not go out.\n"
    assert states() == {"tg-en": PostState.CANCELLED, "x-en": PostState.SCHEDULED}
    again = shell("channel", "late", "tg-en", "drop")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr.startswith("there is no channel 'tg-en'; there are: tg-new, ")


def test_an_articles_posts_are_taken_back_by_its_address_or_its_number(shell, story, states):
    unknown = shell("post", "retract", story["url"])
    assert (unknown.returncode, unknown.stderr.count("\n")) == (2, 1)
    assert f"{story['url']}: never seen here" in unknown.stderr
    shell("post", story["url"])
    done = shell("post", "retract", story["url"])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Taking #1 back. newswire post why 1 shows how far it is.\n"
    assert set(states().values()) == {PostState.CANCELLED}
    again = shell("post", "retract", "1")
    assert (again.returncode, again.stdout) == (0, "Already retracted by command line.\n")


@pytest.mark.parametrize(
    "told", [("n", "#1 stays.", "scheduled"), ("y", "Taking #1 back.", "cancelled")], ids=["no", "yes"]
)
def test_on_a_terminal_it_is_asked_once_more(shell, story, states, tmp_path: Path, told: tuple[str, str, str]):
    typed, said, state = told
    shell("post", story["url"])
    master, slave = pty.openpty()
    os.write(master, f"{typed}\n".encode())
    done = subprocess.run(
        [sys.executable, "-m", "cli", "post", "retract", "1"],
        stdin=slave,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
        check=True,
    )
    os.close(slave)
    os.close(master)
    assert "It is out nowhere; what waits will be called off. Take it back everywhere? [y/N]" in done.stderr
    assert done.stdout.startswith(said)
    assert set(states().values()) == {state}
