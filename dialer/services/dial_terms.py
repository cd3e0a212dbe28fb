"""On what terms a campaign dials on a trunk: whom it reaches there, and what must be ready.

On the simulated carrier nobody is called, so a campaign may start with next to nothing. On any
other trunk people are: it needs a caller id, countries that may be called, and the message for
those nobody can take. Refuses to know the rules that are then asked at each dial.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dialer.domain.campaign import Campaign
from dialer.domain.dial_law import DialTerms
from dialer.domain.far_side import FarSide
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


Probe = Callable[[str, int], Awaitable[FarSide]]
"""Asks a host and SIP port who it is."""


class TrunkTerms:
    """Says on what terms campaigns dial; see `of`.

    Args:
        trunks: by name.
        probe: asks a trunk who it is.
        default_prompt: path, without its extension, of the message of campaigns without their own.
    """

    def __init__(
        self, trunks: Mapping[str, TrunkAddress], probe: Probe, *, default_prompt: Path
    ) -> None:
        self._trunks = trunks
        self._probe = probe
        self._default_prompt = default_prompt

    async def of(self, campaign: Campaign) -> DialTerms:
        """Return the terms.

        Raises:
            BadInput: the trunk cannot be used, or something is missing that a dial needs.
        """
        settings = campaign.settings
        trunk = self._trunks.get(settings.trunk)
        if trunk is None:
            problem = f"{settings.trunk!r} is not configured: this node has {self._named()}"
            raise BadInput("trunk", problem, _SEE)
        far_side = await self._probe(trunk.host, trunk.port)
        if far_side is FarSide.NOBODY:
            where = f"does not answer at {trunk.host}:{trunk.port}"
            fix = f"start it, or correct its host and port; {_SEE}"
            raise BadInput("trunk", f"{settings.trunk!r} {where}", fix)
        simulated = far_side is FarSide.SIMULATED
        self._check_message(campaign)
        if not simulated:
            self._check_real(campaign, trunk)
        return _terms(campaign, trunk, simulated=simulated)

    def assumed(self, campaign: Campaign, *, simulated: bool) -> DialTerms:
        """Return the terms as they would be, without asking the trunk and checking anything."""
        trunk = self._trunks.get(campaign.settings.trunk, TrunkAddress("", 0))
        return _terms(campaign, trunk, simulated=simulated)

    def _check_message(self, campaign: Campaign) -> None:
        settings = campaign.settings
        prompt = Path(settings.abandon_prompt or str(self._default_prompt))
        if settings.mode != "preview" and not prompt.with_name(prompt.name + ".wav").is_file():
            raise BadInput(
                "abandon_prompt",
                f"no message at {prompt}.wav",
                "record who calls, a number to call back and the do-not-call key; 8 kHz mono WAV",
            )

    @staticmethod
    def _check_real(campaign: Campaign, trunk: TrunkAddress) -> None:
        settings = campaign.settings
        if not _E164.fullmatch(settings.caller_id):
            problem = f"{settings.caller_id!r} is no number that can be shown and called back"
            raise BadInput("caller_id", problem, "give it as +12025550100")
        if not trunk.countries:
            problem = "no country may be called on this trunk"
            raise BadInput("OUTPACE_TRUNK_COUNTRIES", problem, "name them, such as US,CA")
        if not settings.abandon_prompt:
            problem = "the message that ships names nobody; people must hear who called"
            raise BadInput("abandon_prompt", problem, "record your own and give its path")

    def _named(self) -> str:
        return ", ".join(repr(name) for name in self._trunks)


def _terms(campaign: Campaign, trunk: TrunkAddress, *, simulated: bool) -> DialTerms:
    settings = campaign.settings
    return DialTerms(
        tenant_id=campaign.tenant_id,
        purpose=settings.purpose,
        caller_id=settings.caller_id,
        message_ready=True,
        message_opt_out=True,  # the dialplan offers the key with every message
        countries=trunk.countries if trunk.countries or not simulated else None,
        trial_prefixes=DialTerms().trial_prefixes if simulated else (),
        minutes_max_day=trunk.minutes_max_day,
        spend_max_day=trunk.spend_max_day,
        calls_people=not simulated or settings.obey_rules == "always",
    )
