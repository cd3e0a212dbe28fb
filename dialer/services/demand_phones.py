"""Which phones are called on demand, and which of them are registered.

Asks record and switch; looks again whenever the switch says that a phone has come or gone, as one
that registers anew from elsewhere comes before it goes. Refuses to know what follows for an agent.
"""

import asyncio
from collections.abc import Callable, Collection

import structlog

from dialer.domain.ids import AgentId
from dialer.domain.phone import PhoneLeg
from dialer.errors import ReplyLost, SwitchUnavailable, WrongState
from dialer.ports import PhoneBook, Switch

log = structlog.get_logger(__name__)


class DemandPhones:
    """The phones of a node that are called for each customer; `run` is for a TaskGroup.

    Args:
        book: the phones on record.
        switch: where they register.
    """

    def __init__(self, book: PhoneBook, switch: Switch) -> None:
        self._book = book
        self._switch = switch
        self._news = asyncio.Event()
        self._told: list[Callable[[Collection[str]], None]] = []

    def on_look(self, told: Callable[[Collection[str]], None]) -> None:
        """Have somebody told of the registered phones at each look."""
        self._told.append(told)

    async def checked(self, agent_id: AgentId) -> bool:
        """Return whether an agent's phone is called on demand, and see that it is registered.

        Raises:
            WrongState: it is called on demand, and is not registered.
            SwitchUnavailable, ReplyLost: nobody knows.
        """
        if agent_id not in await self._names():
            return False
        if agent_id not in await self._switch.reachable_phones():
            problem = f"the phone of {agent_id!r} is not registered"
            raise WrongState("agent", problem, "switch it on, and log in again")
        return True

    async def there(self) -> set[AgentId]:
        """Return the agents whose phone is called on demand and registered."""
        names = await self._names()
        return names & {AgentId(name) for name in await self._switch.reachable_phones()}

    def look_again(self) -> None:
        """A phone may have come or gone."""
        self._news.set()

    async def run(self) -> None:
        """Tell which phones are registered whenever that may have changed, for ever."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                seen = await self._switch.reachable_phones()
            except (SwitchUnavailable, ReplyLost) as lost:
                log.warning("phones_not_looked_at", error=str(lost))  # again once it is back
                continue
            for told in self._told:
                told(seen)

    async def _names(self) -> set[AgentId]:
        phones = await self._book.everybody()
        return {AgentId(phone.name) for phone in phones if phone.leg is PhoneLeg.ON_DEMAND}
