"""Every error of ours on one page: what happened, and so what happens next.

NewswireError              exit code 1
  UsageProblem             2   asked for in a way that cannot be done
  DependencyDown           69  database, platform or site cannot be reached
  AlreadyRunning           75  another process holds what this one needs
  ConfigError              78  newswire.toml, .env or a template is wrong, and where
  SourceError              a feed or page that could not be read; the watch goes on
  DeliveryError            what a platform's answer means for the post
    RateLimited            not taken; try again at `retry_at`
    Unavailable            certainly not taken, or no harm if it is taken twice; try again
    OutcomeUnknown         perhaps taken; read back, never send again blindly
      AlreadyThere         the platform says that it has this very post; read back, never send it again
    Rejected               will never be taken as it is; a person decides
      Gone                 the post to change is not there any more: somebody took it away
      Undeletable          the post stays where it is (too old, or no right to): edit it into a notice
    Unauthorized           the channel lost its rights: pause it, keep its queue, tell people
    OutOfBudget            the account's money or quota is used up: pause until `retry_at`
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newswire.delivery import Receipt


class NewswireError(Exception):
    """Anything of ours that goes wrong. Its text is one line, fit to be read by an editor."""

    exit_code = 1


class UsageProblem(NewswireError):
    """Asked for in a way that cannot be done."""

    exit_code = 2


class DependencyDown(NewswireError):
    """The database, a platform or a site cannot be reached."""

    exit_code = 69


class AlreadyRunning(NewswireError):
    """Another process holds what this one needs."""

    exit_code = 75


class ConfigError(NewswireError):
    """The configuration is wrong. The text names the file, the line, the thing and the way out."""

    exit_code = 78


class SourceError(NewswireError):
    """A feed or page could not be read. `retry_at` is set when the site asked for a pause, `gone` for 404 and 410.

    `status` is the HTTP status that said so, 0 where none did. `lists`: the page looks like one of many articles.
    """

    def __init__(
        self, text: str, *, retry_at: datetime | None = None, gone: bool = False, status: int = 0, lists: bool = False
    ) -> None:
        super().__init__(text)
        self.lists = lists
        self.retry_at = retry_at
        self.gone = gone
        self.status = status


class DeliveryError(NewswireError):
    """What a platform's answer means for a post. `done` is what was out already of a thread that broke off.

    `alike` is a post that a search has seen, and that a person may say is the one.
    """

    done: Receipt | None = None
    alike: Receipt | None = None


class RateLimited(DeliveryError):
    """Not taken: the platform wants a pause until `retry_at`."""

    def __init__(self, text: str, *, retry_at: datetime) -> None:
        super().__init__(text)
        self.retry_at = retry_at


class Unavailable(DeliveryError):
    """Certainly not taken: the request never left, or the platform said so. Try again.

    Edits and deletions whose answer was lost end here too: doing them twice does no harm.
    """


class OutcomeUnknown(DeliveryError):
    """Perhaps taken: the answer was lost. Read back, never send again blindly.

    From `Publisher.find` it says that nobody can tell: look again at `retry_at`; without one, only a person can.
    """

    def __init__(self, text: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(text)
        self.retry_at = retry_at


class AlreadyThere(OutcomeUnknown):
    """Refused because the platform has a post that says the same: this one, or an earlier one."""


class Rejected(DeliveryError):
    """Refused for what it says; it would be refused again."""


class Gone(Rejected):
    """There is nothing to change: the post is not there any more, so somebody took it away."""


class Undeletable(Rejected):
    """The platform does not let us take the post away, now or later: let it say that it is withdrawn."""


class Unauthorized(DeliveryError):
    """The account or its rights are gone: the channel pauses, its queue stays, people are told."""


class OutOfBudget(DeliveryError):
    """Money or quota is used up; `retry_at` is when it comes back, where the platform says so."""

    def __init__(self, text: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(text)
        self.retry_at = retry_at
