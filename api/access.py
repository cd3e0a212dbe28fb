"""Who may do what over the API: one table, asked in one place.

Each operation of the contract has a row here under its `operationId`. Refuses to know HTTP, and
what an operation does. That a thing is another tenant's is seen where it is looked up, and it is
then as if it did not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dialer.domain.principal import Principal
from dialer.domain.roles import Role
from dialer.domain.supervision import MAY as MAY_LISTEN_IN
from dialer.errors import Denied

A, S, Q, M, X = (
    Role.AGENT,
    Role.SUPERVISOR,
    Role.QA,
    Role.CAMPAIGN_MANAGER,
    Role.ADMINISTRATOR,
)
EVERYBODY: Final = frozenset(Role)
STAFF: Final = frozenset({S, Q, M, X})
FLOOR: Final = frozenset({S, M, X})
SETTERS: Final = frozenset({M, X})
SUPERVISORS: Final = MAY_LISTEN_IN
ADMINISTRATORS: Final = frozenset({X})


@dataclass(frozen=True, slots=True)
class Operation:
    """What it takes to do one thing."""

    roles: frozenset[Role]
    scope: str
    """What a token must have been given: `noun:read` or `noun:write`."""


def _of(noun: str, **operations: frozenset[Role]) -> dict[str, Operation]:
    """Return the rows of a noun; those that only look end in `_read`."""
    rows: dict[str, Operation] = {}
    for name, roles in operations.items():
        looks = name.endswith("_read")
        verb = name.removesuffix("_read")
        rows[f"{noun}.{verb}"] = Operation(roles, f"{noun}:{'read' if looks else 'write'}")
    return rows


def _shelf(noun: str, *, looks: frozenset[Role], changes: frozenset[Role]) -> dict[str, Operation]:
    """Return the rows of things that go by a name."""
    return _of(
        noun, list_read=looks, get_read=looks, create=changes, update=changes, remove=changes
    )


OPERATIONS: Final[Mapping[str, Operation]] = {
    **_of(
        "campaigns",
        list_read=EVERYBODY,
        get_read=EVERYBODY,
        explain_read=STAFF,
        create=SETTERS,
        update=SETTERS,
        start=FLOOR,
        pause=FLOOR,
        stop=FLOOR,
        stop_all=FLOOR,
        drain=FLOOR,
        schedule=FLOOR,
        archive=SETTERS,
        restore=SETTERS,
    ),
    **_of("pacing", get_read=STAFF, decisions_read=STAFF, update=FLOOR),
    **_of(
        "lists",
        list_read=STAFF,
        get_read=STAFF,
        imports_read=STAFF,
        imported=SETTERS,
        update=SETTERS,
    ),
    **_of(
        "leads",
        list_read=STAFF,
        get_read=STAFF,
        upsert=SETTERS,
        update=SETTERS,
        reveal=FLOOR,
        reconsider=SETTERS,
        assign=FLOOR,
        reclaim=FLOOR,
        own=FLOOR,
        do_not_call=FLOOR,
    ),
    **_of("attempts", list_read=STAFF, get_read=STAFF),
    **_of("amd", labels_read=STAFF, draw_read=STAFF, label=ADMINISTRATORS),
    **_of("calls", list_read=STAFF, hang_up=FLOOR, move=FLOOR),
    # agents take out their own talks, where their tenant lets them
    **_of(
        "recordings",
        list_read=STAFF,
        play_read=EVERYBODY,
        peaks_read=EVERYBODY,
        download_read=EVERYBODY,
    ),
    **_of(
        "agents",
        list_read=STAFF,
        get_read=STAFF,
        log_in=FLOOR,
        log_out=FLOOR,
        pause=FLOOR,
        resume=FLOOR,
        ready=FLOOR,
        hang_up=FLOOR,
    ),
    **_of(
        "session",
        get_read=frozenset({A, S}),
        log_in=frozenset({A, S}),
        log_out=frozenset({A, S}),
        pause=frozenset({A, S}),
        resume=frozenset({A, S}),
        ready=frozenset({A, S}),
        extend=frozenset({A, S}),
        today_read=frozenset({A, S}),
        call_back=frozenset({A, S}),
        hang_up=frozenset({A, S}),
        move=frozenset({A, S}),
        dial=frozenset({A, S}),
        dial_cancel=frozenset({A, S}),
        preview_dial=frozenset({A, S}),
        preview_skip=frozenset({A, S}),
        parked_read=frozenset({A, S}),
    ),
    **_of("session", phone=frozenset({A, S}), ice_read=frozenset({A, S})),
    **_of(
        "phones",
        list_read=FLOOR,
        create=ADMINISTRATORS,
        update=ADMINISTRATORS,
        renew_secret=ADMINISTRATORS,
        remove=ADMINISTRATORS,
    ),
    **_of("supervision", list_read=SUPERVISORS, begin=SUPERVISORS, stop=SUPERVISORS),
    **_of("coaching", invite=SUPERVISORS, accept=frozenset({A, S}), end=frozenset({A, S})),
    **_of("dispositions", list_read=EVERYBODY),
    **_of("callbacks", list_read=frozenset({A, S, M, X}), close=FLOOR),
    **_of(
        "do_not_call",
        list_read=FLOOR,
        check_read=EVERYBODY,
        add=frozenset({A, S, M, X}),
        imported=SETTERS,
        remove=SETTERS,
    ),
    **_of("rules", list_read=STAFF, get_read=STAFF, check_read=STAFF),
    **_of(
        "flows",
        list_read=STAFF,
        get_read=STAFF,
        version_read=STAFF,
        drawing_read=STAFF,
        steps_read=STAFF,
        check_read=STAFF,
        create=SETTERS,
        add=SETTERS,
        publish=SETTERS,
        withdraw=SETTERS,
    ),
    **_shelf("routes", looks=STAFF, changes=SETTERS),
    **_of(
        "scripts",
        list_read=STAFF,
        get_read=STAFF,
        version_read=STAFF,
        published_read=EVERYBODY,
        check_read=STAFF,
        create=STAFF,
        add=STAFF,
        publish=SETTERS,
        withdraw=SETTERS,
    ),
    **_of(
        "articles",
        list_read=STAFF,
        get_read=STAFF,
        version_read=STAFF,
        create=STAFF,
        add=STAFF,
        publish=SETTERS,
        withdraw=SETTERS,
    ),
    **_of("knowledge", search_read=EVERYBODY, get_read=EVERYBODY),
    **_shelf("prompts", looks=STAFF, changes=SETTERS),
    **_of("prompts", sound_read=STAFF, upload=SETTERS),
    **_shelf("calling_hours", looks=STAFF, changes=SETTERS),
    **_shelf("scorecards", looks=EVERYBODY, changes=frozenset({Q, M, X})),
    **_of("call_records", list_read=STAFF, get_read=STAFF),
    # agents see, hear and settle those that they were given
    **_of(
        "voicemails",
        list_read=EVERYBODY,
        get_read=EVERYBODY,
        play_read=EVERYBODY,
        heard=EVERYBODY,
        classify=EVERYBODY,
        done=EVERYBODY,
        assign=FLOOR,
        remove=FLOOR,
    ),
    **_of(
        "reviews",
        list_read=STAFF,
        get_read=STAFF,
        draw_read=STAFF,
        due_read=STAFF,
        compared_read=STAFF,
        calibration_read=STAFF,
        own_read=frozenset({A, S}),
        create=STAFF,
        answer=STAFF,
        comment=STAFF,
        discard=STAFF,
    ),
    **_of("users", list_read=FLOOR, create=ADMINISTRATORS, disable=ADMINISTRATORS),
    **_of("users", rights_read=FLOOR),
    **_of("users", set_password=ADMINISTRATORS),
    **_of("teams", list_read=FLOOR, create=ADMINISTRATORS),
    **_shelf("queues", looks=EVERYBODY, changes=SETTERS),
    **_of(
        "skills",
        list_read=EVERYBODY,
        given_read=FLOOR,
        create=SETTERS,
        remove=SETTERS,
        give=FLOOR,
    ),
    **_of("pins", list_read=FLOOR, put=SETTERS, remove=SETTERS),
    **_of("rooms", list_read=FLOOR, put=SETTERS, remove=SETTERS),
    **_of("pause_codes", list_read=EVERYBODY, create=FLOOR, remove=FLOOR),
    **_of(
        "caller_ids",
        list_read=STAFF,
        health_read=STAFF,
        create=SETTERS,
        update=SETTERS,
        complain=FLOOR,
        remove=SETTERS,
    ),
    **_of("trunks", list_read=STAFF, get_read=STAFF),
    **_shelf("trunk_routes", looks=STAFF, changes=SETTERS),
    **_of(
        "messages",
        send=FLOOR,
        list_read=FLOOR,
        inbox_read=frozenset({A, S}),
        read=frozenset({A, S}),
    ),
    **_of("tokens", list_read=ADMINISTRATORS, create=ADMINISTRATORS, revoke=ADMINISTRATORS),
    **_of(
        "webhooks",
        list_read=ADMINISTRATORS,
        create=ADMINISTRATORS,
        remove=ADMINISTRATORS,
        dead_letters_read=ADMINISTRATORS,
        retry=ADMINISTRATORS,
        ping=ADMINISTRATORS,
    ),
    **_of("reports", get_read=STAFF),
    **_of("exports", leads_read=frozenset({Q, M, X}), calls_read=frozenset({Q, M, X})),
    **_of("simulation", run=FLOOR, scenarios_read=FLOOR),
    **_of("audit", list_read=ADMINISTRATORS),
    **_of("feed", subscribe_read=EVERYBODY, events_read=EVERYBODY),
    **_of("auth", me_read=EVERYBODY, log_out=EVERYBODY, change_password=EVERYBODY),
}
"""Every operation that needs somebody; what needs nobody is in `OPEN`."""

OPEN: Final = frozenset({"auth.log_in", "health.alive", "health.ready", "health.metrics"})
"""Operations that anyone may ask for."""

SCOPES: Final = frozenset(row.scope for row in OPERATIONS.values())
"""All that a token can be given."""


def check(principal: Principal, operation: str) -> None:
    """Check that somebody may do something.

    Raises:
        Denied: by its role, or by what its token was given.
    """
    row = OPERATIONS[operation]
    if principal.role not in row.roles:
        named = ", ".join(sorted(row.roles))
        raise Denied("role", f"{principal.role} may not do {operation}", f"ask one of {named}")
    if principal.scopes is not None and row.scope not in principal.scopes:
        raise Denied(
            "scope", f"the token was not given {row.scope}", f"make one with scope {row.scope}"
        )
