"""Newswire is an application of its own: nothing that is installed beside it has a room's name."""

from __future__ import annotations

import importlib.util
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from cli._reference import ROOT, rooms


@pytest.mark.parametrize("name", rooms.FLOORS)
def test_no_dependency_owns_a_name_of_ours(name: str):
    owners = {owner.lower() for owner in packages_distributions().get(name, ())}
    assert owners <= {"newswire"}
    assert name not in sys.stdlib_module_names
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT / name), "another package of this name goes first"


def test_the_rooms_are_those_that_are_packed():
    packed = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("\npackages = [")[2].partition("]")[0]
    assert [name.strip(' "') for name in packed.split(",")] == list(rooms.FLOORS)
