"""newswire.toml, `.env` and the environment become settings, or one line that names the place and the way out."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tomlkit

from desk.newsroom import fetcher_of
from newswire.configuration import environment, load, overrides, parse
from newswire.errors import ConfigError

SOURCE = '[[source]]\nname = "site"\nfeeds = ["https://news.example/rss"]\n'
CHANNEL = '[[channel]]\nname = "x-en"\ntype = "x"\n'

WHOLE = """
timezone = "Asia/Baku"
languages = ["en", "ru"]

[editors]
chat = -1001234567890
owners = [111111]
approve = { default = 1, timeout = "45m", on_timeout = "hold" }

[[source]]
name = "site-en"
edition = "en"
feeds = ["https://news.example/en/rss", "https://news.example/en/sport/rss"]
poll = "90s"

[sections]
sport = { match = ["SPORT", "Спорт"], tag = "Sport", approve = "auto" }

[[channel]]
name = "tg-en"
type = "telegram"
to = "@example_en"
edition = "en"
slots = ["08:30", "12:00"]
quiet = "23:30-07:00"
limits = { per_hour = 6, min_gap = "8m" }

[[channel]]
name = "x-en"
type = "x"
sections = "sport"
every = "20m"
template = '''
{{ title }}
{{ url }}
'''
"""


def test_a_whole_file_becomes_settings():
    settings = parse(WHOLE)
    assert settings.timezone == ZoneInfo("Asia/Baku")
    telegram, x = settings.channel
    assert telegram.options == {"to": "@example_en"}
    assert telegram.slots == (time(8, 30), time(12))
    assert (telegram.min_gap, x.min_gap) == (timedelta(minutes=8), timedelta(minutes=20))
    assert (telegram.editions, x.sections) == (("en",), ("sport",))
    assert [(s.name, s.poll_seconds) for s in settings.sources()] == [("site-en", 90), ("site-en#2", 90)]


def test_settings_written_out_can_be_read_again():
    settings = parse(WHOLE)
    data = settings.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert (data["channel"][0]["slots"], data["channel"][0]["quiet"]) == (["08:30", "12:00"], "23:30-07:00")
    assert parse(tomlkit.dumps(data)).model_dump() == settings.model_dump()


def test_an_empty_file_is_settings_with_every_default():
    settings = parse("")
    assert settings.timezone == ZoneInfo("UTC")
    assert settings.database_url == "sqlite+aiosqlite:///newswire.db"
    assert settings.channel == ()


def test_settings_know_the_line_of_each_thing():
    settings = parse(WHOLE, file="a/newswire.toml")
    assert settings.where("channel", 1, "template") == "a/newswire.toml:33"
    assert settings.where("channel", 1, "picture") == "a/newswire.toml:28"
    assert settings.where("web", "port") == "a/newswire.toml"


WRONG = {
    'timezon = "Asia/Baku"': "newswire.toml:1 unknown setting 'timezon'; did you mean 'timezone'?",
    'timezone = "Asia/Bakuu"': "newswire.toml:1 timezone: 'Asia/Bakuu' is no time zone; write one such as Asia/Baku",
    "\n[web]\nprot = 8080": "newswire.toml:3 unknown setting 'prot'; did you mean 'port'?",
    '[web]\nport = "many"': "newswire.toml:2 web.port: write a whole number",
    "[web]\nport = 65536": "newswire.toml:2 web.port: must be less than or equal to 65535",
    "web = 3": "newswire.toml:1 web: this is a table: write it as [table] with its settings below",
    'languages = "en"': 'newswire.toml:1 languages: write a list, such as ["a", "b"], or [[…]] for a table',
    '[log]\nlevel = "loud"': "newswire.toml:2 log.level: must be 'debug', 'info', 'warning' or 'error'",
    '[editors]\nchat = "@us"': "newswire.toml:2 editors.chat: write a whole number",
    "[editors]\napprove = { defalt = 1 }": "newswire.toml:2 unknown setting 'defalt'; did you mean 'default'?",
    "[editors.approve]\ndefault = 2": "newswire.toml:2 editors.approve.default: must be less than or equal to 1",
    '[bot]\nupdates = "webhook"': (
        'newswire.toml:2 bot.updates: a webhook needs webhook_url = "https://…", the public address of this daemon; '
        'without one write updates = "polling"'
    ),
    '[sections]\nsport = { mach = ["x"] }': "newswire.toml:2 unknown setting 'mach'; did you mean 'match'?",
    '[[source]]\nname = "site"': "newswire.toml:1 source 'site': 'feeds' is missing",
    '[[source]]\nname = "site"\nfeeds = []': "newswire.toml:3 source 'site': feeds: at least one is needed",
    SOURCE + 'first_run = "now"': "newswire.toml:4 source 'site': first_run: must be 'skip', 'queue' or 'ask'",
    SOURCE + SOURCE: "newswire.toml:4 source 'site': this name is used twice",
    '[[source]]\nname = "The Site"\nfeeds = "https://news.example/rss"': (
        "newswire.toml:2 source 'The Site': name: use small letters, digits and '-' only, 40 at most"
    ),
    '[[channel]]\ntype = "x"': "newswire.toml:1 channel number 1: 'name' is missing",
    '[[channel]]\nname = "x-en"': "newswire.toml:1 channel 'x-en': 'type' is missing",
    CHANNEL + CHANNEL: "newswire.toml:4 channel 'x-en': this name is used twice",
    CHANNEL + 'slots = ["9:30", "25:00"]': (
        "newswire.toml:4 channel 'x-en': slots: '25:00' is no time of day; write \"08:30\" in quotes"
    ),
    CHANNEL + 'quiet = "23:30"': (
        "newswire.toml:4 channel 'x-en': quiet: '23:30' are no quiet hours; write \"23:30-07:00\""
    ),
    CHANNEL + 'every = "20 minutes"': (
        "newswire.toml:4 channel 'x-en': every: '20 minutes' is no length of time; write 90s, 45m, 2h or 1d"
    ),
    CHANNEL + "limits = { per_hours = 1 }": (
        "newswire.toml:4 channel 'x-en': unknown setting 'per_hours'; did you mean 'per_hour'?"
    ),
    CHANNEL + 'approve = "maybe"': "newswire.toml:4 channel 'x-en': approve: must be 'auto' or 'review'",
    CHANNEL + 'sections = ["sport"]': (
        "newswire.toml:4 channel 'x-en': there is no section 'sport' in [sections] (known: none yet)"
    ),
    CHANNEL + 'slots = ["02:00"]\nquiet = "23:00-07:00"': (
        "newswire.toml:4 channel 'x-en': every slot lies in its quiet hours, so nothing would ever go out"
    ),
    CHANNEL + 'template = "{{ url }}"\ntemplate_file = "x.j2"': (
        "newswire.toml:5 channel 'x-en': template and template_file are both set: remove one of them"
    ),
    "a = = 1": "newswire.toml:1 is not TOML: Invalid value (at line 1, column 5)",
    "a = 1\nb = [1,": "newswire.toml:2 is not TOML: Invalid value (at end of document)",
    "[web]\nport = 1\n[web]": "newswire.toml:3 is not TOML: Cannot declare ('web',) twice (at line 3, column 5)",
}


@pytest.mark.parametrize(("text", "line"), WRONG.items(), ids=lambda text: " ".join(text.split())[:40])
def test_what_is_wrong_is_said_in_one_line_with_its_place(text: str, line: str):
    with pytest.raises(ConfigError) as caught:
        parse(text)
    assert str(caught.value) == line
    assert caught.value.exit_code == 78


def test_every_mistake_is_named_not_only_the_first():
    with pytest.raises(ConfigError) as caught:
        parse("[web]\nport = -1\nhots = 1\n[log]\nform = 1\n")
    assert [line.split()[0] for line in str(caught.value).splitlines()] == [
        "newswire.toml:2",
        "newswire.toml:3",
        "newswire.toml:5",
    ]


def test_a_typo_far_from_every_name_is_answered_with_the_names_there_are():
    with pytest.raises(ConfigError, match="known here: enabled, host, port"):
        parse("[web]\nxyzzy = 1")


def test_the_environment_stands_over_the_file():
    settings = parse(
        "[web]\nport = 8080\n", environ={"NEWSWIRE_WEB_PORT": "9000", "NEWSWIRE_TIMEZONE": "Europe/Berlin"}
    )
    assert settings.web.port == 9000
    assert settings.timezone == ZoneInfo("Europe/Berlin")


def test_a_misspelt_variable_is_answered_with_the_one_that_was_meant():
    with pytest.raises(ConfigError) as caught:
        parse("", environ={"NEWSWIRE_WEB_PROT": "9000", "NEWSWIRE_TIMEZON": "Asia/Baku"})
    assert str(caught.value).splitlines() == [
        "NEWSWIRE_TIMEZON: unknown setting; did you mean NEWSWIRE_TIMEZONE?",
        "NEWSWIRE_WEB_PROT: unknown setting; did you mean NEWSWIRE_WEB_PORT?",
    ]


def test_variables_of_other_tools_and_of_channels_are_let_be():
    others = ("SPECS", "SERVERS_PYTHON", "GOLDEN", "CONFIG", "INIT_SITE", "WEB_SERVICE_HOST", "WEB_PORT_8080_TCP")
    parse("", environ={f"NEWSWIRE_{name}": "x" for name in others})
    text = '[[channel]]\nname = "newswire-web"\ntype = "dry_run"\n'
    parse(text, environ={"NEWSWIRE_WEB_PORTS": "x"})


def test_a_wrong_value_from_the_environment_is_named_by_its_variable():
    with pytest.raises(ConfigError) as caught:
        parse("\n\n[web]\nport = 8080", environ={"NEWSWIRE_WEB_PORT": "many"})
    assert str(caught.value) == "NEWSWIRE_WEB_PORT: write a whole number"


def test_a_table_of_the_wrong_kind_is_refused_even_with_an_override():
    with pytest.raises(ConfigError, match=r"newswire\.toml:1 web: this is a table"):
        parse("web = 3", environ={"NEWSWIRE_WEB_PORT": "1"})


def test_a_file_that_is_not_there_names_the_command_that_writes_one(tmp_path: Path):
    with pytest.raises(ConfigError, match="there is no such file; `newswire init` writes one"):
        load(tmp_path / "newswire.toml", {})


@pytest.mark.parametrize("name", ["newswire.toml", ".env"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, name: str):
    (tmp_path / "newswire.toml").touch()
    (tmp_path / name).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "newswire.toml", {})
    assert str(caught.value) == f"{tmp_path / name}: cannot be read: it is not UTF-8 text; save it as UTF-8"


def test_a_variable_stands_over_a_setting_that_is_one_value_and_over_no_list():
    known = overrides()
    assert known["NEWSWIRE_LOG_LEVEL"] == ("log", "level")
    assert known["NEWSWIRE_TIMEZONE"] == ("timezone",)
    assert not {("channel",), ("editors", "owners"), ("editors", "approve")} & set(known.values())


def test_secrets_come_from_env_beside_the_file_and_the_process_goes_first(tmp_path: Path):
    (tmp_path / ".env").write_text("TELEGRAM_BOT_TOKEN=from-file\nDATABASE_URL=postgresql://db/news\nEMPTY=\n")
    (tmp_path / "newswire.toml").write_text("")
    settings = load(tmp_path / "newswire.toml", {"TELEGRAM_BOT_TOKEN": "from-process"})
    assert settings.bot_token is not None
    assert settings.bot_token.reveal() == "from-process"
    assert settings.database_url == "postgresql://db/news"
    assert environment(tmp_path, {}) == {
        "TELEGRAM_BOT_TOKEN": "from-file",
        "DATABASE_URL": "postgresql://db/news",
    }


def test_no_setting_of_the_file_can_hold_a_secret():
    with pytest.raises(ConfigError, match="unknown setting 'token'"):
        parse('[bot]\ntoken = "1:a"')


def test_the_public_address_has_no_slash_at_its_end_and_nothing_behind_a_question_mark():
    assert parse('[web]\nurl = "https://desk.example/newswire/"').web.url == "https://desk.example/newswire"
    assert parse("").web.url == ""
    for wrong in ("desk.example", "https://desk.example/?a=1", "ftp://desk.example", "https://"):
        with pytest.raises(ConfigError, match=r"newswire.toml:2 web.url: .* is no address; write \"https://"):
            parse(f'[web]\nurl = "{wrong}"')


def test_the_table_of_a_second_feed_is_its_sources():
    settings = parse(
        '[[source]]\nname = "a"\nfeeds = ["https://a.example/1"]\n\n[[source]]\nname = "b"\nfeeds = ["https://b.example/1", "https://b.example/2"]\n'
    )
    assert [settings.where_source(one.name) for one in settings.sources()] == [
        "newswire.toml:1",
        "newswire.toml:5",
        "newswire.toml:5",
    ]


def test_robots_are_respected_unless_the_file_says_otherwise():
    assert fetcher_of(parse("")).robots
    assert not fetcher_of(parse("[fetch]\nrobots = false")).robots
