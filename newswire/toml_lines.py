"""Where in a TOML file each key stands, so that an error can name the line: tomllib gives values only."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")


def _parts(dotted: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in re.findall(r"\"[^\"]*\"|'[^']*'|[^.]+", dotted))


def lines(text: str) -> dict[Path, int]:
    """Line numbers from 1 by path: `("channel", 1, "template")` is the template of the second [[channel]]."""
    found: dict[Path, int] = {}
    table: Path = ()
    counts: dict[Path, int] = {}
    open_quote = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if open_quote:
            if open_quote in line:
                open_quote = ""
            continue
        if header := _HEADER.match(line):
            name = _parts(header[2])
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                name = (*name, counts[name])
            elif name[:1] in counts:
                name = (*name[:1], counts[name[:1]], *name[1:])
            table = name
            found[table] = number
        elif key := _KEY.match(line):
            found[(*table, *_parts(key[1]))] = number
            open_quote = _opens(line)
    return found


def _opens(line: str) -> str:
    """The triple quote that this line leaves open, or nothing."""
    for quote in ('"""', "'''"):
        if line.count(quote) % 2:
            return quote
    return ""


def nearest(found: dict[Path, int], path: Path) -> int:
    """The line of `path`, or of the closest table around it that is in the file; 0 when there is none."""
    while path:
        if path in found:
            return found[path]
        path = path[:-1]
    return 0
