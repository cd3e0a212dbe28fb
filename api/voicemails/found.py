"""A voicemail as somebody may see it: an agent those that they see to, others those of the tenant.

A file is found by what is on record of it, and never outside of the recordings.
"""

from anyio import to_thread

from api.session.routes import own_agent
from api.world import World
from dialer.adapters.recording_shelf import Readable, RecordingShelf
from dialer.domain.ids import AgentId
from dialer.domain.principal import Principal
from dialer.domain.recording import Kept
from dialer.domain.roles import Role
from dialer.domain.voicemail import Voicemail
from dialer.errors import NoSuch


def only_of(principal: Principal) -> AgentId | None:
    """Return the agent whose voicemails are the only ones that somebody sees; None: all.

    Raises:
        Denied: they are an agent by role, but none on the floor.
    """
    return own_agent(principal) if principal.role is Role.AGENT else None


async def voicemail_of(world: World, principal: Principal, voicemail_id: int) -> Voicemail:
    """Return a voicemail.

    Raises:
        NoSuch: there is none, it is another tenant's, or for another agent to see to.
    """
    found = await world.stores.voicemails.get(voicemail_id, tenant_id=principal.tenant_id)
    mine = only_of(principal)
    if found is None or mine not in (None, found.assigned_to):
        raise NoSuch("voicemail", f"{voicemail_id} does not exist", "see GET voicemails")
    return found


def shelf_of(world: World) -> RecordingShelf:
    """Return where the files are.

    Raises:
        NoSuch: not on this host.
    """
    if world.recordings is None:
        raise NoSuch("voicemail", "no recordings lie here", "ask the API on the host of its engine")
    return world.recordings


async def opened(world: World, voicemail: Voicemail) -> Readable:
    """Open the sound of a voicemail.

    Raises:
        NoSuch: it does not lie on this host.
        RecordingUnreadable: it is damaged.
    """
    shelf = shelf_of(world)
    try:
        return await to_thread.run_sync(shelf.open, voicemail.path, Kept.SPOOL)
    except FileNotFoundError:
        problem = f"{voicemail.file} does not lie on this host"
        raise NoSuch("voicemail", problem, "ask the API on the host of its engine") from None
