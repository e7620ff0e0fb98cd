"""The log: every secret is taken out at the last moment, whoever wrote the line and wherever it stands in it."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Callable, Iterator
from urllib.parse import quote

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire import log
from newswire.log import redact

TOKEN = "7000000001:AAF-not_a_real_token_but_as_long_as_one"
PASSWORD = "p4ss/word with spaces+"
UNKNOWN_TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture(params=["text", "json"])
def written(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """What has been logged so far, in either form."""
    stream = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    log.start(form=request.param, level="debug", secrets={TOKEN, PASSWORD}, stream=stream)
    yield stream.getvalue
    root.handlers[:], root.level = before


def assert_clean(text: str) -> None:
    assert text.strip()
    for secret in (TOKEN, PASSWORD, quote(PASSWORD, safe=""), UNKNOWN_TOKEN):
        assert secret not in text
        assert secret[-12:] not in text
    assert "•••" in text


def test_a_secret_in_a_message_is_hidden(written):
    log.get("newswire.test").info(f"using {TOKEN} now")
    assert_clean(written())


def test_a_secret_in_a_field_is_hidden(written):
    log.get("newswire.test").info("connected", url=f"https://api.example/bot{TOKEN}/getMe", login={"word": PASSWORD})
    assert_clean(written())


def test_a_secret_in_the_arguments_of_a_library_is_hidden(written):
    logging.getLogger("some.package").warning("POST %s with %r", f"https://x/bot{UNKNOWN_TOKEN}/a", PASSWORD)
    assert_clean(written())


def test_a_secret_in_an_exception_and_its_trace_is_hidden(written):
    def call(token: str) -> None:
        raise ValueError(f"could not reach https://api.example/bot{token}/sendMessage")

    try:
        try:
            call(TOKEN)
        except ValueError as error:
            raise RuntimeError(quote(PASSWORD, safe="")) from error
    except RuntimeError:
        log.get("newswire.test").exception("publisher failed", post=7)
        logging.getLogger("some.package").exception("a library failed")
    assert_clean(written())
    assert "Traceback" in written()


async def test_the_address_of_a_real_request_that_failed_is_hidden(written):
    async with aiohttp.ClientSession() as session:
        try:
            await session.get(f"http://127.0.0.1:1/bot{UNKNOWN_TOKEN}/getMe")
        except aiohttp.ClientError as error:
            log.get("newswire.test").warning("no", error=error, address=f"/bot{UNKNOWN_TOKEN}/getMe", exc_info=error)
    assert_clean(written())


def test_a_secret_that_became_known_later_is_hidden_too():
    stream, secrets = io.StringIO(), set[str]()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        log.start(form="text", level="info", secrets=secrets, stream=stream)
        secrets.add("learned-while-running")
        log.get("newswire.test").info("using learned-while-running")
    finally:
        root.handlers[:], root.level = before
    assert "learned" not in stream.getvalue()


def test_a_line_is_json_with_its_fields(written, request):
    log.get("newswire.test").info("post published", channel="tg-en", post=7)
    line = written().strip()
    if line.startswith("{"):
        told = json.loads(line)
        assert (told["event"], told["channel"], told["post"], told["level"]) == ("post published", "tg-en", 7, "info")
        assert told["logger"] == "newswire.test"
    else:
        assert "post published" in line
        assert "channel=tg-en" in line


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_journal_hears_how_grave_a_line_is_and_no_time_beside_its_own(form: str, tmp_path, monkeypatch):
    root = logging.getLogger()
    before = root.handlers[:], root.level
    with (tmp_path / "journal").open("w+") as stream:
        file = os.fstat(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{file.st_dev}:{file.st_ino}")
        log.start(form=form, level="info", secrets=set(), stream=stream)
        log.get("newswire.test").info("all is well", post=7)
        logging.getLogger("some.package").error("two\nlines")
        root.handlers[:], root.level = before
        stream.seek(0)
        lines = stream.read().splitlines()
    assert [line[:3] for line in lines] == (["<6>", "<3>", "<3>"] if form == "text" else ["<6>", "<3>"])
    assert (lines[0] == "<6>[info     ] all is well [newswire.test] post=7") is (form == "text")
    assert ("timestamp" in lines[0]) is (form == "json")


def test_chatty_libraries_speak_from_warnings_on(written):
    logging.getLogger("httpx").info("HTTP Request: POST https://api.example")
    logging.getLogger("apscheduler.scheduler").info("Added job")
    assert not written()


@pytest.mark.parametrize(
    "text",
    [
        f"/bot{UNKNOWN_TOKEN}/getMe",
        f"https://api.telegram.org/bot{UNKNOWN_TOKEN}/getMe",
        f"https://api.telegram.org/file/bot{UNKNOWN_TOKEN}/photo.jpg",
        f"token='{UNKNOWN_TOKEN}'",
    ],
)
def test_what_is_shaped_like_a_bots_token_is_hidden_though_nobody_named_it(text: str):
    assert UNKNOWN_TOKEN not in redact(text, [])
    assert "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw" not in redact(text, [])


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("postgresql://news:hunter2@db/news", "hunter2"),
        ("postgresql:///news?host=/run&password=hunter2&sslmode=require", "hunter2"),
        ("redis://:hunter2@cache/0", "hunter2"),
        ("Authorization: Bearer AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid", "AAAAAAAAAAAAAAAAAAAAAMLhe"),
        ('OAuth oauth_consumer_key="xvz1evFS4wEEPTGEFPHBog", oauth_nonce="1"', "xvz1evFS4wEEPTGEFPHBog"),
        (
            'oauth_token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"',
            "GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        ),
        ('oauth_signature="hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D"', "hCtSmYh"),
    ],
)
def test_passwords_in_addresses_and_headers_are_hidden(text: str, hidden: str):
    assert hidden not in redact(text, [])


def test_ordinary_lines_stay_as_they_are():
    for text in ("2026-01-15T12:00:00Z post published post=7", "https://news.example/en/1234", "12:30 to 14:00"):
        assert redact(text, ["short"]) == text


@given(st.text(min_size=6).filter(lambda s: "•" not in s), st.text(), st.text())
def test_a_known_secret_never_survives(secret: str, before: str, after: str):
    shown = redact(f"{before}{secret}{after}", [secret])
    assert secret not in shown


@pytest.mark.parametrize(
    "secret", ['quo"ted-word', "back\\slash-word", "new\nline-word", "Азбука-слово", 'it\'s "both"']
)
def test_a_secret_is_hidden_however_the_line_writes_it(written, secret):
    stream = io.StringIO()
    for form in ("json", "text"):
        log.start(form=form, level="debug", secrets={secret}, stream=stream)
        log.get("newswire.test").info("said", word=secret, address=quote(secret), several={"a": [secret]})
    shown = stream.getvalue()
    assert "word" not in shown.replace("word=", "").replace('"word"', "")
    assert "слово" not in shown
    assert "both" not in shown


def test_a_secret_inside_a_longer_one_does_not_save_the_rest_of_it():
    assert redact("abcdef-ghijkl", ["abcdef", "abcdef-ghijkl"]) == "•••"
