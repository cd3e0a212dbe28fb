"""The services of talks, put together. Refuses to know adapters."""

from collections.abc import Callable

from dialer.domain.ids import CampaignId, TenantId
from dialer.domain.outside import OutsidePolicy
from dialer.ports import CallRecords, Clock, Recordings, Switch, TalkControl
from dialer.services.agents import Agents
from dialer.services.announcements import Announced, Announcements
from dialer.services.any_talks import AnyTalks
from dialer.services.calls import Calls
from dialer.services.owed_recordings import OwedRecordings
from dialer.services.parking import Parking
from dialer.services.recording_questions import RecordingQuestions
from dialer.services.seating import Seating
from dialer.services.talk_buttons import Agreed, AuditNote, TalkButtons
from dialer.services.talk_commands import TalkCommands
from dialer.services.talk_records import TalkRecords
from dialer.services.talks import Talks
from dialer.services.third_calls import ThirdCalls
from dialer.services.thirds import Thirds


class TalkParts:
    """What serves the talks of a node."""

    def __init__(
        self,
        *,
        agents: Agents,
        calls: Calls,
        switch: Switch,
        control: TalkControl,
        records: CallRecords,
        note: AuditNote,
        agreed: Agreed,
        announced: Announced,
        recordings: Recordings,
        policy: OutsidePolicy,
        clock: Clock,
        node: str,
        seating: Seating,
        tenant_of: Callable[[CampaignId], TenantId],
    ) -> None:
        self.records = TalkRecords(records, clock)
        self.any_talks = any_talks = AnyTalks(calls)
        self.thirds = Thirds(agents=agents, switch=switch, control=control, records=self.records)
        self.third_calls = third_calls = ThirdCalls(
            agents=agents,
            any_talks=any_talks,
            thirds=self.thirds,
            control=control,
            records=self.records,
            policy=policy,
            clock=clock,
            node=node,
        )
        self.talks = Talks(
            agents=agents,
            any_talks=any_talks,
            thirds=self.thirds,
            third_calls=third_calls,
            switch=switch,
            control=control,
            clock=clock,
        )
        self.parking = Parking(
            agents=agents,
            any_talks=any_talks,
            talks=self.talks,
            thirds=self.thirds,
            third_calls=third_calls,
            seating=seating,
            tenant_of=tenant_of,
            clock=clock,
        )
        self.buttons = TalkButtons(
            any_talks=any_talks,
            calls=calls,
            company=self.thirds.company,
            control=control,
            note=note,
            agreed=agreed,
            clock=clock,
        )
        self.announcements = Announcements(calls=calls, control=control, announced=announced)
        self.owed_recordings = OwedRecordings(calls, control, recordings)
        self.questions = RecordingQuestions(
            calls=calls, control=control, agreed=agreed, clock=clock
        )
        self.commands = TalkCommands(
            agents=agents,
            any_talks=any_talks,
            talks=self.talks,
            thirds=self.thirds,
            buttons=self.buttons,
            parking=self.parking,
            answer=self.questions.answer,
        )
