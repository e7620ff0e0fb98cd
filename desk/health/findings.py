"""Findings: what the doctor says of each thing, how bad it is, and which exit code that makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from newswire.errors import ConfigError, NewswireError, Unauthorized

STUMBLED, UNREACHED, CONFIGURATION = 1, 69, 78


class Grade(StrEnum):
    """How a thing is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor. `exit_code` is what the process should end with for this one alone."""

    grade: Grade
    thing: str
    text: str
    exit_code: int = 0


def ok(thing: str, text: str) -> Finding:
    """All is well."""
    return Finding(Grade.OK, thing, text)


def warn(thing: str, text: str) -> Finding:
    """It works, but somebody should look."""
    return Finding(Grade.WARN, thing, text)


def fail(thing: str, error: Exception | str) -> Finding:
    """It does not work. What the configuration or an account lacks is 78; what may answer later is 69."""
    match error:
        case ConfigError() | Unauthorized() | str():
            return Finding(Grade.FAIL, thing, str(error), CONFIGURATION)
        case NewswireError():
            return Finding(Grade.FAIL, thing, str(error), UNREACHED)
        case TimeoutError():
            return Finding(Grade.FAIL, thing, "no answer in time; try again", UNREACHED)
        case _:
            return Finding(Grade.FAIL, thing, f"Newswire stumbled ({type(error).__name__}: {error})", STUMBLED)


def exit_code(findings: Iterable[Finding]) -> int:
    """The worst of them: a wrong configuration before what cannot be reached, before our own stumbling."""
    codes = {finding.exit_code for finding in findings}
    return next((code for code in (CONFIGURATION, UNREACHED, STUMBLED) if code in codes), 0)
