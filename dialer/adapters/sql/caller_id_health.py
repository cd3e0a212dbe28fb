"""How the calls went that showed each caller id: answers, short calls, abandoned ones.

A number whose calls are answered less and less, or are over in seconds, may bear a label of «spam»
at the carriers. Refuses to know what is done about it.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import case, false, func, select

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.domain.ids import MAIN_TENANT

SHORT_CALL_S: Final = 6.0
"""An answered call that ended sooner is a short one."""

_ANSWERED: Final = attempts.c.answered_at.is_not(None)
_SHORT: Final = _ANSWERED & (attempts.c.ended_at - attempts.c.answered_at < SHORT_CALL_S)


@dataclass(frozen=True, slots=True)
class CallerIdHealth:
    """The calls that showed one number."""

    number: str
    calls: int
    """Sent, and ended."""
    answered: int
    """By people and machines."""
    short_calls: int
    abandoned: int

    @property
    def answer_rate(self) -> float | None:
        """Answered / calls; None: there were none."""
        return self.answered / self.calls if self.calls else None

    @property
    def short_rate(self) -> float | None:
        """Short calls / answered; None: none was answered."""
        return self.short_calls / self.answered if self.answered else None


async def caller_id_health(
    reader: SqlReader, since: float, tenant_id: str = MAIN_TENANT
) -> dict[str, CallerIdHealth]:
    """Return the health of each number that was shown since an instant (epoch seconds)."""
    query = (
        select(
            attempts.c.caller_id,
            func.count().label("calls"),
            func.sum(case((_ANSWERED, 1), else_=0)).label("answered"),
            func.sum(case((_SHORT, 1), else_=0)).label("short_calls"),
            func.sum(case((attempts.c.outcome == "abandoned", 1), else_=0)).label("abandoned"),
        )
        .join(campaigns, campaigns.c.id == attempts.c.campaign_id)
        .where(
            campaigns.c.tenant_id == tenant_id,
            attempts.c.dialed_at >= since,
            attempts.c.ended_at.is_not(None),
            attempts.c.undialed == false(),
            attempts.c.caller_id != "",
        )
        .group_by(attempts.c.caller_id)
    )
    async with reader.connect() as connection:
        rows = (await connection.execute(query)).all()
    return {
        row.caller_id: CallerIdHealth(
            row.caller_id,
            int(row.calls),
            int(row.answered),
            int(row.short_calls),
            int(row.abandoned),
        )
        for row in rows
    }
