"""What dials: switch, agents, calls, campaigns and what joins them, put together from settings.

Refuses to know when it runs (`engine`), and what else an engine does (`parts`).
"""

from collections.abc import Awaitable, Callable

from dialer.adapters.asterisk.conf import ari_secret
from dialer.adapters.asterisk.movements import Movements
from dialer.adapters.asterisk.push_config import AriAddress, PushConfig
from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.adapters.asterisk.talk_control import AsteriskTalkControl
from dialer.adapters.asterisk.trunk_probe import far_side
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.inprocess.feed import InProcessFeed
from dialer.adapters.recording_finish import Form
from dialer.adapters.recording_places import is_elsewhere, keeper_of, store_of
from dialer.adapters.recording_spool import DiskSpool
from dialer.adapters.recordings import RecordingWorker
from dialer.adapters.sql.stores import SqlStores
from dialer.bootstrap.trunks import TestCallRecord, addresses_of, limits_of
from dialer.domain.dial_law import DialLaw, DialTerms
from dialer.domain.far_side import FarSide
from dialer.domain.ids import MAIN_TENANT, CampaignId
from dialer.domain.outside import OutsidePolicy
from dialer.domain.phone import Transport
from dialer.ports import Provisioning, SwitchSession, TalkControl
from dialer.services.agents import Agents
from dialer.services.callbacks import Callbacks
from dialer.services.caller_id_desk import CallerIdDesk
from dialer.services.calls import Calls
from dialer.services.campaigns import Campaigns
from dialer.services.demand_phones import DemandPhones
from dialer.services.dial_terms import TrunkTerms
from dialer.services.dialing import Dialing
from dialer.services.failover import Failover
from dialer.services.phones import Phones
from dialer.services.recorder import Recorder
from dialer.services.recording_book import RecordingBook
from dialer.services.seating import Seating
from dialer.services.talk_parts import TalkParts
from dialer.services.trunk_lines import TrunkLines
from dialer.services.trunk_test_call import TrunkTestCall
from dialer.settings import NodeSettings


class DialingParts:
    """The parts of one node's engine.

    Args:
        settings: of the node.
        stores: of its database.
        law: asked for each dial.
        switch: another than the node's Asterisk.
        provisioning: another way to push phones than into the node's Asterisk.
        probe: says who is at the other end of a trunk.
        control: moves within talks on that other switch.
    """

    def __init__(
        self,
        settings: NodeSettings,
        stores: SqlStores,
        law: DialLaw,
        *,
        switch: SwitchSession | None = None,
        provisioning: Provisioning | None = None,
        probe: Callable[[str, int, Transport], Awaitable[FarSide]] = far_side,
        control: TalkControl | None = None,
    ) -> None:
        self.settings = settings
        self.stores = stores
        self.clock = SteadyClock()
        self.feed = InProcessFeed()
        ami_secret = settings.ami_secret.get_secret_value()
        self.asterisk = asterisk = AsteriskSwitch(
            AmiAddress(settings.ami_host, settings.ami_port, settings.ami_user, ami_secret),
            clock=self.clock,
            formats={trunk.name: trunk.number_format for trunk in settings.all_trunks},
        )
        self.switch = switch or asterisk
        if provisioning is None and switch is None and settings.asterisk_http_port:
            ari = AriAddress(settings.asterisk_http_port, ari_secret(ami_secret))
            provisioning = PushConfig(ari, asterisk.said)
        self.movements = Movements(asterisk)
        self.talk_control = control = control or AsteriskTalkControl(asterisk, self.movements)
        self.phones = Phones(stores.phones, provisioning)
        form = Form(settings.recordings_codec, settings.recordings_program)
        self.recordings = RecordingWorker(settings.recordings, form, settings.recordings_key_file)
        self.keeper = keeper_of(settings)
        self.recording_book = RecordingBook(
            records=stores.recordings,
            spool=DiskSpool(settings.recordings),
            keeper=self.keeper,
            store=store_of(settings),
            elsewhere=is_elsewhere(settings),
            node=settings.name,
            clock=self.clock,
        )
        self.recorder = Recorder(stores.attempts, stores.agents, stores.leads)
        self.demand_phones = DemandPhones(stores.phones, self.switch)
        self.agents = Agents(
            switch=self.switch,
            store=stores.agents,
            sessions=stores.sessions,
            pause_codes=stores.pause_codes,
            recorder=self.recorder,
            clock=self.clock,
            engine=settings.name,
            demand_phones=self.demand_phones,
        )
        self.seating = Seating(self.agents, self._weights)
        self.calls = Calls(
            switch=self.switch,
            agents=self.agents,
            seating=self.seating,
            recorder=self.recorder,
            attempts=stores.attempts,
            feed=self.feed,
            clock=self.clock,
            recordings=self.recordings,
            control=control,
        )
        self.talking = TalkParts(
            agents=self.agents,
            calls=self.calls,
            switch=self.switch,
            control=control,
            records=stores.calls,
            note=stores.audit.note,
            agreed=stores.attempts.agreed_to_recording,
            announced=stores.attempts.announced_recording,
            recordings=self.recordings,
            policy=OutsidePolicy(settings.transfer_to),
            clock=self.clock,
            node=settings.name,
            seating=self.seating,
            tenant_of=lambda campaign_id: self.campaigns.tenants.get(campaign_id, MAIN_TENANT),
        )
        self.caller_ids = CallerIdDesk(stores.caller_ids.list)
        self.terms = terms = TrunkTerms(
            addresses_of(settings),
            probe,
            default_prompt=settings.prompts / "abandon",
            routes=lambda name, tenant: stores.trunk_routes.get(name, tenant_id=tenant),
            check_caller_ids=self.caller_ids.check,
        )
        self.campaigns = Campaigns(
            store=stores.campaigns,
            leads=stores.leads,
            attempts=stores.attempts,
            verdicts=stores.verdicts,
            agents=self.agents,
            calls=self.calls,
            clock=self.clock,
            ways=terms.ways,
            law=law,
            engine=settings.name,
        )
        self.trunks = TrunkLines(limits_of(settings), self.calls, self.clock)
        self.failover = Failover(
            campaigns=self.campaigns,
            calls=self.calls,
            recorder=self.recorder,
            trunks=self.trunks,
            clock=self.clock,
        )
        self.dialing = Dialing(
            campaigns=self.campaigns,
            calls=self.calls,
            attempts=stores.attempts,
            recorder=self.recorder,
            switch=self.switch,
            clock=self.clock,
            trunks=self.trunks,
            engine=settings.name,
            law=law,
            tried=self.failover.tried,
            shown=self.caller_ids.shown,
        )
        self.failover.on_ready(self.dialing.nudge)
        self.test_call = TrunkTestCall(
            trunks=self.trunks,
            terms=terms.on,
            switch=self.switch,
            record=TestCallRecord(stores),
            clock=self.clock,
            held=lambda: self.dialing.held,
        )
        self.callbacks = Callbacks(
            store=stores.callbacks,
            campaigns=self.campaigns,
            agents=self.agents,
            seating=self.seating,
            calls=self.calls,
            dialing=self.dialing,
            clock=self.clock,
            engine=settings.name,
        )

    async def way_out(self) -> tuple[str, DialTerms]:
        """Return how outside numbers are called for people who called us; see `AnyTalks`."""
        trunk = self.settings.all_trunks[0].name
        return trunk, await self.terms.on(trunk)

    def _weights(self) -> "dict[CampaignId, float]":
        return dict(self.campaigns.weights())
