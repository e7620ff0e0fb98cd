"""Editors: who may do what. Roles are Newswire's own, not the chat's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Role(IntEnum):
    """A greater number may do all that a smaller one may."""

    VIEWER = 1
    EDITOR = 2
    CHIEF = 3
    OWNER = 4


class Act(StrEnum):
    """What people do to posts and channels, and the least role for each (`LEAST`)."""

    LOOK = "look"
    APPROVE = "approve"
    SEND_NOW = "send_now"
    SKIP = "skip"
    RESCHEDULE = "reschedule"
    POST = "post"
    SETTLE = "settle"
    RETRACT = "retract"
    PAUSE = "pause"
    PAUSE_ALL = "pause_all"


LEAST: dict[Act, Role] = {
    Act.LOOK: Role.VIEWER,
    Act.APPROVE: Role.EDITOR,
    Act.SEND_NOW: Role.EDITOR,
    Act.SKIP: Role.EDITOR,
    Act.RESCHEDULE: Role.EDITOR,
    Act.POST: Role.EDITOR,
    Act.SETTLE: Role.EDITOR,
    Act.RETRACT: Role.CHIEF,
    Act.PAUSE: Role.CHIEF,
    Act.PAUSE_ALL: Role.CHIEF,
}


@dataclass(frozen=True, slots=True)
class Editor:
    """A person of the newsroom, as the bot met them. `name` is what the audit shows."""

    id: int
    name: str
    role: Role

    def may(self, act: Act) -> bool:
        """Whether the role is high enough."""
        return self.role >= LEAST[act]
