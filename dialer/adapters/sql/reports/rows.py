"""Reports as rows of named values, the same for JSON, CSV and the API.

Shares are 0 to 1, times ISO in the chosen zone, durations seconds. Refuses to know tables.
"""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from dialer.adapters.sql.reports.agents import AgentFigures
from dialer.adapters.sql.reports.campaign import Abandons, CampaignFigures
from dialer.adapters.sql.reports.hours import HourFigures
from dialer.adapters.sql.reports.lists import ListFigures
from dialer.adapters.sql.reports.tally import Tally
from dialer.adapters.sql.reports.trunks import TrunkFigures
from dialer.domain.agentflow import AgentState
from dialer.domain.local_time import iso

Row = dict[str, Any]


def tally_row(tally: Tally) -> Row:
    """Return the figures that most reports share."""
    return {
        "attempts": tally.attempts,
        "live_answers": tally.live_answers,
        "connects": tally.connects,
        "abandoned": tally.abandoned,
        "contacts": tally.contacts,
        "sales": tally.sales,
        "amount": tally.amount,
        "answer_rate": tally.answer_rate,
        "contact_rate": tally.contact_rate,
        "abandon_rate": tally.abandon_rate,
    }


def campaign_row(figures: CampaignFigures, abandons: Sequence[Abandons], zone: ZoneInfo) -> Row:
    """Return one campaign."""
    return {
        "campaign": figures.name,
        **tally_row(figures.tally),
        "undialed": figures.undialed,
        "unfinished": figures.unfinished,
        "outcomes": {outcome.value: count for outcome, count in figures.by_outcome.items()},
        "dispositions": dict(figures.by_disposition),
        "windows": {
            one.name: {
                "from": iso(one.window.begin, zone),
                "to": iso(one.window.end, zone),
                "live_answers": one.live_answers,
                "abandoned": one.abandoned,
                "abandon_rate": one.abandon_rate,
            }
            for one in abandons
        },
    }


def list_row(figures: ListFigures) -> Row:
    """Return one list, or one source."""
    return {
        "name": figures.name,
        "source": figures.source,
        "leads": figures.leads,
        "dialed": figures.dialed,
        "penetration": figures.penetration,
        "states": dict(figures.by_state),
        **tally_row(figures.tally),
        "list_cost": figures.list_cost,
        "carrier_cost": figures.carrier_cost,
        "unrated_calls": figures.unrated_calls,
        "cost_per_contact": figures.cost_per_contact,
        "cost_per_sale": figures.cost_per_sale,
    }


def agent_row(figures: AgentFigures, zone: ZoneInfo) -> Row:
    """Return one agent."""
    states = [state for state in AgentState if state.value not in ("offline", "calling")]
    return {
        "agent": figures.agent_id,
        "logged_in_s": figures.logged_in_ms / 1000,
        "paid_s": figures.paid_ms / 1000,
        "unpaid_s": figures.unpaid_ms / 1000,
        **{f"{state.value}_s": figures.in_state(state) / 1000 for state in states},
        "pauses_s": {code or "-": ms / 1000 for code, ms in sorted(figures.pause_ms.items())},
        "occupancy": figures.occupancy,
        "talks": figures.talks,
        "average_talk_s": figures.average_talk_s,
        "wrap_ups": figures.wrap_ups,
        "average_wrap_up_s": figures.average_wrap_up_s,
        "contacts": figures.tally.contacts,
        "sales": figures.tally.sales,
        "amount": figures.tally.amount,
        "spans": [
            [iso(span.begin_ms / 1000, zone), iso(span.end_ms / 1000, zone)]
            for span in figures.spans
        ],
    }


def hour_row(figures: HourFigures) -> Row:
    """Return one hour of one weekday."""
    low, high = figures.contact_interval
    return {
        "weekday": figures.weekday,
        "hour": figures.hour,
        **tally_row(figures.tally),
        "contact_rate_low": low,
        "contact_rate_high": high,
    }


def trunk_rows(figures: TrunkFigures) -> list[Row]:
    """Return the rates of one trunk."""
    return [
        {
            "trunk": figures.trunk,
            "rate": rate.beginning,
            "per_minute": rate.per_minute,
            "calls": rate.calls,
            "answered_s": rate.answered_s,
            "billed_s": rate.billed_s,
            "cost": rate.cost,
        }
        for rate in figures.rates
    ]
