"""Ways to notice an article, one file a kind, and how to read the page of one."""

from __future__ import annotations

import importlib
import pkgutil
from typing import cast

from newswire.errors import ConfigError
from sources._base import Kind


def kinds() -> tuple[str, ...]:
    """The names that `load` takes."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
    return tuple(name for name in names if hasattr(importlib.import_module(f"{__name__}.{name}"), "poll"))


def load(kind: str) -> Kind:
    """The module that watches sources of this kind, imported now. Raises `ConfigError` for a name nobody has."""
    if kind.isidentifier() and not kind.startswith("_"):
        try:
            module = importlib.import_module(f"{__name__}.{kind}")
        except ModuleNotFoundError as missing:
            if missing.name != f"{__name__}.{kind}":
                raise
        else:
            if hasattr(module, "poll"):
                return cast("Kind", module)
    raise ConfigError(f"there is no kind of source called {kind!r}; there are: {', '.join(kinds())}")
