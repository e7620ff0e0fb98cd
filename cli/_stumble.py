"""A stumble: an error nobody foresaw, told in one line. Its trace is shown where it is asked for, without secrets."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import click

_HOUSE = Path(__file__).parent.parent
_ROOMS = frozenset(
    ("newswire", "formatting", "sources", "publishers", "db", "desk", "scheduler", "bot", "web", "cli", "sandbox")
)


def told(error: Exception, *, secrets: set[str], debug: bool = False, logged: bool = False) -> int:
    """Say on standard error what happened and where the trace is; the exit code. `logged`: the log has the trace."""
    _drop_what_cannot_be_written()
    if isinstance(error, BrokenPipeError):  # whoever reads our output has enough of it: `newswire status | head`
        return 1
    from newswire.log import redact

    if debug and not logged:
        click.echo(redact("".join(traceback.format_exception(error)), secrets), err=True)
    where = "its trace is above" if debug or logged else "`newswire --debug …`, with the same words, shows its trace"
    click.echo(redact(f"Newswire stumbled: {_in_one_line(error)}; {where}", secrets), err=True)
    return 1


def _drop_what_cannot_be_written() -> None:
    """Python itself would stumble over it once more at the end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _in_one_line(error: Exception) -> str:
    """What it was, and the last place of ours it passed."""
    words = str(error).strip().splitlines()
    what = f"{type(error).__name__}: {words[0]}" if words else type(error).__name__
    ours = [f for f in traceback.extract_tb(error.__traceback__) if _is_ours(Path(f.filename))]
    return f"{what} ({Path(ours[-1].filename).relative_to(_HOUSE)}:{ours[-1].lineno})" if ours else what


def _is_ours(file: Path) -> bool:
    return file.is_relative_to(_HOUSE) and file.relative_to(_HOUSE).parts[0] in _ROOMS
