"""What a node in memory has in place of files: recordings, and leads made of callers."""

from collections.abc import Sequence

from dialer.domain.campaign import CampaignSettings
from dialer.domain.ids import AttemptId, CampaignId
from dialer.errors import NoSuch
from dialer.services.caller_leads import CallerKnown
from dialer.testing.tables import Tables


class Recordings:
    """Keeps what was asked of recordings."""

    def __init__(self) -> None:
        self.finished: list[AttemptId] = []
        self.discarded: list[AttemptId] = []
        self.there: set[AttemptId] = set()
        """Talks of which the switch has begun a file."""

    def begun(self, attempt_id: AttemptId) -> bool:
        return attempt_id in self.there

    def finish(self, attempt_id: AttemptId) -> str:
        self.finished.append(attempt_id)
        return f"{attempt_id}.wav"

    def discard(self, attempt_id: AttemptId) -> None:
        self.discarded.append(attempt_id)


class Intake:
    """Makes leads of callers, in memory."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def take_in(
        self, campaign_id: CampaignId, callers: Sequence[CallerKnown], *, list_name: str
    ) -> None:
        if campaign_id not in self._tables.campaigns:
            raise NoSuch("campaign", "does not exist", "name another")
        known = {entry.lead.number for entry in self._tables.leads.values()}
        for one in callers:
            if one.number not in known:
                about = {**one.attributes, "list": list_name}
                self._tables.add_lead(campaign_id, one.number, about, "ready")


def records(settings: CampaignSettings) -> bool:
    """Whether a talk is recorded from its first second."""
    later = (
        settings.recording_asked or settings.recording_announcement or settings.recording_question
    )
    return settings.record and not later
