"""A database that is away, wrong, older or newer: every command says so in one line, and changes nothing."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path

import pytest

CHANNEL = '[web]\nenabled = false\n[[channel]]\nname = "a"\ntype = "dry_run"\n'
COMMANDS = (["run"], ["status"], ["post", "https://news.example/1"], ["migrate"], ["check", "--offline"])


@pytest.fixture(params=COMMANDS, ids=lambda words: words[0])
def asked(request: pytest.FixtureRequest, shell, tmp_path: Path):
    """`asked(DATABASE_URL)` -> exit code and the one line about the database."""
    (tmp_path / "newswire.toml").write_text(CHANNEL)

    def ask(url: str = "") -> tuple[int, str]:
        done = shell(*request.param, env={"DATABASE_URL": url} if url else {})
        said = (done.stdout + done.stderr).splitlines()
        if request.param[0] == "check":
            (line,) = [line.removeprefix("FAIL  database: ") for line in said if line.startswith("FAIL")]
            return done.returncode, line
        assert len(said) == 1, said
        return done.returncode, said[0]

    return ask


def test_one_that_does_not_answer_is_69_without_its_password(asked):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    code, line = asked(f"postgresql://news:hunter22@127.0.0.1:{port}/wire")
    assert code == 69
    assert line.startswith(f"the database postgresql://news@127.0.0.1:{port}/wire does not answer: ")
    assert "hunter22" not in line


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "DATABASE_URL is no database address; write sqlite:///newswire.db or postgresql://user@host/name"),
        ("postgresql://host:port/wire", "DATABASE_URL is no database address"),
        ("mysql://host/wire", "DATABASE_URL: 'mysql' is not supported; use sqlite or postgresql"),
        ("sqlite://", "DATABASE_URL names no file; write sqlite:///newswire.db"),
    ],
)
def test_an_address_that_is_none_is_78(asked, url: str, says: str):
    code, line = asked(url)
    assert code == 78
    assert line.startswith(says)


def test_a_file_that_is_no_database_is_69_and_stays_as_it_is(asked, tmp_path: Path):
    file = tmp_path / "newswire.db"
    file.write_bytes(b"the holiday pictures " * 300)
    code, line = asked()
    assert code == 69
    assert line == "the database newswire.db does not answer: file is not a database"
    assert file.read_bytes() == b"the holiday pictures " * 300


def _at_version(folder: Path, number: str) -> None:
    with sqlite3.connect(folder / "newswire.db") as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        database.execute("INSERT INTO alembic_version VALUES (?)", (number,))
        database.execute("CREATE TABLE what_comes_one_day (id INTEGER)")
    database.close()


def test_a_schema_of_a_newer_newswire_is_78_and_stays_as_it_is(asked, tmp_path: Path):
    _at_version(tmp_path, "9999")
    code, line = asked()
    assert code == 78
    assert "schema 9999" in line
    assert "newer Newswire" in line
    assert line.endswith("upgrade Newswire")
    with sqlite3.connect(tmp_path / "newswire.db") as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    database.close()
    assert tables == {"alembic_version", "what_comes_one_day"}


def test_a_schema_of_an_older_newswire_names_the_command_that_brings_it_up(shell, tmp_path: Path):
    (tmp_path / "newswire.toml").write_text(CHANNEL)
    _at_version(tmp_path, "0001")
    for words in (["run"], ["status"], ["check", "--offline"]):
        done = shell(*words)
        assert done.returncode == 78
        assert "run `newswire migrate`" in done.stdout + done.stderr
