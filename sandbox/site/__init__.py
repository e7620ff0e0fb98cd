"""A small news site with an invented newsroom: what the demo and the tests watch."""

from sandbox.site.site import Site
from sandbox.site.story import Story

__all__ = ["Site", "Story"]
