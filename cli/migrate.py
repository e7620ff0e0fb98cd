"""`newswire migrate`: the database's way to this version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.output import as_json, run_async, settings_of, show_json

if TYPE_CHECKING:
    from cli.main import Context


@click.command("migrate")
@click.option("--plan", is_flag=True, help="Only say what would be done.")
@as_json
@click.pass_obj
def command(context: Context, *, plan: bool, as_json: bool) -> None:
    """Bring the database up to date.

    Each step is taken whole or not at all. The daemon must be stopped, and every worker.
    """
    run_async(_migrate(context, plan=plan, as_json=as_json))


async def _migrate(context: Context, *, plan: bool, as_json: bool) -> None:
    from db import lock, schema
    from db.store import Store
    from newswire.errors import ConfigError

    store = Store(settings_of(context).database_url)
    try:
        at = await schema.version(store)
        if at.newer:
            raise ConfigError(f"the database has schema {at.have}, made by a newer Newswire; upgrade Newswire")
        if not plan and not at.current:
            async with lock.at_rest(store):
                await schema.upgrade(store)
    finally:
        await store.close()
    if as_json:
        show_json({"have": at.have, "want": at.want, "steps": at.pending, "done": not plan})
    elif at.current:
        click.echo(f"Up to date (schema {at.want}).")
    else:
        click.echo(f"{'To do' if plan else 'Done'}: {'; '.join(step.removesuffix('.') for step in at.pending)}")
