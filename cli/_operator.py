"""The operator: a person at the keyboard who is asked, or nobody, so that everything must have been given."""

from __future__ import annotations

from dataclasses import dataclass

import click

from newswire.errors import UsageProblem


@dataclass(frozen=True, slots=True)
class Operator:
    """Questions and news go to standard error: standard output is for the summary."""

    present: bool

    def say(self, text: str = "") -> None:
        """One line."""
        click.echo(text, err=True)

    def done(self, text: str) -> None:
        """Something was verified."""
        self.say(f"  {click.style('✓', fg='green')} {text}")

    def trouble(self, text: str) -> None:
        """Something is not right."""
        self.say(f"  {click.style('✗', fg='red')} {text}")

    def ask(self, question: str, default: str = "", *, needed: str = "") -> str:
        """An answer, or the default. `needed` names the option that stands in for it when nobody is there."""
        if self.present:
            shown = bool(default)
            return str(click.prompt(question, default=default, show_default=shown, err=True)).strip()
        if not default and needed:
            raise UsageProblem(f"{question}: nobody is there to answer; give {needed}")
        return default

    def ask_secret(self, name: str, question: str) -> str:
        """A secret, typed unseen; nothing when it is left out."""
        if not self.present:
            return ""
        return str(
            click.prompt(f"{question} ({name}, not shown)", default="", hide_input=True, show_default=False, err=True)
        ).strip()

    def sure(self, question: str, *, default: bool) -> bool:
        """Yes or no; the default when nobody is there."""
        return click.confirm(question, default=default, err=True) if self.present else default
