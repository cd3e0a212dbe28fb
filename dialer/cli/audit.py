"""`outpace audit`: who did what, and when."""

import json
from typing import Annotated

import typer

from dialer.adapters.sql.audit import SqlAudit
from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, instant_said
from dialer.domain.instant import written


def audit(
    home: Home,
    since: Annotated[str, typer.Option("--from", help="From this date on (UTC).")] = "",
    until: Annotated[str, typer.Option("--to", help="Before this date (UTC).")] = "",
    action: Annotated[str, typer.Option("--action", help="Only this action, as export.")] = "",
    subject: Annotated[str, typer.Option("--subject", help="Only what was done to this.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show the audit log, oldest first; with --json an object a line."""
    with errors_told():
        begin, end = instant_said(since, "--from"), instant_said(until, "--to")

    async def work(stores: SqlStores) -> None:
        log = SqlAudit(stores.writer, stores.reader)
        rows = log.read(since=begin, until=end, action=action or None, subject=subject or None)
        async for row in rows:
            if as_json:
                said = {"at": row.at, "by": row.by, "action": row.action, "subject": row.subject}
                typer.echo(json.dumps({**said, "detail": row.detail}))
            else:
                detail = json.dumps(row.detail, ensure_ascii=False, sort_keys=True)
                typer.echo("\t".join((written(row.at), row.by, row.action, row.subject, detail)))

    with_stores(home, work)
