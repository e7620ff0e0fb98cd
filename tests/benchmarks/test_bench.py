"""`python -m benchmarks` as a developer meets it, with made-up suites in a folder of their own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import benchmarks

FAST = """
def run(report):
    report.add("a start", 0.2, "s", at_most=0.3, baseline=0.05, against="nothing")
    report.add("posts", 1234, "/s", at_least=2000, note="made up")
"""
LATER = FAST.replace("1234", "2468")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The runner without its suites, and a page with words of ours."""
    package = tmp_path / "benchmarks"
    package.mkdir()
    for file in Path(benchmarks.__file__).parent.glob("_*.py"):
        shutil.copy(file, package)
    (package / "fast.py").write_text(FAST)
    (package / "broken.py").write_text("def run(report):\n    raise OSError('no disk')\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "benchmarks.md").write_text("# Benchmarks\n\nWords of ours.\n")
    return tmp_path


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder, check=False)


def test_the_help_lists_the_suites_there_are(checkout):
    done = _run(checkout, "--help")
    assert "broken, fast" in " ".join(done.stdout.split())


def test_the_projects_own_suites_are_listed():
    done = _run(Path(benchmarks.__file__).parent.parent, "--help")
    words = done.stdout.replace(",", " ").split()
    assert {"deliver", "whole"} <= set(words)


def test_an_unknown_suite_is_one_line_and_2_and_nothing_is_measured(checkout):
    done = _run(checkout, "fast", "fsat")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "There is no suite 'fsat'; there are: broken, fast.\n"


def test_the_table_shows_aim_baseline_and_ratio_and_what_was_missed(checkout):
    done = _run(checkout, "fast")
    assert done.returncode == 0
    _, start, posts = done.stdout.splitlines()
    assert start.split("\t") == ["fast", "a start", "at most 0.3 s", "0.2 s", "0.05 s (nothing)", "4 times", ""]
    assert posts.split("\t") == ["fast", "posts", "at least 2,000 /s", "1,234 /s", "", "", "MISSED; made up"]


def test_json_holds_every_figure_and_a_missed_aim_counts_only_when_strict(checkout):
    done = _run(checkout, "fast", "--json", "--strict")
    assert done.returncode == 1
    start, posts = json.loads(done.stdout)["suites"]["fast"]
    assert (start["measured"], start["ratio"], start["missed"]) == (0.2, 4.0, False)
    assert posts["missed"]


def test_a_suite_that_breaks_leaves_the_others_figures_and_is_1(checkout):
    done = _run(checkout)
    assert done.returncode == 1
    assert "no disk" in done.stderr
    assert "a start" in done.stdout


def test_the_page_keeps_our_words_and_what_other_suites_found(checkout):
    page = checkout / "docs" / "benchmarks.md"
    (checkout / "benchmarks" / "second.py").write_text(FAST.replace("a start", "a stop"))
    assert _run(checkout, "fast", "second", "--write").returncode == 0
    (checkout / "benchmarks" / "fast.py").write_text(LATER)
    assert _run(checkout, "fast", "--write").returncode == 0
    text = page.read_text()
    assert text.startswith("# Benchmarks\n\nWords of ours.\n")
    assert text.count("| a start | at most 0.3 s | 0.2 s | 0.05 s (nothing) | 4 times |  |") == 1
    assert "2,468 /s" in text.partition("## second")[0]
    assert "1,234 /s" in text.partition("## second")[2]
    assert str(checkout) not in text
