"""The command line as an operator meets it."""

import subprocess
import sys

import pytest

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


READERS = (
    "run",
    "status",
    "init",
    "migrate",
    "check --offline",
    "channel pause a",
    "post #1",
    "source list",
    "config show",
)


@pytest.mark.parametrize("command", READERS)
def test_a_folder_or_a_file_that_cannot_be_read_is_one_line_with_the_way_out_and_78(shell, tmp_path, command):
    done = shell("--config", str(tmp_path), *command.split())
    (line,) = (done.stderr + done.stdout).splitlines()
    assert done.returncode == 78
    assert line.removeprefix("FAIL  configuration: ") == (
        f"{tmp_path} is a folder; name the file in it: --config {tmp_path}/newswire.toml"
    )
    if command == "init":
        return  # it writes one in its place
    file = tmp_path / "newswire.toml"
    file.symlink_to(file)
    done = shell(*command.split())
    (line,) = (done.stderr + done.stdout).splitlines()
    assert done.returncode == 78
    assert line.endswith(
        "newswire.toml: cannot be read: Too many levels of symbolic links; name another file with --config"
    )


def test_the_help_of_a_command_needs_no_configuration(shell, tmp_path):
    assert shell("--config", str(tmp_path), "run", "--help").returncode == 0


CHANNEL = '[[channel]]\nname = "a"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            CHANNEL + 'type = "telegramm"\n',
            "newswire.toml:3 channel 'a': unknown platform 'telegramm'; did you mean 'telegram'? there are: dry_run, ",
        ),
        (
            CHANNEL + 'type = "dry_run"\n\nevry = "20m"\n',
            "newswire.toml:5 channel 'a': unknown setting 'evry'; did you mean 'every'?",
        ),
        (
            CHANNEL + 'type = "telegram"\nto = "@a"\nper_secnd = 2\n',
            "newswire.toml:5 channel 'a': unknown setting 'per_secnd'; did you mean 'per_second'?",
        ),
        (
            CHANNEL + 'type = "telegram"\nto = "a"\n',
            "newswire.toml:4 channel 'a': to: \"a\" is no Telegram channel; write",
        ),
        (
            CHANNEL + 'type = "telegram"\nto = "@a"\n[platform.telegram]\napii = "x"\n',
            "newswire.toml:6 [platform.telegram]: unknown setting 'apii'; did you mean 'api'?",
        ),
        (
            CHANNEL + 'type = "telegram"\ntoken = "1:2"\nto = "@a"\n',
            "newswire.toml:4 channel 'a': 'token' is a secret: put it into .env as TELEGRAM_BOT_TOKEN, not into the file",
        ),
    ],
    ids=["platform", "setting of channels", "setting of the platform", "value", "table of the platform", "secret"],
)
def test_a_mistake_in_a_channel_is_one_line_with_its_place_and_the_way_out(shell, tmp_path, text, says):
    (tmp_path / "newswire.toml").write_text(text)
    for words in (["run"], ["check", "--offline"]):
        done = shell(*words, env={"TELEGRAM_BOT_TOKEN": "123456789:A-made-up-token_of_nobody-00000001"})
        lines = [line for line in (done.stdout + done.stderr).splitlines() if "newswire.toml:" in line and "a" in line]
        (line,) = [line for line in lines if not line.startswith("warn")]
        assert done.returncode == 78
        assert says in line


def test_every_unknown_setting_of_a_channel_is_named(shell, tmp_path):
    (tmp_path / "newswire.toml").write_text(CHANNEL + 'type = "dry_run"\nxyzzy = 1\nslotts = []\n')
    done = shell("run")
    assert done.returncode == 78
    assert [line.partition(";")[0] for line in done.stderr.splitlines()] == [
        "newswire.toml:4 channel 'a': unknown setting 'xyzzy'",
        "newswire.toml:5 channel 'a': unknown setting 'slotts'",
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('template = "{{ title }}"', "template has no link. Add {{ url }} or {{ read }}"),
        ('template = "{{ titel }} {{ url }}"', "template line 1: unknown value “titel”; did you mean “title”?"),
        ('template_file = "none.j2"', "template_file 'none.j2' cannot be read"),
    ],
)
def test_a_template_that_cannot_be_used_keeps_the_daemon_from_starting(shell, tmp_path, line, says):
    (tmp_path / "newswire.toml").write_text(CHANNEL + f'type = "dry_run"\n{line}\n')
    done = shell("run")
    assert done.returncode == 78
    (told,) = done.stderr.splitlines()
    assert told.startswith("newswire.toml:4 channel 'a': ")
    assert says in told


def test_a_missing_secret_is_named_with_both_ways_to_set_it(shell, tmp_path):
    (tmp_path / "newswire.toml").write_text(CHANNEL + 'type = "telegram"\nto = "@a"\n')
    done = shell("run")
    assert done.returncode == 78
    assert done.stderr == (
        "newswire.toml:1 channel 'a': TELEGRAM_BOT_TOKEN is not set; put it into .env (or A_BOT_TOKEN, for this "
        "channel alone)\n"
    )


def test_a_token_that_is_none_is_named_by_its_variable_and_not_shown(shell, tmp_path):
    (tmp_path / "newswire.toml").write_text(CHANNEL + 'type = "telegram"\nto = "@a"\n')
    done = shell("run", env={"TELEGRAM_BOT_TOKEN": "my-token"})
    assert done.returncode == 78
    assert "channel 'a': TELEGRAM_BOT_TOKEN: this is no bot token" in done.stderr
    assert "my-token" not in done.stderr


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
