"""The main job, as a visitor runs it."""

import json
import os
import signal
import socket
import subprocess
import sys

import pytest


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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_demo_that_is_told_to_stop_ends_well_and_with_it_every_process_it_started(tmp_path, number):
    demo = subprocess.Popen(
        [sys.executable, "-m", "cli", "demo", "--port", "0", "--keep", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert "in a browser" in demo.stdout.readline()
    os.kill(demo.pid, number)
    assert demo.wait(45) == 0
    demo.stdout.close()
    left = subprocess.run(["ps", "-o", "pid=", "--sid", str(demo.pid)], capture_output=True, text=True, check=False)
    assert left.stdout.split() == []


def _demo(*words) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", "demo", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", ["newswire.toml", ".env", "newswire.db"])
def test_the_demo_writes_over_nothing_that_is_there(tmp_path, name):
    (tmp_path / name).write_text("mine")
    done = _demo("--keep", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr == f"{tmp_path / name} is there already; give --keep a new folder, nothing was changed\n"
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [(name, "mine")]


def test_a_port_that_is_taken_is_named_with_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = _demo("--port", str(port))
    assert done.returncode == 1
    first, _ = done.stderr.splitlines()
    assert first == f"port {port} of this machine is taken, perhaps by another demo; --port 0 takes any free one"


def test_no_articles_are_no_success():
    assert _demo("--once", "--articles", "0").returncode == 2
