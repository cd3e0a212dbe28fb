"""A recording as somebody may hear it: of their tenant, there, and theirs to hear.

A file is found by what is on record of it, and never outside of the places of recordings. Refuses
to know what is done with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from anyio import to_thread

from api.attempts.found import attempt_of
from api.recordings.schemas import RecordingShown
from api.world import World
from dialer.adapters.recording_files import facts_of, raw_of
from dialer.adapters.recording_shelf import Readable, RecordingShelf
from dialer.adapters.sql.attempt_record import AttemptRow
from dialer.adapters.sql.recorded_callers import RecordedCall
from dialer.domain.ids import AgentId, AttemptId, CallId, is_call_id
from dialer.domain.principal import Principal
from dialer.domain.recording import Codec, Kept, RecordingRow
from dialer.domain.recording_rules import NameFacts, RecordingRules
from dialer.domain.roles import Role
from dialer.errors import Denied, NoSuch

_NONE: Final = "none was made, or it was deleted; see GET recordings"


async def all_shown(
    world: World, principal: Principal, rows: Sequence[AttemptRow]
) -> list[RecordingShown]:
    """Return what somebody is shown of recorded talks, in their order."""
    known = await world.stores.recordings.of_attempts([row.attempt_id for row in rows])
    held = await world.stores.recordings.held({row.number for row in rows}, principal.tenant_id)
    return [
        RecordingShown.of(row, principal.role, known.get(row.attempt_id), held=row.number in held)
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Talk:
    """Whose recording it is: of an attempt, or of somebody who called us."""

    talk_id: str
    at: float
    """When it was dialed, or came in; epoch seconds."""
    of: str
    """Name of the campaign, or of the queue."""
    agent_id: AgentId | None
    node: str
    subject: str
    """How the audit log names it."""
    detail: Mapping[str, Any]
    """What it says beside."""

    @classmethod
    def of_attempt(cls, row: AttemptRow) -> "Talk":
        """Return that of an attempt."""
        return cls(
            row.attempt_id,
            row.dialed_at,
            row.campaign,
            row.agent_id,
            row.node,
            f"attempt {row.attempt_id}",
            {"campaign": row.campaign_id, "lead": row.lead_id},
        )

    @classmethod
    def of_caller(cls, one: RecordedCall) -> "Talk":
        """Return that of somebody who called us."""
        call = one.call
        return cls(
            call.call_id,
            call.began_at,
            call.queue or "",
            call.agent_id,
            call.node,
            f"call {call.call_id}",
            {"queue": call.queue},
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A recording that may be heard."""

    talk: Talk
    row: RecordingRow | None
    """What is on record of its file; None: made before that was noted."""
    rules: RecordingRules
    shelf: RecordingShelf

    @property
    def codec(self) -> Codec:
        """Its codec."""
        return Codec.WAV if self.row is None else self.row.codec

    @property
    def kept(self) -> Kept:
        """Where it is."""
        return Kept.SPOOL if self.row is None else self.row.kept

    @property
    def etag(self) -> dict[str, str]:
        """The header with its checksum, if that is known."""
        return {"ETag": f'"{self.row.sha256}"'} if self.row is not None and self.row.sha256 else {}

    @property
    def save_as(self) -> str:
        """Name under which it is taken out: letters, digits, `.`, `_` and `-` alone."""
        talk = self.talk
        facts = NameFacts(talk.talk_id, talk.at, talk.of, talk.agent_id or "")
        name = self.rules.pattern(talk.of).name(facts)
        return f"{name.replace('/', '_')}.{self.codec.value}"

    async def open(self) -> Readable:
        """Open it.

        Raises:
            NoSuch: it is not written yet, or lies elsewhere.
            RecordingUnreadable: it is damaged, or cannot be reached.
        """
        is_known = self.row is not None and self.row.finished_at is not None
        file = self.row.file if self.row is not None and is_known else f"{self.talk.talk_id}.wav"
        try:
            return await to_thread.run_sync(self.shelf.open, file, self.kept)
        except FileNotFoundError:
            raise await to_thread.run_sync(self._not_there, file) from None

    async def peaks(self) -> bytes:
        """Return its stored waveform; raises as `open`."""
        talk_id = self.talk.talk_id
        try:
            return await to_thread.run_sync(self.shelf.peaks, talk_id, self.kept)
        except FileNotFoundError:
            await self.open()  # says what is wrong, if the recording is not there either
            raise NoSuch(
                "peaks", f"{talk_id} has none", "it is older than waveforms are: play it"
            ) from None

    def _not_there(self, file: str) -> NoSuch:
        talk_id, spool = self.talk.talk_id, self.shelf.spool
        if raw_of(spool, talk_id).exists() or facts_of(spool, talk_id).exists():
            return NoSuch("recording", "is being written", "try again in a few seconds")
        return NoSuch("recording", f"{file} does not lie on this host", beside(self.talk))


async def talk_of(
    world: World, principal: Principal, attempt_id: str
) -> tuple[AttemptRow, RecordingRules]:
    """Return an attempt whose talk somebody may hear, recorded or not, and the tenant's rules.

    Raises:
        Denied: it is not theirs to hear.
        NoSuch: there is none, or it is another tenant's.
    """
    attempt = await attempt_of(world, principal, attempt_id)
    rules = await world.stores.recordings.rules_of(principal.tenant_id)
    await _check_team(world, principal, rules, attempt.agent_id)
    return attempt, rules


async def team_heard(world: World, principal: Principal) -> frozenset[AgentId] | None:
    """Return the agents whose talks alone somebody may hear; None: those of all.

    A token that is a supervisor's is of no team.
    """
    return await _team(
        world, principal, await world.stores.recordings.rules_of(principal.tenant_id)
    )


async def heard(world: World, principal: Principal, attempt_id: str) -> Found:
    """Return a recording that somebody may listen to.

    Raises:
        Denied: it is not theirs to hear. Agents hear talks of theirs that were reviewed.
        NoSuch: there is none, or it is another tenant's, or another agent's.
    """
    if principal.role is Role.AGENT:
        await _own_talk(world, principal, attempt_id)
        said = await world.stores.reviews.of_attempt(
            AttemptId(attempt_id), tenant_id=principal.tenant_id
        )
        if not any(one.finished for one in said.reviews):
            problem = "agents hear their own talks once they are reviewed"
            raise Denied("recording", problem, "see GET reviews/own, or ask a supervisor")
    return await recording_of(world, principal, attempt_id)


async def recording_of(world: World, principal: Principal, attempt_id: str) -> Found:
    """Return a recording.

    Raises:
        Denied: it is not theirs to hear.
        NoSuch: there is none, or it is another tenant's.
    """
    if is_call_id(attempt_id):
        talk = Talk.of_caller(await _caller(world, principal, attempt_id))
        rules = await world.stores.recordings.rules_of(principal.tenant_id)
        await _check_team(world, principal, rules, talk.agent_id)
    else:
        attempt, rules = await talk_of(world, principal, attempt_id)
        talk = Talk.of_attempt(attempt)
        if not attempt.recording:
            raise NoSuch("recording", f"{talk.subject} has none", _NONE)
    if world.recordings is None:
        raise NoSuch("recording", "no recordings lie here", beside(talk))
    row = await world.stores.recordings.of_attempt(talk.talk_id)
    return Found(talk, row, rules, world.recordings)


async def taken_out(world: World, principal: Principal, attempt_id: str) -> Found:
    """Return a recording that somebody may take out.

    Raises:
        Denied: agents take out their own talks, where their tenant lets them, and nothing else.
        NoSuch: there is none, or it is another tenant's.
    """
    if principal.role is Role.AGENT:
        rules = await world.stores.recordings.rules_of(principal.tenant_id)
        if not rules.agents_download:
            fix = "ask a supervisor, or have the tenant's setting changed"
            raise Denied("recordings.agents_download", "agents take out none", fix)
        await _own_talk(world, principal, attempt_id)
    return await recording_of(world, principal, attempt_id)


async def _own_talk(world: World, principal: Principal, attempt_id: str) -> None:
    """Check that a talk is an agent's own.

    Raises:
        NoSuch: there is none, or it is somebody else's.
    """
    if is_call_id(attempt_id):
        agent_id = (await _caller(world, principal, attempt_id)).call.agent_id
    else:
        agent_id = (await attempt_of(world, principal, attempt_id)).agent_id
    if principal.agent_id is None or agent_id != principal.agent_id:
        raise NoSuch("attempt", f"{attempt_id!r} does not exist", "see your own talks")


async def _caller(world: World, principal: Principal, call_id: str) -> RecordedCall:
    """Return the recording of somebody who called us.

    Raises:
        NoSuch: there is none, or it is another tenant's.
    """
    this, tenant_id = CallId(call_id), principal.tenant_id
    found = await world.stores.recorded_callers.get(this, tenant_id=tenant_id)
    if found is not None:
        return found
    call = await world.stores.calls.get(this, tenant_id=tenant_id)
    if call is None:
        raise NoSuch("call", f"{call_id!r} does not exist", "see GET call-records")
    raise NoSuch("recording", f"call {call_id} has none", _NONE)


async def _check_team(
    world: World, principal: Principal, rules: RecordingRules, agent_id: AgentId | None
) -> None:
    team = await _team(world, principal, rules)
    if team is not None and agent_id not in team:
        problem = "is a talk of another team"
        raise Denied("attempt", problem, "ask a supervisor of that team, or quality assurance")


async def _team(
    world: World, principal: Principal, rules: RecordingRules
) -> frozenset[AgentId] | None:
    if not (rules.own_team and principal.role is Role.SUPERVISOR):
        return None
    return await world.stores.recordings.team_of(principal.user_id or "")


def beside(talk: Talk) -> str:
    """Say who has a recording that does not lie here."""
    return f"ask the API on the host of engine {talk.node!r}"
