"""Methods that fetch: updates by long poll, the webhook that brings them instead, and files."""

from __future__ import annotations

import re
from typing import Any

from yarl import URL

from sandbox.telegram.call import Call
from sandbox.telegram.pictures import MOST_DOWNLOADED
from sandbox.telegram.refusal import bad_request
from sandbox.telegram.updates import KINDS, USUAL, conflict
from sandbox.telegram.webhook import Webhook

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


async def get_updates(call: Call) -> object:
    """What has happened since `offset`; waits up to `timeout` seconds, 50 at most, when nothing has."""
    updates = call.bot.updates
    if call.bot.webhook is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    updates.interrupt("terminated by other getUpdates request; make sure that only one bot instance is running")
    if "allowed_updates" in call.params:
        updates.allow(call.params.json("allowed_updates", "allowed_updates"))
    updates.confirm(call.params.integer("offset"))
    limit = min(call.params.integer("limit", 100), 100) or 100
    seconds = min(max(call.params.integer("timeout"), 0), 50)
    if not updates.ready(call.now) and seconds:
        await updates.wait(seconds, call.connected)
    return updates.ready(call.now, max(limit, 1))


async def set_webhook(call: Call) -> object:
    """Bring updates to an address from now on. Plain http is taken on loopback: it is a sandbox."""
    url = call.params.text("url").strip()
    if not url:
        return await delete_webhook(call)
    _check_address(url)
    secret = call.params.text("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    updates = call.bot.updates
    updates.interrupt("terminated by setWebhook request")
    if call.params.flag("drop_pending_updates"):
        updates.pending.clear()
    if "allowed_updates" in call.params:
        updates.allow(call.params.json("allowed_updates", "allowed_updates"))
    most = min(max(call.params.integer("max_connections", 40), 1), 100)
    if call.bot.webhook is not None:
        await call.bot.webhook.close()
    call.bot.webhook = Webhook(url, secret, most, call.params.text("ip_address"), updates, call.cloud.world)
    call.bot.webhook.start()
    call.remark = "Webhook was set"
    return True


def _check_address(text: str) -> None:
    try:
        url = URL(text)
        host, port, scheme = url.host, url.port, url.scheme
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if scheme not in ("http", "https") or not host:
        raise bad_request("invalid webhook URL specified")
    if host in _LOOPBACK:
        return
    if scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in (80, 88, 443, 8443):
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    raise bad_request("bad webhook: Failed to resolve host: Name or service not known")


async def delete_webhook(call: Call) -> object:
    """Keep updates for getUpdates again."""
    if call.params.flag("drop_pending_updates"):
        call.bot.updates.pending.clear()
    was, call.bot.webhook = call.bot.webhook, None
    if was is not None:
        await was.close()
    call.remark = "Webhook was deleted" if was is not None else "Webhook is already deleted"
    return True


async def get_webhook_info(call: Call) -> object:
    """The webhook, what waits for it, and what went wrong last."""
    updates, webhook = call.bot.updates, call.bot.webhook
    body: dict[str, Any] = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(updates.ready(call.now, len(updates.pending))),
    }
    if webhook is not None:
        body["max_connections"] = webhook.max_connections
        body["ip_address"] = webhook.ip_address or "127.0.0.1"
        if webhook.error:
            body |= {"last_error_date": webhook.error_date, "last_error_message": webhook.error}
    if updates.allowed != USUAL:
        body["allowed_updates"] = sorted(updates.allowed & KINDS)
    return body


async def get_file(call: Call) -> object:
    """Where a picture can be downloaded."""
    wanted = call.params.text("file_id")
    if not wanted:
        raise bad_request("file_id not specified")
    picture = call.cloud.pictures.find(call.bot.id, wanted)
    if len(picture.content) > MOST_DOWNLOADED:
        raise bad_request("file is too big")
    return {
        "file_id": wanted,
        "file_unique_id": picture.unique,
        "file_size": len(picture.content),
        "file_path": picture.path,
    }
