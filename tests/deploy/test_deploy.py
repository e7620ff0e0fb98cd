"""What is handed out for systemd and containers: systemd reads it without a word, and it names what there is."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from cli.main import Context, newswire
from cli.run import command
from scheduler.daemon import Role

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.glob("*.service"))


@pytest.fixture
def compose() -> dict:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


@pytest.mark.parametrize("name", UNITS)
def test_systemd_reads_the_unit_without_a_word(name: str, tmp_path: Path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here")
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", (DEPLOY / name).read_text(), flags=re.MULTILINE)
    file = tmp_path / name.replace("@", "@clock")
    file.write_text(text)
    done = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_both_units_are_shut_in_alike():
    def fences(name: str) -> set[str]:
        words = r"^((?:Protect|Private|Restrict|System|Capab|Ambient|NoNew|Lock|UMask|Remove|ProcSubset).*)$"
        return set(re.findall(words, (DEPLOY / name).read_text(), flags=re.MULTILINE))

    assert len(fences("newswire.service")) > 20
    assert fences("newswire.service") == fences("newswire@.service")


def test_a_unit_of_one_role_runs_that_role_and_starts_again_unless_a_person_must_come_first():
    unit = (DEPLOY / "newswire@.service").read_text()
    assert " run --role %i\n" in unit
    assert "RestartPreventExitStatus=2 78\n" in unit


def test_the_containers_have_every_role_and_a_standby_for_each_that_is_one_at_a_time(compose: dict):
    services = {
        name: service for name, service in compose["services"].items() if "--role" in service.get("command", [])
    }
    assert {service["command"][-1] for service in services.values()} == set(Role)
    for name in ("clock", "bot", "worker"):
        assert services[name]["deploy"]["replicas"] == 2
    for service in services.values():
        assert service["restart"] == "always"
        assert CliRunner().invoke(newswire, [*service["command"], "--help"], obj=Context()).exit_code == 0


def test_the_roles_of_the_command_are_those_of_the_daemon():
    (option,) = [parameter for parameter in command.params if parameter.name == "roles"]
    assert set(option.type.choices) == set(Role)


def test_the_database_is_asked_by_the_network_which_it_answers_only_when_it_is_made(compose: dict):
    assert "--host 127.0.0.1" in " ".join(compose["services"]["postgres"]["healthcheck"]["test"])


def test_a_configuration_that_is_missing_is_said_and_no_folder_takes_its_place(compose: dict):
    (bind,) = [v for v in compose["x-newswire"]["volumes"] if isinstance(v, dict)]
    assert (bind["source"], bind["read_only"], bind["bind"]) == ("./newswire.toml", True, {"create_host_path": False})


def test_what_is_written_beside_the_compose_file_goes_into_no_commit_and_no_build():
    files = ["deploy/.env", "deploy/newswire.toml", "deploy/postgres-password"]
    told = subprocess.run(["git", "check-ignore", *files], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.stdout.split() == files
    assert "deploy" in (ROOT / ".dockerignore").read_text().splitlines()


def test_nothing_of_ours_is_left_out_of_the_wheel_because_git_ignores_its_like():
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == ""


def test_the_pictures_folder_is_there_before_a_volume_is_laid_over_it_and_belongs_to_who_writes_it():
    text = (DEPLOY / "Dockerfile").read_text()
    made, volume = text.index("--owner newswire"), text.index("VOLUME /var/lib/newswire/media")
    assert made < text.index("USER newswire") < volume
    assert "/var/lib/newswire/media\n" in text[made:volume]


def test_the_image_holds_every_package_and_nothing_that_is_not_there():
    copied = set(re.findall(r"^COPY (\w+) \1$", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE))
    packed = (ROOT / "pyproject.toml").read_text().partition("\npackages = [")[2].partition("]")[0]
    assert copied == {name.strip(' "') for name in packed.split(",")}
