"""Every error of ours, as its page tells it."""

from __future__ import annotations

import re

import pytest

from newswire import errors
from newswire.errors import NewswireError


def tree(kind: type[NewswireError], depth: int = 0) -> list[tuple[int, str]]:
    return [(depth, kind.__name__), *(line for sub in kind.__subclasses__() for line in tree(sub, depth + 1))]


def test_the_tree_drawn_at_the_top_of_the_page_is_the_tree():
    drawn = [
        (len(line) - len(line.lstrip())) // 2
        for line in errors.__doc__.splitlines()
        if re.match(r" *[A-Z]\w+ {2,}", line)
    ]
    named = re.findall(r"^ *([A-Z]\w+) {2,}", errors.__doc__, re.MULTILINE)
    ours = [line for line in tree(NewswireError) if hasattr(errors, line[1])]
    assert list(zip(drawn, named, strict=True)) == ours


@pytest.mark.parametrize(
    ("name", "code"), re.findall(r"^ *(\w+) +(?:exit code )?(\d+)\b", errors.__doc__, re.MULTILINE)
)
def test_exit_codes_are_as_drawn(name: str, code: str):
    assert getattr(errors, name).exit_code == int(code)
