"""`newswire check` as a process: its lines, its JSON, its exit codes."""

import json
import subprocess
import sys
from pathlib import Path

CHANNEL = '[[channel]]\nname = "a"\ntype = "dry_run"\n'


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", "--config", str(folder / "newswire.toml"), "check", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
        env={"PATH": "/usr/bin", "DATABASE_URL": f"sqlite:///{folder}/newswire.db"},
    )


def test_a_sound_newsroom_is_0_with_a_plain_line_for_each_thing(tmp_path: Path):
    (tmp_path / "newswire.toml").write_text(CHANNEL)
    done = run(tmp_path, "--offline")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert all(line[:6] in ("ok    ", "warn  ") for line in lines)
    assert [line[6:].partition(":")[0] for line in lines] == [
        "configuration",
        "disk",
        "database",
        "clock",
        "editors",
        "channel a",
    ]
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_every_mistake_of_the_file_is_a_line_and_78(tmp_path: Path):
    (tmp_path / "newswire.toml").write_text("[web]\nprot = 1\n[log]\nlevel = 'loud'\n")
    done = run(tmp_path, "--offline")
    assert done.returncode == 78
    first, second = done.stdout.splitlines()
    assert first.startswith("FAIL  configuration: ")
    assert first.endswith("newswire.toml:2 unknown setting 'prot'; did you mean 'port'?")
    assert "newswire.toml:4 log.level" in second


def test_no_file_names_the_command_that_writes_one(tmp_path: Path):
    done = run(tmp_path)
    assert done.returncode == 78
    assert "`newswire init` writes one" in done.stdout


def test_json_is_for_programs(tmp_path: Path):
    (tmp_path / "newswire.toml").write_text(CHANNEL + 'template = "{{ title }}"\n')
    done = run(tmp_path, "--offline", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == told["exit_code"] == 78
    (failed,) = [f for f in told["findings"] if f["grade"] == "FAIL"]
    assert failed["thing"] == "channel a"
    assert "newswire.toml:4 template has no link" in failed["text"]


def test_what_cannot_be_reached_is_69(tmp_path: Path):
    (tmp_path / "newswire.toml").write_text(
        '[fetch]\nallow_loopback = true\n[[source]]\nname = "s"\nfeeds = ["http://127.0.0.1:1/rss"]\n' + CHANNEL
    )
    done = run(tmp_path)
    assert done.returncode == 69
    assert "FAIL  source s: http://127.0.0.1:1/rss" in done.stdout
