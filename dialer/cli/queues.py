"""`outpace queues|skills`: where callers wait for an agent, and what agents can do."""

import time
from dataclasses import replace
from typing import Annotated, Any

import typer

from dialer.adapters.sql.stores import SqlStores
from dialer.cli.after_hours import closing_terms, rule_said
from dialer.cli.campaigns import with_stores
from dialer.cli.shared_options import takes
from dialer.cli.shelf_commands import Name, ShelfCommands
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By, say
from dialer.domain.after_hours import after_hours_written
from dialer.domain.queue import QUEUES, Queue, queue_settings_said
from dialer.domain.skill import SKILLS, Skill
from dialer.errors import BadInput

queues = typer.Typer(
    help="Where callers wait for an agent: add, list, set, remove.", no_args_is_help=True
)
skills = typer.Typer(help="What agents can do: add, list, give, remove.", no_args_is_help=True)

QUEUE_COMMANDS = ShelfCommands(queues, QUEUES, lambda stores: stores.queues)
SKILL_COMMANDS = ShelfCommands(skills, SKILLS, lambda stores: stores.skills)


def queue_terms(
    order: Annotated[
        str | None, typer.Option("--order", help="longest_idle or most_skilled.")
    ] = None,
    skill: Annotated[
        list[str] | None,
        typer.Option("--skill", help="A skill that agents need; may be given again."),
    ] = None,
    longest_wait_s: Annotated[
        float | None, typer.Option("--longest-wait", help="Longest wait, in seconds.")
    ] = None,
    after_wait: Annotated[
        str | None, typer.Option("--after-wait", help="hang_up, voicemail or call_back.")
    ] = None,
    priority: Annotated[
        int | None, typer.Option("--priority", help="Queues of a higher one are served first.")
    ] = None,
    vip: Annotated[
        list[str] | None,
        typer.Option("--vip", help="A number that is served first, as +12025550155."),
    ] = None,
    last_agent: Annotated[
        bool | None,
        typer.Option("--last-agent/--any-agent", help="Prefer who talked with the caller last."),
    ] = None,
    announce_every_s: Annotated[
        float | None,
        typer.Option("--announce-every", help="Seconds between announcements; 0: none."),
    ] = None,
    wrap_up_limit_s: Annotated[
        float | None, typer.Option("--wrap-up-limit", help="Longest wrap-up, in seconds.")
    ] = None,
    park_limit_s: Annotated[
        float | None,
        typer.Option("--park-limit", help="Seconds until a parked caller comes back."),
    ] = None,
    missed_to_campaign: Annotated[
        str | None,
        typer.Option("--missed-to-campaign", help="Campaign in which missed callers become leads."),
    ] = None,
    call_back_key: Annotated[
        str | None,
        typer.Option("--call-back-key", help="Digit by which who waits asks to be called back."),
    ] = None,
    call_back_campaign: Annotated[
        str | None,
        typer.Option("--call-back-campaign", help="Campaign in which they are called back."),
    ] = None,
    recording: Annotated[
        str | None, typer.Option("--recording", help="Of its talks: off, announced or asked.")
    ] = None,
    recording_announcement: Annotated[
        str | None,
        typer.Option(
            "--recording-announcement",
            help="Path of a WAV, without .wav, that both hear before it begins.",
        ),
    ] = None,
) -> dict[str, Any]:
    """Return the settings that were given; an empty text among several means none of them."""
    options: dict[str, Any] = {
        "order": order,
        "skills": skill,
        "longest_wait_s": longest_wait_s,
        "after_wait": after_wait,
        "priority": priority,
        "vip_numbers": vip,
        "last_agent": last_agent,
        "announce_every_s": announce_every_s,
        "wrap_up_limit_s": wrap_up_limit_s,
        "park_limit_s": park_limit_s,
        "missed_to_campaign": missed_to_campaign,
        "call_back_key": call_back_key,
        "call_back_campaign": call_back_campaign,
        "recording": recording,
        "recording_announcement": recording_announcement,
    }
    said = {name: value for name, value in options.items() if value not in (None, [])}
    for field in said.keys() & {"skills", "vip_numbers"}:
        said[field] = [one for one in said[field] if one]
    return said


@queues.command(name="add")
@takes(said=queue_terms, closing=closing_terms)
def add_queue(
    home: Home,
    by: By,
    name: Name,
    said: dict[str, Any],
    closing: dict[str, Any],
    as_json: AsJson = False,
) -> None:
    """Add a queue; what is not said is as usual."""
    with errors_told():
        settings = replace(queue_settings_said(said), after_hours=rule_said(closing))
        queue = Queue(name, settings)
    QUEUE_COMMANDS.added(home, by, queue, as_json=as_json)


@queues.command(name="set")
@takes(said=queue_terms, closing=closing_terms)
def set_queue(
    home: Home,
    by: By,
    name: Name,
    said: dict[str, Any],
    closing: dict[str, Any],
    as_json: AsJson = False,
) -> None:
    """Change a queue; what is not said stays. `--skill ""` and `--vip ""` take all away."""
    with errors_told():
        if closing:
            said["after_hours"] = after_hours_written(rule_said(closing))
        if not said:
            raise BadInput("options", "none is given", "say what is to change")

    async def work(stores: SqlStores) -> Queue:
        before = await stores.queues.get(name)
        if before is None:
            raise QUEUES.missing((name,))
        settings = queue_settings_said({**QUEUES.written(before)["settings"], **said})
        after = replace(before, settings=settings)
        await stores.queues.change(after, by=by, at=time.time(), expected=before)
        return after

    changed: Queue = with_stores(home, work)
    say(f"queue {name!r} changed", as_json=as_json, **QUEUES.written(changed))


def _line(queue: Queue) -> str:
    settings = queue.settings
    wanted = ", ".join(settings.skills) or "anybody"
    return (
        f"{queue.name}\t{wanted}\tpriority {settings.priority}\t"
        f"{settings.longest_wait_s:g} s, then {settings.after_wait.value}"
    )


QUEUE_COMMANDS.list(_line, "List the queues with their settings.")
QUEUE_COMMANDS.remove("Remove a queue that no call is on record of.")


@skills.command(name="add")
def add_skill(home: Home, by: By, name: Name, as_json: AsJson = False) -> None:
    """Add a skill."""
    with_stores(home, lambda stores: stores.skills.add(Skill(name), by=by, at=time.time()))
    say(f"skill {name!r} added", as_json=as_json, skill=name)


SKILL_COMMANDS.list(lambda one: one.name, "List the skills.", row=lambda one: one.name)
SKILL_COMMANDS.remove("Remove a skill that no queue asks for.")


@skills.command(name="give")
def give_skills(
    home: Home,
    by: By,
    login: Annotated[str, typer.Argument(help="Name by which the person logs in.")],
    given: Annotated[
        list[str] | None,
        typer.Argument(help="Each skill, or skill=LEVEL with a level of 1 to 9."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say all that a person can do as an agent; what is not named they cannot any more."""
    with errors_told():
        levels = dict(_level(one) for one in given or ())
    with_stores(home, lambda stores: stores.rolls.give(login, levels, by=by, at=time.time()))
    said = ", ".join(f"{name} {level}" for name, level in levels.items()) or "none"
    say(f"skills of {login!r}: {said}", as_json=as_json, login=login, skills=levels)


def _level(text: str) -> tuple[str, int]:
    name, found, level = text.partition("=")
    if found and not level.isdecimal():
        raise BadInput("skill", f"{text!r} has no level", "write it as spanish=2")
    return name, int(level) if found else 1
