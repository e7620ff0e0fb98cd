"""The links an answer names for machines: in its Link headers (RFC 8288) and in the head of its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sources._decode import decode
from sources._entries import resolved
from sources._fetch import Fetched
from sources._text import TAG_END, attributes, fold

HEAD = 200_000
MOST = 500
_TAG = re.compile(rf"<(?:(?:[a-z][\w-]{{0,19}}:)?link|base)(?=[\s/])({TAG_END})", re.IGNORECASE)
_VALUE = re.compile(r"<([^<>]{1,4000})>((?:\s*+;\s*+[\w!#$&+.^`|~*-]++(?:\s*+=\s*+(?:\"[^\"]*+\"|[^\s;,\"]*+))?)*+)")
_PARAMETER = re.compile(r"([\w!#$&+.^`|~*-]++)\s*+=\s*+(?:\"([^\"]*+)\"|([^\s;,\"]*+))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`url` is absolute, `rel` its words in lower case, `language` what hreflang says."""

    url: str
    rel: frozenset[str]
    type: str = ""
    title: str = ""
    language: str = ""


def links(answer: Fetched) -> list[Link]:
    """All of them, those of the headers first."""
    text, _ = decode(answer.body, answer.charset)
    found = [*_in_headers(answer.headers.get("link", ""), answer.url), *in_head(text, answer.url)]
    return found[:MOST]


def first(found: list[Link], rel: str, type_: str = "") -> str:
    """The address of the first link with this relation (and type); "" where there is none."""
    return next((link.url for link in found if rel in link.rel and type_ in (link.type, "")), "")


def _in_headers(value: str, base: str) -> Iterator[Link]:
    for address, parameters in _VALUE.findall(value):
        words: dict[str, str] = {}
        for name, quoted, bare in _PARAMETER.findall(parameters):
            words.setdefault(name.lower(), quoted or bare)
        if link := _link(base, address, words):
            yield link


def in_head(text: str, base: str) -> Iterator[Link]:
    """The <link>s of a page or feed, as written in its first `HEAD` characters."""
    for tag in _TAG.finditer(text, 0, HEAD):
        words = attributes(tag[1])
        if tag[0][1:5].lower() == "base":
            base = resolved(base, words.get("href", "")) or base
        elif link := _link(base, words.get("href", ""), words):
            yield link


def _link(base: str, address: str, words: dict[str, str]) -> Link | None:
    url = resolved(base, address)
    if not url or not words.get("rel"):
        return None
    return Link(
        url=url,
        rel=frozenset(words["rel"].lower().split()),
        type=words.get("type", "").partition(";")[0].strip().lower(),
        title=fold(words.get("title", "")),
        language=words.get("hreflang", "").strip().lower(),
    )
