"""`newswire init`: asks, verifies as it goes, and writes newswire.toml and .env."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.output import as_json, run_async, show_json

if TYPE_CHECKING:
    from cli._operator import Operator
    from cli._setting_up import Given, SettingUp
    from cli.main import Context
    from desk.health.findings import Finding


def _pairs(_context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`en=ADDRESS` (or `en` alone, where that may be) as code -> address."""
    found = {}
    for value in values:
        code, _, rest = value.partition("=")
        if not code.isalpha() or (option.name == "channels" and not rest):
            raise click.BadParameter(f"'{value}': write it as en=…")
        found[code.lower()] = rest
    return found


@click.command("init")
@click.option("--site", default="", envvar="NEWSWIRE_INIT_SITE", help="Address of the news site.")
@click.option("--name", default="", help="Name of the newsroom.")
@click.option(
    "--edition", "editions", multiple=True, callback=_pairs, metavar="CODE[=FEED]", help="A language edition."
)
@click.option(
    "--channel", "channels", multiple=True, callback=_pairs, metavar="CODE=@NAME", help="Its Telegram channel."
)
@click.option("--timezone", default="", envvar="NEWSWIRE_TIMEZONE", help="Such as Asia/Baku.")
@click.option("--editors-chat", type=int, help="Number of the editors' chat.")
@click.option("--owner", type=int, help="The owner's Telegram number.")
@click.option("--x/--no-x", "x", default=False, help="Post to X; keys from the environment or asked.")
@click.option("--telegram-api", default="", help="Address of a Bot API server of your own.")
@click.option("--x-api", default="", help="Address that stands in for X's.")
@click.option("--allow-loopback", is_flag=True, help="The site is on this very machine.")
@click.option("--no-input", is_flag=True, help="Ask nothing: options and environment must say it all.")
@click.option("--force", is_flag=True, help="Replace a newswire.toml that is there (kept as newswire.toml.old).")
@as_json
@click.pass_obj
def command(context: Context, /, *, no_input: bool, force: bool, as_json: bool, **given: Any) -> None:
    """Ask a few questions and write newswire.toml and .env.

    Everything is verified as it is answered: the feed, the bot, its rights in the channel, the keys of X. Files are
    written at the end, whole or not at all. Secrets are asked unseen, or taken from the environment and .env;
    there is no option for them.
    """
    from cli._operator import Operator
    from cli._setting_up import Given
    from newswire.configuration import no_folder

    no_folder(context.config)
    apis = {"telegram": given.pop("telegram_api"), "x": given.pop("x_api")}
    loopback = given.pop("allow_loopback")
    operator = Operator(present=not no_input)
    if operator.present:
        operator.say("A few questions. Enter takes what stands in [brackets]; Ctrl-C leaves everything as it was.\n")
    file = _file(context, operator, force=force)
    up, found = run_async(_init(file, operator, Given(**given), apis=apis, loopback=loopback, aloud=not as_json))
    _conclude(file, up, found, as_json=as_json)


def _file(context: Context, operator: Operator, *, force: bool) -> Path:
    """Where newswire.toml goes; one that is there is replaced only when that is wished."""
    from newswire.errors import UsageProblem

    file = context.config
    if str(file) == "newswire.toml":
        folder = operator.ask("Folder for newswire.toml and .env", ".")
        if "://" in folder:
            raise UsageProblem(f"'{folder}' is an address, no folder; Enter takes this one, and the site is asked next")
        file = Path(folder).expanduser() / file
    if file.exists() and not force and not operator.sure(f"{file} is there already. Replace it?", default=False):
        raise UsageProblem(f"{file} is there already; --force replaces it and keeps it as {file.name}.old")
    return file.absolute()


async def _init(
    file: Path, operator: Operator, given: Given, *, apis: dict[str, str], loopback: bool, aloud: bool
) -> tuple[SettingUp, list[Finding]]:
    from cli import _files, _steps, _steps_telegram, check
    from cli._setting_up import SettingUp
    from cli.main import Context
    from newswire.configuration import environment
    from newswire.secret import Secrets
    from sources._fetch import Fetcher

    signal.signal(signal.SIGINT, signal.default_int_handler)  # asyncio's own would wait for the question's answer
    answers = _files.Answers(allow_loopback=loopback, apis={name: url for name, url in apis.items() if url})
    up = SettingUp(operator, given, answers, Secrets(environment(file.parent)))
    async with Fetcher("Newswire/0.1 (setting up)", allow_loopback=loopback) as fetcher:
        await _steps.site(up, fetcher)
    _steps.timezone(up)
    await _steps_telegram.bot(up)
    await _steps_telegram.channels(up)
    await _steps_telegram.editors(up)
    await _steps.x(up)
    _write(file, up)
    await _steps_telegram.test_messages(up)
    operator.say()
    return up, await check.checked(Context(file), aloud=aloud)


def _write(file: Path, up: SettingUp) -> None:
    """Both files. What .env says already stays; what comes from NAME_FILE or systemd stays there."""
    from cli import _files

    secrets_file = file.with_name(".env")
    old = secrets_file.read_text(encoding="utf-8") if secrets_file.is_file() else ""
    kept = _files.secrets_in(old)
    elsewhere = {name for name in up.answers.secrets if up.secrets.get(name) and name not in os.environ}
    stays = (kept.keys() | elsewhere) - up.refused
    new = {name: value for name, value in up.answers.secrets.items() if name not in stays}
    if not up.secrets.get("DATABASE_URL"):
        new["DATABASE_URL"] = f"sqlite:///{file.parent / 'newswire.db'}"
    texts = {secrets_file: (_files.env(old, new), 0o600), file: (_files.toml(up.answers), 0o644)}
    if file.is_file():
        texts[file.with_name(f"{file.name}.old")] = (file.read_text(encoding="utf-8"), 0o644)
    _files.write(texts)
    up.operator.done(f"{file} and {secrets_file} are written")


def _typed() -> str:
    """How this command was called, so that the next one can be typed like it: newswire, or with the way to it."""
    called = Path(sys.argv[0])
    if called.name != "newswire" or ((found := shutil.which("newswire")) and Path(found).samefile(called)):
        return "newswire"
    return str(called)


def _conclude(file: Path, up: SettingUp, found: list[Finding], *, as_json: bool) -> None:
    """What came of it, and the next command."""
    from desk.health.findings import exit_code

    code = exit_code(found)
    config = "" if file.parent == Path.cwd() and file.name == "newswire.toml" else f"--config {file} "
    following = f"{_typed()} {config}{'check' if code else 'run'}"
    if as_json:
        show_json(
            {
                "config": str(file),
                "env": str(file.with_name(".env")),
                "bot": up.bot,
                "sources": {edition.code: edition.feed for edition in up.answers.editions},
                "channels": {edition.code: edition.channel for edition in up.answers.editions if edition.channel},
                "x": up.answers.x_edition,
                "check": [{"grade": f.grade, "thing": f.thing, "text": f.text} for f in found],
                "next": following,
                "exit_code": code,
            }
        )
    else:
        up.operator.say()
        up.operator.say(f"{'Mend this, then' if code else 'Next'}: {following}")
    raise click.exceptions.Exit(code)
