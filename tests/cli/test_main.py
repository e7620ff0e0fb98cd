"""The command line as an operator meets it."""

import subprocess
import sys

from cli import main


def _run(*words: str, cwd=None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *words], capture_output=True, text=True, timeout=60, cwd=cwd, check=False
    )


def test_the_help_lists_every_command_there_is():
    assert sorted(main._SUMMARIES) == main.modules()


def test_a_command_that_is_nearly_right_is_guessed():
    done = _run("stauts")
    assert done.returncode == 2
    assert "Did you mean 'status'?" in done.stderr


def test_no_configuration_is_one_line_and_78(tmp_path):
    done = _run("run", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (78, 1)
    assert "newswire.toml: there is no such file" in done.stderr


def test_an_unknown_platform_names_the_line_and_what_there_is(tmp_path):
    (tmp_path / "newswire.toml").write_text('[[channel]]\nname = "a"\ntype = "telegramm"\n')
    done = _run("run", cwd=tmp_path)
    assert done.returncode == 78
    assert "newswire.toml:3 channel 'a': unknown platform 'telegramm'; there are:" in done.stderr


def test_a_missing_secret_is_named(tmp_path):
    (tmp_path / "newswire.toml").write_text('[[channel]]\nname = "a"\ntype = "telegram"\nto = "@a"\n')
    done = _run("run", cwd=tmp_path)
    assert done.returncode == 78
    assert "TELEGRAM_BOT_TOKEN is not set" in done.stderr


def test_a_second_daemon_on_one_database_is_refused_with_75(tmp_path):
    (tmp_path / "newswire.toml").write_text('[web]\nenabled = false\n[[channel]]\nname = "a"\ntype = "dry_run"\n')
    first = subprocess.Popen([sys.executable, "-m", "cli", "run"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    try:
        for line in first.stderr:
            if "newswire is running" in line:
                break
        second = _run("run", cwd=tmp_path)
        assert second.returncode == 75
        assert f"another Newswire (process {first.pid}) is running" in second.stderr
    finally:
        first.terminate()
        assert first.wait(20) == 0, "SIGTERM drains and exits 0"
        first.stderr.close()


def test_migrate_says_what_it_did(tmp_path):
    (tmp_path / "newswire.toml").write_text("")
    assert "0001" in _run("migrate", "--plan", cwd=tmp_path).stdout
    assert "Done: 0001" in _run("migrate", cwd=tmp_path).stdout
    assert "Up to date" in _run("migrate", cwd=tmp_path).stdout
