"""What is said of queues over REST."""

from pydantic import BaseModel, ConfigDict, Field

from api.queues.after_hours import AfterHoursSaid
from api.words import Words
from dialer.domain.named import Key
from dialer.domain.queue import (
    LONGEST_PATH,
    LONGEST_WAIT_S,
    MOST_PRIORITY,
    MOST_SKILLS,
    MOST_VIPS,
    AfterWait,
    AgentOrder,
    Queue,
    QueueRecording,
    QueueSettings,
)


class QueueTerms(BaseModel):
    """How a queue is served."""

    model_config = ConfigDict(extra="forbid")

    order: AgentOrder = Field(
        default=AgentOrder.LONGEST_IDLE, description="Which of the idle agents is chosen."
    )
    skills: list[Words] = Field(
        default_factory=list,
        max_length=MOST_SKILLS,
        description="Names of those that agents need.",
        examples=[["spanish"]],
    )
    longest_wait_s: float = Field(default=300.0, ge=1, le=LONGEST_WAIT_S)
    after_wait: AfterWait = Field(
        default=AfterWait.HANG_UP, description="What happens to who has waited so long."
    )
    priority: int = Field(
        default=0,
        ge=-MOST_PRIORITY,
        le=MOST_PRIORITY,
        description="Queues of a higher one are served first.",
    )
    vip_numbers: list[str] = Field(
        default_factory=list,
        max_length=MOST_VIPS,
        description="Callers (E.164) who are served before others.",
        examples=[["+12025550155"]],
    )
    last_agent: bool = Field(
        default=True, description="Whether who talked with a caller last is preferred, if idle."
    )
    announce_every_s: float = Field(
        default=30.0,
        ge=0,
        le=3600,
        description="Between announcements of place and waiting time; 0: none, else 10 or more.",
    )
    wrap_up_limit_s: float = Field(default=30.0, ge=0, le=3600)
    park_limit_s: float = Field(
        default=120.0,
        ge=10,
        le=3600,
        description="A parked caller whom nobody picks up comes back after this.",
    )
    missed_to_campaign: Words = Field(
        default="",
        description="Id of the campaign in which callers whom nobody took become leads.",
    )
    call_back_key: str = Field(
        default="",
        pattern="^[0-9]?$",
        description="Digit by which who waits asks to be called back instead; empty: none.",
    )
    call_back_campaign: Words = Field(
        default="",
        description="Id of the campaign in which those are called back who ask for it.",
    )
    after_hours: AfterHoursSaid | None = Field(
        default=None, description="What becomes of callers when it is closed; null: it never is."
    )
    recording: QueueRecording = Field(
        default=QueueRecording.OFF,
        description=(
            "Of its talks. announced: each caller is told first; asked: from the agent's word on "
            "that the caller has agreed (move record-start)."
        ),
    )
    recording_announcement: str = Field(
        default="",
        max_length=LONGEST_PATH,
        description=(
            "Of announced: path of a WAV without its extension, which both hear before anything is "
            "recorded; empty: callers are told otherwise, as by the flow."
        ),
        examples=["/srv/prompts/recorded"],
    )

    def thing(self, key: Key) -> Queue:
        """Return the queue of a name that was said."""
        said = {name: getattr(self, name) for name in QueueTerms.model_fields}
        said |= {"skills": tuple(self.skills), "vip_numbers": tuple(self.vip_numbers)}
        said["after_hours"] = self.after_hours.rule() if self.after_hours else None
        return Queue(key[0], QueueSettings(**said))


class QueueShown(QueueTerms):
    """A queue of a tenant."""

    name: Words = Field(min_length=1, examples=["sales"])

    @classmethod
    def of(cls, queue: Queue) -> "QueueShown":
        """Return what is shown of a queue."""
        terms = queue.settings
        lists = {"skills": list(terms.skills), "vip_numbers": list(terms.vip_numbers)}
        said = {name: getattr(terms, name) for name in QueueTerms.model_fields}
        said["after_hours"] = AfterHoursSaid.of(terms.after_hours)
        return cls.model_construct(name=queue.name, **said | lists)
