"""A text as Telegram takes it: parsed, cleaned, trimmed, its links found, and counted."""

from sandbox.telegram.text.formatted import EMPTY, Formatted, read_text
from sandbox.telegram.text.links import BadLink, check_link

__all__ = ["EMPTY", "BadLink", "Formatted", "check_link", "read_text"]
