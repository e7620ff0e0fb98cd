"""What nobody foresaw is one line; the trace is in the log or shown on demand, and never holds a secret."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

CHANNEL = '[web]\nenabled = false\n[[channel]]\nname = "a"\ntype = "dry_run"\n'
PASSWORD = "s3cret-of-nobody"


def damaged(shell, folder: Path, *statements: str) -> None:
    """A newsroom whose database somebody has edited by hand."""
    (folder / "newswire.toml").write_text(CHANNEL)
    assert shell("migrate").returncode == 0
    with sqlite3.connect(folder / "newswire.db") as database:
        for statement in statements:
            database.execute(statement)
    database.close()


def test_a_row_that_makes_no_sense_is_one_line_that_says_how_to_see_more(shell, tmp_path: Path):
    damaged(shell, tmp_path, "INSERT INTO channels (name, state) VALUES ('a', 'nonsense')")
    done = shell("status")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("Newswire stumbled: ValueError: 'nonsense' is not a valid ChannelState (db/channels.py:")
    assert line.endswith("`newswire --debug …`, with the same words, shows its trace")


def test_the_trace_is_there_for_who_asks_and_hides_what_is_secret(shell, tmp_path: Path):
    damaged(shell, tmp_path, f"INSERT INTO channels (name, state) VALUES ('x-en', '{PASSWORD}')")
    (tmp_path / "newswire.toml").write_text('[[channel]]\nname = "x-en"\ntype = "x"\n')
    keys = ("X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_SECRET")
    for words in (["status"], ["--debug", "status"]):
        done = shell(*words, env=dict.fromkeys(keys, PASSWORD))
        assert done.returncode == 1
        assert "ValueError: '•••' is not a valid ChannelState" in done.stderr
        assert PASSWORD not in done.stderr
        assert ("Traceback (most recent call last):" in done.stderr) is ("--debug" in words)


def test_a_daemon_that_stumbles_leaves_its_trace_in_the_log(shell, tmp_path: Path):
    damaged(shell, tmp_path, "INSERT INTO sources (name, memory, error) VALUES ('site', 'no JSON', '')")
    (tmp_path / "newswire.toml").write_text(
        CHANNEL + '[log]\nformat = "json"\n[[source]]\nname = "site"\nfeeds = "https://news.example/rss"\n'
    )
    done = shell("run")
    assert done.returncode == 1
    *logged, last = done.stderr.splitlines()
    assert last.startswith("Newswire stumbled: JSONDecodeError: ")
    assert last.endswith("; its trace is above")
    assert all(line.startswith("{") for line in logged)
    assert "newswire stumbled, and stops" in logged[-1]
    assert "Traceback" in logged[-1]


def test_a_full_disk_under_the_output_is_one_line(shell, tmp_path: Path):
    (tmp_path / "newswire.toml").write_text(CHANNEL)
    with Path("/dev/full").open("w") as full:
        done = shell("config", "show", stdout=full)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "No space left on device" in line


def test_a_reader_who_has_enough_is_no_error(tmp_path: Path):
    (tmp_path / "newswire.toml").write_text(CHANNEL)
    command = subprocess.Popen(
        [sys.executable, "-m", "cli", "config", "show"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    command.stdout.close()  # before anything is written
    assert command.stderr.read() == ""
    command.stderr.close()
    assert command.wait(20) == 1
