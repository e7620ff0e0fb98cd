"""Secrets: from every place they may come from, and never shown."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from newswire.errors import ConfigError
from newswire.secret import Secret, Secrets

VALUE = "correct-horse-battery"


@pytest.mark.parametrize("shown", [str, repr, "{}".format, "{!r}".format, lambda s: f"{[s]}", lambda s: f"{s:}"])
def test_a_secret_does_not_show_itself(shown):
    assert VALUE not in shown(Secret(VALUE))
    assert "•••" in shown(Secret(VALUE))


def test_a_secret_reveals_itself_when_asked():
    assert Secret(VALUE).reveal() == VALUE
    assert copy.deepcopy(Secret(VALUE)) == Secret(VALUE)


def test_an_empty_secret_is_false():
    assert not Secret("")
    assert Secret(VALUE)


def test_json_refuses_a_secret():
    with pytest.raises(TypeError):
        json.dumps({"token": Secret(VALUE)})


def test_a_secret_comes_from_the_environment():
    assert Secrets({"TOKEN": VALUE}).get("TOKEN") == Secret(VALUE)


def test_a_secret_comes_from_a_file_without_its_last_line_end(tmp_path: Path):
    (tmp_path / "token").write_text(f"{VALUE}\n")
    assert Secrets({"TOKEN_FILE": str(tmp_path / "token")}).get("TOKEN") == Secret(VALUE)


def test_a_secret_comes_from_systemd_credentials(tmp_path: Path):
    (tmp_path / "token").write_text(VALUE)
    assert Secrets({"CREDENTIALS_DIRECTORY": str(tmp_path)}).get("TOKEN") == Secret(VALUE)
    assert Secrets({"CREDENTIALS_DIRECTORY": str(tmp_path)}).get("OTHER") is None


def test_a_credential_that_cannot_be_read_is_said_in_one_line(tmp_path):
    (tmp_path / "token").mkdir()
    with pytest.raises(ConfigError, match=r"^CREDENTIALS_DIRECTORY: cannot read .*token: Is a directory$"):
        Secrets({"CREDENTIALS_DIRECTORY": str(tmp_path)}).get("TOKEN")


def test_the_environment_goes_before_systemd_credentials(tmp_path: Path):
    (tmp_path / "token").write_text("from-systemd")
    assert Secrets({"TOKEN": VALUE, "CREDENTIALS_DIRECTORY": str(tmp_path)}).get("TOKEN") == Secret(VALUE)


def test_a_secret_set_twice_is_refused_for_one_of_them_would_be_ignored():
    with pytest.raises(ConfigError, match="TOKEN and TOKEN_FILE are both set: remove one of them") as caught:
        Secrets({"TOKEN": VALUE, "TOKEN_FILE": "/run/token"}).get("TOKEN")
    assert VALUE not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"TOKEN_FILE: cannot read .*/nowhere: No such file"):
        Secrets({"TOKEN_FILE": str(tmp_path / "nowhere")}).get("TOKEN")


def test_a_file_that_is_no_text_is_named(tmp_path: Path):
    (tmp_path / "token").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigError, match=r"TOKEN_FILE: cannot read .*: it is not text"):
        Secrets({"TOKEN_FILE": str(tmp_path / "token")}).get("TOKEN")


def test_what_is_not_set_is_none():
    assert Secrets({"TOKEN": ""}).get("TOKEN") is None
    assert Secrets({}).known == set()


def test_the_first_that_is_set_counts():
    secrets = Secrets({"X_API_KEY": "general", "X_EN_API_KEY": "own"})
    assert secrets.first("X_EN_API_KEY", "X_API_KEY") == Secret("own")
    assert secrets.first("X_RU_API_KEY", "X_API_KEY") == Secret("general")
    assert secrets.first("X_RU_API_KEY") is None


def test_what_was_handed_out_is_known_so_that_the_log_can_hide_it():
    secrets = Secrets({"TOKEN": VALUE, "OTHER": "never asked for"})
    secrets.get("TOKEN")
    assert secrets.known == {VALUE}


def test_secrets_together_do_not_show_themselves_either():
    secrets = Secrets({"TOKEN": VALUE})
    secrets.get("TOKEN")
    assert VALUE not in repr(secrets)


@pytest.mark.parametrize(
    ("address", "hidden"),
    [
        ("sqlite:///newswire.db", set()),
        ("postgresql://news@db.example/wire", set()),
        ("postgresql://news:hunter22@db.example/wire", {"hunter22"}),
        ("postgresql://news:b%40d/w:rd@db.example/wire", {"b%40d/w:rd", "b@d/w:rd"}),
        ("postgresql:///wire?host=/run&user=news&password=hun%20ter", {"hun%20ter", "hun ter"}),
        ("no address at all", {"no address at all"}),
    ],
)
def test_of_an_address_only_the_password_is_hidden(address: str, hidden: set[str]):
    secrets = Secrets({"DATABASE_URL": address})
    found = secrets.address("DATABASE_URL")
    assert found
    assert found.reveal() == address
    assert secrets.known == hidden
