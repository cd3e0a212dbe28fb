"""Which reads are asked, how often each, and in which order. Pure.

Every GET that a supervisor may ask stands here, with its weight or with why it has none: a test
holds both beside the contract. Refuses to know sockets and clocks.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final
from urllib.parse import urlencode

from api.app import PREFIX

WEIGHTS: Final[Mapping[str, int]] = {
    "campaigns.list": 10,
    "campaigns.get": 8,
    "campaigns.explain": 3,
    "pacing.get": 10,
    "pacing.decisions": 6,
    "dispositions.list": 2,
    "lists.list": 4,
    "lists.get": 3,
    "leads.list": 8,
    "leads.get": 8,
    "attempts.list": 8,
    "attempts.get": 6,
    "calls.list": 10,
    "recordings.list": 3,
    "recordings.play": 2,
    "agents.list": 10,
    "agents.get": 6,
    "session.get": 4,
    "callbacks.list": 4,
    "do_not_call.list": 2,
    "rules.list": 2,
    "rules.get": 2,
    "users.list": 2,
    "teams.list": 1,
    "pause_codes.list": 2,
    "simulation.scenarios": 1,
    "messages.list": 1,
    "flows.list": 1,
    "caller_ids.list": 1,
    "phones.list": 1,
    "queues.list": 1,
    "routes.list": 1,
    "skills.list": 1,
    "supervision.list": 2,
    "trunk_routes.list": 1,
    "trunks.list": 2,
    "articles.list": 1,
    "call_records.list": 2,
    "calling_hours.list": 1,
    "flows.steps": 1,
    "knowledge.search": 2,
    "lists.imports": 1,
    "prompts.list": 1,
    "amd.labels": 1,
    "pins.list": 1,
    "reviews.due": 1,
    "reviews.list": 1,
    "rooms.list": 1,
    "scorecards.list": 1,
    "scripts.list": 1,
    "users.rights": 1,
    "voicemails.list": 2,
    "auth.me": 4,
    "health.alive": 1,
    "health.ready": 1,
    "health.metrics": 1,
}
"""How often each read is asked, beside the others."""

_NONE_HERE: Final = "there is none here; one row, as a pause code"
APART: Final[Mapping[str, str]] = {
    "reports.get": "work over all attempts; counted apart",
    "messages.inbox": "an agent's own; who asks here is none",
    "flows.get": _NONE_HERE,
    "flows.version": _NONE_HERE,
    "caller_ids.health": "work over all attempts of a number; none of ours has dialed",
    "queues.get": _NONE_HERE,
    "recordings.download": "as recordings.play",
    "recordings.peaks": "the recordings here have no waveform beside them",
    "skills.given": _NONE_HERE,
    "trunk_routes.get": _NONE_HERE,
    "trunks.get": "as trunks.list: what the engine says of one",
    "articles.get": _NONE_HERE,
    "articles.version": _NONE_HERE,
    "call_records.get": _NONE_HERE,
    "calling_hours.get": _NONE_HERE,
    "knowledge.get": _NONE_HERE,
    "prompts.get": _NONE_HERE,
    "prompts.sound": _NONE_HERE,
    "reviews.get": _NONE_HERE,
    "routes.get": _NONE_HERE,
    "scorecards.get": _NONE_HERE,
    "scripts.get": _NONE_HERE,
    "scripts.published": _NONE_HERE,
    "scripts.version": _NONE_HERE,
    "voicemails.get": _NONE_HERE,
    "voicemails.play": "as recordings.play",
    "flows.drawing": "there is no flow here; drawn, not read",
    "reviews.calibration": "there is no review here; a handful of rows",
    "reviews.compared": "there is no review here; a handful of rows",
    "amd.draw": "a lot is drawn for people who label; none listened to here",
    "reviews.draw": "there is no scorecard here; asked for once a talk is listened to",
    "reviews.own": "an agent's own; who asks here is none",
    "session.ice": "an agent's own; who asks here is none",
    "session.parked": "an agent's own; who asks here is none",
    "session.today": "an agent's own; who asks here is none",
    "feed.subscribe": "a stream that does not end; see make bench-feed",
    "feed.events": "a stream that does not end; see make bench-feed",
}
"""Reads that are not in the mix, and why."""

REPORTS: Final = ("campaign", "lists", "agents", "hours", "trunks")
"""Every report."""

_LIST_STATES: Final = ("ready", "waiting", "done")
_OUTCOMES: Final = ("connected", "busy", "no_answer")
_RULES_ON: Final = "2026-11-18"


@dataclass(frozen=True, slots=True)
class Known:
    """What is there to be asked for, by id."""

    campaigns: Sequence[str]
    """The one that runs first."""
    lists: Sequence[tuple[str, str]]
    """Campaign and list."""
    leads: Sequence[str]
    numbers: Sequence[str]
    attempts: Sequence[str]
    recordings: Sequence[str]
    agents: Sequence[str]
    rules: Sequence[str]


def targets(known: Known) -> dict[str, list[str]]:
    """Return the paths that are asked for each operation, in turn."""
    campaigns = [f"/campaigns/{one}" for one in known.campaigns]
    of = [f"campaign={one}" for one in known.campaigns]
    found = {
        "campaigns.list": ["/campaigns", "/campaigns?state=running"],
        "campaigns.get": campaigns,
        "campaigns.explain": [f"{one}/explanation" for one in campaigns],
        "pacing.get": [f"{one}/pacing" for one in campaigns],
        "pacing.decisions": [f"{one}/pacing/decisions" for one in campaigns],
        "dispositions.list": [f"{one}/dispositions" for one in campaigns],
        "lists.list": [f"{one}/lists" for one in campaigns],
        "lists.get": [f"/campaigns/{one}/lists/{which}" for one, which in known.lists],
        "leads.list": [
            *(f"/leads?{one}" for one in of),
            *(f"/leads?{one}&state={state}" for one, state in product(of, _LIST_STATES)),
            *(f"/leads?{urlencode({'number': number})}" for number in known.numbers),
        ],
        "leads.get": [f"/leads/{one}" for one in known.leads],
        "attempts.list": [
            "/attempts",
            *(f"/attempts?{one}" for one in of),
            *(f"/attempts?{one}&outcome={outcome}" for one, outcome in product(of, _OUTCOMES)),
            *(f"/attempts?agent={one}" for one in known.agents),
        ],
        "attempts.get": [f"/attempts/{one}" for one in known.attempts],
        "calls.list": ["/calls", *(f"/calls?{one}" for one in of)],
        "recordings.list": ["/recordings", *(f"/recordings?{one}" for one in of)],
        "recordings.play": [f"/recordings/{one}" for one in known.recordings],
        "agents.list": ["/agents", "/agents?state=talking", *(f"/agents?{one}" for one in of)],
        "agents.get": [f"/agents/{one}" for one in known.agents],
        "session.get": ["/session"],
        "callbacks.list": ["/callbacks", *(f"/callbacks?{one}" for one in of)],
        "do_not_call.list": ["/do-not-call"],
        "rules.list": ["/rules", f"/rules?on={_RULES_ON}"],
        "rules.get": [f"/rules/{one}" for one in known.rules],
        "users.list": ["/users"],
        "teams.list": ["/teams"],
        "pause_codes.list": ["/pause-codes"],
        "simulation.scenarios": ["/simulation/scenarios"],
        "messages.list": ["/messages"],
        "flows.list": ["/flows"],
        "caller_ids.list": ["/caller-ids"],
        "phones.list": ["/phones"],
        "queues.list": ["/queues"],
        "routes.list": ["/routes"],
        "skills.list": ["/skills"],
        "supervision.list": ["/supervision"],
        "trunk_routes.list": ["/trunk-routes"],
        "trunks.list": ["/trunks"],
        "articles.list": ["/articles"],
        "call_records.list": ["/call-records"],
        "calling_hours.list": ["/calling-hours"],
        "flows.steps": ["/flow-steps"],
        "knowledge.search": ["/knowledge?words=tariff"],
        "lists.imports": [f"{one}/imports" for one in campaigns],
        "prompts.list": ["/prompts"],
        "amd.labels": ["/amd/labels"],
        "pins.list": ["/pins"],
        "reviews.due": ["/reviews/due"],
        "reviews.list": ["/reviews"],
        "rooms.list": ["/rooms"],
        "scorecards.list": ["/scorecards"],
        "scripts.list": ["/scripts"],
        "users.rights": ["/users/rights"],
        "voicemails.list": ["/voicemails"],
        "auth.me": ["/auth/me"],
    }
    under = {name: [f"{PREFIX}{path}" for path in paths] for name, paths in found.items()}
    health = {"health.alive": "/healthz", "health.ready": "/readyz", "health.metrics": "/metrics"}
    return {**under, **{name: [path] for name, path in health.items()}}


def order(asked: Mapping[str, Sequence[str]], seed: int) -> Iterator[tuple[str, str]]:
    """Return operation and path of one request after the other, for ever; the same for a seed.

    Operations come by chance, as often as their weights say; the paths of one take turns.
    """
    chance = random.Random(seed)
    names = [name for name in WEIGHTS if asked.get(name)]
    weights = [WEIGHTS[name] for name in names]
    turns = dict.fromkeys(names, 0)
    while True:
        name = chance.choices(names, weights)[0]
        paths = asked[name]
        yield name, paths[turns[name] % len(paths)]
        turns[name] += 1


def told() -> str:
    """Return the weights as a sentence."""
    heaviest = sorted(WEIGHTS.items(), key=lambda pair: -pair[1])
    shown = (f"{name} {weight}" for name, weight in heaviest)
    left = (f"{name} ({why})" for name, why in APART.items())
    return f"Weights: {', '.join(shown)}. Not in it: {'; '.join(left)}."
