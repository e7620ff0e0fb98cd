"""The unit for systemd, as systemd reads it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNIT, GUIDE = ROOT / "deploy" / "newswire.service", ROOT / "docs" / "how-to" / "go-live.md"


@pytest.fixture
def analyze(tmp_path: Path):
    """`systemd-analyze …` on the unit, with a program that is here. Missing: skipped on a laptop, failed in CI."""
    if shutil.which("systemd-analyze") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("systemd is not installed")
    unit = tmp_path / "newswire.service"
    unit.write_text(re.sub(r"/opt/newswire/\S*bin/newswire", sys.executable, UNIT.read_text()))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["systemd-analyze", *words, str(unit)], capture_output=True, text=True, check=False, timeout=60
        )

    return run


def test_systemd_takes_every_line_of_it(analyze):
    done = analyze("verify")
    assert (done.returncode, done.stderr) == (0, "")


def test_it_leaves_little_of_the_machine_to_the_daemon(analyze):
    done = analyze("security", "--offline=true", "--no-pager")
    found = re.search(r"exposure level.*: ([\d.]+)", done.stdout)
    assert found, done.stdout
    assert float(found[1]) < 2.5


def test_a_wrong_configuration_is_not_tried_for_ever():
    assert re.search(r"^RestartPreventExitStatus=.*\b78\b", UNIT.read_text(), re.MULTILINE)


@pytest.mark.parametrize("unit", [UNIT, UNIT.with_name("newswire@.service")], ids=lambda unit: unit.name)
def test_the_unit_starts_the_program_that_go_live_installs(unit: Path):
    program = re.search(r"^ExecStart=(\S+)/bin/newswire ", unit.read_text(), re.MULTILINE)
    assert program is not None
    assert f"python3 -m venv {program[1]}\n" in GUIDE.read_text()
