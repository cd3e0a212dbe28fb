"""What is sent and answered. Made by `python -m tools.make_client`."""

from typing import Any, Literal, NotRequired, TypedDict


class Addition(TypedDict):
    """Numbers to enter."""

    expires_at: "NotRequired[float | None]"
    numbers: "list[str]"
    region: "NotRequired[str]"
    scope: "NotRequired[str]"
    source: "str"


class AfterHoursSaid(TypedDict):
    """A rule of a queue or an inbound number."""

    hours: "str"
    prompt: "NotRequired[str]"
    then: "WhenClosed"
    to: "NotRequired[str]"
    zone: "str"


AfterWait = Literal["hang_up", "voicemail", "call_back"]


AgentOrder = Literal["longest_idle", "most_skilled"]


class AgentShown(TypedDict):
    """An agent on the floor."""

    attempt: "str | None"
    campaign: "str | None"
    campaigns: "list[str]"
    id: "str"
    login: "str | None"
    name: "str"
    node: "str | None"
    reason: "str"
    since: "float | None"
    state: "AgentState"
    talks: "int"
    team: "str | None"
    wish: "str"


AgentState = Literal[
    "offline", "calling", "idle", "held", "reserved", "talking", "wrap_up", "paused"
]


class Alive(TypedDict):
    """The process serves requests."""

    alive: "NotRequired[bool]"
    version: "str"


AmdDetector = Literal["own", "asterisk"]


AmdMode = Literal["off", "agent_first", "screening"]


class Answer(TypedDict):
    """What keeps a number from being called."""

    entries: "list[EntryShown]"
    erased: "bool"
    listed: "bool"


class AnswersSaid(TypedDict):
    """Answers to all questions of a scorecard."""

    answers: "dict[str, Any]"
    note: "NotRequired[str]"


class Assignee(TypedDict):
    """Who sees to a voicemail."""

    agent: "str | None"


class Assignment(TypedDict):
    """Leads that are nobody's, for an agent or evenly for a team."""

    agent: "NotRequired[str | None]"
    list_name: "NotRequired[str]"
    states: "NotRequired[list[LeadState]]"
    team: "NotRequired[str | None]"
    until: "NotRequired[float | None]"
    up_to: "int"


class AttemptOfLead(TypedDict):
    """An attempt on a lead."""

    agent_guaranteed: "bool"
    agent_id: "str"
    amount: "float | None"
    answered_at: "float | None"
    callback_at: "float | None"
    caller_id: "str"
    cause: "int | None"
    charged: "bool"
    connected_at: "float | None"
    dialed_at: "float"
    disposition: "str"
    ended_at: "float | None"
    ended_by: "str"
    id: "str"
    note: "str"
    number: "str"
    outcome: "str"
    recorded: "bool"
    rule_ids: "list[str]"
    talk_ended_at: "float | None"
    tech_cause: "str"
    trunk: "str"


class AttemptShown(TypedDict):
    """One dial of one lead; times are seconds since the epoch, null: not (yet)."""

    agent: "str | None"
    amount: "float | None"
    answered_at: "float | None"
    callback_at: "float | None"
    caller_id: "str"
    campaign: "str"
    campaign_name: "str"
    cause: "int | None"
    charged: "bool"
    connected_at: "float | None"
    dialed_at: "float"
    disposed_at: "float | None"
    disposition: "str"
    ended_at: "float | None"
    ended_by: "str"
    id: "str"
    lead: "int"
    list_name: "str"
    node: "str"
    number: "str"
    outcome: "Outcome | None"
    rang_at: "float | None"
    recording: "str | None"
    talk_ended_at: "float | None"
    tech_cause: "str"
    trunk: "str"
    undialed: "bool"


class AuditShown(TypedDict):
    """One thing that was done."""

    action: "str"
    at: "float"
    by: "str"
    detail: "dict[str, Any]"
    id: "int"
    subject: "str"


class CalibrationShown(TypedDict):
    """The reviews of one talk side by side."""

    apart: "float"
    mean_score: "float | None"
    questions: "list[QuestionCompared]"
    scores: "dict[str, float]"


class CallRecordShown(TypedDict):
    """A call; times are seconds since the epoch, null: it did not happen, or not yet."""

    agent: "str | None"
    answered_at: "float | None"
    attempt: "str | None"
    attestation: "str"
    began_at: "float"
    campaign: "str | None"
    direction: "Direction"
    ended_at: "float | None"
    id: "str"
    node: "str"
    number: "str"
    outcome: "Outcome | None"
    parent: "str | None"
    queue: "str | None"
    team: "str"
    trunk: "str"
    verified: "Verified"


class CallRecordWhole(TypedDict):
    """A call, and the calls that were transferred from it."""

    agent: "str | None"
    answered_at: "float | None"
    attempt: "str | None"
    attestation: "str"
    began_at: "float"
    campaign: "str | None"
    direction: "Direction"
    ended_at: "float | None"
    id: "str"
    legs: "NotRequired[list[CallRecordShown]]"
    node: "str"
    number: "str"
    outcome: "Outcome | None"
    parent: "str | None"
    queue: "str | None"
    team: "str"
    trunk: "str"
    verified: "Verified"


class CallShown(TypedDict):
    """A call that lives."""

    agent: "str | None"
    attempt: "str"
    campaign: "str"
    dialed_at: "float"
    lead: "int"
    node: "str"
    number: "str"
    since: "float"
    state: "CallState"
    trunk: "str"


CallState = Literal[
    "dialing",
    "ringing",
    "informing",
    "screening",
    "waiting",
    "asked",
    "connecting",
    "talking",
    "parting",
    "holding",
    "parked",
    "queued",
    "returning",
    "rejoining",
    "awaiting_beep",
    "leaving_message",
    "letting_go",
    "closing",
    "ended",
]


class CallbackShown(TypedDict):
    """A promised call."""

    campaign_id: "str"
    dial_at: "float | None"
    due_at: "float"
    id: "int"
    lead_id: "int"
    misses: "int"
    note: "str"
    number: "str"
    owner: "str"
    since: "float"
    state: "CallbackState"
    zones: "list[str]"


CallbackState = Literal[
    "promised",
    "seeking_owner",
    "seeking_anyone",
    "reserved",
    "dialing",
    "kept",
    "returned",
    "expired",
    "cancelled",
]


class CallbackTerms(TypedDict):
    """What a campaign promises; times in seconds."""

    after_abandon: "NotRequired[bool]"
    expires_after_s: "NotRequired[float]"
    fallback: "NotRequired[Fallback]"
    fallback_after_s: "NotRequired[float]"
    miss_wait_s: "NotRequired[float]"
    most_misses: "NotRequired[int]"
    reserve_ahead_s: "NotRequired[float]"


class CallerIdChange(TypedDict):
    """What a caller id is to be."""

    label: "NotRequired[str]"
    proof: "NotRequired[str]"
    trunk: "NotRequired[str | None]"


class CallerIdShown(TypedDict):
    """A number on record."""

    complaints: "NotRequired[int]"
    label: "NotRequired[str]"
    number: "str"
    proof: "NotRequired[str]"
    rests_until: "NotRequired[float | None]"
    trunk: "NotRequired[str | None]"
    verified_at: "NotRequired[float | None]"


class CampaignSettings(TypedDict):
    """What a supervisor sets; legal limits are ceilings, not knobs to raise."""

    abandon_prompt: "NotRequired[str]"
    abandon_rate_guard: "NotRequired[Literal['running', 'window', 'mean']]"
    abandon_rate_target: "NotRequired[float]"
    amd: "NotRequired[AmdMode]"
    amd_detector: "NotRequired[AmdDetector]"
    blend: "NotRequired[bool]"
    broadcast: "NotRequired[str]"
    callbacks: "NotRequired[CallbackTerms]"
    caller_id: "NotRequired[str]"
    caller_ids: "NotRequired[list[str]]"
    calls_per_second: "NotRequired[float]"
    cue: "NotRequired[bool]"
    dispositions: "NotRequired[DispositionSet]"
    filter: "NotRequired[str]"
    lost_prompt: "NotRequired[str]"
    machine_leaves_message: "NotRequired[bool]"
    machine_message: "NotRequired[str]"
    manual_dial: "NotRequired[bool]"
    max_lines: "NotRequired[int]"
    max_lines_per_agent: "NotRequired[float]"
    mode: "NotRequired[Literal['preview', 'progressive', 'power', 'predictive', 'predictive_age_blind']]"
    obey_rules: "NotRequired[Literal['always', 'unless_simulated']]"
    order: "NotRequired[LeadOrder]"
    park_limit_s: "NotRequired[float]"
    power_ratio: "NotRequired[float]"
    preview: "NotRequired[PreviewTerms]"
    purpose: "NotRequired[Purpose]"
    record: "NotRequired[bool]"
    recording_announced: "NotRequired[bool]"
    recording_announcement: "NotRequired[str]"
    recording_asked: "NotRequired[bool]"
    recording_key: "NotRequired[str]"
    recording_question: "NotRequired[str]"
    recycling: "NotRequired[RecyclingRules]"
    ring_min_s: "NotRequired[float]"
    ring_timeout_s: "NotRequired[float]"
    scorecard: "NotRequired[str]"
    script: "NotRequired[str]"
    trunk: "NotRequired[str]"
    weight: "NotRequired[float]"
    wrap_up_limit_s: "NotRequired[float]"


class CampaignShown(TypedDict):
    """A campaign."""

    created_at: "float"
    id: "str"
    name: "str"
    settings: "CampaignSettings"
    starts_at: "float | None"
    state: "CampaignState"


CampaignState = Literal[
    "draft", "scheduled", "running", "paused", "stopped", "finished", "archived"
]


class Code(TypedDict):
    """Why an agent may pause."""

    code: "str"
    label: "NotRequired[str]"
    limit_s: "NotRequired[int | None]"
    paid: "NotRequired[bool]"


class CommentShown(TypedDict):
    """What was said of one moment of a talk."""

    at: "float"
    at_s: "float"
    text: "str"


Company = Literal["alone", "called", "consulting", "three"]


class ComparedShown(TypedDict):
    """A talk that several have reviewed by one scorecard."""

    agent: "str | None"
    attempt: "str"
    greatest_score: "float"
    least_score: "float"
    reviews: "int"


class Complaint(TypedDict):
    """That somebody complained of a number."""

    rest_days: "NotRequired[float]"


class DeadLetterShown(TypedDict):
    """An event that was given up."""

    body: "dict[str, Any]"
    dead_at: "float"
    id: "str"
    problem: "str"
    subject: "str"
    topic: "str"
    tries: "int"


class DecisionShown(TypedDict):
    """A decision of the pacer, as it was sampled."""

    at: "float"
    forecast: "dict[str, Any]"
    limited_by: "str"
    lines: "int"
    why: "str"


class Dial(TypedDict):
    """A lead to be dialed by hand: by its id, or by campaign and number."""

    campaign: "NotRequired[str | None]"
    lead: "NotRequired[int | None]"
    number: "NotRequired[str | None]"


class DialAnswer(TypedDict):
    """Whether a number may be dialed."""

    again_at: "float | None"
    allowed: "bool"
    at: "float"
    jurisdictions: "list[str]"
    reasons: "list[ReasonShown]"
    rule_ids: "list[str]"
    zones: "list[str]"


class DialQuestion(TypedDict):
    """A dial to be judged; nothing is dialed."""

    agent_guaranteed: "NotRequired[bool]"
    at: "NotRequired[float | None]"
    campaign: "NotRequired[str]"
    number: "str"
    purpose: "NotRequired[Purpose | None]"
    region: "NotRequired[str]"


class Dialed(TypedDict):
    """The attempt that was made, or taken back."""

    attempt: "str"


Direction = Literal["in", "out"]


class Disabled(TypedDict):
    """A user who was disabled."""

    leads_held: "int"
    logged_out: "bool"
    user: "UserShown"


class Disposition(TypedDict):
    """One thing an agent can say of a call; its flags are what reports count."""

    asks_amount: "NotRequired[bool]"
    code: "str"
    contact: "NotRequired[bool]"
    human: "NotRequired[bool]"
    label: "str"
    machine: "NotRequired[bool]"
    refusal: "NotRequired[bool]"
    retry_after_s: "NotRequired[float | None]"
    review: "NotRequired[bool]"
    right_party: "NotRequired[bool]"
    sale: "NotRequired[bool]"
    then: "Then"
    wrong_number: "NotRequired[bool]"


class DispositionSet(TypedDict):
    """The dispositions of one campaign, in the order in which agents see them."""

    dispositions: "list[Disposition]"


class DrawnShown(TypedDict):
    """A call to be listened to and labelled."""

    answered_at: "NotRequired[float | None]"
    attempt_id: "str"


Duplicates = Literal["allow", "file", "campaign", "node"]


class Entered(TypedDict):
    """What came of entering numbers."""

    leads: "int"
    new: "int"


class EntryShown(TypedDict):
    """An entry."""

    at: "float"
    expires_at: "float | None"
    number: "str"
    scope: "str"
    source: "str"


class ExplanationShown(TypedDict):
    """Why a campaign dials nothing, or no more than it does."""

    assumed: "str"
    at: "float"
    campaign: "str"
    holds: "list[HoldShown]"
    leads: "list[LeadsHeld]"
    name: "str"
    next_at: "float | None"
    rings_nowhere: "list[str]"
    state: "CampaignState"


Fallback = Literal["anyone", "list", "nobody"]


class FieldProblem(TypedDict):
    """One thing that is wrong with a request."""

    field: "str"
    fix: "str"
    line: "NotRequired[int | None]"
    problem: "str"


class FlowCheck(TypedDict):
    """What the checker says of a flow."""

    form: "FlowForm | None"
    problems: "list[FlowProblem]"
    usable: "bool"


class FlowForm(TypedDict):
    """What a flow says, right or wrong, for a form."""

    head: "dict[str, Any]"
    steps: "list[StepWritten]"


class FlowProblem(TypedDict):
    """One thing that is wrong with a flow, or only odd."""

    fix: "str"
    line: "int"
    reason: "str"
    step: "str"
    warning: "bool"


class FlowText(TypedDict):
    """A flow, as it is written."""

    text: "str"


class HealthShown(TypedDict):
    """How the calls went that showed a number."""

    abandoned: "int"
    answer_rate: "NotRequired[float | None]"
    answered: "int"
    calls: "int"
    number: "str"
    short_calls: "int"
    short_rate: "NotRequired[float | None]"


class HoldShown(TypedDict):
    """One thing that holds the campaign as a whole."""

    detail: "str"
    hold: "str"
    text: "str"


class HoursShown(TypedDict):
    """Calling hours of a tenant."""

    closed_holidays: "NotRequired[list[str]]"
    name: "str"
    week: "dict[str, list[str]]"


class HoursTerms(TypedDict):
    """When a week is open by the local clock."""

    closed_holidays: "NotRequired[list[str]]"
    week: "dict[str, list[str]]"


class HungUp(TypedDict):
    """What was ended."""

    ended: "Literal['talk', 'line']"


class IceServer(TypedDict):
    """As a browser's RTCPeerConnection takes it; only TURN has a login, which ends by itself."""

    credential: "NotRequired[str | None]"
    urls: "list[str]"
    username: "NotRequired[str | None]"


class IceServers(TypedDict):
    """STUN and TURN servers."""

    ice_servers: "list[IceServer]"
    until: "NotRequired[float | None]"


class ImportListed(TypedDict):
    """An import of a file."""

    file: "str"
    id: "int"
    list_name: "str"
    rejected: "int"
    rows: "int"
    started_at: "float"
    under_way: "bool"


class ImportShown(TypedDict):
    """What came of an import."""

    import_id: "int"
    kind: "NotRequired[Literal['import']]"
    list_id: "int"
    list_name: "str"
    more_rejected: "bool"
    number_column: "str"
    rejected: "int"
    rejected_rows: "list[RejectedShown]"
    rejects_csv: "NotRequired[str | None]"
    remarked: "int"
    remarks: "list[RejectedShown]"
    taken: "int"


class Inbox(TypedDict):
    """Some messages to an agent."""

    items: "list[MessageShown]"
    next: "str | None"
    unread: "int"


class Instead(TypedDict):
    """Settings of the pacing that are tried together, beside what is."""

    abandon_rate_target: "NotRequired[float | None]"
    max_lines: "NotRequired[int | None]"
    mode: (
        "NotRequired[Literal['progressive', 'power', 'predictive', 'predictive_age_blind'] | None]"
    )
    power_ratio: "NotRequired[float | None]"


class InvitationShown(TypedDict):
    """That a supervisor asks to coach an agent."""

    agent: "str"
    by: "str"
    until: "float"


class Invite(TypedDict):
    """Who shall be coached, and from which phone."""

    agent: "str"
    phone: "NotRequired[str]"


class LabelSaid(TypedDict):
    """Who answered a call, as somebody says who listened to it."""

    answer: "Literal['person', 'machine']"
    attempt_id: "str"


class LabelsSaid(TypedDict):
    """Labels of calls, each of another one; all are taken in, or none."""

    labels: "list[LabelSaid]"


class LabelsShown(TypedDict):
    """What labelled calls come to, and what detection is charged for them."""

    charge_rate: "float"
    charge_reason: "str"
    detector: "AmdDetector"
    false_positives: "int"
    heard: "int"
    in_time: "int"
    labelled: "int"
    labelled_released: "int"
    persons: "int"
    released: "int"
    screening: "str"


class LeadOrder(TypedDict):
    """A campaign's order."""

    by: "NotRequired[OrderBy]"
    seed: "NotRequired[int]"
    shares: "NotRequired[dict[str, float]]"


class LeadPatch(TypedDict):
    """What to change of a lead; what is left out stays, an attribute that is null goes."""

    attributes: "NotRequired[dict[str, str | int | float | bool | None]]"
    priority: "NotRequired[int | None]"


class LeadShown(TypedDict):
    """A lead."""

    added_at: "float"
    assigned_until: "float | None"
    attempts: "int"
    attributes: "dict[str, str]"
    campaign_id: "str"
    due_at: "float | None"
    external_id: "str"
    id: "int"
    last_call_at: "float | None"
    last_outcome: "str"
    list_id: "int"
    list_name: "str"
    number: "str"
    owner: "str"
    priority: "int"
    state: "LeadState"
    why: "str"


LeadState = Literal[
    "importing", "ready", "waiting", "filtered", "owned", "callback", "leased", "dialing", "done"
]


class LeadWhole(TypedDict):
    """A lead with its history."""

    added_at: "float"
    assigned_until: "float | None"
    attempts: "int"
    attributes: "dict[str, str]"
    campaign_id: "str"
    due_at: "float | None"
    external_id: "str"
    history: "list[AttemptOfLead]"
    id: "int"
    last_call_at: "float | None"
    last_outcome: "str"
    list_id: "int"
    list_name: "str"
    number: "str"
    numbers: "list[NumberShown]"
    owner: "str"
    priority: "int"
    promises: "list[PromiseOfLead]"
    refusals: "list[RefusalOfLead]"
    standing: "Standing"
    state: "LeadState"
    why: "str"


class LeadsHeld(TypedDict):
    """Leads that one thing holds back."""

    detail: "str"
    hold: "str"
    leads: "int"
    next_at: "float | None"
    text: "str"


class ListChange(TypedDict):
    """What to change of a list; what is left out stays."""

    cost: "NotRequired[float | None]"
    source: "NotRequired[str | None]"


class ListShown(TypedDict):
    """A list."""

    campaign_id: "str"
    cost: "float"
    created_at: "float"
    id: "int"
    leads: "int"
    name: "str"
    source: "str"
    states: "dict[str, int]"


class Me(TypedDict):
    """Who asks, and what it may do."""

    agent: "str | None"
    csrf: "str"
    rights: "list[str]"
    role: "Role"
    tenant: "str"
    user: "str"


class MessageShown(TypedDict):
    """A message."""

    at: "float"
    body: "str"
    by: "str"
    id: "int"
    read_at: "float | None"
    to: "str"


class Missing(TypedDict):
    """Something that is not as it must be."""

    fix: "str"
    node: "str"
    problem: "str"
    what: "str"


Move = Literal[
    "hold",
    "resume",
    "park",
    "pick-up",
    "transfer",
    "consult",
    "complete",
    "cancel",
    "three-way",
    "leave-message",
    "leave",
    "drop",
    "mute",
    "unmute",
    "dtmf",
    "record-start",
    "record-pause",
    "record-resume",
]


class Moved(TypedDict):
    """A campaign after a move."""

    campaign: "CampaignShown"
    lines_taken_back: "NotRequired[int]"


class MovedLeads(TypedDict):
    """What came of a move."""

    moved: "int"
    to: "dict[str, int]"


class NewCallerId(TypedDict):
    """A number to be put on record."""

    label: "NotRequired[str]"
    number: "str"
    proof: "NotRequired[str]"
    trunk: "NotRequired[str | None]"


class NewCampaign(TypedDict):
    """A campaign to be; it begins as a draft."""

    name: "str"
    settings: "NotRequired[CampaignSettings]"


class NewComment(TypedDict):
    """What is said of one moment of a talk."""

    at_s: "float"
    text: "str"


class NewFlow(TypedDict):
    """A flow under a new name."""

    name: "str"
    text: "str"


class NewMessage(TypedDict):
    """What is sent to whom."""

    body: "str"
    to: "str"


class NewPhone(TypedDict):
    """A phone to be."""

    kind: "NotRequired[PhoneKind]"
    leg: "NotRequired[PhoneLeg]"
    name: "str"
    srtp: "NotRequired[bool]"
    transport: "NotRequired[Transport]"


class NewReview(TypedDict):
    """A review that begins; with answers it is answered at once."""

    answers: "NotRequired[dict[str, Any]]"
    attempt: "str"
    note: "NotRequired[str]"
    scorecard: "str"


class NewTeam(TypedDict):
    """A team to be."""

    name: "str"


class NewText(TypedDict):
    """A text under a new name."""

    name: "str"
    text: "str"


class NewToken(TypedDict):
    """A token to be."""

    ends_at: "NotRequired[float | None]"
    name: "str"
    role: "Role"
    scopes: "list[str]"


class NewUser(TypedDict):
    """A user to be."""

    agent: "NotRequired[str | None]"
    leads_held_max: "NotRequired[int | None]"
    login: "str"
    name: "NotRequired[str]"
    password: "NotRequired[str | None]"
    role: "Role"
    team: "NotRequired[str | None]"


class NewWebhook(TypedDict):
    """A webhook to be."""

    topics: "list[Topic]"
    url: "str"


class NoCalls(TypedDict):
    """That a lead is not to be called any more, on any of its numbers."""

    of: "NotRequired[Literal['tenant', 'campaign']]"
    source: "str"


class NumberShown(TypedDict):
    """One of the numbers of a lead."""

    kind: "str"
    number: "str"
    state: "str"


OrderBy = Literal["newest", "oldest", "fewest_attempts", "last_call_oldest", "random"]


Outcome = Literal[
    "connected",
    "abandoned",
    "hung_up_waiting",
    "message_heard",
    "machine",
    "busy",
    "no_answer",
    "invalid",
    "congestion",
    "failed",
    "cancelled",
    "lost",
]


class OwnerSet(TypedDict):
    """Whose a lead is to be."""

    agent: "str | None"
    until: "NotRequired[float | None]"


class PacingChange(TypedDict):
    """Pacing settings to change; those that are left out stay."""

    abandon_rate_guard: "NotRequired[Literal['running', 'window', 'mean'] | None]"
    abandon_rate_target: "NotRequired[float | None]"
    calls_per_second: "NotRequired[float | None]"
    max_lines: "NotRequired[int | None]"
    max_lines_per_agent: "NotRequired[float | None]"
    mode: "NotRequired[Literal['preview', 'progressive', 'power', 'predictive', 'predictive_age_blind'] | None]"
    power_ratio: "NotRequired[float | None]"
    ring_min_s: "NotRequired[float | None]"
    ring_timeout_s: "NotRequired[float | None]"
    weight: "NotRequired[float | None]"
    wrap_up_limit_s: "NotRequired[float | None]"


class PacingSet(TypedDict):
    """The pacing settings of a campaign, all of them."""

    abandon_rate_guard: "Literal['running', 'window', 'mean']"
    abandon_rate_target: "float"
    calls_per_second: "float"
    max_lines: "int"
    max_lines_per_agent: "float"
    mode: "Literal['preview', 'progressive', 'power', 'predictive', 'predictive_age_blind']"
    power_ratio: "float"
    ring_min_s: "float"
    ring_timeout_s: "float"
    weight: "float"
    wrap_up_limit_s: "float"


class PacingShown(TypedDict):
    """How a campaign is paced, and what its pacer is doing."""

    abandon_rate: "float | None"
    forecast: "dict[str, float] | None"
    limited_by: "str | None"
    lines: "int | None"
    running: "bool"
    settings: "PacingSet"


class PageAgentShown(TypedDict):
    """PageAgentShown."""

    items: "list[AgentShown]"
    next: "str | None"


class PageAttemptShown(TypedDict):
    """PageAttemptShown."""

    items: "list[AttemptShown]"
    next: "str | None"


class PageAuditShown(TypedDict):
    """PageAuditShown."""

    items: "list[AuditShown]"
    next: "str | None"


class PageCallRecordShown(TypedDict):
    """PageCallRecordShown."""

    items: "list[CallRecordShown]"
    next: "str | None"


class PageCallShown(TypedDict):
    """PageCallShown."""

    items: "list[CallShown]"
    next: "str | None"


class PageCallbackShown(TypedDict):
    """PageCallbackShown."""

    items: "list[CallbackShown]"
    next: "str | None"


class PageCampaignShown(TypedDict):
    """PageCampaignShown."""

    items: "list[CampaignShown]"
    next: "str | None"


class PageDeadLetterShown(TypedDict):
    """PageDeadLetterShown."""

    items: "list[DeadLetterShown]"
    next: "str | None"


class PageEntryShown(TypedDict):
    """PageEntryShown."""

    items: "list[EntryShown]"
    next: "str | None"


class PageLeadShown(TypedDict):
    """PageLeadShown."""

    items: "list[LeadShown]"
    next: "str | None"


class PageListShown(TypedDict):
    """PageListShown."""

    items: "list[ListShown]"
    next: "str | None"


class PageMessageShown(TypedDict):
    """PageMessageShown."""

    items: "list[MessageShown]"
    next: "str | None"


class PagePhoneShown(TypedDict):
    """PagePhoneShown."""

    items: "list[PhoneShown]"
    next: "str | None"


class PageRecordingShown(TypedDict):
    """PageRecordingShown."""

    items: "list[RecordingShown]"
    next: "str | None"


class PageSpyShown(TypedDict):
    """PageSpyShown."""

    items: "list[SpyShown]"
    next: "str | None"


class PageTeamShown(TypedDict):
    """PageTeamShown."""

    items: "list[TeamShown]"
    next: "str | None"


class PageTokenShown(TypedDict):
    """PageTokenShown."""

    items: "list[TokenShown]"
    next: "str | None"


class PageUserShown(TypedDict):
    """PageUserShown."""

    items: "list[UserShown]"
    next: "str | None"


class PageWebhookShown(TypedDict):
    """PageWebhookShown."""

    items: "list[WebhookShown]"
    next: "str | None"


class Parked(TypedDict):
    """A customer or a caller who is parked."""

    attempt: "str"
    by: "str"
    campaign: "str"
    returning: "bool"
    since: "float"
    slot: "str"


class ParkedList(TypedDict):
    """Whom one may pick up."""

    items: "list[Parked]"


class PasswordChange(TypedDict):
    """One's own password, and what it is to be."""

    current: "str"
    new: "str"


class PasswordSet(TypedDict):
    """A password for somebody."""

    password: "str"


class Pause(TypedDict):
    """Why an agent pauses."""

    code: "NotRequired[str]"


class PhoneChange(TypedDict):
    """What is to be otherwise of a phone."""

    leg: "PhoneLeg"


PhoneKind = Literal["sip", "webrtc"]


PhoneLeg = Literal["standing", "on_demand"]


class PhoneMade(TypedDict):
    """A phone with its new secret."""

    phone: "PhoneShown"
    pushed: "bool"
    secret: "str"


class PhoneShown(TypedDict):
    """A phone, without its secret."""

    kind: "PhoneKind"
    leg: "PhoneLeg"
    name: "str"
    srtp: "bool"
    transport: "Transport"


class PinSet(TypedDict):
    """The PIN of a number, and whose it is."""

    label: "NotRequired[str]"
    phone: "NotRequired[str]"
    pin: "str"


class PinShown(TypedDict):
    """A number that has a PIN."""

    kind: "str"
    label: "str"
    locked_until: "float | None"
    number: "str"
    phone: "str"


class Pinged(TypedDict):
    """How a receiver answered."""

    delivered: "bool"
    problem: "str"
    status: "int | None"
    took_ms: "float"


class PlainText(TypedDict):
    """What a text says."""

    text: "str"


class PreviewRow(TypedDict):
    """One of the first rows of a list."""

    reason: "str"
    row: "int"
    values: "list[str]"


class PreviewShown(TypedDict):
    """The beginning of a list, as it would be read; nothing was imported."""

    columns: "list[str]"
    delimiter: "str"
    encoding: "str"
    kind: "NotRequired[Literal['preview']]"
    mapping: "dict[str, str]"
    meanings: "list[str]"
    rejected: "dict[str, int]"
    rows: "list[PreviewRow]"
    sheet: "str"
    taken: "int"


class PreviewSkip(TypedDict):
    """Why a lead that was looked at is not dialed."""

    reason: "str"


class PreviewSkipped(TypedDict):
    """The lead that was put off."""

    lead: "int"


class PreviewTerms(TypedDict):
    """How leads are looked at in mode preview; times in seconds."""

    limit_s: "NotRequired[float]"
    skip_reasons: "NotRequired[list[str]]"
    skip_wait_s: "NotRequired[float]"


class Problem(TypedDict):
    """What is wrong, where, and what to do about it (RFC 9457)."""

    code: "str"
    detail: "str"
    errors: "NotRequired[list[FieldProblem] | None]"
    field: "str"
    fix: "str"
    status: "int"
    title: "str"
    type: "str"


class PromiseOfLead(TypedDict):
    """A call that was promised to a lead."""

    due_at: "float"
    id: "int"
    misses: "int"
    note: "str"
    owner: "str"
    state: "str"


class PromptNew(TypedDict):
    """A prompt to be added."""

    file: "str"
    language: "str"
    name: "str"
    seconds: "NotRequired[float | None]"
    text: "NotRequired[str]"


class PromptShown(TypedDict):
    """What callers hear."""

    checksum: "NotRequired[str]"
    file: "str"
    language: "str"
    name: "str"
    seconds: "NotRequired[float | None]"
    text: "NotRequired[str]"


class PromptTerms(TypedDict):
    """What a prompt is in one language."""

    file: "str"
    seconds: "NotRequired[float | None]"
    text: "NotRequired[str]"


class Publication(TypedDict):
    """Which version is to be published."""

    version: "int"


Purpose = Literal["sales", "research", "debt", "service"]


class Question(TypedDict):
    """A number to look for."""

    campaign: "NotRequired[str]"
    number: "str"
    region: "NotRequired[str]"


class QuestionCompared(TypedDict):
    """What reviewers answered to one question."""

    answers: "dict[str, float | None]"
    apart: "float"
    code: "str"
    critical: "bool"
    text: "str"


class QuestionSaid(TypedDict):
    """One thing that is judged."""

    code: "str"
    critical: "NotRequired[bool]"
    text: "str"
    weight: "NotRequired[float]"


QueueRecording = Literal["off", "announced", "asked"]


class QueueShown(TypedDict):
    """A queue of a tenant."""

    after_hours: "NotRequired[AfterHoursSaid | None]"
    after_wait: "NotRequired[AfterWait]"
    announce_every_s: "NotRequired[float]"
    call_back_campaign: "NotRequired[str]"
    call_back_key: "NotRequired[str]"
    last_agent: "NotRequired[bool]"
    longest_wait_s: "NotRequired[float]"
    missed_to_campaign: "NotRequired[str]"
    name: "str"
    order: "NotRequired[AgentOrder]"
    park_limit_s: "NotRequired[float]"
    priority: "NotRequired[int]"
    recording: "NotRequired[QueueRecording]"
    recording_announcement: "NotRequired[str]"
    skills: "NotRequired[list[str]]"
    vip_numbers: "NotRequired[list[str]]"
    wrap_up_limit_s: "NotRequired[float]"


class QueueTerms(TypedDict):
    """How a queue is served."""

    after_hours: "NotRequired[AfterHoursSaid | None]"
    after_wait: "NotRequired[AfterWait]"
    announce_every_s: "NotRequired[float]"
    call_back_campaign: "NotRequired[str]"
    call_back_key: "NotRequired[str]"
    last_agent: "NotRequired[bool]"
    longest_wait_s: "NotRequired[float]"
    missed_to_campaign: "NotRequired[str]"
    order: "NotRequired[AgentOrder]"
    park_limit_s: "NotRequired[float]"
    priority: "NotRequired[int]"
    recording: "NotRequired[QueueRecording]"
    recording_announcement: "NotRequired[str]"
    skills: "NotRequired[list[str]]"
    vip_numbers: "NotRequired[list[str]]"
    wrap_up_limit_s: "NotRequired[float]"


class ReadyInput(TypedDict):
    """What became of the talk that is written up."""

    amount: "NotRequired[float | None]"
    callback_at: "NotRequired[float | None]"
    callback_for_anyone: "NotRequired[bool]"
    disposition: "NotRequired[str]"
    note: "NotRequired[str]"
    script_version: "NotRequired[int | None]"
    statements: "NotRequired[list[int]]"


class ReadyOutput(TypedDict):
    """Whether calls can be dialed through this process."""

    nodes: "dict[str, str]"
    problems: "list[Missing]"
    ready: "bool"


class ReasonOfRefusal(TypedDict):
    """One reason why a lead was not dialed."""

    again_at: "float | None"
    field: "str"
    rule_id: "str"
    text: "str"


class ReasonShown(TypedDict):
    """One reason why not."""

    again_at: "float | None"
    field: "str"
    rule_id: "str"
    source: "str"
    text: "str"


class Reclaim(TypedDict):
    """Leads to be taken back: of an agent, of a team, or of everybody."""

    agent: "NotRequired[str | None]"
    everybody: "NotRequired[bool]"
    list_name: "NotRequired[str]"
    team: "NotRequired[str | None]"
    up_to: "NotRequired[int | None]"


class Reconsidered(TypedDict):
    """Leads that a calling rule held, ready to be judged again."""

    leads: "int"


RecordingAnswer = Literal["", "asking", "agreed", "declined", "failed"]


class RecordingShown(TypedDict):
    """A talk that was recorded."""

    agent: "str | None"
    attempt: "str"
    bytes: "NotRequired[int | None]"
    campaign: "str"
    campaign_name: "str"
    codec: "NotRequired[str]"
    connected_at: "float | None"
    dialed_at: "float"
    disposition: "str"
    encrypted: "NotRequired[bool]"
    file: "str"
    ground: "str"
    held: "NotRequired[bool]"
    kept: "NotRequired[str]"
    lead: "int"
    node: "str"
    number: "str"
    queue: "NotRequired[str]"
    seconds: "float | None"
    sha256: "NotRequired[str]"


class RecyclingRules(TypedDict):
    """All rules of a campaign; the defaults are where to start from, not findings."""

    abandon_quiet_s: "NotRequired[float]"
    abandoned: "NotRequired[RetryOutput]"
    busy: "NotRequired[RetryOutput]"
    callback_after_s: "NotRequired[float]"
    cancelled: "NotRequired[RetryOutput]"
    congestion: "NotRequired[RetryOutput]"
    failed: "NotRequired[RetryOutput]"
    hung_up_waiting: "NotRequired[RetryOutput]"
    lost: "NotRequired[RetryOutput | None]"
    machine: "NotRequired[RetryOutput]"
    message_heard: "NotRequired[RetryOutput | None]"
    most_in_all: "NotRequired[int]"
    most_per_day: "NotRequired[int]"
    next_number_after_s: "NotRequired[float | None]"
    no_answer: "NotRequired[RetryOutput]"
    refusal_quiet_s: "NotRequired[float]"


class RefusalOfLead(TypedDict):
    """A dial of a lead that a calling rule forbade."""

    again_at: "float | None"
    at: "float"
    number: "str"
    reasons: "list[ReasonOfRefusal]"


class RehearsalShown(TypedDict):
    """What came of it: the document of `outpace simulate --json`."""

    columns: "list[dict[str, Any]]"
    format: "int"
    seeds: "list[int]"
    title: "str"


class RejectedLineShown(TypedDict):
    """A line that was not taken."""

    line: "int"
    reason: "str"


class RejectedShown(TypedDict):
    """A row that was not taken."""

    reason: "str"
    row: "int"


class Removal(TypedDict):
    """Numbers to take out."""

    numbers: "list[str]"
    reason: "str"
    region: "NotRequired[str]"
    scope: "NotRequired[str]"


class Removed(TypedDict):
    """What came of taking numbers out."""

    removed: "int"


ReportName = Literal["campaign", "lists", "agents", "hours", "trunks"]


ReportShown = TypedDict("ReportShown", {"from": "str", "to": "str", "zone": "str"})


class Retried(TypedDict):
    """What came of it."""

    retried: "int"


class RetryOutput(TypedDict):
    """What follows one outcome on one number."""

    most: "int"
    waits_s: "list[float]"


class Revealed(TypedDict):
    """The numbers of a lead, whole."""

    numbers: "list[str]"


class ReviewPage(TypedDict):
    """Some reviews, and what all of them that were asked for come to."""

    count: "int"
    items: "list[ReviewShown]"
    mean_score: "float | None"
    next: "str | None"


class ReviewShown(TypedDict):
    """What one reviewer says of one talk by one scorecard."""

    agent: "str | None"
    answers: "dict[str, float | None]"
    at: "float"
    attempt: "str"
    by: "str"
    campaign: "str | None"
    campaign_name: "str"
    comments: "list[CommentShown]"
    dialed_at: "float | None"
    id: "int"
    note: "str"
    recorded: "bool"
    score: "float | None"
    scorecard: "str"


class RightShown(TypedDict):
    """One thing that can be done."""

    operation: "str"
    roles: "list[Role]"
    scope: "str"


Role = Literal["agent", "supervisor", "qa", "campaign_manager", "administrator"]


class RoomSet(TypedDict):
    """What a room is to be."""

    label: "NotRequired[str]"
    max_members: "NotRequired[int]"
    pin: "str"


class RoomShown(TypedDict):
    """A conference room."""

    label: "str"
    locked_until: "float | None"
    max_members: "int"
    number: "str"


class Route(TypedDict):
    """A number that people call."""

    after_hours: "NotRequired[AfterHoursSaid | None]"
    label: "NotRequired[str]"
    name: "NotRequired[str]"
    number: "str"
    to: "RouteTo"


class RouteChange(TypedDict):
    """What a route is to be."""

    policy: "NotRequired[Literal['priority', 'least_cost', 'percentage']]"
    ways: "list[WaySaid]"


class RouteSaidOutput(TypedDict):
    """Several trunks under one name; a campaign's setting `trunk` may name it."""

    name: "str"
    policy: "NotRequired[Literal['priority', 'least_cost', 'percentage']]"
    ways: "list[WaySaid]"


RouteTo = Literal["flow", "queue", "hang_up"]


class RuleShown(TypedDict):
    """A calling rule, with its source and the days on which it is in force."""

    asks: "dict[str, Any]"
    confidence: "str"
    effective_from: "str"
    effective_to: "str | None"
    id: "str"
    in_force: "bool"
    jurisdiction: "str"
    purposes: "list[Purpose]"
    remark: "str"
    source: "str"


class ScenarioShown(TypedDict):
    """A scenario that ships."""

    name: "str"
    title: "str"


class Schedule(TypedDict):
    """When a campaign is to start by itself."""

    at: "float"


class ScorecardShown(TypedDict):
    """The questions by which a talk is judged; its score is their mean by weight."""

    name: "str"
    questions: "list[QuestionSaid]"


class ScorecardTerms(TypedDict):
    """The questions of a scorecard."""

    questions: "list[QuestionSaid]"


class ScriptAsked(TypedDict):
    """A script that is looked at before it is kept."""

    fields: "NotRequired[dict[str, str]]"
    known: "NotRequired[list[str] | None]"
    text: "str"


class ScriptChecked(TypedDict):
    """What is wrong with a script, and how it looks."""

    parts: "list[ScriptPart]"
    problems: "list[ScriptProblemShown]"
    statements: "list[str]"


class ScriptPart(TypedDict):
    """A piece of a script, as an agent sees it."""

    field: "str"
    missing: "bool"
    statement: "int | None"
    text: "str"


class ScriptProblemShown(TypedDict):
    """One thing that is wrong with a script."""

    fix: "str"
    line: "int"
    reason: "str"


class SessionShown(TypedDict):
    """One's own agent."""

    agent: "AgentShown"
    talk: "TalkShown | None"


class SkillShown(TypedDict):
    """Something agents can do and callers may need."""

    active: "NotRequired[bool]"
    name: "str"


class SkillsGiven(TypedDict):
    """All that a user can do as an agent."""

    skills: "dict[str, Any]"


class Softphone(TypedDict):
    """What a page needs to be the phone of its agent."""

    ice_servers: "list[IceServer]"
    name: "str"
    realm: "str"
    secret: "str"
    until: "NotRequired[float | None]"
    websocket_url: "str"


SpyMode = Literal["listen", "whisper", "barge", "take", "coach"]


class SpyShown(TypedDict):
    """A supervisor's phone behind a talk."""

    agent: "str"
    attempt: "str | None"
    by: "str"
    id: "str"
    mode: "SpyMode"
    node: "str"
    phone: "str"
    since: "float"
    state: "SpyState"


SpyState = Literal["calling", "there", "ended"]


class Standing(TypedDict):
    """Where a lead stands, and why."""

    detail: "str"
    hold: "str"
    next_at: "float | None"
    text: "str"


class StepField(TypedDict):
    """A field of a step."""

    default: "Any"
    kind: "str"
    least: "float | None"
    most: "float | None"
    name: "str"
    options: "list[str]"
    required: "bool"
    whole: "bool"


class StepForm(TypedDict):
    """A kind of step."""

    fields: "list[StepField]"
    word: "str"


class StepWritten(TypedDict):
    """A step, as it is written."""

    name: "str"
    values: "Any"


class Stop(TypedDict):
    """Which phone shall listen no more."""

    phone: "NotRequired[str]"


class Stopped(TypedDict):
    """Campaigns that were stopped."""

    stopped: "list[str]"


class Supervise(TypedDict):
    """Which talk is to be heard on which phone, and how."""

    agent: "str"
    mode: "Literal['listen', 'whisper', 'barge', 'take']"
    phone: "NotRequired[str]"


class TakenIn(TypedDict):
    """What came of a file of numbers."""

    leads: "int"
    more_rejected: "bool"
    new: "int"
    rejected: "int"
    rejected_rows: "list[RejectedShown]"
    rows: "int"


class TalkShown(TypedDict):
    """The talk that an agent is in or writes up."""

    attempt: "str"
    campaign: "str"
    connected_at: "float | None"
    lead: "int"
    list_name: "str"
    number: "str"
    person: "dict[str, str]"
    recording_asked: "bool"


class TalkState(TypedDict):
    """How a talk stands after a move."""

    agent: "str | None"
    attempt: "str"
    company: "Company"
    muted: "bool"
    recorded: "bool"
    recording_asked: "bool"
    recording_paused: "bool"
    recording_question: "RecordingAnswer"
    slot: "str | None"
    state: "CallState"
    third: "str | None"


class TeamShown(TypedDict):
    """A team."""

    name: "str"
    users: "int"


class TextAdded(TypedDict):
    """A version that was added; it is not published by that."""

    at: "float"
    by: "str"
    name: "str"
    published: "bool"
    version: "int"


class TextListed(TypedDict):
    """How things stand under a name. An ETag is of this."""

    changed_at: "float"
    name: "str"
    newest: "int"
    published: "int | None"


class TextShown(TypedDict):
    """What is under a name, and its versions."""

    changed_at: "float"
    name: "str"
    newest: "int"
    published: "int | None"
    versions: "list[VersionListed]"


class TextVersion(TypedDict):
    """A version with its text."""

    at: "float"
    by: "str"
    name: "str"
    published: "bool"
    text: "str"
    version: "int"


Then = Literal["retry", "callback", "final", "do_not_call"]


class Through(TypedDict):
    """Whether somebody is through with a voicemail."""

    done: "bool"


class Today(TypedDict):
    """What one did today, and where one stands."""

    amount: "float"
    logged_in_s: "float"
    of: "int"
    paused_s: "float"
    rank: "int"
    sales: "int"
    since: "float"
    talk_s: "float"
    talks: "int"
    team: "str | None"
    wrap_up_s: "float"


class TokenMade(TypedDict):
    """A new token with its secret."""

    secret: "str"
    token: "TokenShown"


class TokenShown(TypedDict):
    """A token, without its secret."""

    created_at: "float"
    created_by: "str"
    ends_at: "float | None"
    id: "str"
    name: "str"
    revoked_at: "float | None"
    role: "Role"
    scopes: "list[str]"
    seen_at: "float | None"


Topic = Literal[
    "attempt.ended",
    "call.connected",
    "lead.done",
    "disposition.set",
    "callback.promised",
    "do_not_call.added",
    "campaign.state",
    "voicemail.left",
    "voicemail.assigned",
    "voicemail.done",
]


Transport = Literal["udp", "tcp", "tls"]


class TrunkLine(TypedDict):
    """How a trunk stands on one node."""

    answer_rate: "NotRequired[float | None]"
    answered: "int"
    calls_per_second: "float"
    ended: "int"
    faults: "int"
    lines: "int"
    max_lines: "int"
    node: "str"
    reachable: "bool"
    reason: "str"
    short_calls: "int"
    since: "float"
    state: "Literal['closed', 'open', 'half_open']"
    tried_at: "NotRequired[float | None]"


class TrunkShown(TypedDict):
    """One trunk: what its carrier allows and takes, and how it stands."""

    calls_per_second: "float"
    countries: "list[str]"
    host: "str"
    max_lines: "int"
    minutes_max_day: "NotRequired[float | None]"
    name: "str"
    nodes: "list[TrunkLine]"
    port: "int"
    rates: "dict[str, Any]"
    spend_max_day: "NotRequired[float | None]"


class UpsertShown(TypedDict):
    """What came of the leads that were sent."""

    created: "int"
    lines: "int"
    more_rejected: "bool"
    rejected: "int"
    rejected_lines: "list[RejectedLineShown]"
    updated: "int"


class UserShown(TypedDict):
    """A user."""

    active: "bool"
    agent: "str | None"
    id: "str"
    leads_held_max: "int | None"
    login: "str"
    name: "str"
    role: "Role"
    team: "str | None"


Verified = Literal["", "passed", "failed", "none"]


class VersionAdded(TypedDict):
    """A version that was added, and what is odd about it."""

    at: "float"
    by: "str"
    name: "str"
    published: "bool"
    version: "int"
    warnings: "list[FlowProblem]"


class VersionListed(TypedDict):
    """A version, without what it says."""

    at: "float"
    by: "str"
    published: "bool"
    version: "int"


class VersionShown(TypedDict):
    """A version of a flow."""

    at: "float"
    by: "str"
    name: "str"
    published: "bool"
    text: "str"
    version: "int"


class VoicemailClass(TypedDict):
    """What a voicemail is about."""

    class_name: "str"


class VoicemailPage(TypedDict):
    """Some voicemails."""

    items: "list[VoicemailShown]"
    next: "str | None"
    unheard: "int"


class VoicemailShown(TypedDict):
    """What a caller left to be heard; times are seconds since the epoch."""

    assigned_to: "str | None"
    at: "float"
    class_name: "str"
    done_at: "float | None"
    done_by: "str | None"
    heard_at: "float | None"
    heard_by: "str | None"
    id: "int"
    number: "str"
    queue: "str | None"
    seconds: "float | None"


class WaveformShown(TypedDict):
    """What a player draws of a talk: the JSON of audiowaveform, version 2."""

    bits: "int"
    channels: "int"
    data: "list[int]"
    length: "int"
    sample_rate: "int"
    samples_per_pixel: "int"
    version: "int"


class WaySaid(TypedDict):
    """One trunk of a route."""

    priority: "NotRequired[int]"
    trunk: "str"
    weight: "NotRequired[float]"


class WebhookMade(TypedDict):
    """A new webhook, with its secret."""

    active: "bool"
    created_at: "float"
    created_by: "str"
    dead: "int"
    id: "str"
    secret: "str"
    topics: "list[Topic]"
    url: "str"
    waiting: "int"
    why: "str"


class WebhookShown(TypedDict):
    """A webhook, without its secret."""

    active: "bool"
    created_at: "float"
    created_by: "str"
    dead: "int"
    id: "str"
    topics: "list[Topic]"
    url: "str"
    waiting: "int"
    why: "str"


WhenClosed = Literal["announcement", "voicemail", "forward", "flow"]


class Why(TypedDict):
    """Why something is asked for; it is noted."""

    reason: "str"


class apiagentsschemasLogIn(TypedDict):
    """Which campaigns an agent is to serve."""

    campaigns: "list[str]"


class apiauthschemasLogIn(TypedDict):
    """A person who wants in."""

    login: "str"
    password: "str"
    tenant: "NotRequired[str]"


class apiroutesschemasRouteSaid(TypedDict):
    """Where the calls of a number go."""

    after_hours: "NotRequired[AfterHoursSaid | None]"
    label: "NotRequired[str]"
    name: "NotRequired[str]"
    to: "RouteTo"


class apisimulationschemasWanted(TypedDict):
    """What to rehearse: a scenario, or a campaign like one on record."""

    agents: "NotRequired[int | None]"
    campaign: "NotRequired[str | None]"
    hours: "NotRequired[float | None]"
    instead: "NotRequired[Instead | None]"
    scenario: "NotRequired[str | None]"
    seeds: "NotRequired[int]"


class apitalksschemasWanted(TypedDict):
    """A move within a talk."""

    digits: "NotRequired[str | None]"
    move: "Move"
    number: "NotRequired[str | None]"
    queue: "NotRequired[str | None]"
    slot: "NotRequired[str | None]"
    team: "NotRequired[str | None]"
    to: "NotRequired[str | None]"


class apitrunkroutesschemasRouteSaid(TypedDict):
    """Several trunks under one name; a campaign's setting `trunk` may name it."""

    name: "str"
    policy: "NotRequired[Literal['priority', 'least_cost', 'percentage']]"
    ways: "list[WaySaid]"


class apiwebhooksschemasRetry(TypedDict):
    """Which events are to be told after all."""

    events: "NotRequired[list[str] | None]"


class dialerdomainrecyclingrulesRetry(TypedDict):
    """What follows one outcome on one number."""

    most: "int"
    waits_s: "list[float]"
