"""The doctor against a real sandbox: each trouble is found, named with its way out, and hides no other."""

import asyncio
import re
import socket
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from sqlalchemy import text
from support.town import Town

from db import channels, schema
from db.store import Store
from desk.health.findings import Finding, Grade, exit_code, fail
from newswire.clock import SetClock
from newswire.errors import ConfigError, OutcomeUnknown, SourceError, Unauthorized
from sandbox.cast import BOT_TOKEN, CHANNELS, EDITORS_CHAT, X_KEYS, stage
from sandbox.faults import Fault

EN = CHANNELS["en"][0]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    cast = stage(every=0)
    server = TestServer(cast.app, host="127.0.0.1")
    await server.start_server(shutdown_timeout=1)
    made = Town(cast, str(server.make_url("")).rstrip("/"), tmp_path)
    made.write()
    yield made
    await server.close()


def of(found: list[Finding], thing: str) -> list[tuple[Grade, str]]:
    return [(f.grade, f.text) for f in found if f.thing == thing]


def troubles(found: list[Finding]) -> list[str]:
    return [f"{f.grade} {f.thing}: {f.text}" for f in found if f.grade is not Grade.OK]


async def test_a_healthy_newsroom_has_a_line_for_each_thing_and_no_trouble(town: Town):
    found = await town.examined()
    assert troubles(found) == []
    assert exit_code(found) == 0
    assert [f.thing for f in found] == [
        "configuration",
        "disk",
        "database",
        "clock",
        "editors",
        *(f"source site-{code}" for code in ("en", "ru", "hy")),
        *(f"channel tg-{code}" for code in ("en", "ru", "hy")),
        "channel x-en",
    ]
    assert of(found, "channel tg-en") == [(Grade.OK, "posts as @caspian_lantern_bot in Caspian Lantern")]
    assert of(found, "editors")[0][1].startswith("@caspian_lantern_bot in Editors")


async def test_offline_nothing_is_called_and_all_that_can_be_is_checked(town: Town):
    town.cast.world.faults.add(Fault(platform="telegram", kind="error", times=None))
    found = await town.examined(online=False)
    assert troubles(found) == []
    assert len(found) == 12


async def test_a_token_telegram_does_not_know_is_78_for_everything_that_uses_it(town: Town):
    town.environment = {"TELEGRAM_BOT_TOKEN": "7000000009:NOBODY-knows-this-token-0000000000001"}
    found = await town.examined()
    says = "Telegram does not know this bot's token; get a new one from @BotFather"
    for thing in ("editors", "channel tg-en", "channel tg-ru", "channel tg-hy"):
        assert of(found, thing) == [(Grade.FAIL, says)]
    assert of(found, "channel x-en")[0][0] is Grade.OK
    assert exit_code(found) == 78


async def test_a_missing_secret_names_where_to_put_it(town: Town):
    town.write(without=("X_API_SECRET", "TELEGRAM_BOT_TOKEN"))
    found = await town.examined()
    ((grade, said),) = of(found, "channel x-en")
    assert grade is Grade.FAIL
    assert "channel 'x-en': X_API_SECRET is not set; put it into .env" in said
    assert "newswire.toml:" in said
    assert of(found, "editors") == [
        (Grade.FAIL, "TELEGRAM_BOT_TOKEN is not set, but [editors] names a chat; put it into .env")
    ]


async def test_missing_rights_are_named(town: Town):
    bot = next(iter(town.cast.telegram.bots.values()))
    town.cast.telegram.set_member(EN, bot.id, rights=["can_post_messages"])
    found = await town.examined()
    ((grade, said),) = of(found, "channel tg-en")
    assert grade is Grade.FAIL
    assert "may not yet: edit messages, delete messages" in said
    assert exit_code(found) == 78


async def test_a_bot_that_is_not_in_the_channel_is_said_so(town: Town):
    bot = next(iter(town.cast.telegram.bots.values()))
    town.cast.telegram.set_member(EN, bot.id, "left")
    town.cast.telegram.set_member(EDITORS_CHAT, bot.id, "kicked")
    found = await town.examined()
    assert of(found, "channel tg-en")[0][0] is Grade.FAIL
    assert of(found, "editors")[0][0] is Grade.FAIL
    assert exit_code(found) == 78


async def test_x_keys_that_are_not_known_are_78(town: Town):
    town.environment = {"X_ACCESS_SECRET": "wrong-secret-000000000000000000000000000001"}
    found = await town.examined()
    assert of(found, "channel x-en")[0][1].startswith("X does not accept this account's keys")
    assert exit_code(found) == 78


async def test_a_platform_that_does_not_answer_is_69(town: Town):
    town.cast.world.faults.add(Fault(platform="x", kind="error", status=503, times=None))
    found = await town.examined()
    assert of(found, "channel x-en") == [(Grade.FAIL, "X answered 503")]
    assert exit_code(found) == 69


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/site/bad/html", "answers with a web page where a feed should be"),
        ("/site/nowhere.xml", "is not there (404)"),
        ("/site/bad/bomb.xml", ""),
    ],
)
async def test_a_feed_that_cannot_be_read_is_69_and_named(town: Town, path: str, says: str):
    town.write(source=[{"name": "site-en", "feeds": [town.address + path]}])
    found = await town.examined()
    ((grade, said),) = of(found, "source site-en")
    assert grade is Grade.FAIL
    assert says in said
    assert "newswire source test" in said
    assert exit_code(found) == 69


async def test_an_unknown_kind_of_source_is_78(town: Town):
    town.write(source=[{"name": "site-en", "kind": "atom", "feeds": [town.where["feeds"]["en"]]}])
    found = await town.examined(online=False)
    assert of(found, "source site-en")[0][1].startswith("there is no kind of source called 'atom'")
    assert exit_code(found) == 78


async def test_an_unknown_platform_names_those_there_are(town: Town):
    town.write(channel=[{"name": "fb-en", "type": "fb"}])
    ((_, said),) = of(await town.examined(), "channel fb-en")
    assert "unknown platform 'fb'; there are: dry_run, telegram, x" in said


async def test_an_unknown_option_of_a_platform_is_refused(town: Town):
    town.write(channel=[{"name": "tg-en", "type": "telegram", "to": EN, "silentt": True}])
    ((_, said),) = of(await town.examined(), "channel tg-en")
    assert "unknown setting 'silentt'" in said


async def test_a_template_without_the_link_is_refused_with_its_line(town: Town):
    town.write(channel=[{"name": "x-en", "type": "x", "template": "{{ title }}"}])
    found = await town.examined()
    grade, said = of(found, "channel x-en")[0]
    assert grade is Grade.FAIL
    assert "newswire.toml:" in said
    assert "template has no link" in said
    assert of(found, "channel x-en")[1] == (Grade.OK, "posts as @caspianlantern")
    assert exit_code(found) == 78


async def test_a_template_file_that_is_not_there_is_named(town: Town):
    town.write(channel=[{"name": "x-en", "type": "x", "template_file": "posts/x.j2"}])
    assert "template_file 'posts/x.j2' cannot be read" in of(await town.examined(), "channel x-en")[0][1]


async def test_a_newsroom_where_nobody_may_approve_is_refused(town: Town):
    town.write(editors={"chat": EDITORS_CHAT})
    found = await town.examined()
    assert of(found, "editors")[0][0] is Grade.FAIL
    assert "names nobody who may approve" in of(found, "editors")[0][1]
    town.write(editors={"chat": EDITORS_CHAT, "editors": [1]})
    assert of(await town.examined(), "editors")[0][0] is Grade.WARN


async def test_without_sources_it_warns_and_without_channels_it_fails(town: Town):
    town.write(source=[], channel=[])
    found = of(await town.examined(), "configuration")
    assert [grade for grade, _ in found] == [Grade.WARN, Grade.FAIL]


async def test_secrets_that_others_can_read_are_a_warning_with_the_command_that_mends_it(town: Town):
    (town.folder / ".env").chmod(0o644)
    ((grade, said),) = of(await town.examined(online=False), "configuration")
    assert grade is Grade.WARN
    assert f"chmod 600 {town.folder / '.env'}" in said


async def migrated(town: Town) -> Store:
    store = Store(f"sqlite:///{town.folder / 'newswire.db'}")
    await schema.upgrade(store)
    return store


async def test_a_database_that_is_there_is_written_to(town: Town):
    await (await migrated(town)).close()
    assert "writable" in of(await town.examined(online=False), "database")[0][1]


async def test_a_schema_of_a_newer_version_is_78(town: Town):
    store = await migrated(town)
    async with store.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await store.close()
    found = await town.examined(online=False)
    assert "schema 9999 is of a newer Newswire; upgrade Newswire" in of(found, "database")[0][1]
    assert exit_code(found) == 78


async def test_a_database_of_another_program_is_refused(town: Town):
    store = Store(f"sqlite:///{town.folder / 'newswire.db'}")
    async with store.write() as connection:
        await connection.execute(text("CREATE TABLE theirs (a INTEGER)"))
    await store.close()
    assert "belongs to another program" in of(await town.examined(online=False), "database")[0][1]


async def test_a_file_that_is_no_database_is_said_so(town: Town):
    (town.folder / "newswire.db").write_bytes(b"not a database at all, but long enough to look like one" * 20)
    ((grade, said),) = of(await town.examined(online=False), "database")
    assert grade is Grade.FAIL
    assert "not a database" in said


async def test_an_unreachable_database_is_69_and_shows_no_password(town: Town):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    town.environment = {"DATABASE_URL": f"postgresql://news:hunter22@127.0.0.1:{port}/news"}
    found = await town.examined(online=False)
    ((grade, said),) = of(found, "database")
    assert grade is Grade.FAIL
    assert "does not answer" in said
    assert "hunter22" not in said
    assert exit_code(found) == 69


async def test_a_database_in_a_folder_that_is_not_there_is_78(town: Town):
    town.environment = {"DATABASE_URL": f"sqlite:///{town.folder}/data/newswire.db"}
    assert of(await town.examined(online=False), "database")[0][1].endswith("make it")


async def test_a_paused_channel_is_shown(town: Town):
    store = await migrated(town)
    async with store.write() as connection:
        await channels.pause(connection, "tg-en", by="Leyla", why="quiet day", now=datetime.now(UTC))
    await store.close()
    assert of(await town.examined(online=False), "database")[1] == (
        Grade.WARN,
        "tg-en is paused by Leyla: quiet day; `newswire channel resume tg-en` lets it go on",
    )


@pytest.mark.parametrize(("off", "way"), [(90, r"(89|90|91) s ahead of"), (-3600, r"(3599|3600|3601) s behind")])
async def test_a_clock_that_is_off_is_a_warning(town: Town, off: int, way: str):
    clock = SetClock(datetime.now(UTC) + timedelta(seconds=off))
    ((grade, said),) = of(await town.examined(clock=clock), "clock")
    assert grade is Grade.WARN
    assert re.search(way, said)
    assert "switch time synchronisation on" in said


async def test_no_finding_shows_a_secret(town: Town):
    town.cast.world.faults.add(Fault(platform="telegram", kind="reset", times=None))
    found = await town.examined()
    whole = " ".join(f.text for f in found)
    for secret in (BOT_TOKEN, *X_KEYS.values()):
        assert secret not in whole
    assert exit_code(found) == 69


FULL = """
import asyncio, resource, sys
from pathlib import Path
from desk.health import doctor
from newswire.configuration import load
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))

async def main():
    settings = load(Path(sys.argv[1]) / "newswire.toml", {})
    async for f in doctor.examine(settings, Path(sys.argv[1]), online=False):
        if f.thing in ("disk", "database"):
            print(f.grade, f.thing, f.text, f.exit_code, flush=True)

asyncio.run(main())
"""


async def test_a_disk_that_takes_nothing_more_is_found_by_writing(town: Town):
    """A limit on the size of files stops writes in the same place as a full disk does."""
    await (await migrated(town)).close()
    done = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FULL, str(town.folder), "1024", stdout=asyncio.subprocess.PIPE
    )
    told, _ = await done.communicate()
    disk, database = told.decode().splitlines()
    assert disk.startswith(f"FAIL disk {town.folder}: cannot be written")
    assert disk.endswith("69")
    assert database.startswith("FAIL database")
    assert database.endswith("69")


def test_the_worst_finding_decides_the_exit_code():
    wrong, silent, ours = fail("a", ConfigError("")), fail("b", SourceError("")), fail("c", ValueError(""))
    assert [exit_code(f) for f in ([], [ours], [ours, silent], [ours, silent, wrong])] == [0, 1, 69, 78]
    assert [fail("x", e).exit_code for e in (Unauthorized(""), OutcomeUnknown(""), TimeoutError())] == [78, 69, 69]


def calling(town: Town, kind: str = "hook", **more: object) -> dict[str, object]:
    return {"source": [{"name": "site-en", "kind": kind, "feeds": [town.where["feeds"]["en"]]}], **more}


@pytest.mark.parametrize(
    ("kind", "secret", "web", "says"),
    [
        ("hook", "", {}, "calls cannot be signed; put HOOK_SECRET into .env (`openssl rand -hex 32` makes one)"),
        ("websub", "", {}, "calls cannot be signed; put HOOK_SECRET into .env (`openssl rand -hex 32` makes one)"),
        (
            "hook",
            "long and random",
            {},
            'the site must know where to call; write url = "https://…", the public address',
        ),
        (
            "websub",
            "long and random",
            {},
            'no hub can be asked to call; write url = "https://…", the public address of',
        ),
        ("hook", "long and random", {"enabled": False}, "nobody can call while newswire.toml"),
    ],
)
async def test_a_source_that_cannot_be_called_says_what_is_missing(
    town: Town, kind: str, secret: str, web: dict[str, object], says: str
):
    file = town.write(**calling(town, kind, web={"port": 0, **web}))
    town.environment = {"HOOK_SECRET": secret}
    for online in (False, True):
        (said,) = [f for f in await town.examined(online=online) if f.grade is Grade.WARN and "source '" in f.text]
        assert said.thing == "source site-en"
        assert re.match(rf"{re.escape(str(file))}:\d+ source 'site-en': ", said.text)
        assert says in said.text.replace(str(file), "newswire.toml")


async def test_a_source_that_can_be_called_says_where(town: Town):
    town.write(**calling(town, web={"port": 0, "url": "https://desk.example/newswire/"}))
    town.environment = {"HOOK_SECRET": "long and random"}
    told = of(await town.examined(online=False), "source site-en")
    assert told[0] == (Grade.OK, "is called at https://desk.example/newswire/hooks/site-en")
