"""On what terms a campaign dials on a trunk: whom it reaches there, and what must be ready.

On the simulated carrier nobody is called, so a campaign may start with next to nothing. On any
other trunk people are: it needs a caller id, countries that may be called, and the message for
those nobody can take. Refuses to know the rules that are then asked at each dial.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from dialer.domain.campaign import Campaign, CampaignSettings
from dialer.domain.dial_law import DialTerms
from dialer.domain.far_side import FarSide
from dialer.domain.ids import TenantId
from dialer.domain.phone import Transport
from dialer.domain.prompt_path import check_prompts
from dialer.domain.trunk_route import TrunkRoute, only
from dialer.errors import BadInput

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_SEE: Final = "see docs/operations.md, Trunks"


@dataclass(frozen=True, slots=True)
class TrunkAddress:
    """A trunk as far as its terms go."""

    host: str
    port: int
    countries: frozenset[str] = frozenset()
    """ISO 3166 codes that may be called on it."""
    minutes_max_day: float | None = None
    spend_max_day: float | None = None
    transport: Transport = Transport.UDP


@dataclass(frozen=True, slots=True)
class CampaignWays:
    """The ways on which a campaign dials, and on what terms on each."""

    terms: DialTerms
    """Of the campaign as a whole: what holds on any of its trunks."""
    route: TrunkRoute
    by_trunk: Mapping[str, DialTerms]

    @property
    def alike(self) -> bool:
        """Whether a number that may be dialed on one of the trunks may be on all."""
        return len({(t.countries, t.trial_prefixes) for t in self.by_trunk.values()}) < 2


Routes = Callable[[str, TenantId], Awaitable[TrunkRoute | None]]
"""Returns a tenant's route of a name."""

CheckCallerIds = Callable[[TenantId, CampaignSettings, bool], Awaitable[None]]
"""Looks up the caller ids of a tenant's campaign; raises `BadInput` if people are called (the last
argument) and it may not show them."""

Probe = Callable[[str, int, Transport], Awaitable[FarSide]]
"""Asks a host and SIP port who it is."""


class TrunkTerms:
    """Says on what terms campaigns dial; see `of`.

    Args:
        trunks: by name.
        probe: asks a trunk who it is.
        default_prompt: path, without its extension, of the message of campaigns without their own.
        routes: knows the tenants' routes.
        check_caller_ids: looks at the caller ids of a campaign.
    """

    def __init__(
        self,
        trunks: Mapping[str, TrunkAddress],
        probe: Probe,
        *,
        default_prompt: Path,
        routes: Routes | None = None,
        check_caller_ids: CheckCallerIds | None = None,
    ) -> None:
        self._check_caller_ids = check_caller_ids
        self._routes = routes
        self._trunks = trunks
        self._probe = probe
        self._default_prompt = default_prompt

    async def of(self, campaign: Campaign) -> DialTerms:
        """Return the terms of a campaign as a whole; raises as `ways`."""
        return (await self.ways(campaign)).terms

    async def ways(self, campaign: Campaign) -> CampaignWays:
        """Return the ways on which a campaign dials.

        A trunk of a route that this node has not, or that does not answer, stops nothing as long
        as another one does.

        Raises:
            BadInput: no trunk can be used, or something is missing that a dial needs.
        """
        route = await self._route(campaign)
        by_trunk: dict[str, DialTerms] = {}
        silent: list[str] = []
        for name in route.trunks:
            trunk = self._trunks.get(name)
            if trunk is None:
                continue
            far_side = await self._probe(trunk.host, trunk.port, trunk.transport)
            if far_side is FarSide.NOBODY:
                silent.append(name)
            simulated = far_side is FarSide.SIMULATED
            if far_side is FarSide.CARRIER:
                self._check_real(campaign, name, trunk)
            # of who does not answer is not known whether people are behind: all rules hold
            by_trunk[name] = _terms(campaign, trunk, simulated=simulated)
        self._check_message(campaign)
        if len(silent) == len(by_trunk):
            raise self._no_way(campaign, silent)
        known = [terms for name, terms in by_trunk.items() if name not in silent]
        if self._check_caller_ids is not None:
            people = any(terms.trial_prefixes == () for terms in known)
            await self._check_caller_ids(campaign.tenant_id, campaign.settings, people)
        return CampaignWays(_together(known), route, by_trunk)

    async def _route(self, campaign: Campaign) -> TrunkRoute:
        name = campaign.settings.trunk
        if name not in self._trunks and self._routes is not None:
            return await self._routes(name, campaign.tenant_id) or only(name)
        return only(name)

    def _no_way(self, campaign: Campaign, silent: Iterable[str]) -> BadInput:
        for name in silent:
            trunk = self._trunks[name]
            where = f"does not answer at {trunk.host}:{trunk.port}"
            fix = f"start it, or correct its host and port; {_SEE}"
            return BadInput("trunk", f"{name!r} {where}", fix)
        named = f"this node has {self._named()}"
        return BadInput("trunk", f"{campaign.settings.trunk!r} is not configured: {named}", _SEE)

    async def on(self, name: str) -> DialTerms:
        """Return the terms of a call on a trunk that is no campaign's.

        Raises:
            BadInput: it does not answer, or no country may be called there.
        """
        trunk = self._trunks[name]
        far_side = await self._probe(trunk.host, trunk.port, trunk.transport)
        if far_side is FarSide.NOBODY:
            problem = f"{name!r} does not answer at {trunk.host}:{trunk.port}"
            raise BadInput("trunk", problem, f"start it, or correct its host and port; {_SEE}")
        simulated = far_side is FarSide.SIMULATED
        if not simulated and not trunk.countries:
            problem = f"no country may be called on trunk {name!r}"
            raise BadInput("OUTPACE_TRUNK_COUNTRIES", problem, "name them, such as US,CA")
        return DialTerms(
            countries=trunk.countries if trunk.countries or not simulated else None,
            trial_prefixes=DialTerms().trial_prefixes if simulated else (),
            calls_people=not simulated,
        )

    def assumed(self, campaign: Campaign, *, simulated: bool) -> DialTerms:
        """Return the terms as they would be, without asking the trunk and checking anything."""
        named = self._trunks.get(campaign.settings.trunk)
        # a route's trunks are on record, and nothing is asked here: any of the node's may be meant
        trunks = [named] if named is not None else list(self._trunks.values())
        known = [_terms(campaign, trunk, simulated=simulated) for trunk in trunks]
        return _together(known or [_terms(campaign, TrunkAddress("", 0), simulated=simulated)])

    def _check_message(self, campaign: Campaign) -> None:
        settings = campaign.settings
        check_prompts(settings)
        prompt = Path(settings.abandon_prompt or str(self._default_prompt))
        if settings.mode != "preview" and not prompt.with_name(prompt.name + ".wav").is_file():
            raise BadInput(
                "abandon_prompt",
                f"no message at {prompt}.wav",
                "record who calls, a number to call back and the do-not-call key; 8 kHz mono WAV",
            )

        message = settings.machine_message
        if message and not Path(f"{message}.wav").is_file():
            fix = "record who calls, and a number at which to end further calls; 8 kHz mono WAV"
            raise BadInput("machine_message", f"no message at {message}.wav", fix)
        announcement = settings.recording_announcement
        if announcement and not Path(f"{announcement}.wav").is_file():
            fix = "record who is told what of the recording; 8 kHz mono WAV"
            problem = f"no announcement at {announcement}.wav"
            raise BadInput("recording_announcement", problem, fix)
        question = settings.recording_question
        if question and not Path(f"{question}.wav").is_file():
            fix = "record who asks, what for, and which key is a yes; 8 kHz mono WAV"
            raise BadInput("recording_question", f"no question at {question}.wav", fix)

    @staticmethod
    def _check_real(campaign: Campaign, name: str, trunk: TrunkAddress) -> None:
        settings = campaign.settings
        if not settings.caller_ids and not _E164.fullmatch(settings.caller_id):
            problem = f"{settings.caller_id!r} is no number that can be shown and called back"
            raise BadInput("caller_id", problem, "give it as +12025550100")
        if not trunk.countries:
            problem = f"no country may be called on trunk {name!r}"
            raise BadInput("OUTPACE_TRUNK_COUNTRIES", problem, "name them, such as US,CA")
        if not settings.abandon_prompt:
            problem = "the message that ships names nobody; people must hear who called"
            raise BadInput("abandon_prompt", problem, "record your own and give its path")

    def _named(self) -> str:
        return ", ".join(repr(name) for name in self._trunks)


def _together(known: Sequence[DialTerms]) -> DialTerms:
    """Return what holds on any of some trunks: where people are called on one, all rules hold."""
    strict = next((terms for terms in known if terms.calls_people), known[0])
    countries: frozenset[str] | None = frozenset()
    for terms in known:
        both = countries is not None and terms.countries is not None
        countries = (countries or frozenset()) | (terms.countries or frozenset()) if both else None
    prefixes = strict.trial_prefixes if all(terms.trial_prefixes for terms in known) else ()
    return replace(strict, countries=countries, trial_prefixes=prefixes)


def _terms(campaign: Campaign, trunk: TrunkAddress, *, simulated: bool) -> DialTerms:
    settings = campaign.settings
    return DialTerms(
        tenant_id=campaign.tenant_id,
        purpose=settings.purpose,
        broadcast=settings.broadcast,
        caller_id=settings.caller_id,
        message_ready=True,
        message_opt_out=True,  # the dialplan offers the key with every message
        countries=trunk.countries if trunk.countries or not simulated else None,
        trial_prefixes=DialTerms().trial_prefixes if simulated else (),
        minutes_max_day=trunk.minutes_max_day,
        spend_max_day=trunk.spend_max_day,
        calls_people=not simulated or settings.obey_rules == "always",
    )
