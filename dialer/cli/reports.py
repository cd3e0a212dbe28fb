"""`outpace report`: what campaigns, lists, agents, hours and trunks have come to."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich.console import Console

from dialer.adapters.sql.reports import answers
from dialer.adapters.sql.reports.agents import AgentFigures
from dialer.adapters.sql.reports.hours import HoursReport
from dialer.adapters.sql.reports.lists import ListsReport
from dialer.adapters.sql.reports.question import Question
from dialer.adapters.sql.reports.trunks import TrunkFigures
from dialer.cli import report_tables
from dialer.cli.report_csv import write_csv
from dialer.cli.report_options import Asked, Shown, answer, asked_for, shown_as
from dialer.cli.report_tables import TALLY_HEADS, money, pairs, share, span, table, tally_cells
from dialer.cli.shared_options import takes, without
from dialer.cli.told import Home, errors_told
from dialer.domain.local_time import iso

app = typer.Typer(help="Reports over a range of time.", no_args_is_help=True)

Rows = Sequence[Mapping[str, Any]]


@app.command()
@takes(asked=asked_for, shown=shown_as)
def campaign(home: Home, asked: Asked, shown: Shown) -> None:
    """Attempts, answers, contacts, sales and abandon rates of campaigns."""

    async def work(question: Question) -> tuple[Question, answers.Campaigns]:
        return question, await answers.Campaigns.of(question)

    question, report = answer(home, asked, work)
    told = report.told(question)
    if _written(question, told, told["campaigns"], shown):
        return
    figures, rates = report.figures, report.rates
    console = _begun(question)
    heads = ("campaign", *TALLY_HEADS)
    table(console, "Campaigns", heads, [(one.name, *tally_cells(one.tally)) for one in figures])
    for one in figures:
        table(
            console,
            f"{one.name}: abandon rate as the laws measure it",
            ("window", "from", "to", "live", "abandoned", "abandon rate"),
            [
                (
                    rate.name,
                    *(iso(at, question.zone) for at in rate.window),
                    rate.live_answers,
                    rate.abandoned,
                    share(rate.abandon_rate),
                )
                for rate in rates[one.campaign_id]
            ],
        )
        pairs(console, f"{one.name}: outcomes", one.by_outcome, one.tally.attempts)
        pairs(console, f"{one.name}: dispositions", one.by_disposition, one.tally.attempts)


@app.command()
@takes(asked=without(asked_for, "agent"), shown=shown_as)
def lists(home: Home, asked: Asked, shown: Shown) -> None:
    """How far each list is dialed, what it brought and what it cost."""

    async def work(question: Question) -> tuple[Question, ListsReport]:
        return question, await answers.lists_asked(question)

    question, report = answer(home, asked, work)
    told = answers.lists_told(report)
    if _written(question, told, told["lists"], shown):
        return
    console = _begun(question)
    counts = ("name", "leads", "penetration", "attempts", "contacts", "sales", "amount")
    costs = ("list cost", "carrier", "per contact", "per sale")
    for title, found in (("Lists", report.lists), ("Sources", report.sources)):
        table(
            console,
            title,
            (*counts, *costs),
            [
                (
                    one.name or "-",
                    one.leads,
                    share(one.penetration),
                    one.tally.attempts,
                    one.tally.contacts,
                    one.tally.sales,
                    money(one.tally.amount),
                    money(one.list_cost),
                    money(one.carrier_cost),
                    money(one.cost_per_contact),
                    money(one.cost_per_sale),
                )
                for one in found
            ],
        )
    for one in report.lists:
        pairs(console, f"{one.name}: leads by state", one.by_state, one.leads, of="leads")


@app.command()
@takes(asked=without(asked_for, "list_"), shown=shown_as)
def agents(home: Home, asked: Asked, shown: Shown) -> None:
    """Log-ins, time in each state, talks and what came of them."""

    async def work(question: Question) -> tuple[Question, Sequence[AgentFigures]]:
        return question, await answers.agents_asked(question)

    question, figures = answer(home, asked, work)
    told = answers.agents_told(figures, question)
    rows = told["agents"]
    if _written(question, told, rows, shown):
        return
    console = _begun(question)
    times = ("agent", "logged in", "paid", "idle", "talking", "wrap-up", "paused", "occupancy")
    talks = ("talks", "avg talk", "avg wrap-up", "contacts", "sales", "amount")
    states = ("idle_s", "talking_s", "wrap_up_s", "paused_s")
    table(
        console,
        "Agents",
        (*times, *talks),
        [
            (
                row["agent"],
                *(span(row[name]) for name in ("logged_in_s", "paid_s", *states)),
                share(row["occupancy"]),
                row["talks"],
                *(f"{row[name]:.1f} s" for name in ("average_talk_s", "average_wrap_up_s")),
                row["contacts"],
                row["sales"],
                money(row["amount"]),
            )
            for row in rows
        ],
    )
    table(
        console,
        "Log-ins",
        ("agent", "from", "to", "time"),
        [
            (
                one.agent_id,
                iso(stay.begin_ms / 1000, question.zone),
                iso(stay.end_ms / 1000, question.zone),
                span((stay.end_ms - stay.begin_ms) / 1000),
            )
            for one in figures
            for stay in one.spans
        ],
    )
    pauses = [
        (one.agent_id, code or "-", span(ms / 1000))
        for one in figures
        for code, ms in sorted(one.pause_ms.items())
    ]
    if pauses:
        table(console, "Pauses", ("agent", "code", "time"), pauses)


@app.command()
@takes(asked=asked_for, shown=shown_as)
def hours(home: Home, asked: Asked, shown: Shown) -> None:
    """When people are reached, by local hour, weekday and day."""

    async def work(question: Question) -> tuple[Question, HoursReport]:
        return question, await answers.hours_asked(question)

    question, report = answer(home, asked, work)
    told = answers.hours_told(report)
    if _written(question, told, told["hours"], shown):
        return
    console = _begun(question)
    report_tables.heat_map(console, report)
    report_tables.days(console, report.days)


@app.command()
@takes(asked=without(asked_for, "agent"), shown=shown_as)
def trunks(home: Home, asked: Asked, shown: Shown) -> None:
    """Minutes over each trunk, and what they cost by its rates."""

    async def work(question: Question) -> tuple[Question, Sequence[TrunkFigures]]:
        return question, await answers.trunks_asked(question)

    question, figures = answer(home, asked, work)
    told = answers.trunks_told(figures)
    rows = told["rates"]
    if _written(question, told, rows, shown):
        return
    lines = [
        (
            row["trunk"],
            row["rate"] or "no rate",
            row["per_minute"],
            row["calls"],
            f"{row['answered_s'] / 60:,.1f}",
            f"{row['billed_s'] / 60:,.1f}",
            money(row["cost"]),
        )
        for row in rows
    ]
    heads = ("trunk", "rate", "a minute", "calls", "minutes", "billed", "cost")
    table(_begun(question), "Trunks", heads, lines)


def _written(question: Question, told: Mapping[str, Any], rows: Rows, shown: Shown) -> bool:
    """Write what there is to write, and print JSON if that is wanted; tell whether it was."""
    if shown.csv is not None:
        with errors_told():
            write_csv(shown.csv, rows)
    if shown.as_json:
        typer.echo(json.dumps({**question.told(), **told}, indent=2, ensure_ascii=False))
    return shown.as_json


def _begun(question: Question) -> Console:
    """Say which time the tables are about."""
    told = question.told()
    console = Console()
    begin = f"{told['from']} to" if question.scope.begin else "everything until"
    console.print(f"{begin} {told['to']} ({told['zone']})", highlight=False)
    return console
