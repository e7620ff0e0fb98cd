"""The short soak of changes: articles change and posts are taken back while the daemon that does it is killed with -9."""

import random
from pathlib import Path

import pytest
from soak.battle import ALONE
from soak.changes import Changes

SEED = 482


@pytest.mark.timeout(200)
async def test_kills_leave_one_post_with_the_last_title_or_none_where_it_was_taken_back(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'newswire.db'}"
    report = await Changes("changes", tmp_path, url, ALONE, random.Random(SEED)).fight(8, 16)
    assert report.good, report.line()
