"""What the how-to pages show of newswire.toml is taken by Newswire as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sources
from cli._reference import ROOT
from newswire import configuration
from sources._places import LISTS, PLACES

BLOCKS = [
    (page, block)
    for page in sorted((ROOT / "docs" / "how-to").glob("*.md"))
    for block in re.findall(r"```toml\n(.+?)```", page.read_text(encoding="utf-8"), re.DOTALL)
]


@pytest.mark.parametrize(("page", "block"), BLOCKS, ids=lambda value: value.stem if isinstance(value, Path) else "")
def test_a_block_of_settings_is_sound(page: Path, block: str):
    settings = configuration.parse(block, file=page.name)
    for source in settings.sources():
        sources.load(source.kind)
        assert set(source.selectors) <= PLACES | LISTS


def test_each_kind_of_source_is_told_of():
    text = (ROOT / "docs" / "how-to" / "sources.md").read_text(encoding="utf-8")
    assert [kind for kind in sources.kinds() if f"| `{kind}` |" not in text] == []
