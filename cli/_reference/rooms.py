"""The tree of docs/architecture.md: every room of the house with the first sentence that its module says of itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

FLOORS = ("newswire", "formatting", "sources", "publishers", "db", "desk", "scheduler", "bot", "web", "cli", "sandbox")
_BEGIN, _END = "<!-- rooms: written by `make docs` -->", "<!-- end of rooms -->"


def in_page(page: str, root: Path) -> str:
    """`page` with the tree between its two marks."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n\n```\n{tree(root)}\n```\n\n{_END}{after}"


def tree(root: Path) -> str:
    """Folders and modules below `root`, indented, each with its sentence."""
    return "\n".join(line for floor in FLOORS for line in _lines(root / floor, 0))


def _lines(folder: Path, depth: int) -> Iterator[str]:
    yield _line(f"{folder.name}/", folder / "__init__.py", depth)
    for path in sorted(folder.iterdir(), key=lambda p: (p.is_dir(), p.stem.lstrip("_"), p.name)):
        if path.is_dir() and (path / "__init__.py").is_file():
            yield from _lines(path, depth + 1)
        elif path.suffix == ".py" and path.name != "__init__.py":
            yield _line(path.stem, path, depth + 1)


def _line(name: str, module: Path, depth: int) -> str:
    says = (ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "").split("\n\n")[0]
    return f"{'  ' * depth + name:<26} {' '.join(says.split())}".rstrip()
