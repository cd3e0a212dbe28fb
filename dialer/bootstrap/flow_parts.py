"""What leads calls by flows in an engine, put together from its settings.

Refuses to know when it runs (`engine`), and what a flow is.
"""

import asyncio
from collections.abc import Callable, Mapping

from dialer.adapters.flow_files import checked
from dialer.adapters.flow_requests import HttpFlowRequests
from dialer.adapters.prompt_files import PromptFolder
from dialer.adapters.sound_files import SoundFiles
from dialer.adapters.speech import SpeechWorker
from dialer.adapters.speech_program import speech_program
from dialer.adapters.sql.lead_search import Wanted
from dialer.adapters.sql.stores import SqlStores
from dialer.domain.dial_law import DialTerms
from dialer.domain.flow.steps import Flow
from dialer.domain.ids import MAIN_TENANT, LeadId
from dialer.domain.outside import OutsidePolicy
from dialer.errors import StoreUnavailable
from dialer.ports import CallTaker, Clock, Switch, TalkControl
from dialer.services.flow_book import FlowBook
from dialer.services.flows import FlowCalls
from dialer.services.forwarding import Forwarding
from dialer.services.laid_prompts import LaidPrompts
from dialer.services.other_calls import OtherCalls
from dialer.services.passwords import Passwords
from dialer.services.pins import Pins
from dialer.services.recorder import Recorder
from dialer.services.rooms import Rooms
from dialer.settings import NodeSettings

MOST_LEADS = 20
"""Leads of one number that are looked at; the newest is taken."""


class FlowParts:
    """The parts of one node that lead calls by flows."""

    def __init__(
        self,
        settings: NodeSettings,
        stores: SqlStores,
        *,
        recorder: Recorder,
        others: OtherCalls,
        clock: Clock,
        switch: Switch,
        control: TalkControl,
        left: Callable[[], None],
        taker: CallTaker | None = None,
    ) -> None:
        self._stores = stores
        program = speech_program(settings.speech_command)
        self.speech = SpeechWorker(settings.speech.resolve(), program.command, program.problem)
        self.requests = HttpFlowRequests(private=settings.webhooks_private)
        self.passwords = Passwords()
        self.book = FlowBook(
            routes=stores.routes,
            flows=stores.flows,
            prompts=stores.prompts,
            queues=stores.queues,
            hours=stores.calling_hours,
            speech=self.speech,
            read=_read,
            laid=LaidPrompts(
                stores.prompt_sounds,
                PromptFolder(settings.tenant_prompts.resolve()),
                clock,
                tenant_id=MAIN_TENANT,
            ),
        )
        trunk = settings.all_trunks[0]
        countries = frozenset(trunk.countries)
        # without countries it is a simulated carrier's: nobody is called, and trials may be
        terms = DialTerms(countries=countries, trial_prefixes=()) if countries else DialTerms()
        self.forwarding = Forwarding(
            control=control,
            switch=switch,
            records=stores.calls,
            recorder=recorder,
            others=others,
            policy=OutsidePolicy(settings.transfer_to),
            terms=terms,
            trunk=trunk.name,
            is_ours=lambda number: self.book.route(number) is not None,
            clock=clock,
            node=settings.name,
        )
        self.calls = FlowCalls(
            book=self.book,
            calls=stores.calls,
            voicemails=stores.voicemails,
            queues=stores.queues,
            attempts=stores.attempts,
            look_up=self._lead,
            pins=Pins(
                stores.caller_accounts, stores.rooms, stores.pin_guesses, self.passwords, clock
            ),
            rooms=Rooms(stores.rooms),
            forward=self.forwarding.forward,
            left=left,
            requests=self.requests,
            speech=self.speech,
            recorder=recorder,
            others=others,
            clock=clock,
            sounds=SoundFiles(
                settings.tenant_prompts.resolve(),
                settings.prompts.resolve(),
                settings.messages.resolve(),
            ),
            node=settings.name,
            most=settings.trunk.max_lines,
            taker=taker,
        )

    def start(self) -> None:
        """Start what has a thread of its own."""
        self.requests.start()

    async def run(self) -> None:
        """Keep routes, flows, prompts and speech at hand, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.book.run(), name="flow-book")
            if not self.speech.problem:
                tasks.create_task(self.speech.run(), name="flow-speech")

    async def close(self) -> None:
        """End what was started."""
        await self.speech.close()
        self.requests.close()
        self.passwords.close()

    async def _lead(
        self, number: str, tenant_id: str, lead_id: LeadId | None
    ) -> Mapping[str, str] | None:
        search = self._stores.lead_search
        try:
            if lead_id is not None:
                lead = await search.get(lead_id, tenant_id=tenant_id)
            else:
                found = await search.page(
                    Wanted(number=number), tenant_id=tenant_id, after=0, most=MOST_LEADS
                )
                lead = found[-1] if found else None
        except StoreUnavailable:
            return None
        if lead is None:
            return None
        return {**lead.attributes, "number": lead.number, "campaign": lead.campaign_id}


def _read(text: str) -> Flow | None:
    return checked(text)[0]
