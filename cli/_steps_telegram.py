"""The steps of setting up Telegram: the bot, its rights in the channels, the editors' chat, a test message."""

from __future__ import annotations

import re

from cli import _telegram
from cli._setting_up import TOKEN, SettingUp, until_right, verified
from newswire.errors import ConfigError, DependencyDown, NewswireError, Rejected, Unauthorized
from newswire.post import Message
from newswire.richtext import RichText
from newswire.secret import Secret
from publishers import _ptb

_PATIENCE = 180.0


async def bot(up: SettingUp) -> None:
    """The bot's token, and its name as proof."""
    up.operator.say("Telegram: @BotFather gives you a bot and its token (/newbot). Enter without one: no Telegram.")

    async def attempt() -> str:
        token = up.secret(TOKEN)
        if token is None and (typed := up.operator.ask_secret(TOKEN, "Token")):
            token = Secret(typed)
        if token is None:
            if up.given.channels or up.given.editors_chat:
                raise ConfigError(f"{TOKEN} is not set; put it into the environment or .env")
            return ""
        try:
            name = await _telegram.username(token, up.api("telegram").get("api", _ptb.API))
        except NewswireError as error:
            if isinstance(error, Unauthorized):
                up.refuse(TOKEN)
            raise
        up.answers.secrets[TOKEN] = token.reveal()
        return name

    up.bot = await until_right(up, attempt) or ""
    if up.bot:
        up.operator.done(f"this is @{up.bot}")


async def channels(up: SettingUp) -> None:
    """For each edition the Telegram channel where the bot may post."""
    if not up.bot:
        return
    for edition in up.answers.editions:
        given = up.given.channels.get(edition.code, "")
        to = await until_right(up, lambda code=edition.code, given=given: _channel(up, code, given))  # type: ignore[misc] # see site
        edition.channel = to or ""


async def _channel(up: SettingUp, code: str, given: str) -> int | str:
    """The channel as newswire.toml names it; empty for none."""
    wanted = up.operator.ask(f"Telegram channel for {code}: @name or number (Enter: none)", given)
    if not wanted:
        return ""
    publisher = up.publisher("telegram", to=_channel_name(wanted))
    try:
        account = await verified(publisher)
    except (ConfigError, Rejected, Unauthorized) as error:
        raise ConfigError(f"{error}; is the name right, and is @{up.bot} an administrator there?") from error
    while account.missing:
        missing = f"{account.name} may not yet: {', '.join(account.missing)}"
        if not up.operator.present:
            raise ConfigError(f"{missing}; {_how(up.bot)}")
        up.operator.trouble(missing)
        up.operator.say(f"    {_how(up.bot)}")
        if not up.operator.sure("Done? Look again?", default=True):
            return ""
        account = await verified(publisher)
    up.operator.done(f"{account.name}: may post, edit and delete")
    to: int | str = publisher.config.to
    return to


def _channel_name(words: str) -> str:
    """@name, as people write it or as they copy it: `name`, `t.me/name`; numbers as they are."""
    name = re.sub(r"^(?:https?://)?(?:t|telegram)\.me/(?:s/)?", "", words.strip()).strip("/")
    return f"@{name}" if re.fullmatch(r"[A-Za-z]\w{3,31}", name) else name


def _how(name: str) -> str:
    return (
        f"in Telegram open the channel, tap its name, then Edit, Administrators, Add Admin, @{name}; switch on "
        "Post Messages, Edit Messages of Others and Delete Messages of Others, and save"
    )


async def editors(up: SettingUp) -> None:
    """The editors' chat and the owner's Telegram id: given, or found by a message to the bot."""
    up.answers.owner = up.given.owner
    if not up.bot:
        return
    up.operator.say(
        "Editors' chat: where each new article is shown with buttons. Without it every post goes by itself."
    )
    default = str(up.given.editors_chat or "")

    async def attempt() -> int | None:
        words = up.operator.ask("Number of that chat, or `find`, or Enter for none", default)
        chat = await _find(up) if words == "find" else _number(words)
        if chat is not None:
            account = await verified(up.publisher("telegram", to=chat))
            up.operator.done(account.name)
        return chat

    up.answers.editors_chat = await until_right(up, attempt)
    if up.answers.editors_chat is not None and up.answers.owner is None:
        up.operator.say("The owner may do everything; @userinfobot tells people their number.")
        up.answers.owner = await until_right(up, lambda: _owner(up))


async def _owner(up: SettingUp) -> int | None:
    words = up.operator.ask("Telegram number of the owner", needed="--owner")
    if words and not words.isdecimal():
        raise ConfigError(f"'{words}' is no person's number; @userinfobot tells people theirs, such as 123456789")
    return int(words) if words else None


async def _find(up: SettingUp) -> int:
    """Wait for somebody to write where the bot can hear it."""
    up.operator.say(f"    Add @{up.bot} to the chat and write /start@{up.bot} there. Waiting…")
    token = up.secret(TOKEN)
    met = token and await _telegram.meet(token, up.api("telegram").get("api", _ptb.API), seconds=_PATIENCE)
    if not met:
        raise DependencyDown(f"nobody wrote to @{up.bot} in {_PATIENCE:.0f} s")
    if not up.operator.sure(f"{met.name} wrote in “{met.title}”. Is this the editors' chat?", default=True):
        raise DependencyDown("then write in the right one")
    if up.operator.sure(f"Is {met.name} (number {met.person}) the owner?", default=True):
        up.answers.owner = met.person
    return met.chat


def _number(words: str) -> int | None:
    if not words:
        return None
    if not words.removeprefix("-").isdecimal():
        raise ConfigError(f"'{words}' is no number of a chat; groups have one such as -1001234567890")
    return int(words)


async def test_messages(up: SettingUp) -> None:
    """A message to each Telegram channel, taken away at once: the last proof."""
    for edition in up.answers.editions:
        if not edition.channel:
            continue
        publisher = up.publisher("telegram", to=edition.channel)
        text = RichText("Newswire is connected to this channel. This message takes itself away.")
        await publisher.open()
        try:
            receipt = await publisher.publish(Message(text=text, link=up.answers.site, silent=True), key="init")
            await publisher.delete(receipt)
            up.operator.done(f"a test message went to {edition.channel} and was taken away")
        except NewswireError as error:
            up.operator.trouble(f"the test message to {edition.channel}: {error}")
        finally:
            await publisher.close()
