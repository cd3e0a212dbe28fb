"""Every report by its name: its figures, and the same as rows that JSON has.

The one place where command line and API get a report from. Refuses to know how it is shown.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from dialer.adapters.sql.reports.agents import AgentFigures, agents_report
from dialer.adapters.sql.reports.campaign import (
    Abandons,
    CampaignFigures,
    abandons,
    campaign_report,
)
from dialer.adapters.sql.reports.hours import HoursReport, hours_report
from dialer.adapters.sql.reports.lists import ListsReport, lists_report
from dialer.adapters.sql.reports.question import Question
from dialer.adapters.sql.reports.rows import (
    Row,
    agent_row,
    campaign_row,
    hour_row,
    list_row,
    tally_row,
    trunk_rows,
)
from dialer.adapters.sql.reports.trunks import TrunkFigures, trunks_report
from dialer.domain.ids import CampaignId


class ReportName(StrEnum):
    """Which report."""

    CAMPAIGN = "campaign"
    LISTS = "lists"
    AGENTS = "agents"
    HOURS = "hours"
    TRUNKS = "trunks"


Told = Mapping[str, list[Row]]
"""The tables of a report by name."""


@dataclass(frozen=True, slots=True)
class Campaigns:
    """Attempts, answers, contacts, sales and abandon rates of campaigns."""

    figures: Sequence[CampaignFigures]
    rates: Mapping[CampaignId, Sequence[Abandons]]

    @classmethod
    async def of(cls, question: Question) -> "Campaigns":
        """Count them."""
        figures = await campaign_report(question.reader, question.scope)
        until = min(question.scope.end, question.now)
        whole = replace(question.scope, begin=min(question.scope.begin, until), end=until)
        whole = replace(whole, list_id=None, agent_id=None)  # the law knows campaigns only
        return cls(figures, await abandons(question.reader, whole, question.zone))

    def told(self, question: Question) -> Told:
        """Return the rows."""
        zone = question.zone
        return {
            "campaigns": [
                campaign_row(one, self.rates[one.campaign_id], zone) for one in self.figures
            ]
        }


async def lists_asked(question: Question) -> ListsReport:
    """Count how far each list is dialed, what it brought and what it cost."""
    return await lists_report(question.reader, question.scope)


def lists_told(report: ListsReport) -> Told:
    """Return the rows of lists and of their sources."""
    return {
        "lists": [list_row(one) for one in report.lists],
        "sources": [list_row(one) for one in report.sources],
    }


async def agents_asked(question: Question) -> Sequence[AgentFigures]:
    """Count log-ins, time in each state, talks and what came of them."""
    return await agents_report(question.reader, question.scope, now=question.now)


def agents_told(figures: Sequence[AgentFigures], question: Question) -> Told:
    """Return the rows of agents."""
    return {"agents": [agent_row(one, question.zone) for one in figures]}


async def hours_asked(question: Question) -> HoursReport:
    """Count when people are reached, by local hour, weekday and day."""
    return await hours_report(question.reader, question.scope, question.zone)


def hours_told(report: HoursReport) -> Told:
    """Return the rows of hours and days."""
    return {
        "hours": [hour_row(one) for one in report.hours],
        "days": [
            {"day": day.isoformat(), **tally_row(tally)} for day, tally in report.days.items()
        ],
    }


async def trunks_asked(question: Question) -> Sequence[TrunkFigures]:
    """Sum minutes over each trunk, and what they cost by its rates."""
    return await trunks_report(question.reader, question.scope)


def trunks_told(figures: Sequence[TrunkFigures]) -> Told:
    """Return the rows of rates."""
    return {"rates": [row for one in figures for row in trunk_rows(one)]}


@dataclass(frozen=True, slots=True)
class Report:
    """A report, as whoever only wants its rows asks for it."""

    answer: Callable[[Question], Awaitable[Told]]
    without: frozenset[str] = frozenset()
    """What it cannot be narrowed to: "list" or "agent"."""


async def _campaign(question: Question) -> Told:
    return (await Campaigns.of(question)).told(question)


async def _lists(question: Question) -> Told:
    return lists_told(await lists_asked(question))


async def _agents(question: Question) -> Told:
    return agents_told(await agents_asked(question), question)


async def _hours(question: Question) -> Told:
    return hours_told(await hours_asked(question))


async def _trunks(question: Question) -> Told:
    return trunks_told(await trunks_asked(question))


REPORTS: Final[Mapping[ReportName, Report]] = {
    ReportName.CAMPAIGN: Report(_campaign),
    ReportName.LISTS: Report(_lists, without=frozenset({"agent"})),
    ReportName.AGENTS: Report(_agents, without=frozenset({"list"})),
    ReportName.HOURS: Report(_hours),
    ReportName.TRUNKS: Report(_trunks, without=frozenset({"agent"})),
}
"""Every report by its name."""
