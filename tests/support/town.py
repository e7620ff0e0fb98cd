"""The sandbox's whole cast on loopback, and a newsroom's files that fit it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit

from cli._stage import Stage as Files
from cli._stage import configuration
from desk.health import doctor
from desk.health.findings import Finding
from newswire.clock import Clock
from newswire.configuration import load
from sandbox.cast import Stage


@dataclass
class Town:
    """A running cast, and a folder with newswire.toml and .env for it. `without` names secrets to leave out."""

    cast: Stage
    address: str
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def where(self) -> dict[str, Any]:
        return self.cast.description(self.address)

    def write(self, *, without: tuple[str, ...] = (), **overrides: Any) -> Path:
        """newswire.toml with `overrides`, and .env; the file."""
        settings = configuration(Files(self.folder, where=self.where, overrides=overrides))
        secrets = {**self.where["secrets"], "DATABASE_URL": f"sqlite:///{self.folder / 'newswire.db'}"}
        lines = [f"{name}={value}\n" for name, value in secrets.items() if name not in without]
        (self.folder / ".env").write_text("".join(lines))
        (self.folder / ".env").chmod(0o600)
        file = self.folder / "newswire.toml"
        file.write_text(tomlkit.dumps(settings))
        return file

    async def examined(self, *, online: bool = True, clock: Clock | None = None) -> list[Finding]:
        """What the doctor says of the files as they are."""
        settings = load(self.folder / "newswire.toml", self.environment)
        return [f async for f in doctor.examine(settings, self.folder, online=online, clock=clock)]
