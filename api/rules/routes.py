"""`/rules`: the calling rules with source and dates, and whether a number may be dialed by them.

A check asks the law as a dial does, with the same facts, as if the trunk reached people. Refuses to
know what the rules say.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Depends, Path, Query

from api.asking import may
from api.campaigns.found import campaign_of
from api.noun import Noun
from api.number_said import number_said
from api.one_line import Words
from api.rules.schemas import DialAnswer, DialQuestion, ReasonShown, RuleShown
from api.world import Here, World
from dialer.adapters.sql.lead_search import Wanted
from dialer.domain.calling_rules.place import Place, place_of
from dialer.domain.calling_rules.verdict import Verdict
from dialer.domain.campaign import Campaign
from dialer.domain.dial_law import DialTerms
from dialer.domain.ids import LeadId
from dialer.domain.principal import Principal
from dialer.errors import NoSuch

router = Noun(prefix="/rules", tags=["rules"])

On = Annotated[date | None, Query(description="A day; today (UTC) unless given.")]

OF_CAMPAIGNS = frozenset({"caller_id", "message"})
"""Fields that only a campaign can obey: without one they are not asked for."""


@router.get("", operation_id="rules.list")
async def list_rules(
    world: Here,
    principal: Annotated[Principal, Depends(may("rules.list"))],  # noqa: ARG001
    on: On = None,
    jurisdiction: Annotated[
        Words, Query(description="Only of this country and its regions, as US, or of US-FL.")
    ] = "",
    every: Annotated[bool, Query(description="Those that are not in force as well.")] = False,
) -> list[RuleShown]:
    """List the calling rules that are in force, by their ids."""
    day = on or _today(world)
    shown = (RuleShown.of(rule, day) for rule in world.law.rules)
    return [
        rule
        for rule in shown
        if (every or rule.in_force)
        and (not jurisdiction or f"{rule.jurisdiction}-".startswith(f"{jurisdiction}-"))
    ]


@router.get("/{rule_id}", operation_id="rules.get")
async def get(
    rule_id: Annotated[str, Path(max_length=200)],
    world: Here,
    principal: Annotated[Principal, Depends(may("rules.get"))],  # noqa: ARG001
    on: On = None,
) -> RuleShown:
    """Show a calling rule."""
    for rule in world.law.rules:
        if rule.id == rule_id:
            return RuleShown.of(rule, on or _today(world))
    raise NoSuch("rule", f"{rule_id!r} does not exist", "see GET rules")


@router.post("/check", operation_id="rules.check")
async def check(
    question: DialQuestion,
    world: Here,
    principal: Annotated[Principal, Depends(may("rules.check"))],
) -> DialAnswer:
    """Say whether a number may be dialed at a time, and why not; nothing is dialed.

    Do-not-call list, past attempts, consents and screenings are those on record now.
    """
    number = number_said(question.number, question.region)
    at = world.clock.now() if question.at is None else question.at
    campaign, lead_id, place = None, None, place_of(number)
    terms = DialTerms(
        tenant_id=principal.tenant_id,
        message_ready=True,
        message_opt_out=True,
        trial_prefixes=(),
        calls_people=True,
    )
    if question.campaign:
        campaign = await campaign_of(world, principal, question.campaign)
        terms = world.terms(campaign)
        terms = replace(terms, calls_people=True, countries=terms.countries or None)
        lead_id, place = await _lead(world, principal, campaign, number, place)
    if question.purpose is not None:
        terms = replace(terms, purpose=question.purpose)
    facts = await world.stores.dial_check.facts(
        number,
        place,
        terms,
        campaign_id=None if campaign is None else campaign.campaign_id,
        lead_id=lead_id,
        at=at,
    )
    verdict = world.law.judge(
        number, place, terms, facts.past, agent_guaranteed=question.agent_guaranteed, now=at
    )
    reasons = _reasons(world, verdict, campaign)
    if facts.listed:
        reasons.insert(0, _reason("do_not_call", "it is on a do-not-call list"))
    if facts.live:
        reasons.insert(0, _reason("number_live", "a call with it is out now"))
    ends = [reason.again_at for reason in reasons]
    known = [end for end in ends if end is not None]
    again_at = verdict.dialable_again_at or max(known, default=None)
    return DialAnswer(
        allowed=not reasons,
        at=at,
        reasons=reasons,
        again_at=again_at if len(known) == len(ends) else None,
        rule_ids=list(verdict.rule_ids),
        jurisdictions=list(place.jurisdictions),
        zones=list(place.zones),
    )


async def _lead(
    world: World, principal: Principal, campaign: Campaign, number: str, place: Place
) -> tuple[LeadId | None, Place]:
    """Return the campaign's lead with a number, and where that is; the place given if none has."""
    search = world.stores.lead_search
    wanted = Wanted(campaign_id=campaign.campaign_id, number=number)
    found = await search.page(wanted, tenant_id=principal.tenant_id, after=0, most=1)
    if not found:
        return None, place
    lead = found[0]
    history = await search.history(lead, tenant_id=principal.tenant_id, now=world.clock.now())
    return LeadId(lead.lead_id), history.place if lead.number == number else place


def _reasons(world: World, verdict: Verdict, campaign: Campaign | None) -> list[ReasonShown]:
    sources = {rule.id: rule.source for rule in world.law.rules}
    return [
        ReasonShown(
            field=refusal.field,
            text=refusal.text,
            rule_id=refusal.rule_id,
            source=sources.get(refusal.rule_id, ""),
            again_at=refusal.dialable_again_at,
        )
        for refusal in verdict.refusals
        if campaign is not None or refusal.field not in OF_CAMPAIGNS
    ]


def _reason(field: str, text: str) -> ReasonShown:
    return ReasonShown(field=field, text=text, rule_id="", source="", again_at=None)


def _today(world: World) -> date:
    return datetime.fromtimestamp(world.clock.now(), UTC).date()
