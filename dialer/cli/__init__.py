"""`outpace`: the command line. Each noun has a file; this one only joins them."""

import typer

from dialer.cli import (
    agents,
    asterisk,
    audit,
    campaign_settings,
    campaigns,
    consents,
    database,
    demo,
    do_not_call,
    engine,
    explain,
    export,
    leads,
    people,
    privacy,
    replay,
    reports,
    simulate,
)

app = typer.Typer(
    help="Outpace: a predictive dialer for your own Asterisk.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(asterisk.app, name="asterisk")
app.add_typer(campaigns.app, name="campaigns")
campaigns.app.command(name="set")(campaign_settings.set_)
campaigns.app.command(name="show")(campaign_settings.show)
campaigns.app.command(name="explain")(explain.explain)
leads.app.command(name="reconsider")(campaign_settings.reconsider)
app.add_typer(leads.app, name="leads")
app.add_typer(agents.app, name="agents")
app.add_typer(people.users, name="users")
app.add_typer(people.teams, name="teams")
app.add_typer(people.pause_codes, name="pause-codes")
app.add_typer(do_not_call.app, name="do-not-call")
app.add_typer(consents.app, name="consents")
app.add_typer(privacy.app, name="privacy")
app.command(name="audit")(audit.audit)
app.add_typer(database.app, name="database")
app.add_typer(reports.app, name="report")
app.add_typer(export.app, name="export")
app.command(name="engine")(engine.engine)
app.command(name="status")(engine.status)
app.command(name="stop-all")(engine.stop_all)
app.command(name="demo")(demo.demo)
app.command(name="simulate")(simulate.simulate)
app.command(name="replay")(replay.replay)
