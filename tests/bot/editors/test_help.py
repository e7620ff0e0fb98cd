"""/help: what this editor can do, and how it is written."""

from bot import editors
from bot.editors import help as help_
from newswire.editor import Role


def test_each_command_of_the_role_stands_with_its_usage_and_an_example():
    told = help_.text(Role.OWNER, editors.COMMANDS).text
    for command in editors.COMMANDS:
        assert f"/{command.name} {command.usage}".rstrip() in told
        assert command.says in told
    assert "for example /time #482 18:30" in told
    assert len(told) < 2_000


def test_a_viewer_is_not_told_of_buttons_that_are_not_theirs():
    told = help_.text(Role.VIEWER, editors.COMMANDS).text
    assert "/pause" not in told
    assert "/post" not in told
    assert "buttons" not in told
