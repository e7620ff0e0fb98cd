"""`python -m cli._reference` writes the reference pages anew."""

from __future__ import annotations

from cli._reference import pages

for file, text in pages().items():
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
