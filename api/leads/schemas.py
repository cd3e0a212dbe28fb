"""What is said of leads over REST; telephone numbers as a role sees them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.one_line import SomeWords, Words
from dialer.adapters.sql.lead_search import LeadFound, LeadHistory
from dialer.adapters.sql.row import AnyRow
from dialer.domain.lead_change import ATTRIBUTES_MAX
from dialer.domain.lead_said import Said
from dialer.domain.lead_standing import LeadState
from dialer.domain.leadfile import PRIORITY_MAX
from dialer.domain.masking import shown_to
from dialer.domain.roles import Role
from dialer.services.upsert_leads import UpsertReport

Priority = Annotated[int, Field(ge=-PRIORITY_MAX, le=PRIORITY_MAX, strict=True)]
Sent = dict[str, str | int | float | bool | None]


class LeadShown(BaseModel):
    """A lead."""

    id: int = Field(examples=[4711])
    campaign_id: str
    list_id: int
    list_name: str
    number: str = Field(description="As your role sees it.", examples=["+12*****0101"])
    external_id: str = Field(description='What another program calls it; "" if none does.')
    attributes: Mapping[str, str]
    state: LeadState
    why: str = Field(description="The rule that put it into this state, for machines.")
    due_at: float | None = Field(description="When it may be dialed again, if it waits.")
    priority: int = Field(description="The higher, the sooner.")
    attempts: int
    last_outcome: str
    last_call_at: float | None
    added_at: float
    owner: str = Field(description='The agent whose it is; "" if it is anybody\'s.')
    assigned_until: float | None

    @classmethod
    def of(cls, lead: LeadFound, role: Role) -> "LeadShown":
        """Return what a role is shown of a lead."""
        return cls.model_validate(_shown(lead, role))


class LeadSaid(BaseModel):
    """What a change of a lead is made from: an ETag is of this."""

    attributes: Mapping[str, str]
    priority: int

    @classmethod
    def of(cls, lead: LeadFound) -> "LeadSaid":
        """Return it."""
        return cls(attributes=dict(sorted(lead.attributes.items())), priority=lead.priority)


class NumberShown(BaseModel):
    """One of the numbers of a lead."""

    number: str
    kind: str = Field(examples=["mobile"])
    state: str = Field(examples=["usable"])


class AttemptOfLead(BaseModel):
    """An attempt on a lead."""

    id: str
    number: str
    dialed_at: float
    answered_at: float | None
    connected_at: float | None = Field(description="When an agent was joined.")
    talk_ended_at: float | None
    ended_at: float | None
    outcome: str = Field(description='"" while the call is out.')
    agent_id: str
    disposition: str
    amount: float | None
    callback_at: float | None = Field(description="A time that was agreed on.")
    note: str = Field(description="What the agent wrote of it.")
    trunk: str
    caller_id: str
    cause: int | None = Field(description="Q.850 cause of the hang-up.", examples=[16])
    tech_cause: str = Field(description="SIP status of the hang-up.", examples=["486"])
    ended_by: str
    charged: bool = Field(description="Counts as abandoned by the law.")
    agent_guaranteed: bool = Field(description="An agent was held for it before it was dialed.")
    rule_ids: list[str] = Field(
        description="Calling rules that allowed it; none on a simulated network.",
        examples=[["us-federal"]],
    )
    recorded: bool = Field(description="Its recording is at GET /recordings/{id}.")

    @classmethod
    def of(cls, row: AnyRow, role: Role) -> "AttemptOfLead":
        """Return what a role is shown of a row of attempts."""
        return cls(
            id=row.id,
            number=shown_to(role, row.number),
            dialed_at=row.dialed_at,
            answered_at=row.answered_at,
            connected_at=row.connected_at,
            talk_ended_at=row.talk_ended_at,
            ended_at=row.ended_at,
            outcome="undialed" if row.undialed else row.outcome or "",
            agent_id=row.agent_id or "",
            disposition=row.disposition,
            amount=row.amount,
            callback_at=row.callback_at,
            note=row.note,
            trunk=row.trunk,
            caller_id=row.caller_id,
            cause=row.cause,
            tech_cause=row.tech_cause,
            ended_by=row.ended_by,
            charged=row.charged,
            agent_guaranteed=row.agent_guaranteed,
            rule_ids=row.rule_ids or [],
            recorded=bool(row.recording),
        )


class ReasonOfRefusal(BaseModel):
    """One reason why a lead was not dialed."""

    rule_id: str = Field(description='"" if no rule of the files says so.', examples=["us-tsr"])
    field: str = Field(examples=["windows"])
    text: str = Field(examples=["outside the calling window where the called party may be"])
    again_at: float | None = Field(description="When it is over by itself; null: not by waiting.")


class RefusalOfLead(BaseModel):
    """A dial of a lead that a calling rule forbade."""

    at: float
    number: str
    reasons: list[ReasonOfRefusal]
    again_at: float | None = Field(description="When all of them are over.")

    @classmethod
    def of(cls, row: AnyRow, role: Role) -> "RefusalOfLead":
        """Return what a role is shown of a row of refusals."""
        reasons = [
            ReasonOfRefusal(
                rule_id=one.get("rule_id", ""),
                field=one.get("field", ""),
                text=one.get("text", ""),
                again_at=one.get("dialable_again_at"),
            )
            for one in row.reasons
        ]
        return cls(
            at=row.at,
            number=shown_to(role, row.number),
            reasons=reasons,
            again_at=row.dialable_again_at,
        )


class PromiseOfLead(BaseModel):
    """A call that was promised to a lead."""

    id: int
    due_at: float
    state: str
    owner: str = Field(description='The agent who promised; "" anyone may keep it.')
    misses: int
    note: str = Field(description="What was promised, in words.")


class Standing(BaseModel):
    """Where a lead stands, and why."""

    hold: str = Field(examples=["hours"])
    detail: str = Field(description="What it names, if it does: a rule, a place.", examples=["US"])
    text: str = Field(examples=["is where it is outside calling hours (US); ..."])
    next_at: float | None = Field(description="When it may be dialed; null: not by waiting.")


class LeadWhole(LeadShown):
    """A lead with its history."""

    standing: Standing
    numbers: list[NumberShown] = Field(description="All of them, if there are several.")
    history: list[AttemptOfLead] = Field(description="Newest first, a hundred at most.")
    refusals: list[RefusalOfLead] = Field(description="Newest first, a hundred at most.")
    promises: list[PromiseOfLead]

    @classmethod
    def told(cls, found: LeadHistory, said: Said, role: Role) -> "LeadWhole":
        """Return what a role is shown of a lead."""
        return cls.model_validate(
            {
                **_shown(found.lead, role),
                "standing": {
                    "hold": said.hold.value,
                    "detail": said.detail,
                    "text": said.sentence,
                    "next_at": said.next_at,
                },
                "numbers": [
                    {
                        "number": shown_to(role, row.number),
                        "kind": row.kind,
                        "state": row.state,
                    }
                    for row in found.numbers
                ],
                "history": [AttemptOfLead.of(row, role) for row in found.attempts],
                "refusals": [RefusalOfLead.of(row, role) for row in found.refusals],
                "promises": [
                    {
                        "id": row.id,
                        "due_at": row.due_at,
                        "state": row.state,
                        "owner": row.owner or "",
                        "misses": row.misses,
                        "note": row.note,
                    }
                    for row in found.promises
                ],
            }
        )


def _shown(lead: LeadFound, role: Role) -> dict[str, Any]:
    waits = lead.state in (LeadState.WAITING, LeadState.CALLBACK)
    return {
        "id": lead.lead_id,
        "campaign_id": lead.campaign_id,
        "list_id": lead.list_id,
        "list_name": lead.list_name,
        "number": shown_to(role, lead.number),
        "external_id": lead.external_id,
        "attributes": lead.attributes,
        "state": lead.state,
        "why": lead.why,
        "due_at": lead.due_at if waits else None,
        "priority": lead.priority,
        "attempts": lead.attempts,
        "last_outcome": lead.last_outcome,
        "last_call_at": lead.last_call_at,
        "added_at": lead.added_at,
        "owner": lead.owner,
        "assigned_until": lead.assigned_until,
    }


class LeadPatch(BaseModel):
    """What to change of a lead; what is left out stays, an attribute that is null goes."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"attributes": {"city": "Boston"}}]}
    )

    attributes: Sent = Field(default={}, max_length=ATTRIBUTES_MAX)
    priority: Priority | None = None


class Why(BaseModel):
    """Why something is asked for; it is noted."""

    model_config = ConfigDict(extra="forbid")

    reason: SomeWords = Field(examples=["complaint of 2026-11-02"])


class OwnerSet(BaseModel):
    """Whose a lead is to be."""

    model_config = ConfigDict(extra="forbid")

    agent: SomeWords | None = Field(
        description="Name of the agent; null: nobody's, and dialed as any other.",
        examples=["1001"],
    )
    until: float | None = Field(
        default=None,
        gt=0,
        lt=1e11,
        allow_inf_nan=False,
        description="When it is everybody's again, seconds since the epoch; null: when taken back.",
    )


class NoCalls(BaseModel):
    """That a lead is not to be called any more, on any of its numbers."""

    model_config = ConfigDict(extra="forbid")

    source: SomeWords = Field(description="Who asked for it, and how.", examples=["by telephone"])
    of: Literal["tenant", "campaign"] = Field(
        default="tenant", description="Who does not call: all campaigns, or only the lead's own."
    )


class Revealed(BaseModel):
    """The numbers of a lead, whole."""

    numbers: list[str] = Field(examples=[["+12025550101"]])


class RejectedLineShown(BaseModel):
    """A line that was not taken."""

    line: int = Field(description="From 1.", examples=[3])
    reason: str


class UpsertShown(BaseModel):
    """What came of the leads that were sent."""

    lines: int = Field(description="That were not blank.")
    created: int
    updated: int
    rejected: int
    rejected_lines: list[RejectedLineShown] = Field(description="The first hundred of them.")
    more_rejected: bool

    @classmethod
    def of(cls, report: UpsertReport) -> "UpsertShown":
        """Return what is shown of it."""
        return cls(
            lines=report.lines,
            created=report.created,
            updated=report.updated,
            rejected=report.rejected,
            rejected_lines=[
                RejectedLineShown(line=one.line, reason=one.reason) for one in report.examples
            ],
            more_rejected=report.rejected > len(report.examples),
        )


class Assignment(BaseModel):
    """Leads that are nobody's, for an agent or evenly for a team."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"agent": "ann", "up_to": 50}]}
    )

    agent: SomeWords | None = Field(default=None, description="Either this or a team.")
    team: SomeWords | None = None
    up_to: int = Field(ge=1, le=1_000_000, description="Leads at most; the best first.")
    list_name: Words = Field(default="", description="Only of this list.")
    states: list[LeadState] = Field(default=[LeadState.READY, LeadState.WAITING], max_length=9)
    until: float | None = Field(
        default=None,
        gt=0,
        lt=1e11,
        allow_inf_nan=False,
        description="When they are everybody's again, seconds since the epoch.",
    )


class Reclaim(BaseModel):
    """Leads to be taken back: of an agent, of a team, or of everybody."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"agent": "ann"}]})

    agent: SomeWords | None = None
    team: SomeWords | None = None
    everybody: bool = False
    up_to: int | None = Field(default=None, ge=1, le=100_000_000)
    list_name: Words = ""


class MovedLeads(BaseModel):
    """What came of a move."""

    moved: int
    to: Mapping[str, int] = Field(description="Leads by the agent who has them now.")


class Reconsidered(BaseModel):
    """Leads that a calling rule held, ready to be judged again."""

    leads: int
