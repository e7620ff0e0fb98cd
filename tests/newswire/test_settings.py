"""What the settings answer: sources, timetables, sections, review, roles, addresses."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from pydantic import ValidationError

from newswire.channel import ChannelState
from newswire.configuration import parse
from newswire.editor import Role
from newswire.platform import Account, Limits, Unit
from newswire.settings import Settings
from newswire.source import FirstRun

PEOPLE = "[editors]\nchat = -1\nowners = [1]\nchiefs = [2, 1]\neditors = [3]\nviewers = [4]\n"


@pytest.mark.parametrize(
    ("person", "role"), [(1, Role.OWNER), (2, Role.CHIEF), (3, Role.EDITOR), (4, Role.VIEWER), (5, None)]
)
def test_a_person_has_the_highest_role_they_are_named_for(person: int, role: Role | None):
    assert parse(PEOPLE).editors.role(person) is role


def sections(approve: str = "") -> str:
    return f'[sections]\nsport = {{ match = ["SPORT", "Спорт"]{approve} }}\npolitics = {{ match = "POLITICS" }}\n'


def test_a_section_is_found_by_the_sites_word_in_any_case_and_by_its_own_name():
    settings = parse(sections())
    assert settings.section_of(("спорт",)) == "sport"
    assert settings.section_of(("Other", "Politics")) == "politics"
    assert settings.section_of(("Other",)) == ""
    assert settings.section_of(()) == ""


CHANNEL = '[[channel]]\nname = "a"\ntype = "x"\n'


@pytest.mark.parametrize(
    ("text", "review"),
    [
        (CHANNEL, False),
        (PEOPLE + CHANNEL, True),
        (PEOPLE + "approve = { default = 0 }\n" + CHANNEL, False),
        (PEOPLE + CHANNEL + 'approve = "auto"', False),
        (PEOPLE + sections(', approve = "auto"') + CHANNEL, False),
        (PEOPLE + sections(', approve = "auto"') + CHANNEL + 'approve = "review"', True),
        (PEOPLE + "approve = { default = 0 }\n" + sections(', approve = "review"') + CHANNEL, True),
        (CHANNEL + 'approve = "review"', False),
    ],
    ids=["no chat", "editors", "default 0", "channel auto", "section auto", "channel first", "section", "nobody"],
)
def test_the_channel_decides_on_review_then_the_section_then_the_editors(text: str, review: bool):
    settings = parse(text)
    assert settings.needs_review(settings.channel[0], "sport") is review


def test_each_feed_of_a_source_is_watched_under_its_own_name():
    settings = parse(
        'timezone = "Asia/Baku"\n[[source]]\nname = "site"\nedition = "ru"\nfirst_run = "ask"\n'
        'feeds = ["https://news.example/a", "https://news.example/b"]\nselectors = { lead = ".intro" }\n'
    )
    first, second = settings.sources()
    assert (first.name, second.name) == ("site", "site#2")
    assert (first.edition, first.first_run, first.zone.key) == ("ru", FirstRun.ASK, "Asia/Baku")
    assert second.selectors == {"lead": ".intro"}


def test_a_channels_timetable_has_the_longer_of_both_gaps():
    settings = parse(CHANNEL + 'every = "5m"\nlimits = { min_gap = "8m", per_hour = 3 }\nslots = ["8:00"]')
    table = settings.timetable(settings.channel[0])
    assert (table.min_gap, table.per_hour, table.slots) == (timedelta(minutes=8), 3, (time(8),))


def test_servers_are_told_who_we_are_and_where_to_find_the_site():
    assert parse('[site]\nurl = "https://news.example"').user_agent == "Newswire/0.1 (+https://news.example)"
    assert parse("").user_agent == "Newswire/0.1 (+news distribution)"
    whole = '[site]\nname = "The News"\nurl = "https://news.example"\ncontact = "web@news.example"'
    assert parse(whole).user_agent == "Newswire/0.1 (The News; +https://news.example; web@news.example)"
    assert parse('[fetch]\nuser_agent = "Ours/2"').user_agent == "Ours/2"


def test_settings_cannot_be_changed_once_read():
    with pytest.raises(ValidationError):
        parse("").web.port = 9


def test_settings_written_out_hold_no_secret():
    settings = parse("", environ={"TELEGRAM_BOT_TOKEN": "123:hidden", "DATABASE_URL": "postgresql://a:hidden@b/c"})
    assert settings.bot_token
    assert settings.database_url
    for shown in (repr(settings), str(settings), settings.model_dump_json(), repr(settings.secrets)):
        assert "hidden" not in shown


def test_every_setting_says_what_it_is():
    def described(schema: dict[str, object], name: str) -> list[str]:
        properties = schema.get("properties", {})
        assert isinstance(properties, dict)
        return [f"{name}.{key}" for key, value in properties.items() if not value.get("description")]

    schema = Settings.model_json_schema(mode="serialization")
    missing = described(schema, "Settings")
    for name, table in schema["$defs"].items():
        missing += described(table, name)
    assert missing == []


def test_words_of_state_are_what_the_database_keeps():
    assert [state.value for state in ChannelState] == ["on", "paused"]
    assert Limits(text=10).unit is Unit.CODE_POINTS
    assert Account(id="1", name="a").missing == ()


def test_a_source_is_looked_at_no_less_often_than_its_settings_say():
    def slowest(line: str) -> float:
        [source] = parse(f'[[source]]\nname = "a"\nfeeds = "https://news.example/rss"\n{line}').sources()
        return source.slowest_seconds

    assert [slowest(line) for line in ("", 'poll = "10s"', 'poll = "1h"')] == [300, 10, 3600]
    assert [slowest(f'slowest = "{time}"') for time in ("15m", "1s")] == [900, 60]


def test_a_source_may_stand_on_another_port():
    [source] = parse('[[source]]\nname = "a"\nfeeds = "https://news.example:8443/rss"\nany_port = true').sources()
    assert source.any_port
