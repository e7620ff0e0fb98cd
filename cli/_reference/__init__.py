"""The reference pages of docs/, written from the code: `make docs` writes them, a test holds them against it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cli._reference import commands, environment, metrics, rooms, settings

ROOT = Path(__file__).parent.parent.parent

_WRITTEN = "<!-- Written by `make docs` from the code; do not edit. -->\n\n"
_PAGES: dict[str, Callable[[], str]] = {
    "settings": settings.page,
    "commands": commands.page,
    "environment": environment.page,
    "metrics": metrics.page,
}


def pages(root: Path = ROOT) -> dict[Path, str]:
    """Every page that comes from the code, with its text as it should be."""
    folder = root / "docs" / "reference"
    written = {folder / f"{name}.md": f"{_WRITTEN}{page().strip()}\n" for name, page in _PAGES.items()}
    architecture = root / "docs" / "architecture.md"
    return written | {architecture: rooms.in_page(architecture.read_text(encoding="utf-8"), root)}
