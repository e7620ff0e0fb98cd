"""Alerts: a trouble as a message: what, since when, how often; and when it is over, that it is. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.buttons import Data, Key, Rows, Tap
from bot.editors import late
from bot.words import clock, lasted, lines
from db.alerts import Alert
from desk.deciding import backlog
from newswire.delivery import Outcome
from newswire.richtext import RichText, Style, styled

_CHANNEL = "channel "


def text(alert: Alert, zone: ZoneInfo, now: datetime) -> RichText:
    """`❌ …`; when it is over `✅ Over after 14 min` in the same place, above what it was, struck out."""
    if alert.closed_at:
        was = styled(alert.text.partition("\n")[0], Style.STRIKE)
        return lines((f"✅ Over after {lasted(alert.closed_at - alert.opened_at)}", was))
    often = f" · {alert.count} times" if alert.count > 1 else ""
    return lines((f"❌ {alert.text}", f"Since {clock(zone, alert.opened_at, now)}{often}"))


def rows(alert: Alert) -> Rows:
    """The way out of a pause, and of a heap of late posts; other troubles end by themselves, or on the article's card."""
    if alert.closed_at or not alert.place.startswith(_CHANNEL):
        return ()
    name = alert.place.removeprefix(_CHANNEL)
    if alert.cause == Outcome.PAUSED:
        return ((Key(f"▶️ Resume {name}", str(Data(Tap.RESUME, argument=name))),),)
    return late.keys(name) if alert.cause == backlog.TOO_MANY else ()
