"""The Bot API's methods, by subject: what each takes, does and answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sandbox.telegram.call import Call
from sandbox.telegram.methods import about, editing, fetching, people, sending

Method = Callable[[Call], Awaitable[object]]

METHODS: dict[str, Method] = {
    "getMe": about.get_me,
    "logOut": about.log_out,
    "close": about.close,
    "setMyCommands": about.set_my_commands,
    "getMyCommands": about.get_my_commands,
    "deleteMyCommands": about.delete_my_commands,
    "setMyName": about.set_my_name,
    "getMyName": about.get_my_name,
    "setMyDescription": about.set_my_description,
    "getMyDescription": about.get_my_description,
    "setMyShortDescription": about.set_my_short_description,
    "getMyShortDescription": about.get_my_short_description,
    "getChat": people.get_chat,
    "getChatMember": people.get_chat_member,
    "getChatAdministrators": people.get_chat_administrators,
    "getChatMemberCount": people.get_chat_member_count,
    "leaveChat": people.leave_chat,
    "sendChatAction": people.send_chat_action,
    "answerCallbackQuery": people.answer_callback_query,
    "getUpdates": fetching.get_updates,
    "setWebhook": fetching.set_webhook,
    "deleteWebhook": fetching.delete_webhook,
    "getWebhookInfo": fetching.get_webhook_info,
    "getFile": fetching.get_file,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendMediaGroup": sending.send_media_group,
    "forwardMessage": sending.forward_message,
    "copyMessage": sending.copy_message,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "pinChatMessage": editing.pin_chat_message,
    "unpinChatMessage": editing.unpin_chat_message,
}
BY_SMALL_NAME = {name.lower(): name for name in METHODS}
