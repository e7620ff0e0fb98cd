"""The page to look at: site, Telegram, X and the editors' chat side by side, live, with a hand on each."""

from sandbox.page.page import Page

__all__ = ["Page"]
