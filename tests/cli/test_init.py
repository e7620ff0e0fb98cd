"""`newswire init` against the real sandbox: asked or not, verified as it goes, written whole or not at all."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli import _files, _steps
from newswire.configuration import load
from newswire.errors import ConfigError, DependencyDown, NewswireError, UsageProblem

Town = dict[str, Any]
Control = Callable[..., Any]


def options(town: Town, folder: Path, *more: str) -> list[str]:
    """Everything that nobody needs to be asked."""
    return [
        *("--config", str(folder / "newswire.toml"), "init", "--no-input", "--allow-loopback"),
        *("--site", town["site"], "--name", "Caspian Lantern", "--timezone", "Asia/Baku"),
        *("--telegram-api", town["telegram_api"], "--x-api", town["x_api"]),
        *more,
    ]


def channels(town: Town) -> list[str]:
    return [word for code in ("en", "ru") for word in ("--channel", f"{code}={town['channels'][code]}")]


def secrets(town: Town) -> list[str]:
    """Whole secrets, and their telling parts."""
    return [*town["secrets"].values(), town["secrets"]["TELEGRAM_BOT_TOKEN"].partition(":")[2]]


def test_everything_given_becomes_two_files_that_check_and_run_take(town, control, newswire, tmp_path: Path):
    more = [*channels(town), "--editors-chat", str(town["editors_chat"]), "--owner", "7200001", "--x", "--json"]
    before = control("events.json")["last"]
    done = newswire(*options(town, tmp_path, *more), env=town["secrets"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["bot"] == "caspian_lantern_bot"
    assert told["sources"] == {code: town["feeds"][code] for code in ("en", "ru")}
    assert told["channels"] == {code: town["channels"][code] for code in ("en", "ru")}
    assert told["x"] == "en"
    assert {f["grade"] for f in told["check"]} <= {"ok", "warn"}
    settings = load(tmp_path / "newswire.toml", {})
    assert [c.name for c in settings.channel] == ["tg-en", "tg-ru", "x-en"]
    assert settings.editors.owners == (7200001,)
    assert settings.timezone == ZoneInfo("Asia/Baku")
    assert settings.database_url == f"sqlite:///{tmp_path}/newswire.db"
    events = control(f"events.json?after={before}")["events"]
    seen = [e["kind"] for e in events if e["platform"] == "telegram" and e["place"] == str(town["channels"]["en"])]
    assert seen == ["sent", "deleted"], events
    assert not [e for e in events if e["platform"] == "x"], "a test post on X would be public"


def test_secrets_are_in_env_only_which_others_cannot_read(town, newswire, tmp_path: Path):
    done = newswire(*options(town, tmp_path, *channels(town), "--x"), env=town["secrets"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert _files.secrets_in((tmp_path / ".env").read_text()).items() >= town["secrets"].items()
    for secret in secrets(town):
        assert secret not in done.output
        assert secret not in (tmp_path / "newswire.toml").read_text()
    assert sorted(p.name for p in tmp_path.iterdir()) == [".env", "newswire.toml"]


def test_a_person_answers_and_is_told_what_was_verified(town, newswire, tmp_path: Path):
    keys = town["secrets"]
    typed = [
        "not a site",
        town["site"],  # address
        "",  # name
        "english",
        "en",
        "",  # the feed that was found
        "Europe/Nowhere",
        "baku",  # a city is enough
        "7000000009:NOBODY-knows-this-token-0000000000001",
        "y",  # try again
        keys["TELEGRAM_BOT_TOKEN"],
        "@nobody_is_here",
        "y",
        "https://t.me/caspian_lantern_en",
        "",  # no editors
        "y",  # X too
        *(keys[name] for name in ("X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_SECRET")),
    ]
    words = ["--config", str(tmp_path / "newswire.toml"), "init", "--allow-loopback"]
    done = newswire(
        *words, "--telegram-api", town["telegram_api"], "--x-api", town["x_api"], typed="\n".join(typed) + "\n"
    )
    assert done.exit_code == 0, done.output
    for said in (
        "✓ ",
        "✗ 'not a site' is no address of a site; write one such as https://news.example",
        "✗ 'english': a language code has two letters",
        "'Europe/Nowhere' is no time zone",
        "✓ Asia/Baku",
        "Chat not found; is the name right, and is @caspian_lantern_bot an administrator there?",
        "✗ Telegram does not know this bot's token",
        "✓ this is @caspian_lantern_bot",
        "✓ @caspian_lantern_bot in Caspian Lantern: may post, edit and delete",
        "✓ posts as @caspianlantern",
        "a test message went to @caspian_lantern_en and was taken away",
        "Next: newswire --config",
    ):
        assert said in done.output
    assert not [secret for secret in secrets(town) if secret in done.output]
    assert [c.name for c in load(tmp_path / "newswire.toml", {}).channel] == ["tg-en", "x-en"]


def test_without_rights_nobody_there_is_78_and_nothing_is_written(town, control, newswire, tmp_path: Path):
    en = town["channels"]["en"]
    control("telegram/rights", chat_id=en, rights=[])
    try:
        done = newswire(*options(town, tmp_path, "--channel", f"en={en}"), env=town["secrets"])
    finally:
        control("telegram/rights", chat_id=en, rights=None)
    assert isinstance(done.exception, ConfigError)
    assert "may not yet: post messages, edit messages, delete messages; in Telegram open the channel" in str(
        done.exception
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"TELEGRAM_BOT_TOKEN": "7000000009:NOBODY-knows-this-token-000000001"}, "get a new one from @BotFather"),
        ({"TELEGRAM_BOT_TOKEN": ""}, "TELEGRAM_BOT_TOKEN is not set"),
        ({"X_ACCESS_SECRET": "wrong-000000000000000000000000001"}, "X does not accept this account's keys"),
        ({"X_API_KEY": ""}, "X_API_KEY is not set"),
    ],
)
def test_a_secret_that_opens_nothing_is_78_and_nothing_is_written(
    town, newswire, tmp_path: Path, changed: dict[str, str], says: str
):
    done = newswire(*options(town, tmp_path, *channels(town), "--x"), env={**town["secrets"], **changed})
    assert isinstance(done.exception, ConfigError), done.output
    assert says in str(done.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("more", "raised"),
    [
        (["--edition", "en=http://127.0.0.1:1/rss"], DependencyDown("http://127.0.0.1:1/rss")),
        (["--channel", "en=@nobody_is_here"], ConfigError("chat not found")),
        (["--site", "our site"], UsageProblem("--site: 'our site' is no address of a site")),
        (["--timezone", "Asia/Bakuu"], UsageProblem("'Asia/Bakuu' is no time zone")),
        (["--telegram-api", "http://127.0.0.1:1"], DependencyDown("cannot be reached")),
    ],
)
def test_what_is_wrong_or_silent_is_said_in_one_line(
    town, newswire, tmp_path: Path, more: list[str], raised: NewswireError
):
    done = newswire(*options(town, tmp_path, *more), env=town["secrets"])
    assert type(done.exception) is type(raised), done.output
    assert str(raised).lower() in str(done.exception).lower()
    assert "\n" not in str(done.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_site_without_a_feed_asks_for_one(town, newswire, tmp_path: Path, bare_site: str):
    words = options(town, tmp_path)
    words[words.index(town["site"])] = bare_site
    done = newswire(*words)
    assert isinstance(done.exception, UsageProblem)
    assert "Feed of the en edition: nobody is there to answer; give --edition en=ADDRESS" in str(done.exception)


def test_files_that_are_there_are_not_replaced_unasked_and_old_ones_are_kept(town, newswire, tmp_path: Path):
    (tmp_path / "newswire.toml").write_text("# mine\n")
    (tmp_path / ".env").write_text("# my own words\nOTHER=1\nDATABASE_URL=sqlite:////tmp/elsewhere-for-init.db\n")
    refused = newswire(*options(town, tmp_path, *channels(town)), env=town["secrets"])
    assert isinstance(refused.exception, UsageProblem)
    assert "is there already; --force replaces it" in str(refused.exception)
    assert (tmp_path / "newswire.toml").read_text() == "# mine\n"
    done = newswire(*options(town, tmp_path, *channels(town), "--force"), env=town["secrets"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "newswire.toml.old").read_text() == "# mine\n"
    env = (tmp_path / ".env").read_text()
    assert env.startswith("# my own words\nOTHER=1\nDATABASE_URL=sqlite:////tmp/elsewhere-for-init.db\n")
    assert "TELEGRAM_BOT_TOKEN=" in env


def test_an_address_is_no_folder(town: Town, tmp_path: Path):
    with Terminal(town, tmp_path) as terminal:
        terminal.answer("Folder for newswire.toml", town["site"])
        terminal.until("is an address, no folder")
        assert terminal.process.wait(20) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_token_that_is_refused_is_asked_for_again_at_once_and_unseen(town: Town, tmp_path: Path):
    wrong = {**town["secrets"], "TELEGRAM_BOT_TOKEN": "7000000009:A-token-that-nobody-ever-gave-out-0002"}
    with Terminal(town, tmp_path, known=wrong) as terminal:
        terminal.answer_up_to_the_bot()
        terminal.until("does not know this bot's token")
        terminal.answer("Token (TELEGRAM_BOT_TOKEN, not shown)", town["secrets"]["TELEGRAM_BOT_TOKEN"])
        terminal.until("@caspian_lantern_bot")
        assert "Try again?" not in terminal.shown
        assert town["secrets"]["TELEGRAM_BOT_TOKEN"] not in terminal.shown


def test_an_owner_mistyped_is_asked_for_again(town: Town, tmp_path: Path):
    with Terminal(town, tmp_path, known=town["secrets"]) as terminal:
        terminal.answer_up_to_the_bot()
        terminal.answer("Telegram channel for en", "caspian_lantern_en")
        terminal.answer("`find`", str(town["editors_chat"]))
        terminal.answer("Telegram number of the owner", "me")
        terminal.until("'me' is no person's number")
        terminal.answer("Try again?")
        terminal.shown = ""
        terminal.answer("Telegram number of the owner", "7200001")
        terminal.answer("Post to X too?", "n")
        terminal.until("Next: newswire run")
        assert terminal.process.wait(20) == 0
    assert load(tmp_path / "newswire.toml", {}).editors.owners == (7200001,)


def test_without_a_channel_the_file_is_written_and_the_check_says_what_it_lacks(town, newswire, tmp_path: Path):
    done = newswire(*options(town, tmp_path))
    assert done.exit_code == 78
    assert "has no [[channel]]" in done.output
    assert (tmp_path / "newswire.toml").read_text().startswith("# Everything that is not a secret")


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Asia/Baku", "Asia/Baku"),
        ("asia/baku", "Asia/Baku"),
        ("new york", "America/New_York"),
        ("Baku", "Asia/Baku"),
        ("utc", "UTC"),
        ("Nowhere", ""),
        ("", ""),
        ("../etc/passwd", ""),
    ],
)
def test_a_zone_is_known_by_its_name_or_its_city(typed: str, zone: str):
    assert _steps.zone_named(typed) == zone


def test_a_secret_from_a_file_stays_there(town, newswire, tmp_path: Path):
    (tmp_path / "token").write_text(town["secrets"]["TELEGRAM_BOT_TOKEN"])
    done = newswire(*options(town, tmp_path, *channels(town)), env={"TELEGRAM_BOT_TOKEN_FILE": str(tmp_path / "token")})
    assert done.exit_code == 0, done.output
    assert "TELEGRAM_BOT_TOKEN" not in (tmp_path / ".env").read_text()


class Terminal:
    """The command in a real terminal, with the site's address and Telegram's given."""

    def __init__(self, town: Town, folder: Path, *, known: dict[str, str] | None = None) -> None:
        self.master, slave = pty.openpty()
        self.shown = ""
        words = ["--allow-loopback", "--site", town["site"], "--timezone", "Asia/Baku"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli", "init", *words, "--telegram-api", town["telegram_api"]],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "TERM": "xterm", **(known or {})},
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(20)
        os.close(self.master)

    def until(self, text: str) -> None:
        """Read on until `text` is shown."""
        end = time.monotonic() + 20
        while text not in self.shown:
            ready, _, _ = select.select([self.master], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"never shown: {text}\n{self.shown}"
            try:
                self.shown += os.read(self.master, 4096).decode(errors="replace")
            except OSError:  # the process has ended
                pytest.fail(f"never shown: {text}\n{self.shown}")

    def interrupt(self) -> None:
        """Ctrl-C until it is heard: Python misses one that comes in the very moment in which it begins to read."""
        while "Stopped." not in self.shown:
            os.kill(self.process.pid, signal.SIGINT)
            while select.select([self.master], [], [], 3)[0] and "Stopped." not in self.shown:
                self.shown += os.read(self.master, 4096).decode(errors="replace")

    def answer(self, question: str, text: str = "") -> None:
        """Wait for the question, type the answer."""
        self.until(question)
        os.write(self.master, f"{text}\n".encode())

    def answer_up_to_the_bot(self) -> None:
        for question in ("Folder", "Address", "Name", "language editions", "Feed of the en", "Time zone"):
            self.answer(question)


def test_missing_rights_are_explained_and_looked_at_again(town: Town, control: Control, tmp_path: Path):
    en = town["channels"]["en"]
    control("telegram/rights", chat_id=en, rights=["can_post_messages"])
    try:
        with Terminal(town, tmp_path, known=town["secrets"]) as terminal:
            terminal.answer_up_to_the_bot()
            terminal.answer("Telegram channel for en", str(en))
            terminal.until("Administrators, Add Admin, @caspian_lantern_bot")
            control("telegram/rights", chat_id=en, rights=None)
            terminal.answer("Done? Look again?")
            terminal.until("may post, edit and delete")
            assert "may not yet: edit messages, delete messages" in terminal.shown
    finally:
        control("telegram/rights", chat_id=en, rights=None)


def test_the_editors_chat_and_the_owner_are_found_by_a_message(town: Town, control: Control, tmp_path: Path):
    owner, chat = town["people"]["owner"], town["editors_chat"]
    with Terminal(town, tmp_path, known=town["secrets"]) as terminal:
        terminal.answer_up_to_the_bot()
        terminal.answer("Telegram channel for en", "@caspian_lantern_en")
        terminal.answer("`find`", "find")
        terminal.until("Waiting")
        control("telegram/say", chat_id=chat, user_id=owner, text="/start@caspian_lantern_bot")
        terminal.answer("Leyla (owner) wrote in “Editors”. Is this the editors' chat?")
        terminal.answer("the owner?")
        terminal.answer("Post to X too?", "n")
        terminal.until("Next: newswire run")
        assert terminal.process.wait(20) == 0
    settings = load(tmp_path / "newswire.toml", {})
    assert settings.editors.chat == chat
    assert settings.editors.owners == (owner,)


def test_in_a_terminal_a_secret_is_never_echoed_and_ctrl_c_leaves_nothing_behind(town: Town, tmp_path: Path):
    with Terminal(town, tmp_path) as terminal:
        terminal.answer_up_to_the_bot()
        terminal.answer("not shown", town["secrets"]["TELEGRAM_BOT_TOKEN"])
        terminal.until("this is @caspian_lantern_bot")
        terminal.until("Telegram channel for en")
        terminal.interrupt()
        assert terminal.process.wait(20) == 130
        assert not [secret for secret in secrets(town) if secret in terminal.shown]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_changes_nothing(tmp_path: Path):
    (tmp_path / "newswire.toml").mkdir()
    (tmp_path / ".env").write_text("OLD=1\n")
    with pytest.raises(ConfigError, match="cannot be written"):
        _files.write({tmp_path / "newswire.toml": ("new", 0o644), tmp_path / ".env": ("NEW=1\n", 0o600)})
    assert (tmp_path / ".env").read_text() == "OLD=1\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == [".env", "newswire.toml"]


names = st.from_regex(r"[A-Z][A-Z0-9_]{0,10}", fullmatch=True)
values = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\x85\u2028\u2029"), min_size=1
)


@given(st.dictionaries(names, values), st.dictionaries(names, values))
def test_env_holds_every_value_as_it_was(old: dict[str, str], new: dict[str, str]):
    text = _files.env(_files.env("# a word\n", old), new)
    assert _files.secrets_in(text) == old | new
    assert text.startswith("# a word\n")


def test_the_zone_is_guessed_from_the_machine(tmp_path: Path):
    (tmp_path / "zoneinfo" / "Asia").mkdir(parents=True)
    (tmp_path / "zoneinfo" / "Asia" / "Baku").touch()
    (tmp_path / "localtime").symlink_to(tmp_path / "zoneinfo" / "Asia" / "Baku")
    assert _steps.guessed_zone(tmp_path / "localtime") == os.environ.get("TZ", "Asia/Baku")
