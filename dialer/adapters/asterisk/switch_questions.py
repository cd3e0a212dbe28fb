"""What Asterisk can be asked over AMI that changes nothing and needs nothing remembered.

Knows actions and commands, and how their answers read. Refuses to know when a session is there.
"""

from dialer.adapters.asterisk.ami_events import (
    page_of,
    reachable_contact,
    reachable_endpoint,
    registration_of,
)
from dialer.adapters.asterisk.ami_link import AmiLink
from dialer.domain.ids import LegId


class SwitchQuestions:
    """The questions of a switch; each raises `SwitchUnavailable` without a session."""

    def _ready(self) -> AmiLink:
        raise NotImplementedError

    async def reachable_phones(self) -> set[str]:
        """Return the endpoints with a reachable contact."""
        reply = await self._ready().ask("PJSIPShowContacts")
        found = (reachable_endpoint(item) for item in reply.items)
        return {endpoint for endpoint in found if endpoint is not None}

    async def reachable_contacts(self) -> set[str]:
        """Return the trunks and endpoints that answer; AMI's own list has no trunk's address."""
        found = map(reachable_contact, await self.said("pjsip show contacts"))
        return {name for name in found if name is not None}

    async def registration(self, trunk: str) -> str:
        """Return how our registration with a trunk's carrier stands; "" if there is none."""
        lines = await self.said("pjsip show registrations")
        found = (registration_of(line, trunk) for line in lines)
        return next((state for state in found if state), "")

    async def received(self, leg_id: LegId) -> int | None:
        """Return how many packets of audio a leg has had; see `LegHearing`."""
        asked = [("Channel", leg_id), ("Variable", "CHANNEL(rtcp,rxcount)")]
        reply = await self._ready().ask("Getvar", asked)
        value = reply.frame.get("Value", "")
        return int(value) if value.isdigit() else None

    async def pages(self) -> dict[str, str]:
        """Return the contact of each endpoint whose phone is a page; see `LegHearing`."""
        reply = await self._ready().ask("PJSIPShowContacts")
        return dict(found for item in reply.items if (found := page_of(item)) is not None)

    async def said(self, command: str) -> list[str]:
        """Run a command of Asterisk's command line and return the lines it says."""
        reply = await self._ready().ask("Command", [("Command", command)])
        return list(reply.frame.all("Output"))

    async def version(self) -> str:
        """Return the version Asterisk states of itself."""
        reply = await self._ready().ask("CoreSettings")
        return reply.frame.get("AsteriskVersion", "")
