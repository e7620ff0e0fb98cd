"""The docs say what the code does: pages from the code are as it is now, and what they promise is there."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

import publishers
from cli import _reference
from cli._reference import ROOT, commands, environment, metrics, rooms
from desk.newsroom import platform_of
from newswire import configuration
from newswire.channel import Channel, Pace
from newswire.post import PostState
from newswire.settings import Settings, SourceTable

PAGES = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")])
FOLDER = ROOT / "docs" / "reference"


def text_of(name: str | Path) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("file", _reference.pages(), ids=lambda file: file.name)
def test_a_page_from_the_code_is_as_the_code_is_now(file: Path):
    assert file.read_text(encoding="utf-8") == _reference.pages()[file], "run `make docs` and commit what it wrote"


def test_every_setting_is_on_the_page_of_settings_with_a_sentence():
    page = text_of("docs/reference/settings.md")
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", page, re.MULTILINE))
    tables = [Settings, SourceTable, Channel, Pace, *(publishers.load(name).Config for name in publishers.known())]
    names = [field.alias or name for table in tables for name, field in table.model_fields.items()]
    secret = {name for one in publishers.known() for name in publishers.load(one).Config.secret_fields()}
    wanted = (
        set(names)
        - secret
        - {name for name in Settings.model_fields if f"## [{name}]" in page or f"[[{name}]]" in page}
    )
    assert wanted - rows.keys() - {"platform"} == set()
    assert all(len(says) > 3 for says in rows.values())


def test_a_number_says_in_which_unit_it_is():
    units = ("seconds", "bytes", "posts", "messages", "minutes", "approvals", "hashtags", "sentences", "port", "chat")
    page = text_of("docs/reference/settings.md")
    numbers = re.findall(r"^\| `(\w+)` \| (?:whole )?number(?:, [^|]*)? \| [^|]* \| ([^|]+) \|$", page, re.MULTILINE)
    assert len(numbers) > 5
    assert [name for name, says in numbers if not any(unit in says for unit in units)] == []


def test_every_command_and_option_is_on_the_page_of_commands():
    page = text_of("docs/reference/commands.md")
    for name, command in commands.all_of_them():
        section = page.partition(f"\n## {name}")[2].partition("\n## ")[0]
        assert section.strip(), name
        for option in commands.options(command):
            assert option.help, f"{name} {option.opts}"
            assert f"`{option.opts[-1]}`" in section, (name, option.opts)


def test_every_secret_is_in_env_example_with_a_word_above_it_and_nothing_else_is():
    lines = text_of(".env.example").splitlines()
    named = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert sorted(named) == sorted(environment.secrets())
    for block in text_of(".env.example").split("\n\n"):
        assert block.startswith("#"), block


def test_every_variable_that_the_code_reads_is_on_the_page_of_the_environment():
    page = text_of("docs/reference/environment.md")
    read = re.compile(r"environ(?:ment)?(?:\.get\(|\[)\s*\"([A-Z][A-Z0-9_]+)\"")
    ours = re.compile(r"\bNEWSWIRE_[A-Z][A-Z_]+[A-Z]\b")
    files = [
        f for f in ROOT.glob("*/**/*.py") if f.relative_to(ROOT).parts[0] not in (".venv", "build", "node_modules")
    ]
    found = {name for f in files for name in read.findall(text_of(f))}
    # Tests misspell some on purpose: of what they name, what they read counts.
    found |= {name for f in files if f.relative_to(ROOT).parts[0] != "tests" for name in ours.findall(text_of(f))}
    found -= {"PATH", "PYTHONPATH"}
    assert {"NEWSWIRE_SPECS", "CREDENTIALS_DIRECTORY", "NEWSWIRE_CONFIG"} <= found
    assert [name for name in sorted(found) if f"`{name}`" not in page] == []


def test_every_metric_is_on_the_page_of_metrics():
    page = text_of("docs/reference/metrics.md")
    described = {one.name for one in metrics.every()}
    assert len(described) > 10
    assert [name for name in described if f"| `{name}` |" not in page] == []


def test_every_folder_and_module_is_in_the_tree_of_the_architecture():
    tree = text_of("docs/architecture.md").partition("```\n")[2].partition("\n```")[0]
    lines = [line.split(None, 1) for line in tree.splitlines()]
    modules = [f for floor in rooms.FLOORS for f in (ROOT / floor).rglob("*.py") if "migrations" not in f.parts]
    names = {f"{f.parent.name}/" if f.name == "__init__.py" else f.stem for f in modules}
    assert names <= {line[0] for line in lines}
    assert [line[0] for line in lines if len(line) < 2] == [], "a room without a first sentence"


LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_and_make_target_that_is_named_exists(page: Path):
    text = page.read_text(encoding="utf-8")
    known = {tuple(name.split()[1:]): command for name, command in commands.all_of_them()}
    first = {words[0] for words in known}
    for line in re.findall(r"(?:^    |`|^\$ |bin/)newswire ([^`\n]*)", text, re.MULTILINE):
        words = [word for word in re.sub(r"--(?:config|debug)\b(?: \S+)?", "", line).split() if word]
        if not words or words[0].startswith("-") or not words[0].isalpha():
            continue
        assert words[0] in first, line
        command = known.get(tuple(words[:1])) or known.get(tuple(words[:2]))
        assert command or len(words) == 1, line
        options = (
            {name for one in commands.options(command) for name in [*one.opts, *one.secondary_opts]}
            if command
            else set()
        )
        assert {word.partition("=")[0] for word in words if word.startswith("--")} <= options | {"--help"}, line
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    for words in re.findall(r"(?:^    |`)make ([a-z]+(?: [a-z]+)*)", text, re.MULTILINE):
        assert set(words.split()) <= targets, words


def test_the_example_is_a_sound_configuration_for_platforms_that_exist():
    settings = configuration.parse(text_of("newswire.example.toml"), file="newswire.example.toml")
    for channel in settings.channel:
        known = platform_of(settings, channel).Config.file_fields()
        assert set(channel.options) <= set(known)


def test_the_newest_entry_of_the_changelog_is_the_version_that_is_here():
    entry = re.search(r"^## (.+)$", text_of("CHANGELOG.md"), re.MULTILINE)
    assert entry
    here = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]
    assert entry[1].split()[0] == here
    assert version("newswire") == here


def test_make_check_runs_these_tests():
    recipe = text_of("Makefile").partition("\ncheck:")[2].partition("\n\n")[0]
    assert "tests/docs" in recipe


WORDS = ("article", "channel", "delivery", "editor", "platform", "post", "retry", "richtext", "source", "timetable")


def test_the_words_of_the_field_are_in_the_glossary():
    glossary = set(re.findall(r"^\| ([^|]+) \| [^|]{3,} \|$", text_of("docs/glossary.md"), re.MULTILINE))
    code = "".join(text_of(f"newswire/{name}.py") for name in WORDS)
    types = [
        re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower() for name in re.findall(r"^class (\w+)", code, re.MULTILINE)
    ]
    inside = {"post state", "button kind", "style"}  # their values are words of their own
    states = [state.value.replace("_", " ") for state in PostState]
    assert [word for word in (*types, *states) if word not in glossary | inside] == []
