"""The main job, as a visitor runs it."""

import json
import os
import signal
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


def test_sigterm_ends_the_demo_and_every_process_it_started(tmp_path):
    demo = subprocess.Popen(
        [sys.executable, "-m", "cli", "demo", "--port", "0", "--keep", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert "in a browser" in demo.stdout.readline()
    os.kill(demo.pid, signal.SIGTERM)
    assert demo.wait(45) == 130
    demo.stdout.close()
    left = subprocess.run(["ps", "-o", "pid=", "--sid", str(demo.pid)], capture_output=True, text=True, check=False)
    assert left.stdout.split() == []
