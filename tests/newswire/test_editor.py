"""Who may do what."""

from __future__ import annotations

import pytest

from newswire.editor import LEAST, Act, Editor, Role


def test_every_act_has_a_least_role():
    assert LEAST.keys() == set(Act)


def test_an_owner_may_do_everything_and_a_viewer_only_look():
    assert all(Editor(1, "o", Role.OWNER).may(act) for act in Act)
    assert [act for act in Act if Editor(1, "v", Role.VIEWER).may(act)] == [Act.LOOK]


@pytest.mark.parametrize("act", [Act.PAUSE, Act.PAUSE_ALL])
def test_stopping_a_channel_takes_a_chief(act: Act):
    assert Editor(1, "c", Role.CHIEF).may(act)
    assert not Editor(1, "e", Role.EDITOR).may(act)


@pytest.mark.parametrize("act", Act)
def test_a_higher_role_may_do_all_that_a_lower_one_may(act: Act):
    allowed = [Editor(1, "x", role).may(act) for role in sorted(Role)]
    assert allowed == sorted(allowed)
