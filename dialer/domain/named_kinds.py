"""All kinds of things of a tenant that go by a name, each after those it refers to.

Refuses to know what they are.
"""

from typing import Any, Final

from dialer.domain.caller_account import CALLER_ACCOUNTS
from dialer.domain.caller_id import CALLER_IDS
from dialer.domain.inbound_route import ROUTES
from dialer.domain.named import Named
from dialer.domain.pause_code import PAUSE_CODES
from dialer.domain.prompt import PROMPTS
from dialer.domain.queue import QUEUES
from dialer.domain.room import ROOMS
from dialer.domain.scorecard import SCORECARDS
from dialer.domain.skill import SKILLS
from dialer.domain.trunk import TRUNKS
from dialer.domain.trunk_route import TRUNK_ROUTES
from dialer.domain.weekly_hours import CALLING_HOURS

NAMED_KINDS: Final[tuple[Named[Any], ...]] = (
    TRUNKS,
    TRUNK_ROUTES,
    CALLER_IDS,
    SKILLS,
    CALLING_HOURS,
    QUEUES,
    SCORECARDS,
    PROMPTS,
    PAUSE_CODES,
    ROUTES,
    CALLER_ACCOUNTS,
    ROOMS,
)
