"""The machine's clock: a laptop's sleep is time that has passed."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import time
from newswire.clock import SystemClock
print(SystemClock().monotonic() - time.monotonic())
"""


def test_the_hours_for_which_a_machine_slept_have_passed_for_the_clock_that_only_grows():
    """In a time namespace, as on a machine that has slept for an hour: since its start an hour more has gone by."""
    command = ["unshare", "--time", "--boottime", "3600", sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "unshare" in done.stderr:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no time namespace can be made: {done.stderr.strip()}")
    assert float(done.stdout) == pytest.approx(3600, abs=1), done.stderr
