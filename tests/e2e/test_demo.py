"""The main job, as a visitor runs it."""

import json
import subprocess
import sys


def test_the_demo_puts_three_articles_out_everywhere_once_and_exits_0():
    done = subprocess.run(
        [sys.executable, "-m", "cli", "demo", "--once", "--json"],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert [row["channel"] for row in rows] == ["tg-en", "x-en", "tg-ru", "tg-hy"]
    assert {row["state"] for row in rows} == {"published"}
    assert {row["seen"] for row in rows} == {1}
    assert all(row["link"].startswith(("https://t.me/caspian_lantern_", "https://x.com/")) for row in rows)
