"""Who calls: OAuth 1.0a signatures checked to the letter, and OAuth 2 user tokens."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from aiohttp import web
from oauthlib.oauth1.rfc5849 import signature
from oauthlib.oauth1.rfc5849.utils import parse_authorization_header

from sandbox.x.refusals import plain
from sandbox.x.state import Account, Grant

_CLOCK_SKEW = 300
_REMEMBERED_NONCES = 10_000


@dataclass(frozen=True, slots=True)
class _Signed:
    """What oauthlib signs: its own request type wants far more."""

    http_method: str
    uri: str
    params: list[tuple[str, str]]
    signature: str


@dataclass(slots=True)
class Doorkeeper:
    """Knows every key and token. Refusals are 401 as X words them, without saying why."""

    accounts: dict[str, Account] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    nonces: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def admit(self, request: web.Request, body: bytes, *, now: float, clock: float) -> tuple[Account, Grant | None]:
        """The account that calls, and its grant when it came with a bearer token. `clock` is the time outside."""
        header = request.headers.get("Authorization", "")
        if header.lower().startswith("bearer "):
            grant = self.grants.get(header[7:].strip())
            if grant is None or grant.expires <= now:
                raise plain(401)
            return grant.account, grant
        if header.lower().startswith("oauth "):
            return self._signed_by(request, header, body, clock), None
        raise plain(401)

    def _signed_by(self, request: web.Request, header: str, body: bytes, clock: float) -> Account:
        try:
            oauth = {name: unquote(value) for name, value in parse_authorization_header(header)}
        except ValueError:
            raise plain(401) from None
        account = self.accounts.get(oauth.get("oauth_token", ""))
        if account is None or oauth.get("oauth_consumer_key") != account.api_key:
            raise plain(401)
        if not self._is_fresh(oauth, clock) or not _verify(request, oauth, body, account):
            raise plain(401)
        self.nonces[oauth["oauth_nonce"]] = None
        if len(self.nonces) > _REMEMBERED_NONCES:
            self.nonces.popitem(last=False)
        return account

    def _is_fresh(self, oauth: dict[str, str], clock: float) -> bool:
        """Whether the time stamp is of these minutes, and the nonce was never used."""
        stamp, nonce = oauth.get("oauth_timestamp", ""), oauth.get("oauth_nonce", "")
        return stamp.isdigit() and abs(int(stamp) - clock) <= _CLOCK_SKEW and bool(nonce) and nonce not in self.nonces


def _verify(request: web.Request, oauth: dict[str, str], body: bytes, account: Account) -> bool:
    if oauth.get("oauth_signature_method") != "HMAC-SHA1":
        return False
    raw_path, _, query = request.raw_path.partition("?")
    form = body.decode("latin-1") if request.content_type == "application/x-www-form-urlencoded" else ""
    params = [(name, value) for name, value in oauth.items() if name not in ("oauth_signature", "realm")]
    params += parse_qsl(query, keep_blank_values=True) + parse_qsl(form, keep_blank_values=True)
    signed = _Signed(
        request.method, f"{request.scheme}://{request.host}{raw_path}", params, oauth.get("oauth_signature", "")
    )
    check: Any = signature.verify_hmac_sha1
    return bool(check(signed, account.api_secret, account.access_secret))
