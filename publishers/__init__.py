"""Publishers: one file a platform. A platform is known by its file's name and imported when a channel asks for it."""

from __future__ import annotations

import importlib
import pkgutil

from publishers._base import BadOptions, Publisher

__all__ = ["BadOptions", "Publisher", "known", "load"]


def known() -> list[str]:
    """The platforms there are: the files of this folder."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def load(platform: str) -> type[Publisher]:
    """The publisher of `platform`; KeyError when there is no such file."""
    if platform not in known():
        raise KeyError(platform)
    module = importlib.import_module(f"publishers.{platform}")
    found: type[Publisher] = module.PUBLISHER
    return found
