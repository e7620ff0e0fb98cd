"""What people do on Telegram: write, press a button, press Start, block a bot."""

from __future__ import annotations

from sandbox.telegram.chats import Bot, Chat, Person
from sandbox.telegram.cloud import Cloud, Press
from sandbox.telegram.messages import Message
from sandbox.telegram.text import read_text


class Impossible(ValueError):
    """Something that nobody could do in the app; the text says why."""


def person(cloud: Cloud, user_id: int) -> Person:
    """The person with this id."""
    found = cloud.people.get(user_id)
    if found is None:
        raise Impossible(f"Nobody has the id {user_id}: add_user first.")
    return found


def bot(cloud: Cloud, username: str = "") -> Bot:
    """The bot with this username, or the only one."""
    found = cloud.bot_named(username)
    if found is None:
        raise Impossible(f"No bot is called {username or '(none named, and there is not just one)'}.")
    return found


def place(cloud: Cloud, chat_id: int, username: str = "") -> Chat:
    """A chat by its id; for a person's id the private chat with the bot named, or with the only one."""
    chat = cloud.chats.get(chat_id)
    return chat if chat is not None else cloud.private(bot(cloud, username), person(cloud, chat_id))


def say(cloud: Cloud, chat: Chat, author: Person, text: str, *, reply_to: int = 0) -> Message:
    """Someone writes. In private that starts the bot; in a channel only its owner can."""
    body = read_text(text, "", None)
    if not body.text:
        raise Impossible("An empty message cannot be sent.")
    if chat.type == "private":
        holder = next((one for one in cloud.bots.values() if one.private.get(chat.id) is chat), None)
        if holder is not None:
            author.started.add(holder.id)
    elif chat.type == "channel" and author is not cloud.owner and not chat.member(author.id).may("can_post_messages"):
        raise Impossible(f"{author.name} may not post in {chat.title}.")
    original = chat.live(reply_to) if reply_to else None
    if reply_to and original is None:
        raise Impossible(f"There is no message {reply_to} to reply to.")
    return cloud.post(chat, author, body=body, reply_to=original)


def press(cloud: Cloud, chat: Chat, message_id: int, data: str, who: Person) -> Press:
    """Someone presses the button that carries `data`."""
    message = chat.live(message_id)
    if message is None:
        raise Impossible(f"There is no message {message_id} in chat {chat.id}.")
    rows = (message.markup or {}).get("inline_keyboard", [])
    if not any(button.get("callback_data") == data for row in rows for button in row):
        raise Impossible(f"Message {message_id} has no button with the data {data!r}.")
    if not isinstance(message.author, Bot):
        raise Impossible(f"Message {message_id} was not sent by a bot.")
    return cloud.press(message.author, who, message, data)
