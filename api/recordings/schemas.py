"""What is said of recordings over REST."""

from pydantic import BaseModel, Field

from dialer.adapters.sql.attempt_record import AttemptRow
from dialer.adapters.sql.recorded_callers import RecordedCall
from dialer.domain.masking import shown_to
from dialer.domain.recording import RecordingRow
from dialer.domain.roles import Role


class RecordingShown(BaseModel):
    """A talk that was recorded."""

    attempt: str = Field(description="Id of its attempt, or of the call of who called us.")
    campaign: str = Field(description="Id of the campaign; empty: they called us.")
    campaign_name: str = Field(examples=["spring"])
    queue: str = Field(
        default="",
        description="In which who called us waited last; empty: we called them.",
        examples=["sales"],
    )
    lead: int = Field(description="Id of the lead; 0: they called us.", examples=[17])
    number: str = Field(
        description="As one's role sees it; empty: they called us and showed none.",
        examples=["+12*****0100"],
    )
    agent: str | None = Field(examples=["1001"])
    node: str = Field(description="Engine beside whose Asterisk it lies.", examples=["node"])
    dialed_at: float = Field(description="Or came in; seconds since the epoch.")
    connected_at: float | None = Field(description="Seconds since the epoch.")
    seconds: float | None = Field(
        description="Of the talk; of a caller's the recording.", examples=[94.2]
    )
    disposition: str = Field(examples=["sale"])
    file: str = Field(description="Its name.")
    ground: str = Field(description="Why it may be recorded: one_party, announced, opt_in.")
    codec: str = Field(default="wav", description="wav, opus or mp3.", examples=["wav"])
    bytes: int | None = Field(
        default=None, description="Of the audio; none until it is finished.", examples=[3008044]
    )
    sha256: str = Field(default="", description="Of the audio, in hex.")
    encrypted: bool = Field(default=False, description="At rest; what is sent is not.")
    kept: str = Field(default="", description="disk, s3, or empty: where it was made.")
    held: bool = Field(default=False, description="Its number is under a legal hold.")

    @classmethod
    def of(
        cls, row: AttemptRow, role: Role, known: RecordingRow | None, *, held: bool
    ) -> "RecordingShown":
        """Return what a role is shown of a recording."""
        talked = row.connected_at is not None and row.talk_ended_at is not None
        return cls(
            attempt=row.attempt_id,
            campaign=row.campaign_id,
            campaign_name=row.campaign,
            lead=row.lead_id,
            number=shown_to(role, row.number),
            agent=row.agent_id,
            node=row.node,
            dialed_at=row.dialed_at,
            connected_at=row.connected_at,
            seconds=(row.talk_ended_at or 0) - (row.connected_at or 0) if talked else None,
            disposition=row.disposition,
            file=row.recording,
            ground=row.ground,
            codec=known.codec.value if known is not None else "wav",
            bytes=known.bytes if known is not None else None,
            sha256=known.sha256 if known is not None else "",
            encrypted=known is not None and known.key_id != "",
            kept=known.kept.value if known is not None else "",
            held=held,
        )

    @classmethod
    def of_caller(
        cls, one: RecordedCall, role: Role, known: RecordingRow | None, *, held: bool
    ) -> "RecordingShown":
        """Return what a role is shown of the recording of somebody who called us."""
        call = one.call
        return cls(
            attempt=call.call_id,
            campaign="",
            campaign_name="",
            queue=call.queue or "",
            lead=0,
            number=shown_to(role, call.number),
            agent=call.agent_id,
            node=call.node,
            dialed_at=call.began_at,
            connected_at=call.answered_at,
            seconds=one.seconds,
            disposition="",
            file=one.file,
            ground=one.ground,
            codec=known.codec.value if known is not None else "wav",
            bytes=known.bytes if known is not None else None,
            sha256=known.sha256 if known is not None else "",
            encrypted=known is not None and known.key_id != "",
            kept=known.kept.value if known is not None else "",
            held=held,
        )


class WaveformShown(BaseModel):
    """What a player draws of a talk: the JSON of audiowaveform, version 2."""

    version: int = Field(examples=[2])
    channels: int = Field(description="The customer's, then the agent's.", examples=[2])
    sample_rate: int = Field(description="Of the audio, Hz.", examples=[8000])
    samples_per_pixel: int = Field(description="400: 50 ms.", examples=[400])
    bits: int = Field(description="Of each value: -128 to 127.", examples=[8])
    length: int = Field(description="Pixels.", examples=[1884])
    data: list[int] = Field(
        description="By pixel, then by channel: the least value, then the greatest."
    )
