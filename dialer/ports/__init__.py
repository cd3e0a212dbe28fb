"""What the dialer needs from the world, as small protocols in its own words.

Each port has one contract suite in `tests/contract`, run on the fake (`dialer.testing`) and on the
real thing. Adapters implement them; services receive them as arguments. Import a port from here,
not from the module in which it stands.
"""

from dialer.ports.access import (
    AccessStore,
    Account,
    NewSession,
    Origin,
    Session,
    Token,
    TokenStore,
)
from dialer.ports.agent_rolls import AgentRoll, AgentRolls
from dialer.ports.agents import AgentRecord, AgentStore, PauseCodes, SessionStore
from dialer.ports.audit import AuditLog
from dialer.ports.call_desk import (
    AwaitBeep,
    BridgeEnd,
    CallDesk,
    ConnectTo,
    HangUp,
    Hold,
    LetGo,
    LineOrder,
    Play,
)
from dialer.ports.call_taker import CallTaker, InboundLine, LineFacts
from dialer.ports.calling_records import (
    AttemptStore,
    CallbackStore,
    LeadStore,
    OpenCallback,
    Ownership,
)
from dialer.ports.campaigns import CampaignStore, DecisionSample, DecisionStore
from dialer.ports.engines import EngineLink, LiveFact
from dialer.ports.flow_desk import Audio, FlowDesk, LedCall, Place, Refused, Unplayable
from dialer.ports.hand_picked import HandPicked, Skip
from dialer.ports.listening import LegHearing
from dialer.ports.message_desk import MessageDesk
from dialer.ports.named_things import NamedStore
from dialer.ports.phones import PhoneBook, Provisioning
from dialer.ports.pins import PinGuesses
from dialer.ports.prompt_sounds import PromptFiles, PromptSounds
from dialer.ports.recordings import (
    RecordedCallers,
    RecordingKeeper,
    RecordingRecords,
    RecordingSpool,
    RecordingStore,
)
from dialer.ports.records import CallRecords, Messages, Reviews, Voicemails
from dialer.ports.speech import FlowRequests, Sounds, Speech
from dialer.ports.spying import SpiedTalk, Spying
from dialer.ports.surroundings import Clock, Feed, ListSource
from dialer.ports.talk_control import OutsideCall, TalkControl
from dialer.ports.telephony import DialOptions, Journal, Recordings, Switch, SwitchSession
from dialer.ports.texts import Articles, Flows, Scripts, Versions
from dialer.ports.verdicts import DrawnCall, Verdicts
from dialer.ports.webhooks import Outbox, Waiting, WebhookPost

__all__ = [
    "AccessStore",
    "Account",
    "AgentRecord",
    "AgentRoll",
    "AgentRolls",
    "AgentStore",
    "Articles",
    "AttemptStore",
    "Audio",
    "AuditLog",
    "AwaitBeep",
    "BridgeEnd",
    "CallDesk",
    "CallRecords",
    "CallTaker",
    "CallbackStore",
    "CampaignStore",
    "Clock",
    "ConnectTo",
    "DecisionSample",
    "DecisionStore",
    "DialOptions",
    "DrawnCall",
    "EngineLink",
    "Feed",
    "FlowDesk",
    "FlowRequests",
    "Flows",
    "HandPicked",
    "HangUp",
    "Hold",
    "InboundLine",
    "Journal",
    "LeadStore",
    "LedCall",
    "LegHearing",
    "LetGo",
    "LineFacts",
    "LineOrder",
    "ListSource",
    "LiveFact",
    "MessageDesk",
    "Messages",
    "NamedStore",
    "NewSession",
    "OpenCallback",
    "Origin",
    "Outbox",
    "OutsideCall",
    "Ownership",
    "PauseCodes",
    "PhoneBook",
    "PinGuesses",
    "Place",
    "Play",
    "PromptFiles",
    "PromptSounds",
    "Provisioning",
    "RecordedCallers",
    "RecordingKeeper",
    "RecordingRecords",
    "RecordingSpool",
    "RecordingStore",
    "Recordings",
    "Refused",
    "Reviews",
    "Scripts",
    "Session",
    "SessionStore",
    "Skip",
    "Sounds",
    "Speech",
    "SpiedTalk",
    "Spying",
    "Switch",
    "SwitchSession",
    "TalkControl",
    "Token",
    "TokenStore",
    "Unplayable",
    "Verdicts",
    "Versions",
    "Voicemails",
    "Waiting",
    "WebhookPost",
]
